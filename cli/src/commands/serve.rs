//! `certs serve`: the API on this machine, without AWS, Docker or Java.

mod functions;
mod seed;
mod signals;

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use aws_sdk_dynamodb::Client;
use clap::Args;
use expiration_sweep::Sweep;
use shared::base::error::Error;
use shared::model::api_key::{ApiKey, NewApiKey};
use shared::model::id::TenantId;
use shared::model::principal::Scope;
use shared::model::tenant::TenantSettings;
use shared::repository::Table;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::announcement::{self, Announcement, access_key_of};
use super::place::PlaceOptions;
use crate::demo;
use crate::gateway::{self, Gateway, LocalSweep};
use crate::keys::{self, KeyError, KeyRequest};
use crate::listen;
use crate::store::{self, AccessKey, EmbeddedStore, StoreError};
use crate::table::{self, TableError};
use crate::template::TemplateError;

/// Serve the API locally, over an embedded store or another DynamoDB
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, env = "PORT", default_value_t = 3000)]
    port: u16,
    /// Keep the embedded store's data in this file
    #[arg(long, value_name = "FILE", conflicts_with = "dynamodb_endpoint")]
    data: Option<PathBuf>,
    /// Do not fill the demo tenant
    #[arg(long)]
    no_seed: bool,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum ServeError {
    #[error("port {0} is taken: choose another with `make run PORT=…` or `certs serve --port …`")]
    PortTaken(u16),
    #[error("cannot listen on port {port}")]
    Listen { port: u16, source: io::Error },
    #[error("cannot wait for a stop signal")]
    Signal(#[source] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("the authorizer cannot start")]
    Authorizer(#[from] functions::AuthorizerError),
    #[error("the demo key could not be made")]
    Key(#[from] KeyError),
    #[error("the demo tenant could not be registered")]
    Tenant(#[from] Error),
    #[error("the demo tenant could not be filled")]
    Seed(#[from] seed::SeedError),
    #[error("cannot write `{}`", announcement::PATH)]
    Announce(#[source] io::Error),
    #[error("the gateway failed")]
    Serve(#[source] io::Error),
}

/// Serves until a stop signal, then stops everything that it started.
pub(super) async fn run(
    place: &PlaceOptions,
    options: &Serve,
    as_json: bool,
) -> Result<(), ServeError> {
    let started = Instant::now();
    let stop = signals::stop().map_err(ServeError::Signal)?;
    let listener = listen(options.port).await?;
    let embedded = match place.dynamodb_endpoint {
        Some(_) => None,
        None => Some(EmbeddedStore::start(options.data.as_deref()).await?),
    };
    let (endpoint, access_key) = match (&embedded, &place.dynamodb_endpoint) {
        (Some(embedded), _) => (embedded.endpoint(), embedded.access_key().clone()),
        (None, other) => {
            let endpoint = other.as_deref().unwrap_or_default();
            (endpoint, access_key_of(endpoint))
        }
    };
    let run = Run {
        endpoint,
        access_key,
        table: place.table_name(),
        with_seed: !options.no_seed,
        as_json,
        started,
    };
    let served = run.until_stopped(listener, stop).await;
    if let Some(embedded) = embedded {
        embedded.stop().await;
    }
    served
}

async fn listen(port: u16) -> Result<TcpListener, ServeError> {
    let bound = TcpListener::bind(("127.0.0.1", port)).await;
    bound.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ServeError::PortTaken(port),
        _ => ServeError::Listen { port, source },
    })
}

struct Run<'a> {
    endpoint: &'a str,
    access_key: AccessKey,
    table: &'a str,
    with_seed: bool,
    as_json: bool,
    started: Instant,
}

impl Run<'_> {
    async fn until_stopped(
        &self,
        listener: TcpListener,
        stop: watch::Receiver<bool>,
    ) -> Result<(), ServeError> {
        let client = store::client(self.endpoint, &self.access_key);
        let table = Table::new(client.clone(), self.table);
        let (gateway, key) = tokio::select! {
            prepared = self.prepare(&client, &table) => prepared?,
            () = listen::stopped(stop.clone()) => return Ok(()),
        };
        self.serve(listener, gateway, key.reveal(), stop).await
    }

    async fn serve(
        &self,
        listener: TcpListener,
        gateway: Arc<Gateway>,
        key: &str,
        stop: watch::Receiver<bool>,
    ) -> Result<(), ServeError> {
        let announcement = self.announcement(&listener, key)?;
        let published = announcement.publish().map_err(ServeError::Announce)?;
        self.print_banner(&announcement);
        let served = gateway::serve(listener, gateway, listen::IDLE_FOR, stop).await;
        drop(published);
        served.map_err(ServeError::Serve)
    }

    async fn prepare(
        &self,
        client: &Client,
        table: &Table,
    ) -> Result<(Arc<Gateway>, NewApiKey), ServeError> {
        table::create_from_template(client, self.table).await?;
        let (key, known) = demo_key(table).await?;
        let authorizer = functions::authorizer(table)?.with_own_key(known);
        let gateway = Gateway::new(authorizer, functions::all(table))?
            .with_sweep(LocalSweep::new(Sweep::new(table.clone()), key.id.clone()));
        if self.with_seed {
            seed::fill(&gateway, key.reveal()).await?;
        }
        Ok((Arc::new(gateway), key))
    }

    fn announcement(&self, listener: &TcpListener, key: &str) -> Result<Announcement, ServeError> {
        let address = listener.local_addr().map_err(ServeError::Serve)?;
        Ok(Announcement {
            base_url: format!("http://{address}"),
            tenant: demo::TENANT.to_owned(),
            api_key: key.to_owned(),
            dynamodb_endpoint: self.endpoint.to_owned(),
            dynamodb_access_key_id: self.access_key.reveal().to_owned(),
            table: self.table.to_owned(),
        })
    }

    /// Prints the banner. A closed standard output does not stop the service.
    fn print_banner(&self, announcement: &Announcement) {
        let ready_ms = self.started.elapsed().as_millis();
        let banner = match self.as_json {
            true => announcement.line(),
            false => announcement.banner(ready_ms),
        };
        let mut out = io::stdout().lock();
        out.write_all(banner.as_bytes())
            .and_then(|()| out.flush())
            .ok();
    }
}

/// Makes a key for everything in the demo tenant. The key is in no table, so it
/// ends with this process, also when the process is killed.
async fn demo_key(table: &Table) -> Result<(NewApiKey, ApiKey), ServeError> {
    let tenant = demo::TENANT.parse::<TenantId>().map_err(Error::internal)?;
    let settings = TenantSettings::default();
    table.register_tenant(&tenant, &settings).await?;
    let request = KeyRequest {
        tenant,
        scopes: vec![Scope::Read, Scope::Write, Scope::Admin],
        expires_at: None,
    };
    Ok(keys::make(request)?)
}
