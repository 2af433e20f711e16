//! The number of tries, and the waits in between.

use std::time::Duration;

/// The most rounds in which a write is decided anew when others win the race. 50 writers at once
/// get through in half of the rounds. If every round is lost, the waits add up to 3 s on average.
pub const MAX_ROUNDS: u32 = 16;

/// The longest first wait; it doubles from round to round ...
const FIRST_WAIT: Duration = Duration::from_millis(16);
/// ... this many times, up to 512 ms.
const MAX_DOUBLINGS: u32 = 5;

/// Waits before the round after `round`, with full jitter over a growing span, so that writers who
/// lost a race together do not come back together.
pub async fn wait(round: u32) {
    let span = FIRST_WAIT * 2_u32.pow(round.min(MAX_DOUBLINGS));
    tokio::time::sleep(span.mul_f64(fastrand::f64())).await;
}
