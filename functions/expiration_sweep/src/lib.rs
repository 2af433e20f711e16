//! The expiration sweep: archives credits whose last valid day, and grace, is over.
//!
//! Event → [`event`] → [`plan`] (which tenants) → pages of the expiration index → what to do with
//! each entry (`shared::lifecycle::archival`, pure) → one conditional write each → [`report`].
//!
//! It may run twice, in parallel, late, or be killed: each write is conditional on all that it was
//! decided on, so a credit is archived once.

mod continuation;
mod event;
mod handle;
mod observe;
mod plan;
mod report;
mod run;
mod summary;
mod tenant;

pub use event::{PlanRequest, SweepRequest};
pub use observe::METRICS;
pub use plan::{GROUP, PLAN_PAGE, Planned};
pub use report::{Finished, Report};
pub use run::{CONCURRENCY, STOP_MARGIN, Sweep};
