//! The place where a run stopped, as an opaque text.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use shared::base::error::{Error, Violation};
use shared::model::id::{MAX_ID_BYTES, TenantId};
use shared::repository::expiring_credits::ExpiringPosition;

use crate::event::refused;

const VERSION: &str = "1.";

/// The tenant to go on with, and the last entry of its index that was processed.
///
/// A continuation only says where to look. One that is forged or old can make a run skip something;
/// the next run from the start finds that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Continuation {
    #[serde(rename = "t")]
    pub(crate) tenant: TenantId,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<ExpiringPosition>,
}

impl Continuation {
    /// Writes the continuation as a text.
    pub(crate) fn seal(&self) -> String {
        // INVARIANT: a struct of strings always serializes.
        let place = serde_json::to_vec(self).unwrap_or_default();
        format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(place))
    }

    /// Reads a continuation.
    ///
    /// # Errors
    /// `invalid-request` for a text that [`Self::seal`] has not written.
    pub(crate) fn open(text: &str) -> Result<Self, Error> {
        let place = text
            .strip_prefix(VERSION)
            .and_then(|sealed| URL_SAFE_NO_PAD.decode(sealed).ok());
        place
            .and_then(|place| serde_json::from_slice(&place).ok())
            .filter(Self::is_possible)
            .ok_or_else(|| {
                let message = "is not a continuation of the sweep; leave it out to start again";
                refused(Violation::new("/continuation", message))
            })
    }

    // DynamoDB refuses an empty key, and our keys are no longer than an id.
    fn is_possible(&self) -> bool {
        let fits = |text: &String| (1..=MAX_ID_BYTES).contains(&text.len());
        let after = self.after.as_ref();
        after.is_none_or(|position| fits(&position.date) && fits(&position.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_continuation_comes_back_from_its_text_and_other_texts_are_refused() {
        let place = Continuation {
            tenant: "demo.example".parse().unwrap(),
            after: Some(ExpiringPosition {
                date: "2026-01-31".to_owned(),
                id: "a|b:c".to_owned(),
            }),
        };
        assert_eq!(Continuation::open(&place.seal()).unwrap(), place);
        for bad in ["", "1.", "2.e30", "1.e30", "1.!!", &place.seal()[2..]] {
            let error = Continuation::open(bad).unwrap_err();
            assert_eq!(error.code(), "invalid-request", "{bad}");
        }
    }
}
