//! Calls a function as Lambda does, with a deadline.

use std::time::Duration;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use shared::http::function::Function;

/// Returns the function's answer to an event. The answer must come before the deadline.
pub(super) async fn answer_within(
    time: Duration,
    function: &Function,
    event: ApiGatewayV2httpRequest,
) -> ApiGatewayV2httpResponse {
    let answer = tokio::time::timeout(time, function.invoke_within(time, event)).await;
    let answer = answer.expect("the function answers before its deadline");
    answer.expect("every answer can be written as an event's")
}
