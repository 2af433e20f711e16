//! What a function is told by its environment, read and checked once at start.

use std::env;

/// The variable that names the table.
pub const TABLE_NAME: &str = "TABLE_NAME";

/// A function's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The table's name.
    pub table_name: String,
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
        let table_name = env::var(TABLE_NAME).ok().filter(|name| !name.is_empty());
        Ok(Self {
            table_name: table_name.ok_or(Missing(TABLE_NAME))?,
        })
    }
}
