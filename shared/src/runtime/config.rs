//! A function's configuration: the environment, read and checked once at start.

use std::{env, fmt};

/// The variable with the name of the table.
pub const TABLE_NAME: &str = "TABLE_NAME";
/// Lambda's own variable with the region.
pub const AWS_REGION: &str = "AWS_REGION";
/// The SDK's variables for the address of DynamoDB. The first one that is set counts.
pub const ENDPOINT_URLS: [&str; 2] = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"];

/// A function's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The table's name.
    pub table_name: String,
    /// The table's region.
    pub region: String,
    /// DynamoDB's address; without it, that of the region.
    pub endpoint_url: Option<String>,
}

/// A variable of the environment is missing.
#[derive(PartialEq, Eq, thiserror::Error)]
#[error("the environment variable `{0}` must be set")]
pub struct Missing(&'static str);

/// Prints the same sentence as `Display`, since a `main` that fails prints its error by `Debug`.
impl fmt::Debug for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// [`Missing`], naming the variable to set.
    pub fn from_env() -> Result<Self, Missing> {
        Self::from_variables(|name| env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Missing> {
        let optional = |name| variable(name).filter(|value| !value.is_empty());
        let required = |name| optional(name).ok_or(Missing(name));
        Ok(Self {
            table_name: required(TABLE_NAME)?,
            region: required(AWS_REGION)?,
            endpoint_url: ENDPOINT_URLS.into_iter().find_map(optional),
        })
    }

    /// Returns whether DynamoDB is reached without TLS, as a local one is.
    pub(crate) fn has_plain_endpoint(&self) -> bool {
        let endpoint = self.endpoint_url.as_deref();
        endpoint.is_some_and(|url| url.starts_with("http://"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(variables: &[(&str, &str)]) -> Result<Config, Missing> {
        Config::from_variables(|name| {
            let mut variables = variables.iter();
            let found = variables.find(|(own, _)| *own == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_error_names_a_variable_that_is_missing_or_empty() {
        let region = (AWS_REGION, "eu-central-1");
        assert_eq!(config(&[region]), Err(Missing(TABLE_NAME)));
        assert_eq!(
            config(&[(TABLE_NAME, ""), region]),
            Err(Missing(TABLE_NAME))
        );
        assert_eq!(config(&[(TABLE_NAME, "t")]), Err(Missing(AWS_REGION)));
    }

    #[test]
    fn an_endpoint_for_dynamodb_counts_before_one_for_all_services() {
        let [own, all] = ENDPOINT_URLS;
        let mut variables = vec![(TABLE_NAME, "t"), (AWS_REGION, "r")];
        assert_eq!(config(&variables).unwrap().endpoint_url, None);
        variables.push((all, "https://all"));
        assert!(!config(&variables).unwrap().has_plain_endpoint());
        variables.push((own, "http://own"));
        let config = config(&variables).unwrap();
        assert_eq!(config.endpoint_url.as_deref(), Some("http://own"));
        assert!(config.has_plain_endpoint());
    }
}
