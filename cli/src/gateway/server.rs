//! The gateway on a socket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use http::Request;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Gateway;

/// How long requests under way may take to end once the gateway is stopped.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// Serves until `stop` becomes true, then lets requests under way finish, for
/// two seconds at most.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    gateway: Arc<Gateway>,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let service = Router::new()
        .fallback(answer)
        .with_state(gateway)
        .into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stopped(stop.clone()));
    let patience = async {
        stopped(stop).await;
        tokio::time::sleep(STOP_WITHIN).await;
    };
    tokio::select! {
        served = serving.into_future() => served,
        () = patience => Ok(()),
    }
}

/// A sender that is gone has said all it will say: that is a stop as well.
async fn stopped(mut stop: watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

async fn answer(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request<Body>,
) -> Response {
    gateway.answer(request, peer.ip()).await
}
