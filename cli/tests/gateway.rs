//! The gateway on a socket, in front of a router that echoes requests: every
//! request gets an answer, and the gateway keeps running.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says by a panic what went wrong, and so do its helpers"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use authorizer::Authorizer;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::{get, post};
use certs::gateway::{Functions, Gateway, serve};
use certs::listen::IDLE_FOR;
use certs::store::AccessKey;
use jiff::Timestamp;
use lambda_http::RequestExt;
use serde_json::{Value, json};
use shared::http::function::Function;
use shared::repository::Table;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

async fn echo(
    method: Method,
    Path(path): Path<Vec<(String, String)>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> ([(&'static str, &'static str); 1], String) {
    let accept = headers
        .get("accept")
        .map(|value| value.to_str().unwrap().to_owned());
    let seen = json!({
        "method": method.as_str(), "path": path, "query": query, "accept": accept,
        "body": String::from_utf8_lossy(&body), "length": body.len(),
    });
    ([("content-type", "application/json")], seen.to_string())
}

async fn preflight() -> (StatusCode, [(&'static str, &'static str); 1]) {
    let own = [("access-control-allow-headers", "x-theirs")];
    (StatusCode::RESET_CONTENT, own)
}

/// Returns the milliseconds that the function is told to have left.
async fn time_left(request: axum::extract::Request) -> String {
    let deadline = request.lambda_context_ref().unwrap().deadline;
    let now = Timestamp::now().as_millisecond();
    (i64::try_from(deadline).unwrap() - now).to_string()
}

async fn panicking() -> &'static str {
    panic!("on purpose")
}

/// The time that the gateway waits, in tests of waiting: enough for a request that is sent at once,
/// also on a busy machine.
const SHORT: Duration = Duration::from_secs(1);
/// Far more than needed, also on a busy machine.
const SOON: Duration = Duration::from_secs(20);

fn toy(invoked: Arc<AtomicUsize>) -> Router {
    Router::new()
        .route("/credits/{tenant}", post(echo).get(echo))
        .route(
            "/credits/{tenant}/{id}",
            get(echo).delete(panicking).options(preflight),
        )
        .route("/expirationRuleSets/{tenant}", get(time_left))
        .route(
            "/openapi.json",
            get(|| async { ([("set-cookie", "a=1")], vec![0_u8, 255]) }),
        )
        .layer(axum::middleware::map_request(
            move |request: axum::extract::Request| {
                invoked.fetch_add(1, Ordering::Relaxed);
                async { request }
            },
        ))
}

struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    invoked: Arc<AtomicUsize>,
}

impl Running {
    async fn start() -> Self {
        Self::start_patient(IDLE_FOR, IDLE_FOR).await
    }

    /// Starts a gateway that closes idle connections and refuses slow bodies after these times.
    async fn start_patient(idle_for: Duration, body_within: Duration) -> Self {
        let invoked = Arc::new(AtomicUsize::new(0));
        let router = toy(Arc::clone(&invoked));
        let function = Function::new(router);
        let names = ["CreditsFunction", "ExpirationRuleSetsFunction"];
        let functions = names.map(|name| (name.to_owned(), function.clone()));
        let functions = Functions::from(functions);
        // No request here has a key, so the table is never read.
        let client = certs::store::client("http://127.0.0.1:9", &AccessKey::new("none"));
        let authorizer = Authorizer::new(Table::new(client, "none"));
        let gateway = Gateway::new(authorizer, functions).unwrap();
        let gateway = Arc::new(gateway.with_body_within(body_within));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(serve(listener, gateway, idle_for, stopped));
        Self {
            address,
            stop,
            invoked,
        }
    }

    /// Returns how many requests have reached a function.
    fn invoked(&self) -> usize {
        self.invoked.load(Ordering::Relaxed)
    }

    /// Sends the bytes unchanged, and reads until the gateway closes.
    async fn send(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // A refusal may arrive before the last byte is sent.
        stream.write_all(request).await.ok();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok();
        Answer::new(&String::from_utf8_lossy(&answer))
    }

