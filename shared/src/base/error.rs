//! The one error of the service: what a client can act on, without a word of HTTP.

use std::error::Error as StdError;

use serde::Serialize;
use utoipa::ToSchema;

/// The cause of a failure that only the log may see.
pub type Cause = Box<dyn StdError + Send + Sync + 'static>;

/// The most faults that an answer names: what a client sends must not make it grow without bound.
pub const MAX_VIOLATIONS: usize = 100;
/// The longest text of a client's that an answer repeats, in bytes.
pub const MAX_ECHO_BYTES: usize = 512;

/// A text of at most [`MAX_ECHO_BYTES`], ended by `…` where it was cut.
pub fn shortened(mut text: String) -> String {
    if text.len() > MAX_ECHO_BYTES {
        text.truncate(text.floor_char_boundary(MAX_ECHO_BYTES));
        text.push('…');
    }
    text
}

/// One fault in what a client sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
// The name that the OpenAPI document has for it, which generated clients depend on.
#[schema(as = Fault)]
pub struct Violation {
    /// RFC 6901 pointer to the bad value; empty for the whole document.
    pub pointer: String,
    /// What is wrong with the value, and what would be right.
    pub message: String,
}

impl Violation {
    /// A fault at `pointer`; what is longer than an answer should carry is cut.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: shortened(pointer.into()),
            message: shortened(message.into()),
        }
    }
}

/// Why a request was refused or failed. Each variant is a difference that a client can use.
///
/// `Display` is the text for the client and never prints the source; the chain is for the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request itself is wrong; the same request will always be refused.
    #[error("{detail}")]
    Invalid {
        /// Which kind of wrong.
        code: InvalidCode,
        /// What is wrong, for a person.
        detail: String,
        /// Each fault with its place, if it has one.
        violations: Vec<Violation>,
    },
    /// Nobody we know sent this.
    #[error("send a valid API key or token in the `Authorization` header")]
    Unauthenticated,
    /// Somebody we know, who may not do this.
    #[error("this key or token does not permit the request")]
    Forbidden,
    /// There is no such record for this tenant.
    #[error("there is no such record")]
    NotFound,
    /// The record's state forbids it.
    #[error("{detail}")]
    Conflict {
        /// Which state.
        code: ConflictCode,
        /// What is in the way, for a person.
        detail: String,
    },
    /// `If-Match` names another version than the record has.
    #[error("the record has another version than `If-Match` names; read it again")]
    PreconditionFailed,
    /// What makes the request repeatable was used for another request.
    #[error("{detail}")]
    IdempotencyKeyReused {
        /// What it was, and what to do.
        detail: &'static str,
    },
    /// What was sent, or what would come of it, is over a limit.
    #[error("{what} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit, in bytes.
        limit_bytes: usize,
    },
    /// The store is throttled, slow or away, and nothing was changed; trying again later may help.
    #[error("the service is busy; try again shortly")]
    Unavailable(#[source] Cause),
    /// A write was sent, and whether it was applied cannot be known. Only a repeat by the same
    /// `Idempotency-Key` is safe.
    #[error(
        "it is not known whether this was done; repeat the request with the same \
         `Idempotency-Key`, or read the record before sending it again"
    )]
    OutcomeUnknown(#[source] Cause),
    /// A fault of ours.
    #[error("something went wrong on our side; quote the request id when reporting it")]
    Internal(#[source] Cause),
}

/// The kinds of [`Error::Invalid`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidCode {
    /// Syntax: the body, a header, a path value or a query parameter cannot be read.
    InvalidRequest,
    /// The body was read, and breaks a rule of the resource.
    ValidationFailed,
    /// A create that brings its own id.
    IdNotAllowed,
    /// A cursor that is not ours, or belongs to another route or search.
    InvalidCursor,
    /// A patch that changes what only the server may change.
    ProtectedField,
}

/// The kinds of [`Error::Conflict`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConflictCode {
    /// Somebody else wrote the record since it was read.
    VersionConflict,
    /// The record is locked.
    RecordLocked,
    /// A patch whose `test` fails or whose path is not there.
    PatchConflict,
    /// The contact does not have as much as was asked for.
    InsufficientCredits,
    /// More credits would be needed than one transaction holds.
    TooManyCredits,
    /// The rule set is not active: readable, but not to be computed with.
    RuleSetInactive,
    /// The id belonged to a record that was deleted.
    RecordDeleted,
    /// The tenant's time zone is not known, so nobody can tell what day it is there.
    UnknownTimeZone,
}

