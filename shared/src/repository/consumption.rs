//! Takes from a contact's credits and gives back.
//!
//! `candidates` asks the index where to look, `versioned` reads credits so that they can be written
//! again, `receipt` has the item that makes consume repeatable, and `transaction` writes the
//! credits and the receipt, all or nothing.

mod candidates;
mod receipt;
mod transaction;
mod versioned;

pub(crate) use receipt::KIND;
pub use transaction::TransactionOutcome;
pub use versioned::{CreditUpdate, VersionedCredit};
