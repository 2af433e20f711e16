//! Finds the table and the API that a command works on.

use std::fmt;

use clap::builder::NonEmptyStringValueParser;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory};
use http::Uri;
use shared::repository::Table;

use super::announcement::access_key_of;
use super::{Cli, CommandError};
use crate::account::Account;
use crate::store;

/// The table of `certs serve`, and of commands that name no other.
const DEFAULT_TABLE: &str = "certifications";

/// The options that name a table.
#[derive(Debug, Args)]
pub(super) struct PlaceOptions {
    /// Use the table, and the API, of this deployed stack, such as
    /// `certifications-dev`; `serve` does not read it
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "CERTS_STACK",
        value_parser = NonEmptyStringValueParser::new()
    )]
    stack: Option<String>,
    /// Use the DynamoDB at this URL. The access key of a store of `certs serve`
    /// is read from `.local/serve.json`, or, in another folder, from the
    /// variable `CERTS_DYNAMODB_ACCESS_KEY_ID`
    #[arg(long, global = true, value_name = "URL", value_parser = url)]
    pub(super) dynamodb_endpoint: Option<String>,
    /// Name of the table, when no stack is named [default: certifications]
    #[arg(long, global = true, value_name = "NAME")]
    table: Option<String>,
}

/// A table, its API, and where the table is.
pub(super) struct Place {
    pub(super) table: Table,
    /// The address of the stack's API. Absent without a stack.
    pub(super) api: Option<String>,
    pub(super) whereabouts: Whereabouts,
}

/// Where a table is, in words for people.
#[derive(Clone, Debug)]
pub(super) struct Whereabouts {
    pub(super) table: String,
    pub(super) store: Store,
}

/// The store of a table.
#[derive(Clone, Debug)]
pub(super) enum Store {
    /// DynamoDB in a region of AWS.
    Aws(String),
    /// The store at this URL, mostly on this machine.
    Endpoint(String),
}

impl PlaceOptions {
    /// Refuses options that name two tables. Global options may stand before and
    /// after the command, and clap does not compare the two positions.
    pub(super) fn check(&self) -> Result<(), clap::Error> {
        let others = [
            ("--table", self.table.is_some()),
            ("--dynamodb-endpoint", self.dynamodb_endpoint.is_some()),
        ];
        let mut others = others.into_iter().filter(|(_, is_given)| *is_given);
        match (&self.stack, others.next()) {
            (Some(_), Some((other, _))) => Err(Cli::command().error(
                ErrorKind::ArgumentConflict,
                format!(
                    "the argument '{other}' cannot be used with '--stack' (or CERTS_STACK), which names \
                     the table itself"
                ),
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn has_stack(&self) -> bool {
        self.stack.is_some()
    }

    pub(super) fn table_name(&self) -> &str {
        self.table.as_deref().unwrap_or(DEFAULT_TABLE)
    }

    /// Finds the table: at the given endpoint, or in the AWS account that the
    /// environment names.
    pub(super) async fn find(&self) -> Result<Place, CommandError> {
        if let Some(endpoint) = &self.dynamodb_endpoint {
            let client = store::client(endpoint, &access_key_of(endpoint));
            let store = Store::Endpoint(endpoint.clone());
            return Ok(Place::new(client, self.table_name(), store));
        }
        let account = Account::from_environment().await?;
        let store = Store::Aws(account.region().to_owned());
        let Some(name) = &self.stack else {
            return Ok(Place::new(account.dynamodb(), self.table_name(), store));
        };
        let stack = account.stack(name).await?;
        Ok(Place {
            api: Some(stack.api),
            ..Place::new(account.dynamodb(), &stack.table, store)
        })
    }

    /// Returns where the table of `certs serve` is. The embedded store has no
    /// address yet.
    pub(super) fn of_serve(&self) -> Whereabouts {
        let endpoint = self.dynamodb_endpoint.clone();
        Whereabouts {
            table: self.table_name().to_owned(),
            store: Store::Endpoint(endpoint.unwrap_or_else(|| "this process".to_owned())),
        }
    }
}

impl Place {
    fn new(client: aws_sdk_dynamodb::Client, table: &str, store: Store) -> Self {
        Self {
            table: Table::new(client, table),
            api: None,
            whereabouts: Whereabouts {
                table: table.to_owned(),
                store,
            },
        }
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws(region) => write!(f, "DynamoDB in {region}"),
            Self::Endpoint(url) => write!(f, "the store at {url}"),
        }
    }
}

/// Parses a URL that requests can be sent to.
pub(super) fn url(text: &str) -> Result<String, String> {
    let url: Option<Uri> = text.parse().ok();
    let is_usable = url.is_some_and(|url| {
        matches!(url.scheme_str(), Some("http" | "https")) && url.query().is_none()
    });
    let unusable = || "is not a URL such as `http://127.0.0.1:8000`".to_owned();
    is_usable.then(|| text.to_owned()).ok_or_else(unusable)
}
