//! The functions behind the gateway: the very routers that run on Lambda.

use aws_sdk_dynamodb::Client;
use credits::State;
use shared::http::function::Function;
use shared::repository::Table;

use crate::gateway::Functions;

/// Every function of the template that has routes, by its logical id there.
pub(super) fn all(client: &Client, table: &str) -> Functions {
    let table = Table::new(client.clone(), table);
    let credits = Function::new(credits::router(State::new(table)));
    Functions::from([("CreditsFunction".to_owned(), credits)])
}
