//! The expiration sweep: archives credits whose last valid day, and grace, is over.
//!
//! [`sweep`] gets an event ([`event`]). [`plan`] names the tenants, [`today`] the day. [`run`]
//! reads pages of the expiration index. [`archiver`] judges each entry
//! (`shared::lifecycle::archival`, pure) and writes once for each due credit, conditionally.
//! [`report`] counts, and [`observe`] logs.
//!
//! The sweep may run twice, in parallel or late, or be killed. Each write is conditional on
//! everything that the verdict was based on, so a credit is archived once.

mod answer;
mod archiver;
mod continuation;
mod event;
mod observe;
mod plan;
mod report;
mod run;
mod setup;
mod summary;
mod sweep;
mod today;

pub use event::SweepRequest;
pub use observe::METRICS;
pub use plan::{GROUP, PLAN_PAGE};
pub use report::{Finished, Report};
pub use run::STOP_MARGIN;
pub use setup::CONCURRENCY;
pub use sweep::Sweep;
