//! Why there is no decision.

/// Why a rule set gave no decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// `is_active` is false: readable, but not to be computed with.
    #[error("the rule set is not active")]
    Inactive,
    /// Looking through the facts would take too long (ours): the rules and the facts were made for it.
    #[error("the rules look through more of the facts than one evaluation may")]
    TooMuchWork,
}
