//! The AWS account that an operator works in, with credentials of every kind
//! that the AWS CLI takes, and the stacks in it.

mod credentials;
mod stack;

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Builder, ProvideCredentials};
use shared::repository::store::client::bounded;

pub use credentials::CredentialsProblem;
pub use stack::{Stack, StackError};

/// The time that a call to CloudFormation may take, with its retries.
const STACK_FOUND_WITHIN: Duration = Duration::from_secs(20);

/// An account and a region, with credentials that could be loaded.
#[derive(Debug)]
pub struct Account {
    config: SdkConfig,
    region: String,
}

/// Why no account can be used.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Neither the environment nor the profile names a region.
    #[error(
        "no AWS region is set: set `AWS_REGION`, or `region` of the profile in the AWS configuration"
    )]
    NoRegion,
    /// There are no credentials, or they cannot be loaded.
    #[error(transparent)]
    Credentials(#[from] CredentialsProblem),
}

impl Account {
    /// Loads the account of the environment: from variables, from a profile of
    /// any kind, or from what AWS gives to the machine.
    ///
    /// # Errors
    /// When there are no credentials, they cannot be loaded, or no region is set.
    pub async fn from_environment() -> Result<Self, AccountError> {
        let config = aws_config::defaults(BehaviorVersion::latest()).load().await;
        let provider = config.credentials_provider();
        let provider = provider.ok_or(CredentialsProblem::Missing)?;
        let loaded = provider.provide_credentials().await;
        loaded.map_err(|error| CredentialsProblem::of(&error))?;
        let region = config.region().ok_or(AccountError::NoRegion)?.to_string();
        Ok(Self { config, region })
    }

    /// Returns the region that the account is used in.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Returns a client of the account's DynamoDB, with the time-outs of the
    /// functions.
    #[must_use]
    pub fn dynamodb(&self) -> Client {
        Client::from_conf(bounded(Builder::from(&self.config)).build())
    }

    /// Finds a stack of this account and region by its name.
    ///
    /// # Errors
    /// When the stack does not exist or lacks the outputs of this service, or when
    /// CloudFormation refuses or does not answer.
    pub async fn stack(&self, name: &str) -> Result<Stack, StackError> {
        stack::find(&self.config, name, &self.region, STACK_FOUND_WITHIN).await
    }
}
