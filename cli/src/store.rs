//! Where a local run keeps its data: the embedded store, or any endpoint that
//! speaks DynamoDB.

mod access_key;
mod file;
mod service;

use std::path::Path;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use dynoxide::Database;
use shared::repository::store::client::bounded;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use access_key::AccessKey;

use crate::listen;
use service::Service;

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
    /// The system has no randomness to give.
    #[error("no random bytes for the access key: {0}")]
    Random(getrandom::Error),
}

/// The DynamoDB API over SQLite, in this process, on a free local port, for
/// whoever knows its access key. It ends with [`stop`](Self::stop), or, less
/// tidily, with the process.
#[derive(Debug)]
pub struct EmbeddedStore {
    endpoint: String,
    access_key: AccessKey,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl EmbeddedStore {
    /// Starts a store over `data`, or in memory without it, with an access key
    /// that nobody knows.
    ///
    /// # Errors
    /// When the file cannot be opened or no port is free.
    pub async fn start(data: Option<&Path>) -> Result<Self, StoreError> {
        let access_key = AccessKey::random().map_err(StoreError::Random)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        Self::serve(listener, data, access_key)
    }

    /// Starts a store on a listener, with an access key that others know.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn serve(
        listener: TcpListener,
        data: Option<&Path>,
        access_key: AccessKey,
    ) -> Result<Self, StoreError> {
        let endpoint = format!("http://{}", listener.local_addr()?);
        let service = Service {
            database: open(data)?,
            access_key: access_key.clone(),
        };
        let answer = move |request, _peer| service.clone().answer(request);
        let (stop, stopped) = oneshot::channel::<()>();
        // A dropped sender stops the store as well.
        let stopped = async move { stopped.await.unwrap_or_default() };
        let server = tokio::spawn(listen::serve(listener, listen::IDLE_FOR, stopped, answer));
        Ok(Self {
            endpoint,
            access_key,
            stop,
            server,
        })
    }

    /// Where it listens, as the SDK's endpoint URL.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// By which it knows its clients.
    #[must_use]
    pub fn access_key(&self) -> &AccessKey {
        &self.access_key
    }

    /// A client of this store.
    #[must_use]
    pub fn client(&self) -> Client {
        client(&self.endpoint, &self.access_key)
    }

    /// Lets requests under way finish, within two seconds, and closes the file.
    pub async fn stop(self) {
        let Self { stop, server, .. } = self;
        // An error here says that the server has ended by itself already.
        stop.send(()).ok();
        drop(server.await);
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
    let text = path
        .to_str()
        .ok_or_else(|| failed("its name is not UTF-8".into()))?;
    file::make_private(path).map_err(|error| failed(error.to_string()))?;
    Database::new(text).map_err(|error| failed(error.to_string()))
}

/// A client of a local store, which signs with `access_key`: no AWS account is
/// needed, and none is used. Its time-outs and retries are those of the
/// deployed functions.
#[must_use]
pub fn client(endpoint: &str, access_key: &AccessKey) -> Client {
    let credentials = Credentials::new(access_key.reveal(), "local", None, None, "local");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(credentials);
    Client::from_conf(bounded(config).build())
}
