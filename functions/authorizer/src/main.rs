//! The authorizer function: telemetry, configuration, client, run.

use authorizer::settings::TokenSettings;
use authorizer::{Authorizer, Event};
use lambda_runtime::{LambdaEvent, run, service_fn};
use shared::repository::{Table, WarmUp, client};
use shared::runtime::config::Config;
use shared::runtime::deadline::Deadline;
use shared::runtime::invocation::Invocation;
use shared::runtime::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::init("authorizer");
    let config = Config::from_env()?;
    let table = Table::new(client::of_function(&config), config.table_name);
    table.warm_up(WarmUp::ApiKeys).await;
    let authorizer = &Authorizer::new(table).with_tokens(TokenSettings::from_env()?)?;
    run(service_fn(async |event: LambdaEvent<Event>| {
        let LambdaEvent { payload, context } = event;
        let request_id = payload.request_id().unwrap_or(&context.request_id);
        let deadline = Deadline::before_timeout(context.deadline);
        let invocation = Invocation::new(request_id, deadline);
        let answer = authorizer.authorize(payload, &invocation).await?;
        Ok::<_, lambda_runtime::Error>(answer)
    }))
    .await
}
