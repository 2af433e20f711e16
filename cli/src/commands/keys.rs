//! `certs keys`: makes, lists and revokes API keys.

use std::collections::HashSet;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Map, Value, json};
use shared::base::error::Error;
use shared::model::api_key::ApiKey;
use shared::model::id::{ApiKeyId, TenantId};
use shared::model::principal::Scope;
use shared::repository::Table;

use super::CommandError;
use super::output::{Output, members};
use crate::keys::{self, KeyRequest};

/// Make, list and revoke API keys
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Make a key; it is shown only once
    Create(Create),
    /// List a tenant's keys, without their secrets
    List {
        /// The tenant
        #[arg(long)]
        tenant: TenantId,
    },
    /// Revoke a key: it no longer counts, on AWS within a minute
    Revoke {
        /// The key's id: the first part of the key, after `certs_`
        id: ApiKeyId,
    },
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// The registered tenant that the key belongs to
    #[arg(long)]
    tenant: TenantId,
    /// A scope: `read`, `write` or `admin`; give the option once for each
    #[arg(long = "scope", required = true, value_parser = scope)]
    scopes: Vec<Scope>,
    /// The key's last day (UTC), or the moment from which it no longer counts
    #[arg(long, value_name = "DATE", value_parser = expiry)]
    expires: Option<Timestamp>,
}

impl Keys {
    pub(super) async fn run(&self, table: &Table) -> Result<Output, CommandError> {
        match self {
            Self::Create(create) => create.run(table).await,
            Self::List { tenant } => {
                let keys = table.api_keys_of(tenant).await?;
                Ok(Output::list("keys", keys.iter().map(description).collect()))
            }
            Self::Revoke { id } => {
                let revoked = table.revoke_api_key(id, Timestamp::now()).await;
                let key = revoked.map_err(|error| unknown(error, id))?;
                Ok(Output::one(description(&key)))
            }
        }
    }
}

impl Create {
    async fn run(&self, table: &Table) -> Result<Output, CommandError> {
        let mut seen = HashSet::new();
        let mut scopes = self.scopes.clone();
        scopes.retain(|scope| seen.insert(*scope));
        let request = KeyRequest {
            tenant: self.tenant.clone(),
            scopes: scopes.clone(),
            expires_at: self.expires,
        };
        let key = keys::create(table, request).await?;
        let output = Output::one(members(json!({
            "id": key.id,
            "secret": key.reveal(),
            "tenant": self.tenant,
            "scopes": scopes,
            "expires_at": self.expires,
        })));
        Ok(output.with_note("\nKeep the secret now: it is not shown again."))
    }
}

fn unknown(error: Error, id: &ApiKeyId) -> CommandError {
    match error {
        Error::NotFound => CommandError::UnknownKey(id.clone()),
        other => other.into(),
    }
}

fn description(key: &ApiKey) -> Map<String, Value> {
    members(json!({
        "id": key.id,
        "tenant": key.tenant,
        "scopes": key.scopes,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
    }))
}

fn scope(text: &str) -> Result<Scope, String> {
    let scope = serde_json::from_value(text.into());
    scope.map_err(|_| "is not `read`, `write` or `admin`".to_owned())
}

/// Parses the moment of expiry. A date means the end of that day.
fn expiry(text: &str) -> Result<Timestamp, String> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let day: Result<Date, _> = text.parse();
    let next = day.and_then(|day| day.checked_add(1.day()));
    let end = next.and_then(|next| next.to_zoned(TimeZone::UTC));
    let end = end.map(|end| end.timestamp());
    end.map_err(|_| {
        "is neither a date such as `2027-12-31` nor a time such as `2027-12-31T12:00:00Z`".into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_expiry_counts_as_a_whole() {
        let end = |text: &str| expiry(text).map(|end| end.to_string());
        assert_eq!(end("2027-12-31").as_deref(), Ok("2028-01-01T00:00:00Z"));
        assert_eq!(
            end("2027-12-31T12:00:00+02:00").as_deref(),
            Ok("2027-12-31T10:00:00Z")
        );
        for bad in ["", "tomorrow", "2027-02-29", "9999-12-31"] {
            assert!(expiry(bad).is_err(), "{bad}");
        }
    }
}
