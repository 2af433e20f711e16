//! The embedded store of `make run`, in memory: DynamoDB's API over SQLite, in
//! this process. `TEST_STORE=embedded` selects it.

use std::future::pending;
use std::net::TcpListener;
use std::thread;

use certs::store::{AccessKey, EmbeddedStore};

/// The access key that the tests' clients sign with.
pub(crate) const ACCESS_KEY: &str = "local";

/// Starts an empty store and returns its URL. The store ends with the process.
///
/// The store has its own thread and runtime: the runtime of a test ends with that
/// test, and the store must outlive all tests.
///
/// # Panics
/// When no local port can be bound.
pub fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a local port is free");
    let address = listener.local_addr().expect("a bound port has an address");
    thread::spawn(move || serve(listener));
    format!("http://{address}")
}

fn serve(listener: TcpListener) {
    listener
        .set_nonblocking(true)
        .expect("a listener can be non-blocking");
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts")
        .block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener)
                .expect("the runtime takes the listener");
            let _store = EmbeddedStore::serve(listener, None, AccessKey::new(ACCESS_KEY))
                .expect("memory can hold a database");
            pending::<()>().await;
        });
}