impl Error {
    /// A request that cannot be read.
    pub fn invalid_request(detail: impl Into<String>) -> Self {
        Self::invalid(InvalidCode::InvalidRequest, detail, Vec::new())
    }

    /// A query parameter that cannot be read. The message says what it must be.
    pub fn invalid_parameter(name: &str, message: impl std::fmt::Display) -> Self {
        let detail = format!("`{name}` {message}");
        let violation = Violation::new(format!("/{name}"), message.to_string());
        Self::invalid(InvalidCode::InvalidRequest, detail, vec![violation])
    }

    /// A body that breaks rules of the resource.
    pub fn validation_failed(mut violations: Vec<Violation>) -> Self {
        let detail = match violations.as_slice() {
            [only] => format!("`{}` {}", only.pointer, only.message),
            many => format!("{} fields are not valid", many.len()),
        };
        violations.truncate(MAX_VIOLATIONS);
        Self::invalid(InvalidCode::ValidationFailed, detail, violations)
    }

    /// A refusal of the given kind, with its faults.
    pub fn invalid(
        code: InvalidCode,
        detail: impl Into<String>,
        violations: Vec<Violation>,
    ) -> Self {
        Self::Invalid {
            code,
            detail: shortened(detail.into()),
            violations,
        }
    }

    /// A refusal because of the record's state.
    pub fn conflict(code: ConflictCode, detail: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            detail: shortened(detail.into()),
        }
    }

    /// A fault of ours, with the text for the log.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
    }

    /// Its causes, outermost first, for the log alone; each is cut like what an answer repeats, since
    /// a store's message may repeat what was sent.
    pub fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut next = self.source();
        while let Some(cause) = next {
            causes.push(shortened(cause.to_string()));
            next = cause.source();
        }
        causes
    }

    /// The stable word for this error: the last segment of a problem's `type`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { code, .. } => code.as_str(),
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Conflict { code, .. } => code.as_str(),
            Self::PreconditionFailed => "precondition-failed",
            Self::IdempotencyKeyReused { .. } => "idempotency-key-reused",
            Self::TooLarge { .. } => "too-large",
            Self::Unavailable(_) => "unavailable",
            Self::OutcomeUnknown(_) => "outcome-unknown",
            Self::Internal(_) => "internal",
        }
    }
}

/// A body that breaks one rule of the resource.
impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::validation_failed(vec![violation])
    }
}

impl InvalidCode {
    /// The stable word for this kind.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid-request",
            Self::ValidationFailed => "validation-failed",
            Self::IdNotAllowed => "id-not-allowed",
            Self::InvalidCursor => "invalid-cursor",
            Self::ProtectedField => "protected-field",
        }
    }
}

impl ConflictCode {
    /// The stable word for this kind.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VersionConflict => "version-conflict",
            Self::RecordLocked => "record-locked",
            Self::PatchConflict => "patch-conflict",
            Self::InsufficientCredits => "insufficient-credits",
            Self::TooManyCredits => "too-many-credits",
            Self::RuleSetInactive => "rule-set-inactive",
            Self::RecordDeleted => "record-deleted",
            Self::UnknownTimeZone => "unknown-time-zone",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constructors_cut_what_a_client_sent() {
        let long = "ä".repeat(1_000);
        let most = MAX_ECHO_BYTES + '…'.len_utf8();
        let violation = Violation::new(long.clone(), long.clone());
        assert!(violation.pointer.len() <= most && violation.message.len() <= most);
        for error in [
            Error::invalid_request(long.clone()),
            Error::validation_failed(vec![violation]),
            Error::conflict(ConflictCode::PatchConflict, long.clone()),
        ] {
            assert!(error.to_string().len() <= most, "{}", error.code());
        }
        let causes = Error::internal(long).causes();
        assert!(causes.iter().all(|cause| cause.len() <= most));
    }

    #[test]
    fn the_causes_are_for_the_log_and_not_for_the_client() {
        let kinds: [fn(Cause) -> Error; 3] =
            [Error::Unavailable, Error::OutcomeUnknown, Error::Internal];
        for error in kinds.map(|kind| kind("the table said so".into())) {
            assert!(!error.to_string().contains("said so"), "{error}");
            assert_eq!(error.causes(), ["the table said so"]);
        }
    }
}
