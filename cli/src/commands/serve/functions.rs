//! The functions behind the gateway: the very routers that run on Lambda.

use aws_sdk_dynamodb::Client;

use shared::http::function::Function;
use shared::repository::Table;

use crate::gateway::Functions;

/// Every function of the template that has routes, by its logical id there.
pub(super) fn all(client: &Client, table: &str) -> Functions {
    let table = Table::new(client.clone(), table);
    let credits = Function::new(credits::router(credits::State::new(table.clone())));
    let rule_sets = expiration_rule_sets::State::new(table);
    let rule_sets = Function::new(expiration_rule_sets::router(rule_sets));
    Functions::from([
        ("CreditsFunction".to_owned(), credits),
        ("ExpirationRuleSetsFunction".to_owned(), rule_sets),
    ])
}
