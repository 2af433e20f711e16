//! HTTP/1.1 on a socket of this machine, for this machine's own programs. A
//! request that names another host comes from a web page whose name was made to
//! lead here (DNS rebinding). Such a request is refused before anything else.

mod host;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use axum::serve::{Listener, ListenerExt};
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The time for which a connection may be idle, and in which the head of a
/// request must arrive.
pub const IDLE_FOR: Duration = Duration::from_secs(60);

/// The time that requests under way get to finish after a stop.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// Answers requests with `answer` until `stop` ends. Then requests under way have
/// two seconds to finish. Closes a connection when the head of a request, slow or
/// not begun, has not arrived within `idle_for`.
///
/// # Errors
/// When the listener has no address.
pub(crate) async fn serve<A, F>(
    listener: TcpListener,
    idle_for: Duration,
    stop: impl Future<Output = ()>,
    answer: A,
) -> io::Result<()>
where
    A: Fn(Request<Body>, SocketAddr) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send,
{
    let port = listener.local_addr()?.port();
    // An answer is written at once, so waiting for more of it gains nothing.
    let mut listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(idle_for);
    let open = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let answer = answer.clone();
        let service = service_fn(move |request| respond(request, peer, port, answer.clone()));
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        // On an error the client is gone or was too slow, so it cannot be told.
        tokio::spawn(async move { drop(connection.await) });
    }
    drop(listener);
    drop(tokio::time::timeout(STOP_WITHIN, open.shutdown()).await);
    Ok(())
}

/// Waits until `stop` is true or its sender is dropped.
pub(crate) async fn stopped(mut stop: watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

async fn respond<A, F>(
    request: Request<Incoming>,
    peer: SocketAddr,
    port: u16,
    answer: A,
) -> Result<Response, Infallible>
where
    A: Fn(Request<Body>, SocketAddr) -> F,
    F: Future<Output = Response>,
{
    if !host::is_own(&request, port) {
        return Ok(forbidden());
    }
    Ok(answer(request.map(Body::new), peer).await)
}

/// Refuses as API Gateway refuses a host that it does not serve.
fn forbidden() -> Response {
    let headers = [(CONTENT_TYPE, "application/json")];
    (StatusCode::FORBIDDEN, headers, r#"{"message":"Forbidden"}"#).into_response()
}
