//! The records that the event files name: a tenant with its records and its key, in its own table.

use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::base::ids::Ids;
use shared::http::function::Function;
use shared::http::state::AppState;
use shared::model::api_key::{ApiKey, NewApiKey};
use shared::model::id::TenantId;
use shared::model::principal::Scope;
use shared::model::tenant::TenantSettings;
use shared::repository::{Table, client};
use uuid::{Uuid, uuid};

use crate::api::Api;
use crate::store::{Store, store};

/// The tenant of every event.
pub const TENANT: &str = "demo.example";

/// The record that the events name.
const NAMED: Uuid = uuid!("3f0c9a52-8f3e-4f0b-9d0a-5b7c2f1e6a40");
/// The id of the key that the events are sent with.
const KEY: ([u8; 8], [u8; 32]) = ([1, 2, 3, 4, 5, 6, 7, 8], [9; 32]);

type Item = std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>;

/// A table with the records of the events, which can be restored.
#[derive(Debug)]
pub struct Scene {
    /// The store, and the name of the table.
    pub store: Store,
    /// The table, as functions use it.
    pub table: Table,
    items: Vec<Item>,
}

impl Scene {
    /// Makes the table and fills it.
    ///
    /// # Panics
    /// When the store refuses a part.
    pub async fn new() -> Self {
        let mut store = store().await;
        store.table = format!("events-{}", Uuid::new_v4());
        certs::table::create_from_template(&store.client, &store.table)
            .await
            .expect("the store takes the template's table");
        let config = client::bounded(store.config()).build();
        let table = Table::new(Client::from_conf(config), &store.table);
        fill(&table).await;
        let items = scan(&store).await;
        Self {
            store,
            table,
            items,
        }
    }

    /// Undoes all changes by events.
    ///
    /// # Panics
    /// When the store refuses.
    pub async fn reset(&self) {
        for item in scan(&self.store).await {
            if !self.items.contains(&item) {
                let delete = self
                    .store
                    .client
                    .delete_item()
                    .table_name(&self.store.table);
                let keys = ["pk", "sk"].map(|name| (name.to_owned(), item[name].clone()));
                let delete = delete.set_key(Some(keys.into()));
                delete.send().await.expect("the store deletes an item");
            }
        }
        for item in &self.items {
            let put = self.store.client.put_item().table_name(&self.store.table);
            let put = put.set_item(Some(item.clone()));
            put.send().await.expect("the store takes an item");
        }
    }
}

async fn scan(store: &Store) -> Vec<Item> {
    let scan = store.client.scan().table_name(&store.table);
    let scan = scan.consistent_read(true).send().await;
    scan.expect("the store reads the table")
        .items
        .unwrap_or_default()
}

/// Fills the table through the functions, so that the records are made like those of any client.
async fn fill(table: &Table) {
    let registered = table
        .register_tenant(&tenant(), &TenantSettings::default())
        .await;
    registered.expect("the store takes the tenant");
    for (number, credit) in credits().into_iter().enumerate() {
        let id = Uuid::from_u128(NAMED.as_u128() + number as u128);
        let state = AppState::new(table.clone()).with_ids(Ids::from_fn(move || id));
        let api = Api::new(Function::new(credits::router(state)), TENANT);
        create(&api, "/credits/{tenant}", &credit).await;
    }
    let state = AppState::new(table.clone());
    let api = Api::new(Function::new(credits::router(state)), TENANT);
    let order = json!({"application_id": "renewal-2025", "quantity": 1});
    create(
        &api,
        "/credits/{tenant}/contact/contact-ada/consume",
        &order,
    )
    .await;
    let state = AppState::new(table.clone()).with_ids(Ids::from_fn(|| NAMED));
    let api = Api::new(Function::new(expiration_rule_sets::router(state)), TENANT);
    create(&api, "/expirationRuleSets/{tenant}", &rule_set()).await;
    table
        .create_api_key(&key())
        .await
        .expect("the store takes the key");
}

async fn create(api: &Api, path: &str, body: &Value) {
    let answer = api.post(path).json(body).send().await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
}

/// The credit that the events name comes first. The last two are expired.
fn credits() -> [Value; 5] {
    let credit = |changes: Value| {
        let mut credit = json!({
            "type_id": "ceu", "origin": "legacy system", "contact_id": "contact-ada",
            "date": "2025-03-14", "quantity": 2.5, "status": "verified",
            "expiration_date": "2999-12-31",
        });
        for (name, value) in changes.as_object().into_iter().flatten() {
            credit[name] = value.clone();
        }
        credit
    };
    [
        credit(json!({
            "origin": "certification activity", "activity_id": "webinar-12", "status": "submitted",
        })),
        credit(json!({
            "origin": "course registration", "course_registration_id": "registration-7",
            "expiration_date": "2998-12-31",
        })),
        credit(json!({
            "origin": "event registration", "event_id": "event-3",
            "event_registration_id": "registration-9", "contact_id": "contact-alan",
        })),
        credit(json!({"contact_id": "contact-grace", "expiration_date": "2025-06-30"})),
        credit(json!({"contact_id": "contact-grace", "expiration_date": "2026-01-15"})),
    ]
}

fn rule_set() -> Value {
    json!({
        "name": "by calendar year",
        "rules": [],
        "default_expiration_options": {
            "expiration_type": "calendar",
            "calendar_expiration_options": {"sell_for_next_year_after": "10-01"},
            "grace_period": 30,
        },
    })
}

fn key() -> ApiKey {
    let key = NewApiKey::new(KEY.0, KEY.1);
    ApiKey {
        id: key.id.clone(),
        tenant: tenant(),
        scopes: vec![Scope::Read, Scope::Write, Scope::Admin],
        hash: key.hash(),
        created_at: Timestamp::UNIX_EPOCH,
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
    }
}

fn tenant() -> TenantId {
    TENANT.parse().expect("the tenant's id is one")
}
