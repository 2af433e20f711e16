//! The authorizer function: telemetry, configuration, client, run.

use authorizer::Authorizer;
use authorizer::settings::TokenSettings;
use lambda_runtime::{LambdaEvent, run, service_fn};
use shared::config::Config;
use shared::repository::{Table, client};
use shared::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::init();
    let config = Config::from_env()?;
    let table = Table::new(client::from_environment().await, config.table_name);
    let authorizer = &Authorizer::new(table).with_tokens(TokenSettings::from_env()?)?;
    run(service_fn(async |event: LambdaEvent<_>| {
        let answer = authorizer.authorize(event.payload).await?;
        Ok::<_, lambda_runtime::Error>(answer)
    }))
    .await
}
