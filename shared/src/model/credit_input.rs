//! A credit as a client sends it.

use crate::base::error::Error;
use crate::base::json::{self, Object};
use crate::model::credit_details::CreditDetails;
use crate::model::system_input::SystemInput;

/// The content of a create or replace: valid details, and the system fields that a client may set.
#[derive(Clone, Debug, PartialEq)]
pub struct CreditDraft {
    /// The credit's own fields.
    pub details: CreditDetails,
    /// The system fields that a client may set.
    pub system: SystemInput,
}

impl CreditDraft {
    /// Reads a body from which the id was taken.
    ///
    /// # Errors
    /// `validation-failed`, naming every violation by its pointer.
    pub fn parse(body: Object, is_admin: bool) -> Result<Self, Error> {
        let draft = json::validate(body, |input| {
            let mut fields = input.fields()?;
            let details = CreditDetails::read(&mut fields);
            let system = SystemInput::take(&mut fields, is_admin);
            fields.finish();
            Some(Self {
                details: details?,
                system,
            })
        });
        draft.map_err(Error::validation_failed)
    }
}
