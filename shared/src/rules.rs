//! The rules engine: which rule of a set matches, when the term expires, and why.
//!
//! Contract: `docs/expiration.md#1-the-rule-set`, `docs/expiration.md#2-calendar-years`,
//! `docs/expiration.md#3-anniversary`, `docs/expiration.md#5-evaluate` and
//! `docs/expiration.md#6-standing`. Everything here is pure and total: no clock, no I/O, no panic, and
//! work that is bounded however the rules and the facts look.
//!
//! Reading order: [`evaluate()`] chooses, `conditions` walks a rule's tree, `operators` holds one fact
//! against one value, `path` looks into a fact; `calendar`, `anniversary` and `fixed` make the dates;
//! [`standing`] tells what a date means on a day.

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
mod kind;
mod members;
mod number;
mod operators;
mod path;
mod recorder;
mod seen;
mod standing;
mod text;
mod work;

pub use decision::Decision;
pub use error::RuleError;
pub use evaluate::{evaluate, explain};
pub use explanation::{LeafTrace, MAX_SHOWN_BYTES, RuleTrace};
pub use facts::Facts;
pub use standing::{Periods, Reinstatement, Standing};

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod property_tests;
