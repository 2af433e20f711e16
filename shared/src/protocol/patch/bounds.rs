//! The limits that hold while a patch is applied, operation by operation.

use json_patch::PatchOperation;
use json_patch::jsonptr::Pointer;
use serde_json::Value;

use crate::model::limits::MAX_RECORD_BYTES;

use super::{MAX_COPIED_BYTES, Work};
use crate::base::error::{Error, Violation};
use crate::base::json::{self, JsonPointer, Weight};

/// The size of the document after the operations so far.
pub(super) struct Bounds<'w> {
    /// An upper bound of the bytes: a removed value is subtracted without its commas and quotes.
    bytes: usize,
    copied_bytes: usize,
    max_levels: usize,
    work: &'w Work,
}

/// The effect of an operation on the document.
#[derive(Default)]
struct Effect {
    added_bytes: usize,
    removed_bytes: usize,
    copied_bytes: usize,
    /// The levels of the document at that place afterwards, where they may be more than before.
    levels: usize,
    /// The part of the document that is walked or copied.
    walked: Weight,
    /// The items of the arrays that move up or down.
    shifted: usize,
}

impl<'w> Bounds<'w> {
    /// Returns the bounds of a patch on `document`.
    ///
    /// # Errors
    /// `validation-failed` when the work of another round is more than is left.
    pub(super) fn new(document: &Value, max_levels: usize, work: &'w Work) -> Result<Self, Error> {
        let weight = Weight::of(document);
        work.spend_round(weight)?;
        Ok(Self {
            bytes: weight.bytes,
            copied_bytes: 0,
            max_levels,
            work,
        })
    }

    /// Passes an operation, the `index`-th, after which all limits hold.
    ///
    /// # Errors
    /// `too-large`, or `validation-failed` for levels and work.
    pub(super) fn admit(
        &mut self,
        index: usize,
        operation: &PatchOperation,
        document: &Value,
    ) -> Result<(), Error> {
        let effect = Effect::of(operation, document);
        if effect.levels > self.max_levels {
            let pointer = JsonPointer::Root.item(index);
            let violation = Violation::new(pointer, "nests the record too deeply");
            return Err(Error::validation_failed(violation));
        }
        self.work.spend_operation()?;
        self.work.spend_shift(effect.shifted)?;
        self.work.spend_walk(effect.walked)?;
        self.copied_bytes += effect.copied_bytes;
        self.bytes = (self.bytes + effect.added_bytes).saturating_sub(effect.removed_bytes);
        check(
            "all that the patch copies",
            self.copied_bytes,
            MAX_COPIED_BYTES,
        )?;
        // Twice the limit, since a later operation may remove the excess.
        check(
            "the record between two operations",
            self.bytes,
            2 * MAX_RECORD_BYTES,
        )
    }

    /// Passes the result.
    ///
    /// # Errors
    /// `too-large`.
    pub(super) fn check_result(&self, document: &Value) -> Result<(), Error> {
        check("the patched record", json::size(document), MAX_RECORD_BYTES)
    }
}

fn check(what: &'static str, bytes: usize, limit_bytes: usize) -> Result<(), Error> {
    match bytes > limit_bytes {
        true => Err(Error::TooLarge { what, limit_bytes }),
        false => Ok(()),
    }
}

impl Effect {
    fn of(operation: &PatchOperation, document: &Value) -> Self {
        match operation {
            PatchOperation::Add(add) => Self::put(&add.path, Weight::of(&add.value), document),
            PatchOperation::Replace(replace) => {
                Self::put(&replace.path, Weight::of(&replace.value), document)
            }
            PatchOperation::Copy(copy) => {
                let copied = document.pointer(copy.from.as_str()).map(Weight::of);
                let copied = copied.unwrap_or_default();
                Self {
                    copied_bytes: copied.bytes,
                    walked: copied,
                    ..Self::put(&copy.path, copied, document)
                }
            }
            PatchOperation::Move(moved) => Self::moved(&moved.from, &moved.path, document),
            PatchOperation::Remove(remove) => Self {
                removed_bytes: bytes_at(&remove.path, document),
                shifted: items_beside(&remove.path, document),
                ..Self::default()
            },
            PatchOperation::Test(_) => Self::default(),
        }
    }

    // Among the items of an array, `add` removes nothing, and the value that `replace` removes is
    // not subtracted.
    fn put(path: &Pointer, value: Weight, document: &Value) -> Self {
        let shifted = items_beside(path, document);
        Self {
            added_bytes: value.bytes + name_bytes(path),
            removed_bytes: match shifted {
                0 => bytes_at(path, document),
                _ => 0,
            },
            levels: path.count() + value.levels,
            shifted,
            ..Self::default()
        }
    }

    // A move adds a name, unless both paths are the same. Only a move to a deeper path can add
    // levels, so only then the value is walked.
    fn moved(from: &Pointer, path: &Pointer, document: &Value) -> Self {
        let value = match path.count() > from.count() {
            true => document.pointer(from.as_str()).map(Weight::of),
            false => None,
        };
        Self {
            added_bytes: if path == from { 0 } else { name_bytes(path) },
            levels: value.map_or(0, |weight| path.count() + weight.levels),
            walked: value.unwrap_or_default(),
            shifted: items_beside(from, document) + items_beside(path, document),
            ..Self::default()
        }
    }
}

fn name_bytes(path: &Pointer) -> usize {
    path.last().map_or(0, |token| token.encoded().len())
}

fn bytes_at(path: &Pointer, document: &Value) -> usize {
    document.pointer(path.as_str()).map_or(0, json::size)
}

fn items_beside(path: &Pointer, document: &Value) -> usize {
    let parent = path.parent().map(Pointer::as_str);
    let parent = parent.and_then(|parent| document.pointer(parent));
    parent.and_then(Value::as_array).map_or(0, Vec::len)
}
