//! Reads and writes the table. Inside `shared`, only this room imports the DynamoDB SDK.
//!
//! `pk` is `<tenantId>#<kind>`, and `sk` is the record's id; `docs/storage.md` lists every item and
//! access pattern. [`store`] has the parts of all access patterns, [`records`] the patterns that
//! credits and rule sets share, and each other module is one question to the table. Every write is
//! conditional.

pub mod api_keys;
mod consumption;
pub mod expiring_credits;
pub mod records;
mod removal;
pub mod search;
pub mod store;
pub mod tenants;
mod warm_up;

pub use consumption::{CreditUpdate, TransactionOutcome, VersionedCredit};
pub use records::collection::Collection;
pub use records::create::Created;
pub use records::query::CreditIndex;
pub use records::read::Record;
pub use records::restore::DeletedRecord;
pub use records::tombstone::Deletion;
pub use records::written::Written;
pub use removal::Holding;
pub use search::{SearchPage, SearchRequest};
pub use store::backoff::{MAX_ROUNDS, wait};
pub use store::client;
pub use store::entity::Entity;
pub use store::table::Table;
pub use warm_up::WarmUp;
