//! The store is away, answers too late or answers wrongly, and the functions are as they are
//! deployed: with production's retries, on real connections, and with a deadline. Full runs have
//! production's time-outs too; in others everything takes a third of them, since tests wait them
//! out.

mod authorizer;
mod broken;
mod lasting;
mod panics;
mod passing;
mod requests;
mod share;
mod sweep;

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::types::AttributeValue;
use integration_tests::api::Api;
use integration_tests::proxy::Proxy;
use integration_tests::scale;
use integration_tests::store::{config, store};
use serde_json::json;
use shared::base::clock::Clock;
use shared::repository::{Table, client};
use shared::runtime::deadline::TIMEOUT_MARGIN;

use crate::credits::credit;
use crate::world::{self, World};

/// The part of production's times that a run takes.
fn share_of(time: Duration) -> Duration {
    if scale::is_full() { time } else { time / 3 }
}

/// The time of an invocation.
fn time() -> Duration {
    share_of(Duration::from_secs(10))
}

/// Less time than an operation may take, with the time for the answer.
fn little_time() -> Duration {
    TIMEOUT_MARGIN + share_of(Duration::from_millis(1500))
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(share_of(client::CONNECT_TIMEOUT))
        .operation_attempt_timeout(share_of(client::ATTEMPT_TIMEOUT))
        .operation_timeout(share_of(client::OPERATION_TIMEOUT))
        .build()
}

type Item = HashMap<String, AttributeValue>;

/// Functions that reach the store through a proxy, and a world that reaches it directly.
pub(crate) struct Outages {
    /// Prepares records, and checks the results.
    world: World,
    proxy: Proxy,
    /// The table, as the functions reach it.
    table: Table,
    /// The credits function.
    api: Api,
    /// The expiration rule sets function.
    rule_sets: Api,
}

impl Outages {
    async fn new() -> Self {
        Self::over(timeouts(), time()).await
    }

    /// Uses production's times, for faults that end before them.
    async fn unhurried() -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(client::CONNECT_TIMEOUT)
            .operation_attempt_timeout(client::ATTEMPT_TIMEOUT)
            .operation_timeout(client::OPERATION_TIMEOUT);
        Self::over(timeouts.build(), Duration::from_secs(10)).await
    }

    async fn over(timeouts: TimeoutConfig, time: Duration) -> Self {
        let world = World::new().await;
        let store = store().await;
        let proxy = Proxy::start(&store.endpoint).await;
        let (clock, tenant) = (Clock::system(), world.api.tenant());
        let config = client::bounded(config(&proxy.endpoint())).timeout_config(timeouts);
        let table = Table::new(Client::from_conf(config.build()), store.table);
        let api = Api::new(world::credits(table.clone(), clock.clone()), tenant);
        let rule_sets = Api::new(world::rule_sets(table.clone(), clock), tenant);
        Self {
            proxy,
            api: api.within(time),
            rule_sets: rule_sets.within(time),
            table,
            world,
        }
    }

    /// Returns every item of the tenant, attribute by attribute.
    async fn stored(&self) -> Vec<Item> {
        let mut items = Vec::new();
        for kind in ["credits", "expirationRuleSets", "consumptions"] {
            items.extend(self.partition(kind).await);
        }
        items
    }

    async fn partition(&self, kind: &str) -> Vec<Item> {
        let store = store().await;
        let pk = format!("{}#{kind}", self.api.tenant());
        let query = store.client.query().table_name(&store.table);
        let query = query
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(pk));
        query.send().await.unwrap().items.unwrap()
    }

    /// Checks that both functions serve requests.
    async fn serve(&self) {
        let created = self.api.post("/credits/{tenant}").json(&credit(json!({})));
        let created = created.send().await;
        assert_eq!(created.status, 200, "{}", created.text);
        let listed = self.rule_sets.get("/expirationRuleSets/{tenant}");
        let listed = listed.send().await;
        assert_eq!(listed.status, 200, "{}", listed.text);
    }

    /// Ends the outage, and checks that the same functions serve the next requests.
    async fn recover(&mut self) {
        self.proxy.recover();
        self.serve().await;
    }
}
