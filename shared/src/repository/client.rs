//! The DynamoDB client, built once per cold start.

use std::time::Duration;

use aws_config::ConfigLoader;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;

use crate::config::Config;
use crate::repository::metering::Metering;

/// How long connecting may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// How long one attempt of one operation may take.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(1);
/// How long all attempts of one operation may take together.
pub const OPERATION_TIMEOUT: Duration = Duration::from_secs(3);
/// How often an operation is tried; with the time-outs above, a third try still fits.
pub const MAX_ATTEMPTS: u32 = 3;

/// An operator's client, from the environment's region, credentials and endpoint.
pub async fn from_environment() -> Client {
    client(aws_config::from_env()).await
}

/// A function's client. Lambda puts the credentials into the environment, so none of the SDK's other
/// sources is prepared; and where no TLS is spoken no certificates are read.
pub async fn of_function(config: &Config) -> Client {
    let credentials = EnvironmentVariableCredentialsProvider::new();
    let environment = aws_config::from_env().credentials_provider(credentials);
    let environment = match config.has_plain_endpoint {
        true => environment.http_client(aws_smithy_http_client::Builder::new().build_http()),
        false => environment,
    };
    client(environment).await
}

async fn client(environment: ConfigLoader) -> Client {
    let environment = environment.load().await;
    Client::from_conf(bounded(aws_sdk_dynamodb::config::Builder::from(&environment)).build())
}

/// Sets time-outs and retries on purpose, since the SDK's own defaults wait for ever; what an
/// invocation has left is less or more than that, and its calls are counted.
pub fn bounded(config: aws_sdk_dynamodb::config::Builder) -> aws_sdk_dynamodb::config::Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let retries = RetryConfig::standard()
        .with_max_attempts(MAX_ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(50));
    config
        .timeout_config(timeouts)
        .retry_config(retries)
        .interceptor(Metering)
}
