//! Where a local run keeps its data: the embedded store, or any endpoint that
//! speaks DynamoDB.

use std::path::Path;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use dynoxide::Database;
use shared::repository::client::bounded;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long requests under way may take to end when the store is stopped.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// Why the embedded store did not start.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be made, or is no database of this store.
    #[error("the data file `{path}` cannot be opened: {reason}")]
    File {
        /// The file, as the user wrote it.
        path: String,
        /// The store's own words.
        reason: String,
    },
    /// SQLite could not start in memory.
    #[error("the store in memory cannot be opened: {0}")]
    Memory(String),
    /// No local port could be had.
    #[error("no port for the embedded store")]
    Port(#[from] std::io::Error),
}

/// The DynamoDB API over SQLite, in this process, on a free local port. It
/// ends with [`stop`](Self::stop), or, less tidily, with the process.
#[derive(Debug)]
pub struct EmbeddedStore {
    endpoint: String,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), String>>,
}

impl EmbeddedStore {
    /// Starts a store over `data`, or in memory without it.
    ///
    /// # Errors
    /// When the file cannot be opened or no port is free.
    pub async fn start(data: Option<&Path>) -> Result<Self, StoreError> {
        let database = open(data)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(dynoxide::server::serve_with_shutdown(
            listener,
            database,
            // A dropped sender stops the store as well.
            async move { stopped.await.unwrap_or_default() },
        ));
        Ok(Self {
            endpoint,
            stop,
            server,
        })
    }

    /// Where it listens, as the SDK's endpoint URL.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Lets requests under way finish, within two seconds, and closes the file.
    pub async fn stop(self) {
        let Self { stop, server, .. } = self;
        // An error here says that the server has ended by itself already.
        stop.send(()).ok();
        let abort = server.abort_handle();
        if tokio::time::timeout(STOP_WITHIN, server).await.is_err() {
            abort.abort();
        }
    }
}

fn open(data: Option<&Path>) -> Result<Database, StoreError> {
    let Some(path) = data else {
        return Database::memory().map_err(|error| StoreError::Memory(error.to_string()));
    };
    let failed = |reason: String| StoreError::File {
        path: path.display().to_string(),
        reason,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
    }
    let text = path
        .to_str()
        .ok_or_else(|| failed("its name is no UTF-8".into()))?;
    Database::new(text).map_err(|error| failed(error.to_string()))
}

/// A client of a local store. Its credentials are made up, since local stores
/// want a signature but check none: no AWS account is needed, and none is used.
/// Its time-outs and retries are those of the deployed functions.
#[must_use]
pub fn client(endpoint: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"));
    Client::from_conf(bounded(config).build())
}
