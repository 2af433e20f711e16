//! JSON Patch (RFC 6902) with limits that hold while it is applied.

mod bounds;
mod work;

use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use json_patch::jsonptr::PointerBuf;
use json_patch::{
    AddOperation, CopyOperation, MoveOperation, PatchErrorKind, PatchOperation, RemoveOperation,
    ReplaceOperation, TestOperation, patch_unsafe,
};
use serde_json::Value;

use crate::base::error::{ConflictCode, Error, InvalidCode, Violation};
use crate::base::json::{self, Object};
use crate::model::limits::MAX_RECORD_BYTES;
use crate::model::system_input::{ADMIN_CARRIED, SERVER_MANAGED};

pub use work::Work;

use bounds::Bounds;

/// The most operations of one patch.
pub const MAX_OPERATIONS: usize = 1000;
/// The most bytes that all `copy` operations of a patch may copy together: 16 whole results.
pub const MAX_COPIED_BYTES: usize = 16 * MAX_RECORD_BYTES;
/// How many levels a patch document has above the values it carries: its array and an operation.
pub const LEVELS_ABOVE_VALUES: usize = 2;

/// A list of operations whose form is right, and the work that they may cost.
#[derive(Clone, Debug)]
pub struct Patch {
    operations: Vec<PatchOperation>,
    work: Work,
    /// Whether it was applied before, to a version that others have replaced since.
    has_begun: Arc<AtomicBool>,
}

impl Patch {
    /// Reads a patch document that may cost what is left of `work`. Unknown members of an operation are
    /// ignored (RFC 6902, 4).
    ///
    /// # Errors
    /// `validation-failed`, naming each bad operation; more than [`MAX_OPERATIONS`] too.
    pub fn parse(document: Value, work: Work) -> Result<Self, Error> {
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
        let operations = parsed.collect();
        if violations.is_empty() {
            Ok(Self {
                operations,
                work,
                has_begun: Arc::default(),
            })
        } else {
            Err(Error::validation_failed(violations))
        }
    }

    /// Passes a patch that may still cost something, before the record is read.
    ///
    /// # Errors
    /// `validation-failed` when the other patches of its batch have used up their common budget.
    pub fn check_budget(&self) -> Result<(), Error> {
        self.work.check()
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

    /// The document after all operations, none of them half done. It passes the gate of every body,
    /// since pointers make names and levels that no body may bring.
    ///
    /// # Errors
    /// - `patch-conflict` when a `test` fails or a path is not there;
    /// - `too-large` as soon as the result outgrows [`MAX_RECORD_BYTES`], or copies
    ///   [`MAX_COPIED_BYTES`];
    /// - `validation-failed` when it nests deeper than `max_levels`, has a name that cannot be stored,
    ///   or asks for more work than what is left;
    /// - `version-conflict` when that work went into versions that others have replaced.
    pub fn apply(&self, mut document: Value, max_levels: usize) -> Result<Value, Error> {
        let is_repeated = self.has_begun.swap(true, Ordering::Relaxed);
        let bounds = Bounds::new(&document, max_levels, &self.work);
        let mut bounds = bounds.map_err(|error| if is_repeated { crowded() } else { error })?;
        for (index, operation) in self.operations.iter().enumerate() {
            bounds.admit(index, operation, &document)?;
            patch_unsafe(&mut document, slice::from_ref(operation))
                .map_err(|error| conflict(index, operation, &error.kind))?;
        }
        bounds.check_result(&document)?;
        json::canonical(document, max_levels)
    }

    /// What the patch says, as a hash: the same for any spelling of its numbers and order of members.
    ///
    /// # Errors
    /// `internal`, which a list of operations never is.
    pub fn sha256(&self) -> Result<String, Error> {
        let document = serde_json::to_value(&self.operations).map_err(Error::internal)?;
        Ok(json::sha256_of_value(&document))
    }
}

fn crowded() -> Error {
    let detail = "others keep changing the record, which is too large to be patched again and again; \
                  read it again";
    Error::conflict(ConflictCode::VersionConflict, detail)
}

fn too_large() -> Error {
    Error::TooLarge {
        what: "the patched record",
        limit_bytes: MAX_RECORD_BYTES,
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
