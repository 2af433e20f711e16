//! JSON Patch (RFC 6902) with limits that hold while it is applied.

use std::slice;

use json_patch::jsonptr::PointerBuf;
use json_patch::{
    AddOperation, CopyOperation, MoveOperation, PatchErrorKind, PatchOperation, RemoveOperation,
    ReplaceOperation, TestOperation, patch_unsafe,
};
use serde_json::Value;

use crate::error::{ConflictCode, Error, InvalidCode, Violation};
use crate::json::{self, Object};
use crate::model::system_input::{ADMIN_CARRIED, SERVER_MANAGED};

/// The most operations of one patch.
pub const MAX_OPERATIONS: usize = 1000;
/// The largest result of a patch, in bytes: a DynamoDB item holds 400 KB, keys included.
pub const MAX_RESULT_BYTES: usize = 350 * 1024;
/// The most bytes that all `copy` operations of a patch may copy together: 16 whole results.
pub const MAX_COPIED_BYTES: usize = 16 * MAX_RESULT_BYTES;
/// How many levels a patch document has above the values it carries: its array and an operation.
pub const LEVELS_ABOVE_VALUES: usize = 2;

/// A list of operations whose form is right.
#[derive(Clone, Debug)]
pub struct Patch(Vec<PatchOperation>);

impl Patch {
    /// Reads a patch document. Unknown members of an operation are ignored (RFC 6902, 4).
    ///
    /// # Errors
    /// `validation-failed`, naming each bad operation; more than [`MAX_OPERATIONS`] too.
    pub fn parse(document: Value) -> Result<Self, Error> {
        let Value::Array(operations) = document else {
            return Err(invalid("", "must be an array of operations"));
        };
        if operations.len() > MAX_OPERATIONS {
            return Err(invalid(
                "",
                &format!("must have at most {MAX_OPERATIONS} operations"),
            ));
        }
        let mut violations = Vec::new();
        let parsed = operations
            .into_iter()
            .enumerate()
            .filter_map(|(index, operation)| {
                parse_operation(operation)
                    .map_err(|fault| {
                        let pointer = format!("/{index}{}", fault.pointer);
                        violations.push(Violation::new(pointer, fault.message));
                    })
                    .ok()
            });
        let patch = Self(parsed.collect());
        if violations.is_empty() {
            Ok(patch)
        } else {
            Err(Error::validation_failed(violations))
        }
    }

    /// A record's representation after all operations, without its id: what a replace would bring.
    ///
    /// # Errors
    /// As [`Patch::apply`]; `protected-field` when it changes what only the server may, or the
    /// bulk loader's fields without being an `admin`.
    pub fn apply_to_record(
        &self,
        record: Object,
        max_levels: usize,
        is_admin: bool,
    ) -> Result<Object, Error> {
        let admins: &[&str] = if is_admin { &[] } else { &ADMIN_CARRIED };
        let names = || ["id"].iter().chain(&SERVER_MANAGED).chain(admins).copied();
        let protected = names().filter_map(|name| record.get_key_value(name));
        let before: Object = protected
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let Value::Object(mut after) = self.apply(Value::Object(record), max_levels)? else {
            return Err(invalid("", "must be a JSON object"));
        };
        check_protected(&before, &after, names())?;
        after.remove("id");
        Ok(after)
    }

    /// The document after all operations, none of them half done.
    ///
    /// # Errors
    /// - `patch-conflict` when a `test` fails or a path is not there;
    /// - `too-large` as soon as the result outgrows [`MAX_RESULT_BYTES`], or copies
    ///   [`MAX_COPIED_BYTES`];
    /// - `validation-failed` when it nests deeper than `max_levels`.
    pub fn apply(&self, mut document: Value, max_levels: usize) -> Result<Value, Error> {
        let mut budget = Budget {
            bytes: json::size(&document),
            copied: 0,
            max_levels,
        };
        for (index, operation) in self.0.iter().enumerate() {
            budget.spend(index, operation, &document)?;
            patch_unsafe(&mut document, slice::from_ref(operation))
                .map_err(|error| conflict(index, operation, &error.kind))?;
        }
        budget.check_result(&document)?;
        Ok(document)
    }
}

/// What the operations so far may have made of the document, at most.
struct Budget {
    bytes: usize,
    copied: usize,
    max_levels: usize,
}

