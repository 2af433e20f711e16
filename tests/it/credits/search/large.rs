//! Up to 20,000 credits of a tenant beside as many of another, written once for all tests here. The
//! embedded store has fewer: it is not made for this much.

use std::sync::LazyLock;

use fastrand::Rng;
use futures_util::{StreamExt, stream};
use integration_tests::scale::cases;
use integration_tests::store::{Kind, kind, tenant};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::super::World;
use super::{SEARCH, fields, id, items, model, stored};

/// The number of credits of each of the two tenants.
fn count() -> usize {
    match kind() {
        Kind::Embedded => 400,
        Kind::DynamoDbLocal => cases(500, 4_000, 20_000),
    }
}

/// The number of searches at a time, to keep the store busy.
const AT_ONCE: usize = 3;
/// The most read units of a call: 4 MB, at half a unit for each 4 KB.
const CEILING_UNITS: f64 = 512.0;

/// Both tenants' credits, and what the plans by key cost when there was a tenth of them.
struct Large {
    own: Vec<Value>,
    others: Vec<Value>,
    first_costs: Vec<f64>,
}

static TENANTS: LazyLock<[String; 2]> = LazyLock::new(|| [tenant(), tenant()]);

async fn large() -> &'static Large {
    static LARGE: OnceCell<Large> = OnceCell::const_new();
    LARGE.get_or_init(write).await
}

async fn write() -> Large {
    let mut rng = Rng::with_seed(4);
    let mut own = marked();
    own.extend(fields::credits(&mut rng, count() - own.len(), 2_000));
    let others = fields::credits(&mut rng, count(), 2_000);
    let first = count() / 10;
    let (world, neighbour) = (world(0).await, world(1).await);
    world.write(&own[..first]).await;
    neighbour.write(&others[..first]).await;
    let first_costs = costs(&world).await;
    world.write(&own[first..]).await;
    neighbour.write(&others[first..]).await;
    Large {
        own,
        others,
        first_costs,
    }
}

/// Makes a world for one of the two tenants.
async fn world(which: usize) -> World {
    let mut world = World::new().await;
    let tenant = TENANTS[which].as_str();
    let everything = ["read", "write", "admin"];
    let api = world.api.as_principal("tester", &[tenant], &everything);
    world.api = api.for_tenant(tenant);
    world
}

/// Returns thirty credits with their own contact and month of expiration.
fn marked() -> Vec<Value> {
    let credit = |at: usize| {
        let status = ["verified", "archived"][at % 2];
        let fields =
            json!({"contact_id": "marked", "expiration_date": "2040-01-15", "status": status});
        stored(&format!("marked-{at}"), fields)
    };
    (0..30).map(credit).collect()
}

/// Returns the cost of finding the marked credits, for each plan that starts from a key.
async fn costs(world: &World) -> Vec<f64> {
    let ids: Vec<_> = marked()
        .iter()
        .map(|credit| id(credit).to_owned())
        .collect();
    let mut costs = Vec::new();
    for body in [
        json!({"ids": ids}),
        json!({"contact_id": ["marked"]}),
        json!({"expiration_date": ["2040-01-01", "2040-01-31"]}),
    ] {
        world.faults.recorder().clear();
        assert_eq!(world.found_ids("", &body).await.len(), 30, "{body}");
        costs.push(world.read_units());
    }
    costs
}

/// Returns a value for each field.
fn filters(large: &Large) -> Vec<(&'static str, Value)> {
    let ids = [&large.own[100..160], &large.others[..30]].concat();
    let ids: Vec<_> = ids.iter().map(|credit| id(credit).to_owned()).collect();
    let contacts: Vec<_> = (0..40).map(|at| format!("contact-{at}")).collect();
    vec![
        ("ids", json!(ids)),
        ("origin", json!("course registration")),
        ("type_id", json!(["type-1", "type-2", "type-99"])),
        ("contact_id", json!(contacts)),
        ("quantity", json!([2.5, 7.25])),
        ("quantity_used", json!([0.01, 3])),
        ("quantity_available", json!([null, 0.3])),
        ("self_reported", json!([true])),
        ("date", json!(["2025-01-01", "2025-06-30T23:59:59Z"])),
        ("expiration_date", json!(["2027-03-01", "2027-03-28"])),
        ("status", json!(["verified", "archived", "no such status"])),
    ]
}

fn alone_and_in_pairs(large: &Large) -> Vec<Value> {
    let filters = filters(large);
    let mut searches = Vec::new();
    for (at, (name, value)) in filters.iter().enumerate() {
        for (other_name, other) in &filters[at..] {
            let mut body = json!({});
            body[name] = value.clone();
            body[other_name] = other.clone();
            searches.push(body);
        }
    }
    searches
}

#[tokio::test]
async fn every_filter_alone_and_in_pairs_finds_what_the_model_finds() {
    let large = large().await;
    let world = world(0).await;
    let searches = stream::iter(alone_and_in_pairs(large));
    let checks = searches.map(|body| {
        let world = &world;
        async move {
            let found = world.found_ids("?limit=1000&fields=id", &body).await;
            let expected = model::find(&large.own, &body);
            assert!(found == expected, "{body} finds {}", found.len());
        }
    });
    checks.buffer_unordered(AT_ONCE).collect::<()>().await;
    stays_in_its_own_data(&world);
}

/// Checks that no call is a Scan or names another tenant's key.
fn stays_in_its_own_data(world: &World) {
    let own = world.api.tenant();
    for call in world.faults.recorder().calls() {
        assert!(matches!(call.operation.as_str(), "Query" | "BatchGetItem"));
        let request = call.request.to_string();
        assert!(request.contains(own) && !request.contains(&TENANTS[1]));
    }
}

#[tokio::test]
async fn the_plans_by_key_cost_the_same_when_the_table_is_ten_times_as_large() {
    let large = large().await;
    let costs = costs(&world(0).await).await;
    assert_eq!(costs, large.first_costs);
    // Thirty records by id, of 4 KB each; a page of one index; two of another, and the records.
    let [by_id, by_contact, by_expiration] = costs[..] else {
        panic!("{costs:?}")
    };
    assert!(
        by_id == 15.0 && by_contact <= 3.0 && by_expiration <= 18.0,
        "{costs:?}"
    );
}

#[tokio::test]
async fn reading_the_whole_partition_never_reads_more_than_its_ceiling_in_a_call() {
    large().await;
    let world = world(0).await;
    for query in ["?limit=1000&fields=id", "?limit=3&fields=id", "?fields=id"] {
        let mut body = json!({"quantity": [9.99, 9.99]});
        let mut calls = 0;
        loop {
            world.faults.recorder().clear();
            let page = world
                .api
                .post(&format!("{SEARCH}{query}"))
                .json(&body)
                .send()
                .await
                .body;
            let units = world.read_units();
            assert!(units <= CEILING_UNITS, "{units} in one call");
            assert!(items(&page).len() <= 1000);
            calls += 1;
            match page.get("LastEvaluatedKey") {
                Some(cursor) => body["exclusiveStartKey"] = cursor.clone(),
                None => break,
            }
        }
        // Fewer credits fit into one call.
        assert!(calls > 1 || count() < 20_000);
    }
}
