//! What the table needs to know of a resource.

use serde::Serialize;

use crate::base::error::Error;
use crate::base::json::Object;
use crate::model::system::SystemFields;

/// A record that lives in a tenant's partition of its own kind.
pub trait Entity: Serialize + Send + Sized {
    /// The second half of `pk`.
    const KIND: &'static str;
    /// The fields that are answered; all other attributes are internal and never leave.
    const FIELDS: &'static [&'static [&'static str]];

    /// The sort key.
    fn id(&self) -> &str;

    /// The fields every record has.
    fn system(&self) -> &SystemFields;

    /// Attributes beside the fields, such as those only an index needs.
    fn internal_attributes(&self) -> Object;

    /// Reads a record back from its attributes, of which it ignores those it does not know.
    ///
    /// # Errors
    /// `internal` when the attributes are not those of such a record.
    fn from_attributes(attributes: Object) -> Result<Self, Error>;
}
