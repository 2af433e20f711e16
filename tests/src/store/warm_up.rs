//! The first calls of a fresh Java process.
//!
//! On a busy machine the very first write takes longer than 1 s, the time that
//! production gives to an attempt. The SDK would send it again, and the first test
//! would count one write too many.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;

const NAME: &str = "warm-up";

/// Writes, reads, queries and deletes one item, without a time-out.
pub(super) async fn warm_up(client: &Client, table: &str) {
    let name = || AttributeValue::S(NAME.to_owned());
    let put = client.put_item().table_name(table);
    let put = put.item("pk", name()).item("sk", name());
    let put = put.condition_expression("attribute_not_exists(pk)");
    put.send().await.expect("the store takes an item");

    let get = client.get_item().table_name(table);
    let get = get.key("pk", name()).key("sk", name());
    get.send().await.expect("the store reads an item");

    let query = client.query().table_name(table);
    let query = query.key_condition_expression("pk = :pk");
    let query = query.expression_attribute_values(":pk", name());
    query.send().await.expect("the store answers a query");

    let delete = client.delete_item().table_name(table);
    let delete = delete.key("pk", name()).key("sk", name());
    delete.send().await.expect("the store deletes an item");
}
