//! The functions behind the gateway: the same routers that run on Lambda.

use authorizer::settings::{SettingsError, TokenSettings};
use authorizer::{Authorizer, FetchError};
use shared::http::function::Function;
use shared::http::state::AppState;
use shared::repository::Table;

use crate::gateway::Functions;

/// Makes the authorizer, with the environment's settings for tokens.
pub(super) fn authorizer(table: &Table) -> Result<Authorizer, AuthorizerError> {
    let settings = TokenSettings::from_env()?;
    Ok(Authorizer::new(table.clone()).with_tokens(settings)?)
}

#[derive(Debug, thiserror::Error)]
pub(in crate::commands) enum AuthorizerError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Issuer(#[from] FetchError),
}

/// Makes every function that has routes, by its logical id in the template.
pub(super) fn all(table: &Table) -> Functions {
    let credits = Function::new(credits::router(AppState::new(table.clone())));
    let rule_sets = AppState::new(table.clone());
    let rule_sets = Function::new(expiration_rule_sets::router(rule_sets));
    Functions::from([
        ("CreditsFunction".to_owned(), credits),
        ("ExpirationRuleSetsFunction".to_owned(), rule_sets),
    ])
}
