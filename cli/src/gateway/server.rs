//! The gateway on a socket.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Gateway;
use crate::listen;

/// Serves until `stop` becomes true, then lets requests under way finish, for
/// two seconds at most. Connections that are idle, or slow with the head of a
/// request, for longer than `idle_for` are closed.
///
/// # Errors
/// When the listener has no address.
pub async fn serve(
    listener: TcpListener,
    gateway: Arc<Gateway>,
    idle_for: Duration,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let answer = move |request, peer: std::net::SocketAddr| {
        let gateway = Arc::clone(&gateway);
        async move { gateway.answer(request, peer.ip()).await }
    };
    listen::serve(listener, idle_for, stopped(stop), answer).await
}

/// A sender that is gone has said all it will say: that is a stop as well.
async fn stopped(mut stop: watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}
