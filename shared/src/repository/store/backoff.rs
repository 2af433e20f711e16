//! How long to wait before trying again.

use std::time::Duration;

/// The longest first wait; it doubles from round to round ...
const FIRST_WAIT: Duration = Duration::from_millis(16);
/// ... this many times, up to 512 ms.
const MAX_DOUBLINGS: u32 = 5;

/// Waits before the round after `round`. Full jitter over a growing span: those who lost a race
/// together do not come back together.
pub async fn wait(round: u32) {
    let span = FIRST_WAIT * 2_u32.pow(round.min(MAX_DOUBLINGS));
    tokio::time::sleep(span.mul_f64(fastrand::f64())).await;
}