    async fn get(&self, target: &str) -> Answer {
        self.request("GET", target, "", b"").await
    }

    async fn request(&self, method: &str, target: &str, headers: &str, body: &[u8]) -> Answer {
        let head = format!(
            "{method} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
            body.len(),
        );
        self.send(&[head.as_bytes(), body].concat()).await
    }

    async fn still_answers(&self) {
        assert_eq!(self.get("/credits/t").await.status, 200);
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn new(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        Self {
            status: status.unwrap_or_else(|| panic!("no answer: {text:?}")),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[tokio::test]
async fn a_request_reaches_the_router_and_its_answer_comes_back() {
    let gateway = Running::start().await;
    let headers = "content-type: application/json\r\naccept: a\r\naccept: b\r\n";
    let answer = gateway
        .request("POST", "/credits/t?x=1&y=a%20b", headers, b"{\"a\":1}")
        .await;
    assert_eq!(answer.status, 200);
    let seen = answer.json();
    assert_eq!(seen["method"], "POST");
    assert_eq!(seen["path"], json!([["tenant", "t"]]));
    assert_eq!(seen["query"], "x=1&y=a%20b");
    assert_eq!(seen["accept"], "a,b");
    assert_eq!(seen["body"], "{\"a\":1}");
    assert!(answer.head.contains("apigw-requestid: "), "{}", answer.head);
}

#[tokio::test]
async fn a_function_has_the_seconds_that_the_template_gives_it() {
    let gateway = Running::start().await;
    let answer = gateway.get("/expirationRuleSets/t").await;
    let left: i64 = answer.body.parse().unwrap();
    assert!(left > 5_000 && left <= 10_000, "{left}");
}

#[tokio::test]
async fn a_binary_body_goes_there_and_back_unchanged() {
    let gateway = Running::start().await;
    let headers = "content-type: application/octet-stream\r\n";
    let answer = gateway
        .request("POST", "/credits/t", headers, b"\x00\xff\x01")
        .await;
    assert_eq!(answer.json()["length"], 3);
    let answer = gateway.get("/openapi.json").await;
    assert!(answer.head.contains("content-length: 2"), "{}", answer.head);
    assert!(answer.head.contains("set-cookie: a=1"), "{}", answer.head);
}

#[tokio::test]
async fn a_foreign_or_hostile_host_is_refused_before_any_function() {
    let gateway = Running::start().await;
    let port = gateway.address.port();
    for hosts in [
        "".to_owned(),
        "host: \r\n".to_owned(),
        "host: a b\r\n".to_owned(),
        "host: [::1\r\n".to_owned(),
        "host: x@y:z/..\r\n".to_owned(),
        "host: localhost:99999999\r\n".to_owned(),
        "host: %00\r\n".to_owned(),
        "host: \u{fc}\r\n".to_owned(),
        "host: a\"<>\r\n".to_owned(),
        format!("host: evil.example:{port}\r\n"),
        format!("host: localhost.evil.example:{port}\r\n"),
        format!("host: localhost:{port}\r\nhost: evil.example:{port}\r\n"),
    ] {
        let origin = "origin: https://evil.example\r\nconnection: close";
        let request = format!("GET /credits/t HTTP/1.1\r\n{hosts}{origin}\r\n\r\n");
        let answer = gateway.send(request.as_bytes()).await;
        assert!([400, 403].contains(&answer.status), "{hosts:?}: {answer:?}");
        assert!(!answer.head.contains("access-control"), "{answer:?}");
    }
    let absolute = "GET http://evil.example/credits/t HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    assert_eq!(gateway.send(absolute.as_bytes()).await.status, 403);
    assert_eq!(gateway.invoked(), 0);
    gateway.still_answers().await;
}

#[tokio::test]
async fn this_machines_names_are_answered_with_its_port_and_without() {
    let gateway = Running::start().await;
    let port = gateway.address.port();
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        for host in [host.to_owned(), format!("{host}:{port}")] {
            let request =
                format!("GET /credits/t HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
            assert_eq!(gateway.send(request.as_bytes()).await.status, 200, "{host}");
        }
    }
}

#[tokio::test]
async fn forwarding_headers_change_nothing() {
    let gateway = Running::start().await;
    let forwarded = "x-forwarded-proto: :/\r\nx-forwarded-host: [\r\n";
    let answer = gateway.request("GET", "/credits/t", forwarded, b"").await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let gateway = Running::start_patient(SHORT, IDLE_FOR).await;
    let answer_to = async |begun: &str| {
        let mut stream = TcpStream::connect(gateway.address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        closed(&mut stream).await
    };
    let (nothing, line, head, kept) = tokio::join!(
        answer_to(""),
        answer_to("GET /credits/t HTT"),
        answer_to("GET /credits/t HTTP/1.1\r\nhost: localhost\r\nx-slow: "),
        answer_to("GET /credits/t HTTP/1.1\r\nhost: localhost\r\n\r\n"),
    );
    assert_eq!([nothing, line, head], [""; 3]);
    assert_eq!(Answer::new(&kept).status, 200);
}

#[tokio::test]
async fn a_body_that_does_not_arrive_in_time_is_a_408() {
    let gateway = Running::start_patient(IDLE_FOR, SHORT).await;
    let begun = b"POST /credits/t HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\n{\"a";
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    stream.write_all(begun).await.unwrap();
    let answer = Answer::new(&closed(&mut stream).await);
    assert_eq!(
        (answer.status, answer.json()),
        (408, json!({"message": "Request Timeout"}))
    );
    assert_eq!(gateway.invoked(), 0);
    gateway.still_answers().await;
}

/// Reads until the gateway closes the connection, which must happen soon.
async fn closed(stream: &mut TcpStream) -> String {
    let mut read = String::new();
    let closing = tokio::time::timeout(SOON, stream.read_to_string(&mut read));
    closing.await.unwrap().unwrap();
    read
}

#[tokio::test]
async fn hostile_paths_get_an_answer() {
    let gateway = Running::start().await;
    for path in [
        "/credits/t/..",
        "/../../etc/passwd",
        "/credits/%2e%2e/t",
        "/%2F%2F",
        "//",
        "/%00",
        "/credits/t/%00",
        "/credits/t/a%2Fb",
        "/credits/t/a%3Fb%23c",
        "/credits/t/%25",
        "/credits/t/\\..\\",
        "/?",
        "/credits/t??&&==",
        "/credits/t?%zz=%ff",
        "http://localhost/credits/t",
        "/credits/t/%E2%80%AE",
        "/credits/t/a%0d%0ab",
    ] {
        let status = gateway.get(path).await.status;
        assert!((200..500).contains(&status), "{path}: {status}");
    }
    for path in ["/%", "/%f", "/%zz", "/%ff", "/credits/%c3%28"] {
        let answer = gateway.get(path).await;
        assert_eq!(
            (answer.status, answer.json()),
            (400, json!({"message": "Bad Request"})),
            "{path}"
        );
    }
    gateway.still_answers().await;
}

#[tokio::test]
async fn hostile_request_lines_get_an_answer() {
    let gateway = Running::start().await;
    for line in [
        "OPTIONS * HTTP/1.1",
        "CONNECT a:443 HTTP/1.1",
        "BREW /credits/t HTTP/1.1",
        "get /credits/t HTTP/1.1",
        "GET credits HTTP/1.1",
        "GET / HTTP/9.9",
        "GET  / HTTP/1.1",
        "\u{0}",
        "GET /\u{7f} HTTP/1.1",
    ] {
        let request = format!("{line}\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let status = gateway.send(request.as_bytes()).await.status;
        assert!((400..500).contains(&status), "{line:?}: {status}");
    }
    gateway.still_answers().await;
}

#[tokio::test]
async fn headers_over_the_limit_are_refused_in_the_gateways_words() {
    let gateway = Running::start().await;
    let header = |length: usize| format!("x-long: {}\r\n", "a".repeat(length));
    assert_eq!(
        gateway
            .request("GET", "/credits/t", &header(9_000), b"")
            .await
            .status,
        200
    );
    let over = gateway
        .request("GET", "/credits/t", &header(11_000), b"")
        .await;
    assert_eq!(
        (over.status, over.json()),
        (431, json!({"message": "Request Header Fields Too Large"}))
    );
    assert_eq!(
        gateway
            .get(&format!("/{}", "a".repeat(11_000)))
            .await
            .status,
        431
    );
    for enormous in [header(1_000_000), "x: y\r\n".repeat(500)] {
        assert_eq!(
            gateway
                .request("GET", "/credits/t", &enormous, b"")
                .await
                .status,
            431
        );
    }
    gateway.still_answers().await;
}

#[tokio::test]
async fn bodies_over_the_limit_are_refused_in_the_gateways_words() {
    let gateway = Running::start().await;
    let over = vec![b' '; certs::gateway::body::MAX_BODY_BYTES + 1];
    let answer = gateway.request("POST", "/credits/t", "", &over).await;
    assert_eq!(
        (answer.status, answer.json()),
        (413, json!({"message": "Request Entity Too Large"}))
    );
    let huge = "POST /credits/t HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 99999999999\r\n\r\n";
    assert_eq!(gateway.send(huge.as_bytes()).await.status, 413);
    let broken =
        "POST /credits/t HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n";
    assert_eq!(gateway.send(broken.as_bytes()).await.status, 400);
    gateway.still_answers().await;
}

#[tokio::test]
async fn a_panic_in_a_function_is_one_internal_error() {
    let gateway = Running::start().await;
    let answer = gateway.request("DELETE", "/credits/t/c", "", b"").await;
    assert_eq!(
        (answer.status, answer.json()),
        (500, json!({"message": "Internal Server Error"}))
    );
    gateway.still_answers().await;
}

#[tokio::test]
async fn every_answer_to_a_browser_has_the_cors_headers() {
    let gateway = Running::start().await;
    let origin = "origin: https://app.example\r\n";
    for (target, status) in [
        ("/credits/t", 200),
        ("/nothing/here/at/all", 404),
        ("/%ff", 400),
    ] {
        let answer = gateway.request("GET", target, origin, b"").await;
        assert_eq!(answer.status, status);
        assert!(
            answer.head.contains("access-control-allow-origin: *"),
            "{}",
            answer.head
        );
        assert!(
            answer.head.contains("access-control-expose-headers: etag,"),
            "{}",
            answer.head
        );
    }
}

#[tokio::test]
async fn a_preflight_reaches_the_function_and_the_gateway_adds_the_cors_headers() {
    let gateway = Running::start().await;
    let asks = "origin: https://app.example\r\naccess-control-request-method: PUT\r\n";
    let preflight = gateway.request("OPTIONS", "/credits/t/c", asks, b"").await;
    // Only this router answers 205.
    assert_eq!(preflight.status, 205);
    for header in [
        "access-control-allow-origin: *",
        "access-control-allow-methods: get,post,put,patch,delete,options",
        "access-control-allow-headers: authorization,",
        "apigw-requestid: ",
    ] {
        assert!(preflight.head.contains(header), "{}", preflight.head);
    }
    assert!(!preflight.head.contains("x-theirs"), "{}", preflight.head);
}

#[tokio::test]
async fn a_stop_closes_the_socket_though_a_client_stays_connected() {
    let gateway = Running::start().await;
    let mut idle = TcpStream::connect(gateway.address).await.unwrap();
    idle.write_all(b"GET /credits/t HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0_u8; 12];
    idle.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    gateway.stop.send_replace(true);
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).await.unwrap();
    gateway.stop.closed().await;
    assert!(TcpStream::connect(gateway.address).await.is_err());
}
