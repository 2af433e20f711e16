//! The DynamoDB client, built once per cold start.

use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{self, BehaviorVersion, Region};

use crate::repository::store::integrity::Unreadable;
use crate::repository::store::metering::Metering;
use crate::runtime::config::Config;

/// How long connecting may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// How long one attempt of one operation may take.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(1);
/// How long all attempts of one operation may take together.
pub const OPERATION_TIMEOUT: Duration = Duration::from_secs(3);
/// How often an operation is tried; with the time-outs above, a third try still fits.
pub const MAX_ATTEMPTS: u32 = 3;

/// A function's client. Lambda puts the credentials into the environment, so nothing else is asked for
/// them, nor made ready for it; and where no TLS is spoken no certificates are read.
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

/// Sets time-outs and retries on purpose, since the SDK's own defaults wait for ever; what an
/// invocation has left is less or more than that, and its calls are counted.
///
/// The SDK would share one quota of retries among all calls of the process, and earn it back by
/// successes alone: after an outage, requests that have nothing to do with it would fail at their first
/// fault. So that quota has no end, and [`Metering`] gives each invocation a share of its own.
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
        .interceptor(Metering)
}

fn without_quota() -> RetryPartition {
    RetryPartition::custom("certifications")
        .token_bucket(TokenBucket::unlimited())
        .build()
}
