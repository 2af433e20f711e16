//! The gateway on a socket.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Gateway;
use crate::listen;

/// Serves until `stop` becomes true. Then requests under way have two seconds to
/// finish. Closes connections that are idle, or slow with the head of a request,
/// for longer than `idle_for`.
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
    listen::serve(listener, idle_for, listen::stopped(stop), answer).await
}
