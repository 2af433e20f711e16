//! The connection between a resource and its items.

use serde::Serialize;

use crate::base::error::Error;
use crate::base::json::Object;
use crate::model::system::SystemFields;

/// A record that lives in a tenant's partition of its own kind.
pub trait Entity: Serialize + Send + Sized {
    /// The second half of `pk`.
    const KIND: &'static str;
    /// The fields that are answered. All other attributes are internal.
    const FIELDS: &'static [&'static [&'static str]];

    /// Returns the sort key.
    fn id(&self) -> &str;

    /// Returns the fields that every record has.
    fn system(&self) -> &SystemFields;

    /// Returns the attributes beside the fields, such as the key of an index.
    fn internal_attributes(&self) -> Object;

    /// Reads a record back from its attributes, and ignores unknown ones.
    ///
    /// # Errors
    /// `internal` when an attribute is missing or has the wrong type.
    fn from_attributes(attributes: Object) -> Result<Self, Error>;
}
