//! The least a function on DynamoDB can be: the SDK's own defaults, and one read per
//! invocation. `make bench-cold` sets the start of the real functions against it.

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = Client::new(&aws_config::load_from_env().await);
    let table = std::env::var("TABLE_NAME")?;
    run(service_fn(async |_: LambdaEvent<Value>| {
        let found = read(&client, &table).await?;
        Ok::<_, Error>(json!({ "found": found }))
    }))
    .await
}

async fn read(client: &Client, table: &str) -> Result<bool, Error> {
    let read = client
        .get_item()
        .table_name(table)
        .key("pk", AttributeValue::S("BARE".into()))
        .key("sk", AttributeValue::S("BARE".into()))
        .send()
        .await?;
    Ok(read.item.is_some())
}
