//! One JSON line per event, on standard output, where Lambda collects it.

use tracing_subscriber::EnvFilter;

/// Starts logging; `RUST_LOG` sets the level, `info` by default. A second call changes nothing.
pub fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter);
    let _ = subscriber
        .with_current_span(false)
        .with_span_list(false)
        .try_init();
}
