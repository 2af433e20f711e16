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
use serde::Deserialize;
use serde_json::Value;

use crate::base::error::{ConflictCode, Error, InvalidCode, Violation};
use crate::base::json::{self, Input, JsonPointer, Object};
use crate::model::limits::MAX_RECORD_BYTES;
use crate::model::system_input::{ADMIN_CARRIED, SERVER_MANAGED};

pub use work::Work;

use bounds::Bounds;

/// The most operations of one patch.
pub const MAX_PATCH_OPERATIONS: usize = 1000;
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
    /// `validation-failed`, naming each bad operation; more than [`MAX_PATCH_OPERATIONS`] too.
    pub fn parse(document: Value, work: Work) -> Result<Self, Error> {
        let operations = json::validate(document, |operations| {
            operations
                .with_length(0..=MAX_PATCH_OPERATIONS)?
                .list(read_operation)
        });
        Ok(Self {
            operations: operations.map_err(Error::validation_failed)?,
            work,
            has_begun: Arc::default(),
        })
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
        let mut after = json::members(self.apply(Value::Object(record), max_levels)?)?;
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

/// What an operation does.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Op {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}

fn read_operation(input: Input<'_>) -> Option<PatchOperation> {
    let mut fields = input.fields()?;
    let path = fields.required("path", read_pointer);
    Some(match fields.required("op", Input::word)? {
        Op::Add => PatchOperation::Add(AddOperation {
            value: fields.required_nullable("value")?,
            path: path?,
        }),
        Op::Remove => PatchOperation::Remove(RemoveOperation { path: path? }),
        Op::Replace => PatchOperation::Replace(ReplaceOperation {
            value: fields.required_nullable("value")?,
            path: path?,
        }),
        Op::Move => PatchOperation::Move(MoveOperation {
            from: fields.required("from", read_pointer)?,
            path: path?,
        }),
        Op::Copy => PatchOperation::Copy(CopyOperation {
            from: fields.required("from", read_pointer)?,
            path: path?,
        }),
        Op::Test => PatchOperation::Test(TestOperation {
            value: fields.required_nullable("value")?,
            path: path?,
        }),
    })
}

fn read_pointer(input: Input<'_>) -> Option<PointerBuf> {
    input.string_as(|text| {
        PointerBuf::parse(text).map_err(|_| "must be a JSON pointer such as /notes")
    })
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
        .map(|name| {
            let pointer = JsonPointer::Root.member(name);
            Violation::new(pointer, "can only be changed by the server")
        })
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
