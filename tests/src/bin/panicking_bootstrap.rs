//! The credits function with a clock that panics at its first use only, so that a test can cause a
//! panic in a process that Lambda runs.

use std::sync::atomic::{AtomicBool, Ordering};

use credits::router;
use jiff::Timestamp;
use shared::base::clock::Clock;
use shared::http::function::Function;
use shared::http::state::AppState;
use shared::repository::{Table, client};
use shared::runtime::config::Config;
use shared::runtime::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    telemetry::init("credits");
    let config = Config::from_env()?;
    let table = Table::new(client::of_function(&config), config.table_name);
    let state = AppState::new(table).with_clock(breaking_once());
    Function::new(router(state)).run().await
}

fn breaking_once() -> Clock {
    let has_broken = AtomicBool::new(false);
    Clock::from_fn(move || {
        assert!(has_broken.swap(true, Ordering::Relaxed), "the clock broke");
        Timestamp::now()
    })
}
