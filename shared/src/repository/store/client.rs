//! The DynamoDB client, built once per cold start.

use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{self, BehaviorVersion, Region};

use crate::repository::store::integrity::Unreadable;
use crate::repository::store::invocation_interceptor::InvocationInterceptor;
use crate::runtime::config::Config;

/// The most time that connecting may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// The most time that one attempt of an operation may take.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(1);
/// The most time that all attempts of an operation may take together.
pub const OPERATION_TIMEOUT: Duration = Duration::from_secs(3);
/// The most attempts of an operation. Within the time-outs above, a third attempt still fits.
pub const MAX_ATTEMPTS: u32 = 3;

/// Builds a function's client. To start fast, it takes the credentials only from the environment,
/// where Lambda puts them, and reads no certificates for an endpoint without TLS.
pub fn of_function(config: &Config) -> Client {
    let mut client = config::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(config.region.clone()))
        .credentials_provider(EnvironmentVariableCredentialsProvider::new());
    client.set_endpoint_url(config.endpoint_url.clone());
    if config.has_plain_endpoint() {
        client.set_http_client(Some(aws_smithy_http_client::Builder::new().build_http()));
    }
    Client::from_conf(bounded(client).build())
}

/// Sets time-outs and retries. The SDK has no time-out by default. These are upper bounds:
/// [`InvocationInterceptor`] shortens them to the time that the invocation has left.
///
/// The SDK shares one quota of retries among all calls of the process, and only successes refill
/// it. After an outage, later requests would fail at their first fault. So the SDK's quota is
/// unlimited here, and [`InvocationInterceptor`] gives each invocation a share of its own.
pub fn bounded(config: config::Builder) -> config::Builder {
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
        .retry_partition(without_quota())
        .retry_classifier(Unreadable)
        .interceptor(InvocationInterceptor)
}

fn without_quota() -> RetryPartition {
    RetryPartition::custom("certifications")
        .token_bucket(TokenBucket::unlimited())
        .build()
}
