//! The world of a test: a tenant, and the functions that serve it.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use integration_tests::api::{Api, Request, Response};
use integration_tests::faults::Faults;
use integration_tests::policy::{CREDITS, RULE_SETS};
use integration_tests::store::{Store, store, tenant};
use shared::base::clock::Clock;
use shared::http::function::Function;
use shared::http::state::AppState;
use shared::repository::{Table, client};

use crate::logs;

/// A tenant on the shared table, and the functions that serve it.
pub(crate) struct World {
    /// The credits function.
    pub(crate) api: Api,
    /// The expiration rule sets function.
    pub(crate) rule_sets: Api,
    /// The table of both functions, as an operator reaches it.
    pub(crate) table: Table,
    /// The planned faults of the store, and the record of all calls.
    pub(crate) faults: Faults,
    store: Store,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_clock(Clock::system()).await
    }

    /// Makes a world with another clock.
    pub(crate) async fn with_clock(clock: Clock) -> Self {
        logs::watch();
        let store = store().await;
        let faults = Faults::default();
        let tenant = tenant();
        let of = |function| table(&store, &faults.acting_as(function));
        Self {
            api: Api::new(credits(of(CREDITS), clock.clone()), &tenant),
            rule_sets: Api::new(rule_sets(of(RULE_SETS), clock), &tenant),
            table: table(&store, &faults),
            faults,
            store,
        }
    }

    /// The table as a function reaches it, by the function's logical id: it may do there what its
    /// policy allows.
    pub(crate) fn table_of(&self, function: &'static str) -> Table {
        table(&self.store, &self.faults.acting_as(function))
    }

    /// Sends a request that must be refused, and checks that the store applied no write.
    pub(crate) async fn refused(&self, request: Request, status: u16, code: &str) -> Response {
        let before = self.faults.recorder().applied_writes();
        let answer = request.send().await;
        assert_eq!(
            (answer.status, answer.code()),
            (status, code),
            "{}",
            answer.text
        );
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(
            answer.body["instance"].as_str(),
            answer.header("x-request-id")
        );
        assert_eq!(
            self.faults.recorder().applied_writes(),
            before,
            "something was written"
        );
        answer
    }

    /// Returns the whole item of a credit.
    pub(crate) async fn item(&self, id: &str) -> HashMap<String, AttributeValue> {
        self.item_of("credits", id).await
    }

    /// Returns the whole item of a record of a kind.
    pub(crate) async fn item_of(&self, kind: &str, id: &str) -> HashMap<String, AttributeValue> {
        let pk = format!("{}#{kind}", self.api.tenant());
        let get = self.store.client.get_item().table_name(&self.store.table);
        let get = get.consistent_read(true).key("pk", AttributeValue::S(pk));
        let answer = get.key("sk", AttributeValue::S(id.to_owned())).send().await;
        answer.unwrap().item.unwrap()
    }

    /// Changes the item of a record of a kind directly in the table.
    pub(crate) fn update(&self, kind: &str, id: &str) -> UpdateItemFluentBuilder {
        let pk = format!("{}#{kind}", self.api.tenant());
        let update = self
            .store
            .client
            .update_item()
            .table_name(&self.store.table);
        let update = update.key("pk", AttributeValue::S(pk));
        update.key("sk", AttributeValue::S(id.to_owned()))
    }

    /// Registers the tenant with a setting.
    pub(crate) async fn set(&self, setting: &str, value: &str) {
        let store = &self.store;
        let put = store.client.put_item().table_name(&store.table);
        let put = put.item("pk", AttributeValue::S("#tenants".to_owned()));
        let put = put.item("sk", AttributeValue::S(self.api.tenant().to_owned()));
        put.item(setting, AttributeValue::S(value.to_owned()))
            .send()
            .await
            .unwrap();
    }
}

pub(crate) fn table(store: &Store, faults: &Faults) -> Table {
    let config = client::bounded(store.config())
        .timeout_config(patient())
        .http_client(faults.clone());
    Table::new(Client::from_conf(config.build()), &store.table)
}

/// Returns the credits function over a table, with a clock.
pub(crate) fn credits(table: Table, clock: Clock) -> Function {
    let state = AppState::new(table).with_clock(clock);
    Function::new(credits::router(state))
}

/// Returns the expiration rule sets function over a table, with a clock.
pub(crate) fn rule_sets(table: Table, clock: Clock) -> Function {
    let state = AppState::new(table).with_clock(clock);
    Function::new(expiration_rule_sets::router(state))
}

/// Time-outs for a store that shares two cores with everything else, and for what a test lets
/// others do while a call waits; the retries stay production's.
fn patient() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(60 * client::ATTEMPT_TIMEOUT)
        .operation_timeout(60 * client::OPERATION_TIMEOUT)
        .build()
}

/// Every test with a world also sees that no function did what its policy does not allow, and that
/// no secret was logged so far, by whichever test.
impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.faults.recorder().denials(), Vec::<String>::new());
            assert_eq!(logs::leaks(), Vec::<String>::new());
        }
    }
}
