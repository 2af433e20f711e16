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
use crate::base::json::{self, Input, JsonPointer, Object, reader};
use crate::model::limits::MAX_RECORD_BYTES;
use crate::model::system_input::{ADMIN_CARRIED, SERVER_MANAGED};

pub use work::Work;

use bounds::Bounds;

/// The most operations of one patch.
pub const MAX_PATCH_OPERATIONS: usize = 1000;
/// The most bytes that all `copy` operations of a patch may copy together: 16 whole results.
pub const MAX_COPIED_BYTES: usize = 16 * MAX_RECORD_BYTES;
/// The levels of a patch document above its values: the array and an operation.
pub const LEVELS_ABOVE_VALUES: usize = 2;

/// A list of valid operations, and the work that they may cost.
#[derive(Clone, Debug)]
pub struct Patch {
    operations: Vec<PatchOperation>,
    work: Work,
    /// `true` if the patch was applied before, to a version that others have replaced since.
    has_begun: Arc<AtomicBool>,
}

impl Patch {
    /// Reads a patch document, which may cost the rest of `work`. Unknown members of an operation
    /// are ignored (RFC 6902, 4).
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

    /// Passes a patch if work is left. Asked before the record is read.
    ///
    /// # Errors
    /// `validation-failed` when the other patches of its batch have used up their common budget.
    pub fn check_budget(&self) -> Result<(), Error> {
        self.work.check()
    }

    /// Returns a record's representation after all operations, without its id: the body of a
    /// replace with the same effect.
    ///
    /// # Errors
    /// As [`Patch::apply`]; `protected-field` when the patch changes a field that only the server
    /// may change, or without `admin` one that only an `admin` may.
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

    /// Returns the document after all operations. The result is checked like a body, since pointers
    /// can make names and levels that a body may not have.
    ///
    /// # Errors
    /// - `patch-conflict` when a `test` fails or a path does not exist;
    /// - `too-large` as soon as the result outgrows [`MAX_RECORD_BYTES`], or copies
    ///   [`MAX_COPIED_BYTES`];
    /// - `validation-failed` when it nests deeper than `max_levels`, has a name that cannot be
    ///   stored, or asks for more work than is left;
    /// - `version-conflict` when the work went into versions that others have replaced.
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

    /// Returns a hash of the patch: the same for any spelling of its numbers and any order of its
    /// members.
    ///
    /// # Errors
    /// `internal`, if the operations do not serialize.
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

/// The words for the operations.
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
    Some(match fields.required("op", reader::word)? {
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

/// Passes a patch that did not change protected fields.
///
/// # Errors
/// `protected-field`, naming each of `names` whose value has changed.
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
