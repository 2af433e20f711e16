//! An `all` or `any` that holds no conditions.

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::base::json::Object;

/// An empty `all` or `any`. It counts as absent, and is kept so that it is answered as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// `[]`
    List,
    /// `{}`
    Object,
}

impl Empty {
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Array(items) if items.is_empty() => Some(Self::List),
            Value::Object(members) if members.is_empty() => Some(Self::Object),
            _ => None,
        }
    }
}

impl Serialize for Empty {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::List => [(); 0].serialize(serializer),
            Self::Object => Object::new().serialize(serializer),
        }
    }
}
