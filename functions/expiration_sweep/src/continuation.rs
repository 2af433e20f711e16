//! Where a run stopped, as an opaque text.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use shared::base::error::{Error, Violation};
use shared::model::id::{MAX_ID_BYTES, TenantId};
use shared::repository::expiring_credits::SweepPosition;

use crate::event::refused;

const VERSION: &str = "1.";

/// The tenant to go on with, and where inside it. It only says where to look: forged or old, it can
/// make a run skip something, which the next run from the start finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Continuation {
    #[serde(rename = "t")]
    pub(crate) tenant: TenantId,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<SweepPosition>,
}

impl Continuation {
    pub(crate) fn seal(&self) -> String {
        // INVARIANT: a struct of strings always serializes.
        let place = serde_json::to_vec(self).unwrap_or_default();
        format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(place))
    }

    pub(crate) fn open(text: &str) -> Result<Self, Error> {
        let place = text
            .strip_prefix(VERSION)
            .and_then(|sealed| URL_SAFE_NO_PAD.decode(sealed).ok());
        place
            .and_then(|place| serde_json::from_slice(&place).ok())
            .filter(Self::could_be)
            .ok_or_else(|| {
                let message = "is not a continuation of the sweep; start again without one";
                refused(Violation::new("/continuation", message))
            })
    }

    // No key that DynamoDB takes is empty, and none of ours is longer than an id.
    fn could_be(&self) -> bool {
        let fits = |text: &String| (1..=MAX_ID_BYTES).contains(&text.len());
        let after = self.after.as_ref();
        after.is_none_or(|position| fits(&position.date) && fits(&position.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_continuation_survives_its_text_and_nothing_else_is_one() {
        let place = Continuation {
            tenant: "demo.example".parse().unwrap(),
            after: Some(SweepPosition {
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
