//! The table. The only room that imports the DynamoDB SDK.
//!
//! `pk` = `<tenantId>#<kind>`, `sk` = the record's id; `docs/storage.md` lists every item and access
//! pattern. [`store`] is what all access patterns are made of, [`records`] are the ones that credits and
//! rule sets share, and each other module is one question to the table. Every write is conditional.

pub mod api_keys;
mod consumption;
pub mod expiring_credits;
pub mod records;
mod removal;
pub mod search;
pub mod store;
pub mod tenants;
mod warm_up;

pub use consumption::{Base, Change, MAX_CREDITS, Opened, Settled};
pub use records::collection::{Collection, Created, Record};
pub use records::query::CreditIndex;
pub use records::recovery::DeletedRecord;
pub use records::tombstone::Deletion;
pub use records::written::Written;
pub use removal::Holding;
pub use search::{Found, SearchRequest};
pub use store::backoff::wait;
pub use store::client;
pub use store::entity::Entity;
pub use store::item::representation;
pub use store::table::Table;
pub use warm_up::Readable;
