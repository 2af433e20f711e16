//! Random searches, each paged to its end, against the model.

use fastrand::Rng;
use integration_tests::scale::cases;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use super::super::{World, path};
use super::{fields, model, sorted_ids};

const CREDITS: usize = 150;
const CONTACTS: usize = 12;
/// How many searches, the same ones each time.
fn count() -> u32 {
    cases(20, 100, 300) as u32
}

type Fields = Vec<(&'static str, BoxedStrategy<Value>)>;

/// Returns up to `most` of these values.
fn some(values: Vec<String>, most: usize) -> BoxedStrategy<Value> {
    let most = most.min(values.len());
    subsequence(values, 1..=most)
        .prop_map(|values| json!(values))
        .boxed()
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|text| (*text).to_owned()).collect()
}

/// Returns a range whose ends are in order or open.
fn range(end: impl Strategy<Value = Value> + Clone + 'static) -> BoxedStrategy<Value> {
    let open = any::<(bool, bool)>();
    (end.clone(), end, open)
        .prop_map(|(one, other, (from, to))| {
            let key = |value: &Value| match value.as_str() {
                Some(text) => (text.to_owned(), 0.0),
                None => (String::new(), value.as_f64().unwrap()),
            };
            let is_ordered = key(&one) <= key(&other);
            let (low, high) = if is_ordered {
                (one, other)
            } else {
                (other, one)
            };
            let ends = [from.then_some(low), to.then_some(high)];
            json!(ends)
        })
        .boxed()
}

fn quantities() -> BoxedStrategy<Value> {
    range((0_u32..=1_000).prop_map(fields::hundredths))
}

fn days(first_year: u16) -> BoxedStrategy<Value> {
    let seed = any::<u64>();
    range(seed.prop_map(move |seed| json!(fields::day(&mut Rng::with_seed(seed), first_year))))
}

fn all_fields(ids: Vec<String>) -> Fields {
    let contacts = (0..CONTACTS + 3).map(|at| format!("contact-{at}"));
    let types = (0..20).map(|at| format!("type-{at}"));
    let statuses = [
        "draft",
        "submitted",
        "under review",
        "verified",
        "rejected",
        "archived",
        "no",
    ];
    let origins = [
        "legacy system",
        "course registration",
        "certification activity",
        "gift",
    ];
    let flags = [json!([true]), json!([false]), json!([true, false])];
    vec![
        ("ids", some(ids, 100)),
        ("origin", select(origins.map(Value::from).to_vec()).boxed()),
        ("type_id", some(types.collect(), 15)),
        ("contact_id", some(contacts.collect(), CONTACTS)),
        ("quantity", quantities()),
        ("quantity_used", quantities()),
        ("quantity_available", quantities()),
        ("self_reported", select(flags.to_vec()).boxed()),
        ("date", days(2024)),
        ("expiration_date", days(2026)),
        ("status", some(texts(&statuses), 7)),
    ]
}

/// Returns a search with about a quarter of the fields.
fn searches(ids: Vec<String>) -> BoxedStrategy<Value> {
    let none: BoxedStrategy<Map<String, Value>> = Just(Map::new()).boxed();
    let add = |search: BoxedStrategy<Map<String, Value>>, (name, value): (&'static str, _)| {
        let value = prop::option::weighted(0.25, value);
        let with = move |(mut search, value): (Map<String, Value>, Option<Value>)| {
            search.extend(value.map(|value| (name.to_owned(), value)));
            search
        };
        (search, value).prop_map(with).boxed()
    };
    let fields = all_fields(ids).into_iter();
    fields.fold(none, add).prop_map(Value::Object).boxed()
}

/// A world with random credits, of which every tenth was deleted; and the others.
async fn prepared() -> (World, Vec<Value>) {
    let world = World::new().await;
    let mut all = fields::credits(&mut Rng::with_seed(11), CREDITS, CONTACTS);
    let created = world.create(json!({})).await;
    all.iter_mut()
        .for_each(|credit| add_system_fields(credit, &created));
    world.write(&all).await;
    assert_eq!(world.api.delete(&path(&created)).send().await.status, 200);
    let mut left = Vec::new();
    for (at, credit) in all.into_iter().enumerate() {
        if at.is_multiple_of(10) {
            let deleted = world.api.delete(&path(&credit)).send().await;
            assert_eq!(deleted.status, 200, "{}", deleted.text);
        } else {
            left.push(credit);
        }
    }
    (world, left)
}

fn add_system_fields(credit: &mut Value, of: &Value) {
    let system = of.as_object().unwrap().iter();
    for (name, value) in system.filter(|(name, _)| name.starts_with("sys_")) {
        credit[name] = value.clone();
    }
}

#[test]
fn random_searches_page_by_page_find_what_the_model_finds() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (world, credits) = runtime.block_on(prepared());
    let limits = prop::option::of(select(vec![1, 2, 3, 7, 40, 1000]));
    let any_search = (searches(sorted_ids(&credits)), limits);
    let config = Config {
        cases: count(),
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let ran = TestRunner::new_with_rng(config, rng).run(&any_search, |(search, limit)| {
        let query = limit.map_or_else(String::new, |limit| format!("?limit={limit}"));
        let found = runtime.block_on(world.search_all(&query, &search));
        prop_assert_eq!(sorted_ids(&found), model::find(&credits, &search));
        prop_assert!(found.iter().all(|credit| credits.contains(credit)));
        Ok(())
    });
    ran.unwrap();
}