impl Budget {
    // Removals are not credited: `bytes` is an upper bound that is measured anew when it is hit.
    fn spend(
        &mut self,
        index: usize,
        operation: &PatchOperation,
        document: &Value,
    ) -> Result<(), Error> {
        let (path, added) = match operation {
            PatchOperation::Add(add) => (&add.path, Some(&add.value)),
            PatchOperation::Replace(replace) => (&replace.path, Some(&replace.value)),
            PatchOperation::Copy(copy) => (&copy.path, document.pointer(copy.from.as_str())),
            PatchOperation::Move(moved) => (&moved.path, document.pointer(moved.from.as_str())),
            PatchOperation::Remove(_) | PatchOperation::Test(_) => return Ok(()),
        };
        let levels = path.count() + added.map_or(0, json::levels);
        if levels > self.max_levels {
            return Err(invalid(&format!("/{index}"), "nests the record too deeply"));
        }
        // A move adds levels, but no bytes.
        let is_moved = matches!(operation, PatchOperation::Move(_));
        let added = added.filter(|_| !is_moved);
        let bytes = added.map_or(0, json::size) + path.as_str().len();
        if matches!(operation, PatchOperation::Copy(_)) {
            self.copied += bytes;
        }
        self.bytes += bytes;
        if self.bytes > MAX_RESULT_BYTES {
            self.bytes = json::size(document) + bytes;
        }
        // Twice the limit, since what a `replace` takes away is known only afterwards.
        let is_over = self.bytes > 2 * MAX_RESULT_BYTES || self.copied > MAX_COPIED_BYTES;
        if is_over { Err(too_large()) } else { Ok(()) }
    }

    fn check_result(&self, document: &Value) -> Result<(), Error> {
        if json::size(document) > MAX_RESULT_BYTES {
            return Err(too_large());
        }
        if json::levels(document) > self.max_levels {
            return Err(invalid("", "nests the record too deeply"));
        }
        Ok(())
    }
}

fn too_large() -> Error {
    Error::TooLarge {
        what: "the patched record",
        limit_bytes: MAX_RESULT_BYTES,
    }
}

fn invalid(pointer: &str, message: &str) -> Error {
    Error::validation_failed(vec![Violation::new(pointer, message)])
}

fn conflict(index: usize, operation: &PatchOperation, kind: &PatchErrorKind) -> Error {
    let path = operation.path();
    let detail = match kind {
        PatchErrorKind::TestFailed => {
            format!("operation {index}: the value at `{path}` is another")
        }
        PatchErrorKind::InvalidFromPointer => format!("operation {index}: `from` is not there"),
        PatchErrorKind::CannotMoveInsideItself => {
            format!("operation {index}: a value cannot be moved into itself")
        }
        _ => format!("operation {index}: `{path}` is not there"),
    };
    Error::conflict(ConflictCode::PatchConflict, detail)
}

fn parse_operation(operation: Value) -> Result<PatchOperation, Violation> {
    let Value::Object(mut members) = operation else {
        return Err(Violation::new("", "must be an object"));
    };
    let path = pointer(&members, "path")?;
    match members.get("op").and_then(Value::as_str) {
        Some("add") => Ok(PatchOperation::Add(AddOperation {
            path,
            value: value(&mut members)?,
        })),
        Some("remove") => Ok(PatchOperation::Remove(RemoveOperation { path })),
        Some("replace") => Ok(PatchOperation::Replace(ReplaceOperation {
            path,
            value: value(&mut members)?,
        })),
        Some("move") => Ok(PatchOperation::Move(MoveOperation {
            from: pointer(&members, "from")?,
            path,
        })),
        Some("copy") => Ok(PatchOperation::Copy(CopyOperation {
            from: pointer(&members, "from")?,
            path,
        })),
        Some("test") => Ok(PatchOperation::Test(TestOperation {
            path,
            value: value(&mut members)?,
        })),
        Some(_) | None => Err(Violation::new(
            "/op",
            "must be add, remove, replace, move, copy or test",
        )),
    }
}

fn value(members: &mut Object) -> Result<Value, Violation> {
    members
        .remove("value")
        .ok_or_else(|| Violation::new("/value", "is required"))
}

fn pointer(members: &Object, name: &str) -> Result<PointerBuf, Violation> {
    members
        .get(name)
        .and_then(Value::as_str)
        .and_then(|text| PointerBuf::parse(text).ok())
        .ok_or_else(|| Violation::new(format!("/{name}"), "must be a JSON pointer such as /notes"))
}

/// Passes a patch that left what only the server may change as it was.
///
/// # Errors
/// `protected-field`, naming each of `names` whose value is another.
fn check_protected<'a>(
    before: &Object,
    after: &Object,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<(), Error> {
    let changed = |name: &&str| before.get(*name) != after.get(*name);
    let violations: Vec<_> = names
        .into_iter()
        .filter(changed)
        .map(|name| Violation::new(json::child("", name), "can only be changed by the server"))
        .collect();
    match violations.first() {
        None => Ok(()),
        Some(first) => {
            let detail = format!(
                "the patch changes `{}`, which only the server may",
                first.pointer
            );
            Err(Error::invalid(
                InvalidCode::ProtectedField,
                detail,
                violations,
            ))
        }
    }
}

#[cfg(test)]
mod tests;
