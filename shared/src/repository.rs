//! The table. The only importer of the DynamoDB SDK.
//!
//! `pk` = `<tenantId>#<kind>`, `sk` = the record's id. Every method is an access pattern, every
//! write is conditional, and every query starts from a tenant.

pub mod api_keys;
mod attempts;
mod attribute;
mod backoff;
pub mod client;
pub mod collection;
mod connect;
mod consumption;
mod credit;
pub mod entity;
mod failure;
mod integrity;
mod item;
mod item_size;
mod keyed_writes;
mod metering;
pub mod query;
mod recovery;
mod removal;
mod rewrite;
mod rule_set;
pub mod search;
pub mod sweep;
pub mod table;
pub mod tenants;
pub mod tombstone;
mod write_log;

pub use backoff::wait;
pub use collection::{Collection, Created, Record};
pub use connect::Readable;
pub use consumption::{Base, Change, MAX_CREDITS, Opened, Settled};
pub use entity::Entity;
pub use item::representation;
pub use query::{CreditIndex, Page, PageRequest};
pub use recovery::DeletedRecord;
pub use removal::Holding;
pub use rewrite::{Contention, Saved};
pub use search::{Found, SearchRequest};
pub use table::{Records, Table};
pub use tombstone::Deletion;
