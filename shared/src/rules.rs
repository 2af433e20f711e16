//! The rules engine: decides which rule of a set matches, when the term expires, and why.
//!
//! Contract: `docs/expiration.md#1-the-rule-set`, `docs/expiration.md#2-calendar-years`,
//! `docs/expiration.md#3-anniversary`, `docs/expiration.md#5-evaluate` and
//! `docs/expiration.md#6-standing`. Everything here is pure and total: it uses no clock and
//! no I/O, does not panic, and bounds its work for all rules and facts.
//!
//! Reading order: [`evaluate()`] chooses the rule, `conditions` walks the rule's tree, `operators`
//! compares one fact with one value, `path` looks into a fact; `calendar`, `anniversary` and
//! `fixed` compute the dates; `standing` says what a date means on a day.

mod anniversary;
mod calendar;
mod conditions;
mod dates;
mod decision;
mod error;
mod evaluate;
mod excerpt;
mod explanation;
mod facts;
mod fixed;
mod members;
mod number;
mod operators;
mod path;
mod recorder;
mod resolved;
mod standing;
mod text;
mod typed_value;
mod work;

pub use decision::Decision;
pub use error::RuleError;
pub use evaluate::{evaluate, explain};
pub use excerpt::MAX_SHOWN_BYTES;
pub use explanation::{LeafTrace, RuleTrace};
pub use facts::Facts;
pub use standing::{Periods, Reinstatement, Standing};

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod property_tests;
