//! What a function is told by its environment, read and checked once at start.

use std::env;

/// The variable that names the table.
pub const TABLE_NAME: &str = "TABLE_NAME";
/// The SDK's variables for another DynamoDB than the region's, the first that is set.
const ENDPOINT_URLS: [&str; 2] = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"];

/// A function's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The table's name.
    pub table_name: String,
    /// Whether DynamoDB is spoken to without TLS: a local one.
    pub has_plain_endpoint: bool,
}

/// The environment is not complete.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable `{0}` must be set")]
pub struct Missing(&'static str);

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// [`Missing`], naming the variable to set.
    pub fn from_env() -> Result<Self, Missing> {
        let endpoint_url = ENDPOINT_URLS.into_iter().find_map(variable);
        Ok(Self {
            table_name: variable(TABLE_NAME).ok_or(Missing(TABLE_NAME))?,
            has_plain_endpoint: endpoint_url.is_some_and(|url| url.starts_with("http://")),
        })
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
