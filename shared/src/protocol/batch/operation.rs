//! The operations of a batch.

use serde::Deserialize;
use serde_json::Value;

use crate::base::error::Error;
use crate::base::json::{self, Fields, Input, Object, reader};
use crate::protocol::patch::{LEVELS_ABOVE_VALUES, Patch, Work};

/// The most operations of one batch.
pub const MAX_BATCH_OPERATIONS: usize = 100;

/// A change of one record.
#[derive(Clone, Debug)]
pub enum Operation {
    /// Creates the record.
    Create {
        /// The content of the record.
        object: Object,
    },
    /// Replaces the content of the record.
    Update {
        /// The id of the record.
        id: String,
        /// The new content of the record.
        object: Object,
    },
    /// Patches the record.
    Patch {
        /// The id of the record.
        id: String,
        /// The patch.
        patch: Patch,
    },
    /// Deletes the record.
    Delete {
        /// The id of the record.
        id: String,
    },
}

/// One entry of a batch: an operation, or why it is refused.
#[derive(Debug)]
pub struct Entry {
    /// The entry's place in the request, from 0.
    pub position: usize,
    /// The entry's `operation` as it was sent.
    pub name: String,
    /// The entry's `id`, if it was sent.
    pub id: Option<String>,
    /// The operation, or the reason why it is refused.
    pub operation: Result<Operation, Error>,
}

/// Reads a batch of records of at most `max_levels` levels. A malformed operation is its own
/// outcome; only a malformed batch is refused as a whole.
///
/// # Errors
/// `validation-failed` for anything but 1 to [`MAX_BATCH_OPERATIONS`] operations.
pub fn parse(document: Value, max_levels: usize) -> Result<Vec<Entry>, Error> {
    let operations: Vec<Value> = json::validate(document, |input| {
        let mut fields = input.fields()?;
        let operations = fields.required("operations", |operations| {
            operations
                .with_length(1..=MAX_BATCH_OPERATIONS)?
                .list(reader::value)
        });
        fields.finish();
        operations
    })
    .map_err(Error::validation_failed)?;
    let reader = Reader {
        max_levels,
        work: Work::of_batch(),
    };
    let operations = operations.into_iter().enumerate();
    let entries = operations.map(|(position, value)| reader.entry(position, value));
    Ok(entries.collect())
}

/// Reads the operations of one batch.
struct Reader {
    max_levels: usize,
    /// The work that all patches of the batch may cost together.
    work: Work,
}

/// The words for the operations.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Create,
    Update,
    Patch,
    Delete,
}

/// An operation as it was sent: its records were not read yet.
enum Sent {
    Create(Object),
    Update((String, Object)),
    Patch((String, Value)),
    Delete(String),
}

impl Reader {
    fn entry(&self, position: usize, value: Value) -> Entry {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let (name, id) = (text("operation").unwrap_or_default(), text("id"));
        let sent = json::validate(value, read_sent).map_err(Error::validation_failed);
        Entry {
            position,
            name,
            id,
            operation: sent.and_then(|sent| self.operation(sent)),
        }
    }

    fn operation(&self, sent: Sent) -> Result<Operation, Error> {
        match sent {
            Sent::Create(object) => Ok(Operation::Create {
                object: self.object(object)?,
            }),
            Sent::Update((id, object)) => Ok(Operation::Update {
                id,
                object: self.object(object)?,
            }),
            Sent::Patch((id, directives)) => {
                let max_levels = self.max_levels + LEVELS_ABOVE_VALUES;
                let directives = json::canonical(directives, max_levels)?;
                let patch = Patch::parse(directives, self.work.clone())?;
                Ok(Operation::Patch { id, patch })
            }
            Sent::Delete(id) => Ok(Operation::Delete { id }),
        }
    }

    fn object(&self, object: Object) -> Result<Object, Error> {
        json::members(json::canonical(object.into(), self.max_levels)?)
    }
}

fn read_sent(input: Input<'_>) -> Option<Sent> {
    let mut fields = input.fields()?;
    let word = fields.required("operation", reader::word);
    let id = |fields: &mut Fields<'_>| fields.required("id", reader::string);
    let object = |fields: &mut Fields<'_>| fields.required("object", reader::object);
    let directives = |fields: &mut Fields<'_>| fields.required("patch_directives", reader::value);
    let sent = match word {
        Some(Word::Create) => object(&mut fields).map(Sent::Create),
        Some(Word::Update) => id(&mut fields).zip(object(&mut fields)).map(Sent::Update),
        Some(Word::Patch) => id(&mut fields)
            .zip(directives(&mut fields))
            .map(Sent::Patch),
        Some(Word::Delete) => id(&mut fields).map(Sent::Delete),
        None => None,
    };
    // Members that the operation does not need.
    fields.ignore(&["id", "object", "patch_directives"]);
    fields.finish();
    sent
}
