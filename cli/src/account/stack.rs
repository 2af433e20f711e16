//! A deployed stack of this service, found by its name.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_cloudformation::config::Builder;
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cloudformation::operation::describe_stacks::DescribeStacksError;
use aws_sdk_cloudformation::types::Output;
use aws_sdk_cloudformation::{Client, types};

/// CloudFormation's code for a stack that does not exist, and for an invalid name.
const UNKNOWN: &str = "ValidationError";

/// The table and the API of a deployed stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// The name of the table: the output `TableName`.
    pub table: String,
    /// The address of the API, such as `https://abc.execute-api.eu-central-1.amazonaws.com`: the output
    /// `ApiUrl`.
    pub api: String,
}

/// Why a stack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// The stack does not exist in this account and region.
    #[error(
        "there is no stack `{name}` in {region} of this account: name another with `--stack`, or set \
         `AWS_REGION` or `AWS_PROFILE`"
    )]
    Unknown {
        /// The name that was looked for.
        name: String,
        /// The region that was searched.
        region: String,
    },
    /// The stack is not of this service, or its first deployment did not succeed.
    #[error(
        "the stack `{name}` has no output `{output}`: it is not one of this service, or its deployment \
         did not succeed (its status is {status})"
    )]
    NoOutput {
        /// The stack.
        name: String,
        /// The output that the stack lacks.
        output: &'static str,
        /// The status in CloudFormation's words, such as `ROLLBACK_COMPLETE`.
        status: String,
    },
    /// CloudFormation refused or could not be reached. The source says which.
    #[error("the stack `{name}` cannot be looked up")]
    CloudFormation {
        /// The stack.
        name: String,
        /// The error of the SDK.
        source: Box<SdkError<DescribeStacksError>>,
    },
}

pub(super) async fn find(
    config: &SdkConfig,
    name: &str,
    region: &str,
    within: Duration,
) -> Result<Stack, StackError> {
    let timeouts = TimeoutConfig::builder().operation_timeout(within).build();
    let config = Builder::from(config).timeout_config(timeouts).build();
    let sent = Client::from_conf(config).describe_stacks().stack_name(name);
    let unknown = || StackError::Unknown {
        name: name.to_owned(),
        region: region.to_owned(),
    };
    match sent.send().await {
        Ok(found) => of(found.stacks().first().ok_or_else(unknown)?, name),
        Err(error) if is_unknown(&error) => Err(unknown()),
        Err(source) => Err(StackError::CloudFormation {
            name: name.to_owned(),
            source: Box::new(source),
        }),
    }
}

fn is_unknown(error: &SdkError<DescribeStacksError>) -> bool {
    let refusal = error.as_service_error();
    refusal.is_some_and(|refusal| refusal.code() == Some(UNKNOWN))
}

fn of(stack: &types::Stack, name: &str) -> Result<Stack, StackError> {
    let value = |output: &'static str| {
        let mut outputs = stack.outputs().iter();
        let found = outputs.find(|it| it.output_key() == Some(output));
        let value = found.and_then(Output::output_value).map(str::to_owned);
        value.ok_or_else(|| StackError::NoOutput {
            name: name.to_owned(),
            output,
            status: stack
                .stack_status()
                .map_or("unknown", types::StackStatus::as_str)
                .to_owned(),
        })
    };
    Ok(Stack {
        table: value("TableName")?,
        api: value("ApiUrl")?,
    })
}
