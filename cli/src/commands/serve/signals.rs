//! The signals that stop the service: Ctrl-C, SIGTERM, and the end of the
//! terminal.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Returns a value that becomes true at the first signal. The signals are caught
/// from now on, so that a start that is interrupted leaves nothing behind.
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
