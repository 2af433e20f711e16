//! The store is away, or answers too late, and the functions are as they are deployed: with
//! production's time-outs and retries, on real connections, and with a deadline.

mod authorizer;
mod lasting;
mod panics;
mod passing;
mod requests;
mod sweep;

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryPartition;
use aws_sdk_dynamodb::types::AttributeValue;
use integration_tests::api::Api;
use integration_tests::proxy::Proxy;
use integration_tests::store::{config, store};
use serde_json::json;
use shared::clock::Clock;
use shared::repository::{Table, client};

use crate::credits::credit;
use crate::world::{self, World};

/// What an invocation has.
const TIME: Duration = Duration::from_secs(10);
/// Less than one operation may take.
const LITTLE_TIME: Duration = Duration::from_secs(2);

type Item = HashMap<String, AttributeValue>;

/// Functions that reach the store through a proxy, and a world that reaches it past that.
pub(crate) struct Outages {
    /// Prepares, and sees what became of it.
    world: World,
    proxy: Proxy,
    /// The table as the functions reach it.
    table: Table,
    /// The credits function.
    api: Api,
    /// The expiration rule sets function.
    rule_sets: Api,
}

impl Outages {
    async fn new() -> Self {
        let world = World::new().await;
        let store = store().await;
        let proxy = Proxy::start(&store.endpoint).await;
        let (clock, tenant) = (Clock::system(), world.api.tenant());
        // The SDK counts retries per process, and repeats nothing when there are too many: here each
        // test stands for a process of its own.
        let config = client::bounded(config(&proxy.endpoint()))
            .retry_partition(RetryPartition::new(tenant.to_owned()));
        let table = Table::new(Client::from_conf(config.build()), store.table);
        let api = Api::new(world::credits(table.clone(), clock.clone()), tenant);
        let rule_sets = Api::new(world::rule_sets(table.clone(), clock), tenant);
        Self {
            proxy,
            api: api.within(TIME),
            rule_sets: rule_sets.within(TIME),
            table,
            world,
        }
    }

    /// Every item of the tenant, attribute by attribute.
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

    /// Sees that both functions serve requests.
    async fn serve(&self) {
        let created = self.api.post("/credits/{tenant}").json(&credit(json!({})));
        let created = created.send().await;
        assert_eq!(created.status, 200, "{}", created.text);
        let listed = self.rule_sets.get("/expirationRuleSets/{tenant}");
        let listed = listed.send().await;
        assert_eq!(listed.status, 200, "{}", listed.text);
    }

    /// Ends the outage, and sees that the same functions serve the next requests.
    async fn recover(&mut self) {
        self.proxy.recover();
        self.serve().await;
    }
}
