//! The one error of the service. Each variant is something that a client can act on; HTTP status
//! codes are the business of `http`.

mod violation;

use std::error::Error as StdError;
use std::fmt;

pub use violation::{MAX_ECHO_BYTES, MAX_VIOLATIONS, Violation, Violations, shortened};

/// The cause of a failure that only the log may see.
pub type Cause = Box<dyn StdError + Send + Sync + 'static>;

/// Why a request was refused or failed. Each variant is a difference that a client can use.
///
/// `Display` is the text for the client and never prints the source; the chain is for the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request itself is wrong; the same request will always be refused.
    #[error("{detail}")]
    Invalid {
        /// The kind of fault.
        code: InvalidCode,
        /// A description of the fault, for a person.
        detail: String,
        /// Each fault with its place, if it has one.
        violations: Vec<Violation>,
    },
    /// The request carries no valid key or token.
    #[error("send a valid API key or token in the `Authorization` header")]
    Unauthenticated,
    /// The key or token does not permit the request.
    #[error("this key or token does not permit the request")]
    Forbidden,
    /// The tenant does not have such a record.
    #[error("there is no such record")]
    NotFound,
    /// The record's state forbids it.
    #[error("{detail}")]
    Conflict {
        /// The kind of conflict.
        code: ConflictCode,
        /// A description of the conflict, for a person.
        detail: String,
    },
    /// `If-Match` names another version than the record has.
    #[error("the record has another version than `If-Match` names; read it again")]
    PreconditionFailed,
    /// The key that makes the request repeatable was used for another request.
    #[error("{detail}")]
    IdempotencyKeyReused {
        /// The key that was used, and what to do.
        detail: &'static str,
    },
    /// The request, or the record that it would make, is over a limit.
    #[error("{what} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The thing that is too large.
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
    /// A credit that is needed has reached a limit of records, so it cannot take another usage.
    CreditFull,
    /// The rule set is not active: readable, but not to be computed with.
    RuleSetInactive,
    /// The id belonged to a record that was deleted.
    RecordDeleted,
    /// The tenant's time zone is not known, so nobody can tell what day it is there.
    UnknownTimeZone,
}

impl Error {
    /// Refuses a request that cannot be read.
    pub fn invalid_request(detail: impl fmt::Display) -> Self {
        Self::invalid(InvalidCode::InvalidRequest, detail, Vec::new())
    }

    /// Refuses a query parameter that cannot be read. The message says what it must be.
    pub fn invalid_parameter(name: &str, message: impl fmt::Display) -> Self {
        let detail = format!("`{name}` {message}");
        let violation = Violation::new(format!("/{name}"), message.to_string());
        Self::invalid(InvalidCode::InvalidRequest, detail, vec![violation])
    }

    /// Refuses a body that breaks rules of the resource.
    pub fn validation_failed(violations: impl Into<Violations>) -> Self {
        let violations = violations.into();
        let detail = match violations.named() {
            [only] => format!("`{}` {}", only.pointer, only.message),
            _ => format!("{} fields are not valid", violations.count()),
        };
        Self::invalid(InvalidCode::ValidationFailed, detail, violations.into())
    }

    /// Refuses a request for a fault of the given kind.
    pub fn invalid(
        code: InvalidCode,
        detail: impl fmt::Display,
        violations: Vec<Violation>,
    ) -> Self {
        Self::Invalid {
            code,
            detail: shortened(detail),
            violations,
        }
    }

    /// Refuses a request because of the record's state.
    pub fn conflict(code: ConflictCode, detail: impl fmt::Display) -> Self {
        Self::Conflict {
            code,
            detail: shortened(detail),
        }
    }

    /// Reports a fault of the service, with the cause for the log.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
    }

    /// Returns the causes of the error, outermost first, for the log alone. Each is [`shortened`],
    /// since a store's message may repeat what was sent.
    pub fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut next = self.source();
        while let Some(cause) = next {
            causes.push(shortened(cause));
            next = cause.source();
        }
        causes
    }

    /// Returns the stable word for this error: the last segment of a problem's `type`.
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
    /// Returns the stable word for this kind.
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
    /// Returns the stable word for this kind.
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
            Self::CreditFull => "credit-full",
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
