//! Calling a function as Lambda does, with a deadline.

use std::time::Duration;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use jiff::Timestamp;
use lambda_http::request::LambdaRequest;
use lambda_http::{Context, LambdaEvent};
use shared::http::function::Function;
use tower::ServiceExt;

/// The function's answer to an event, which must come before its time is used up.
pub(super) async fn answer_within(
    time: Duration,
    function: &Function,
    event: ApiGatewayV2httpRequest,
) -> ApiGatewayV2httpResponse {
    let event = LambdaEvent::new(LambdaRequest::ApiGatewayV2(event), context(time));
    let answer = tokio::time::timeout(time, function.clone().oneshot(event)).await;
    let Ok(answer) = answer.expect("the function answers before its deadline");
    let answer = serde_json::to_value(answer).expect("an answer is JSON");
    serde_json::from_value(answer).expect("an answer is one of API Gateway's")
}

fn context(time: Duration) -> Context {
    let deadline = Timestamp::now() + time;
    let mut context = Context::default();
    context.deadline = u64::try_from(deadline.as_millisecond()).expect("it is after 1970");
    context
}
