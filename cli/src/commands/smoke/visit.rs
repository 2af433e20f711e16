//! The steps of a new tenant: each kind of request once, with every answer
//! checked.

use std::time::{Duration, Instant};

use expiration_sweep::{Report, Sweep, SweepRequest};
use http::{Method, StatusCode};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use shared::model::id::TenantId;
use shared::model::principal::Scope;
use shared::model::tenant::TenantSettings;
use shared::runtime::deadline::Deadline;
use shared::runtime::invocation::Invocation;
use uuid::Uuid;

use super::api::{Api, Content};
use super::journal::{Failed, Journal};
use crate::commands::place::Place;
use crate::commands::{CommandError, failure};
use crate::keys::{self, KeyRequest};

/// The time that the index gets. It mostly follows its table within a second.
const INDEXED_WITHIN: Duration = Duration::from_secs(10);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(250);
/// The date that the rule set must decide for a credit of [`EARNED_ON`].
const EXPIRES_ON: &str = "2020-12-31";
const EARNED_ON: &str = "2020-03-14";

/// The value that later steps need, and what the step saw.
type Seen<T> = Result<(T, String), String>;

pub(super) struct Visit<'a> {
    place: &'a Place,
    address: &'a str,
    tenant: &'a TenantId,
}

/// A record and its path.
struct Made {
    path: String,
    body: Value,
}

impl<'a> Visit<'a> {
    pub(super) fn new(place: &'a Place, address: &'a str, tenant: &'a TenantId) -> Self {
        Self {
            place,
            address,
            tenant,
        }
    }

    /// Runs all steps until one fails.
    pub(super) async fn run(&self, journal: &mut Journal) -> Result<(), Failed> {
        journal.step("register a tenant", self.register()).await?;
        let api = journal.step("make a key", self.key()).await?;
        let rules = self.path("expirationRuleSets");
        let made = create(&api, &rules, rule_set());
        let set = journal.step("create a rule set", made).await?;
        journal.step("read it", read(&api, &set, 1)).await?;
        let renamed = patch(&api, &set, "/name", json!("renamed"));
        journal.step("patch it", renamed).await?;
        let made = self.credit(&api, &set);
        let credit = journal.step("create a credit by it", made).await?;
        journal.step("read it", read(&api, &credit, 1)).await?;
        let doubled = patch(&api, &credit, "/quantity", json!(2));
        journal.step("patch it", doubled).await?;
        journal.step("sweep, dry", self.sweep()).await?;
        let untouched = read(&api, &credit, 2);
        journal.step("see it untouched", untouched).await?;
        journal.step("delete it", delete(&api, &credit)).await?;
        let deleted = delete(&api, &set);
        journal.step("delete the rule set", deleted).await
    }

    fn path(&self, kind: &str) -> String {
        format!("/{kind}/{}", self.tenant)
    }

    async fn register(&self) -> Seen<()> {
        let settings = TenantSettings::default();
        let registered = self.place.table.register_tenant(self.tenant, &settings);
        registered.await.map_err(|error| self.told(error))?;
        let at = &self.place.whereabouts;
        Ok(((), format!("in table {} of {}", at.table, at.store)))
    }

    /// Makes a key that ends after an hour, in case it is not removed.
    async fn key(&self) -> Seen<Api> {
        let request = KeyRequest {
            tenant: self.tenant.clone(),
            scopes: vec![Scope::Read, Scope::Write],
            expires_at: Timestamp::now().checked_add(1.hour()).ok(),
        };
        let made = keys::create(&self.place.table, request).await;
        let key = made.map_err(|error| self.told(error))?;
        let api = Api::new(self.address, key.reveal())?;
        Ok((api, format!("{}, to read and write", key.id)))
    }

