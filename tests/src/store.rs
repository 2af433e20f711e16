//! The store of a test run: one server and one table for all tests of a binary,
//! and one tenant for each test.
//!
//! `TEST_STORE` selects the server: DynamoDB Local (`dynamodb-local`, the default)
//! or `embedded`. If the two differ, DynamoDB Local is right.

mod warm_up;

use std::env;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{self, BehaviorVersion, Credentials, Region};
use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::dynamodb_local::DynamoDbLocal;
use crate::embedded::{self, ACCESS_KEY};
use crate::faults::Faults;

/// The name of the table.
pub const TABLE: &str = "certifications";

/// The two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Amazon's own server, the authority.
    DynamoDbLocal,
    /// The server of `make run`.
    Embedded,
}

/// Returns the server of this run.
///
/// # Panics
/// When `TEST_STORE` names another.
pub fn kind() -> Kind {
    match env::var("TEST_STORE").as_deref() {
        Err(_) | Ok("" | "dynamodb-local") => Kind::DynamoDbLocal,
        Ok("embedded") => Kind::Embedded,
        Ok(other) => panic!("`TEST_STORE` is `{other}`, not `dynamodb-local` or `embedded`"),
    }
}

/// A table on a running server, and a client for it.
#[derive(Clone, Debug)]
pub struct Store {
    /// A client of the calling test. Connections end with the runtime that made
    /// them, and each test has its own runtime.
    pub client: Client,
    /// The table, shared by all tests of the binary.
    pub table: String,
    /// The server's URL.
    pub endpoint: String,
}

impl Store {
    /// Returns the SDK's configuration for this server. A test adds the time-outs
    /// and retries of production.
    pub fn config(&self) -> config::Builder {
        config(&self.endpoint)
    }

    /// Returns a client whose calls are recorded and faulted by `faults`.
    pub fn client_with(&self, faults: &Faults) -> Client {
        Client::from_conf(self.config().http_client(faults.clone()).build())
    }
}

/// Returns the store. The first call starts the server and makes the table.
///
/// # Panics
/// When the server does not start, or refuses the table.
pub async fn store() -> Store {
    static SERVER: OnceCell<Server> = OnceCell::const_new();
    let endpoint = SERVER.get_or_init(Server::start).await.endpoint();
    Store {
        client: Client::from_conf(config(endpoint).build()),
        table: TABLE.to_owned(),
        endpoint: endpoint.to_owned(),
    }
}

/// Returns a tenant id that no other test uses.
pub fn tenant() -> String {
    format!("t-{}", Uuid::new_v4())
}

/// Returns the configuration for clients of a local store. The stores do not check
/// signatures and speak plain HTTP, so certificates are not loaded.
pub fn config(endpoint: &str) -> config::Builder {
    config::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("local"))
        .credentials_provider(Credentials::new(ACCESS_KEY, "local", None, None, "tests"))
        .endpoint_url(endpoint)
        .http_client(plain_http())
}

/// Returns the SDK's own HTTP client, without TLS.
pub(crate) fn plain_http() -> SharedHttpClient {
    Builder::new().build_http()
}

enum Server {
    DynamoDbLocal(DynamoDbLocal),
    Embedded(String),
}

impl Server {
    async fn start() -> Self {
        let server = match kind() {
            Kind::DynamoDbLocal => Self::DynamoDbLocal(DynamoDbLocal::start().await),
            Kind::Embedded => Self::Embedded(embedded::start()),
        };
        let client = Client::from_conf(config(server.endpoint()).build());
        certs::table::create_from_template(&client, TABLE)
            .await
            .expect("the store takes the template's table");
        warm_up::warm_up(&client, TABLE).await;
        server
    }

    fn endpoint(&self) -> &str {
        match self {
            Self::DynamoDbLocal(process) => process.endpoint(),
            Self::Embedded(endpoint) => endpoint,
        }
    }
}
