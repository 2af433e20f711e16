//! When to stop: Ctrl-C, SIGTERM, or the terminal's end.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Becomes true at the first of the signals. They are caught from the moment
/// this returns, so that not even a start under way leaves something behind.
pub(super) fn stop() -> io::Result<watch::Receiver<bool>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
        sender.send_replace(true);
    });
    Ok(receiver)
}

/// Returns once the value is true.
pub(super) async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error says that the sender is gone, which happens after the signal only.
    stop.wait_for(|stop| *stop).await.map(drop).ok();
}
