//! A TCP proxy between functions and store that fails as planned.
//!
//! [`faults`](crate::faults) replaces the SDK's connection. The proxy keeps the SDK's own
//! connections, pool and time-outs, so its faults happen on a socket.
//!
//! ```no_run
//! # async fn example(store: integration_tests::store::Store) {
//! use integration_tests::proxy::Proxy;
//!
//! let mut proxy = Proxy::start(&store.endpoint).await;
//! let config = integration_tests::store::config(&proxy.endpoint());
//! // … requests through a client of that configuration …
//! proxy.on("PutItem").lose_response();
//! proxy.on_all().always().stall();
//! proxy.refuse_connections().await;
//! proxy.recover();
//! # }
//! ```

mod route;

use std::net::SocketAddr;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::{JoinHandle, JoinSet};

use crate::faults::{Plan, Plans};
use crate::recorder::Recorder;
use route::Route;

/// The number of connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// A proxy on a local port, which ends with its test.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    route: Route,
    /// The task that accepts connections. Its end closes them.
    accepting: JoinHandle<()>,
    /// Holds the port while nothing listens, so that no other program gets it.
    held: Option<TcpSocket>,
}

impl Proxy {
    /// Starts a proxy to the store at `endpoint` that lets everything pass.
    ///
    /// # Panics
    /// When no local port is free.
    pub async fn start(endpoint: &str) -> Self {
        let listener = listen(bind(SocketAddr::from(([127, 0, 0, 1], 0))));
        let address = listener.local_addr().expect("a bound port has an address");
        let route = Route::to(endpoint);
        Self {
            address,
            accepting: tokio::spawn(accept(listener, route.clone())),
            route,
            held: None,
        }
    }

    /// Returns the URL of the proxy.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Plans a fault for the next call of an operation, as
    /// [`Faults::on`](crate::faults::Faults::on).
    #[must_use = "nothing is planned until the fault is named"]
    pub fn on(&self, operation: &str) -> Plan<'_> {
        self.plans().on(Some(operation))
    }

    /// Plans a fault for the next call of any operation.
    #[must_use = "nothing is planned until the fault is named"]
    pub fn on_all(&self) -> Plan<'_> {
        self.plans().on(None)
    }

    /// Stops listening, and cuts all connections.
    ///
    /// # Panics
    /// When the port cannot be held.
    pub async fn refuse_connections(&mut self) {
        self.accepting.abort();
        // The result of an aborted task is an error, which is expected here.
        (&mut self.accepting).await.ok();
        self.held = Some(bind(self.address));
    }

    /// Cuts all connections, as a store does with those that were idle for long. New connections
    /// are accepted.
    ///
    /// # Panics
    /// When the port cannot be listened on again.
    pub async fn cut_connections(&mut self) {
        self.refuse_connections().await;
        self.listen_again();
    }

    /// Lets everything pass again, and forgets all plans.
    ///
    /// # Panics
    /// When the port cannot be listened on again.
    pub fn recover(&mut self) {
        self.plans().clear();
        self.listen_again();
    }

    fn listen_again(&mut self) {
        if let Some(held) = self.held.take() {
            self.accepting = tokio::spawn(accept(listen(held), self.route.clone()));
        }
    }

    /// Tells whether everything planned has happened.
    pub fn all_happened(&self) -> bool {
        self.plans().all_happened()
    }

    /// Returns the record of the calls that arrived.
    pub fn recorder(&self) -> &Recorder {
        self.plans().recorder()
    }

    fn plans(&self) -> &Plans {
        &self.route.plans
    }
}

fn bind(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket can be made");
    // Cut connections stay on the port for a while.
    socket
        .set_reuseaddr(true)
        .expect("a new socket takes options");
    socket.bind(address).expect("the local port is free");
    socket
}

fn listen(socket: TcpSocket) -> TcpListener {
    socket.listen(BACKLOG).expect("a bound socket can listen")
}

async fn accept(listener: TcpListener, route: Route) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.expect("the listener accepts");
        let route = route.clone();
        let service = service_fn(move |request| route.clone().carry(request));
        let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        // The client notices when a connection breaks.
        connections.spawn(async { drop(serving.await) });
    }
}
