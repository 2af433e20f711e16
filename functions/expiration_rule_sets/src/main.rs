//! The expiration rule sets function: telemetry, configuration, client, run.

use expiration_rule_sets::router;
use shared::http::function::Function;
use shared::http::state::AppState;
use shared::repository::{Table, WarmUp, client};
use shared::runtime::config::Config;
use shared::runtime::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init("expiration_rule_sets");
    let config = Config::from_env()?;
    let table = Table::new(client::of_function(&config), config.table_name);
    table.warm_up(WarmUp::Tenants).await;
    Function::new(router(AppState::new(table))).run().await
}
