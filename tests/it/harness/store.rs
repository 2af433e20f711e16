//! The store and its one table.

use integration_tests::store::{store, tenant};

#[tokio::test]
async fn the_table_has_the_five_indexes_of_the_template() {
    let store = store().await;
    let described = store.client.describe_table().table_name(&store.table);
    let table = described.send().await.unwrap().table.unwrap();
    let mut names: Vec<&str> = table
        .global_secondary_indexes()
        .iter()
        .filter_map(|index| index.index_name())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "by_activity",
            "by_contact",
            "by_course_registration",
            "by_event_registration",
            "by_expiration",
        ]
    );
}

#[tokio::test]
async fn every_test_shares_the_server() {
    assert_eq!(store().await.endpoint, store().await.endpoint);
}

#[test]
fn every_tenant_is_new() {
    assert_ne!(tenant(), tenant());
}