    /// Creates a credit whose last day the rule set decides.
    async fn credit(&self, api: &Api, set: &Made) -> Seen<Made> {
        let id = set.body.get("id").and_then(Value::as_str);
        let credit = json!({
            "type_id": "smoke", "origin": "legacy system", "contact_id": "smoke",
            "date": EARNED_ON, "quantity": 1,
            "sys_directive": format!("expiration_rule_set:{}", id.unwrap_or_default()),
        });
        let (credit, seen) = create(api, &self.path("credits"), credit).await?;
        let expires_on = credit.body.get("expiration_date").and_then(Value::as_str);
        match expires_on {
            Some(EXPIRES_ON) => Ok((credit, format!("{seen}, expires {EXPIRES_ON}"))),
            _ => Err(format!(
                "its expiration date is {expires_on}, not {EXPIRES_ON}",
                expires_on = expires_on.unwrap_or("absent")
            )),
        }
    }

    /// Sweeps until the index of the sweep contains the credit.
    async fn sweep(&self) -> Seen<()> {
        let started = Instant::now();
        loop {
            let report = self.swept().await?;
            let Report {
                examined, archived, ..
            } = report;
            if archived == 1 {
                let seen = format!("{examined} credit looked at, {archived} to be archived");
                return Ok(((), seen));
            }
            if started.elapsed() > INDEXED_WITHIN {
                return Err(format!(
                    "{examined} credits looked at and {archived} to be archived, not 1, after \
                     {INDEXED_WITHIN:?}"
                ));
            }
            tokio::time::sleep(LOOK_AGAIN_AFTER).await;
        }
    }

    async fn swept(&self) -> Result<Report, String> {
        let request = SweepRequest {
            tenants: Some(vec![self.tenant.clone()]),
            dry_run: Some(true),
            ..SweepRequest::default()
        };
        let invocation = Invocation::new(Uuid::new_v4(), Deadline::NONE);
        let sweep = Sweep::new(self.place.table.clone());
        let finished = sweep.run(&request, &invocation).await;
        let finished = finished.map_err(|error| self.told(error))?;
        Ok(finished.report)
    }

    fn told(&self, error: impl Into<CommandError>) -> String {
        failure::explained(&error.into(), Some(&self.place.whereabouts))
    }
}

/// A rule set by which credits expire at the end of the calendar year.
fn rule_set() -> Value {
    json!({
        "name": "smoke",
        "rules": [],
        "default_expiration_options": {"expiration_type": "calendar", "calendar_expiration_options": {}},
    })
}

async fn create(api: &Api, path: &str, record: Value) -> Seen<Made> {
    let body = api
        .get_ok(Method::POST, path, Content::Json(&record))
        .await?;
    let seen = version(&body, 1)?;
    let id = body.get("id").and_then(Value::as_str);
    let id = id.ok_or("answered 200 without an id")?;
    let path = format!("{path}/{id}");
    Ok((Made { path, body }, seen))
}

async fn read(api: &Api, made: &Made, wanted: u64) -> Seen<()> {
    let body = api
        .get_ok(Method::GET, &made.path, Content::Nothing)
        .await?;
    Ok(((), version(&body, wanted)?))
}

async fn patch(api: &Api, made: &Made, pointer: &str, value: Value) -> Seen<()> {
    let patch = json!([{"op": "replace", "path": pointer, "value": value}]);
    let body = api
        .get_ok(Method::PATCH, &made.path, Content::Patch(&patch))
        .await?;
    if body.pointer(pointer) != Some(&value) {
        return Err(format!("`{pointer}` did not become {value}"));
    }
    Ok(((), version(&body, 2)?))
}

/// Deletes a record, and checks that it is no longer found.
async fn delete(api: &Api, made: &Made) -> Seen<()> {
    api.get_ok(Method::DELETE, &made.path, Content::Nothing)
        .await?;
    let answer = api.send(Method::GET, &made.path, Content::Nothing).await?;
    match answer.status {
        StatusCode::NOT_FOUND => Ok(((), "200, then 404".to_owned())),
        _ => Err(answer.unexpected("404")),
    }
}

/// Checks that a 200 has the wanted version.
fn version(body: &Value, wanted: u64) -> Result<String, String> {
    let version = body.get("sys_version").and_then(Value::as_u64);
    match version {
        Some(version) if version == wanted => Ok(format!("200, version {version}")),
        Some(version) => Err(format!("answered version {version}, not {wanted}")),
        None => Err("answered 200 without a record: is this address the API's?".to_owned()),
    }
}
