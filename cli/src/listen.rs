//! HTTP/1.1 on a socket of this machine. Only this machine's own programs may
//! call: a request that names another host comes from a web page whose name
//! was made to lead here (DNS rebinding), and is refused before anything else.

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

/// For how long a connection may be idle, and how long the head of a request
/// may take to arrive.
pub const IDLE_FOR: Duration = Duration::from_secs(60);

/// How long requests under way may take to end once the server is stopped.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// Serves by `answer` until `stop` ends, then lets requests under way finish,
/// for two seconds at most. A connection is closed when the head of a request
/// has not arrived within `idle_for`, be it slow or not begun.
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
    // The answer is complete when it is written: nothing is gained by waiting.
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
        // An error says that the client is gone or was too slow: nobody is left to be told.
        tokio::spawn(async move { drop(connection.await) });
    }
    drop(listener);
    drop(tokio::time::timeout(STOP_WITHIN, open.shutdown()).await);
    Ok(())
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

/// In API Gateway's words for a host that it does not serve.
fn forbidden() -> Response {
    let headers = [(CONTENT_TYPE, "application/json")];
    (StatusCode::FORBIDDEN, headers, r#"{"message":"Forbidden"}"#).into_response()
}
