//! The operations of a batch.

use serde_json::Value;

use crate::base::error::{Error, Violation};
use crate::base::json::{self, Object};
use crate::protocol::patch::{LEVELS_ABOVE_VALUES, Patch, Work};

/// The most operations of one batch.
pub const MAX_OPERATIONS: usize = 100;

/// What an operation may say; what it does not need is ignored.
const MEMBERS: [&str; 4] = ["operation", "id", "object", "patch_directives"];

/// What to do with one record.
#[derive(Clone, Debug)]
pub enum Operation {
    /// Make it.
    Create {
        /// Its content.
        object: Object,
    },
    /// Replace its content.
    Update {
        /// Which.
        id: String,
        /// Its new content.
        object: Object,
    },
    /// Patch it.
    Patch {
        /// Which.
        id: String,
        /// How.
        patch: Patch,
    },
    /// Delete it.
    Delete {
        /// Which.
        id: String,
    },
}

/// One entry of a batch: an operation, or why it is none.
#[derive(Debug)]
pub struct Item {
    /// Its place in the request, from 0.
    pub position: usize,
    /// Its `operation` as it was sent.
    pub name: String,
    /// Its `id`, if it was sent.
    pub id: Option<String>,
    /// What it asks for.
    pub operation: Result<Operation, Error>,
}

/// Reads a batch of records of at most `max_levels` levels. A malformed operation is its own
/// outcome; only a malformed batch is refused as a whole.
///
/// # Errors
/// `validation-failed` for anything but 1 to [`MAX_OPERATIONS`] operations.
pub fn parse(document: Value, max_levels: usize) -> Result<Vec<Item>, Error> {
    let Value::Object(mut body) = document else {
        return Err(refused("", "must be a JSON object"));
    };
    let operations = body.remove("operations");
    if let Some(unknown) = body.keys().next() {
        return Err(refused(
            &json::child("", unknown),
            "is not a member of a batch",
        ));
    }
    match operations {
        Some(Value::Array(operations)) if (1..=MAX_OPERATIONS).contains(&operations.len()) => {
            let operations = operations.into_iter().enumerate();
            let reader = Reader {
                max_levels,
                work: Work::of_batch(),
            };
            Ok(operations
                .map(|(position, value)| reader.item(position, value))
                .collect())
        }
        _ => Err(refused(
            "/operations",
            "must be an array of 1 to 100 operations",
        )),
    }
}

fn refused(pointer: &str, message: &str) -> Error {
    Error::validation_failed(vec![Violation::new(pointer, message)])
}

/// Reads the operations of one batch.
struct Reader {
    max_levels: usize,
    /// What all patches of the batch may cost together.
    work: Work,
}

impl Reader {
    fn item(&self, position: usize, value: Value) -> Item {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let (name, id) = (text("operation").unwrap_or_default(), text("id"));
        let operation = match value {
            Value::Object(members) => self.operation(&name, id.clone(), members),
            _ => Err(refused("", "must be a JSON object")),
        };
        Item {
            position,
            name,
            id,
            operation,
        }
    }

    fn operation(
        &self,
        name: &str,
        id: Option<String>,
        mut members: Object,
    ) -> Result<Operation, Error> {
        let unknown = members
            .keys()
            .find(|name| !MEMBERS.contains(&name.as_str()));
        if let Some(unknown) = unknown {
            return Err(refused(
                &json::child("", unknown),
                "is not a member of an operation",
            ));
        }
        let id = id.ok_or_else(|| refused("/id", "is required"));
        match name {
            "create" => Ok(Operation::Create {
                object: self.object(&mut members)?,
            }),
            "update" => Ok(Operation::Update {
                id: id?,
                object: self.object(&mut members)?,
            }),
            "patch" => Ok(Operation::Patch {
                id: id?,
                patch: self.directives(&mut members)?,
            }),
            "delete" => Ok(Operation::Delete { id: id? }),
            _ => Err(refused(
                "/operation",
                "must be create, update, patch or delete",
            )),
        }
    }

    fn object(&self, members: &mut Object) -> Result<Object, Error> {
        match members.remove("object") {
            Some(object @ Value::Object(_)) => match json::canonical(object, self.max_levels)? {
                Value::Object(object) => Ok(object),
                _ => Err(refused("/object", "must be a JSON object")),
            },
            _ => Err(refused("/object", "must be a JSON object")),
        }
    }

    fn directives(&self, members: &mut Object) -> Result<Patch, Error> {
        let directives = members.remove("patch_directives");
        let directives = directives.ok_or_else(|| refused("/patch_directives", "is required"))?;
        let max_levels = self.max_levels + LEVELS_ABOVE_VALUES;
        Patch::parse(json::canonical(directives, max_levels)?, self.work.clone())
    }
}
