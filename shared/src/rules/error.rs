//! The errors of the rules engine.

/// The reason why a rule set cannot decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// `is_active` is false: the rule set may be read, but not evaluated.
    #[error("the rule set is not active")]
    Inactive,
    /// The rules look through more of the facts than one evaluation may.
    #[error("the rules look through more of the facts than one evaluation may")]
    TooMuchWork,
}
