//! The store of a local run: embedded, or any endpoint that speaks DynamoDB.

mod access_key;
mod file;
mod service;

use std::error::Error;
use std::path::Path;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use dynoxide::{Database, DynoxideError};
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
    /// The file cannot be made, or is not a database of this store.
    #[error("the data file `{path}` cannot be opened")]
    File {
        /// The file, as the user wrote it.
        path: String,
        /// The error of the file system or the store.
        source: Box<dyn Error + Send + Sync>,
    },
    /// SQLite could not start in memory.
    #[error("the store in memory cannot be opened")]
    Memory(#[source] DynoxideError),
    /// No local port is free.
    #[error("there is no free port for the embedded store")]
    Port(#[from] std::io::Error),
    /// The system has no randomness to give.
    #[error("the system has no random bytes for the access key")]
    Random(#[source] getrandom::Error),
}

/// The DynamoDB API over SQLite, in this process, on a free local port, for
/// holders of its access key. [`stop`](Self::stop) ends the store; the end of the
/// process does so too, without closing the file.
#[derive(Debug)]
pub struct EmbeddedStore {
    endpoint: String,
    access_key: AccessKey,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl EmbeddedStore {
    /// Starts a store over the file `data`, or in memory without one, with a
    /// random access key.
    ///
    /// # Errors
    /// When the file cannot be opened or no port is free.
    pub async fn start(data: Option<&Path>) -> Result<Self, StoreError> {
        let access_key = AccessKey::random().map_err(StoreError::Random)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        Self::serve(listener, data, access_key)
    }

    /// Starts a store on a listener, with a given access key.
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

    /// Returns the address of the store, as the SDK's endpoint URL.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the access key that requests must be signed with.
    #[must_use]
    pub fn access_key(&self) -> &AccessKey {
        &self.access_key
    }

    /// Returns a client of this store.
    #[must_use]
    pub fn client(&self) -> Client {
        client(&self.endpoint, &self.access_key)
    }

    /// Gives requests under way two seconds to finish, and closes the file.
    pub async fn stop(self) {
        let Self { stop, server, .. } = self;
        // An error means that the server has already ended by itself.
        stop.send(()).ok();
        drop(server.await);
    }
}

fn open(data: Option<&Path>) -> Result<Database, StoreError> {
    let Some(path) = data else {
        return Database::memory().map_err(StoreError::Memory);
    };
    let failed = |source| StoreError::File {
        path: path.display().to_string(),
        source,
    };
    let text = path
        .to_str()
        .ok_or_else(|| failed("its name is not UTF-8".into()))?;
    file::make_private(path).map_err(|error| failed(error.into()))?;
    Database::new(text).map_err(|error| failed(error.into()))
}

/// Returns a client of a local store that signs with `access_key` and uses no AWS
/// account. Time-outs and retries are those of the deployed functions.
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
