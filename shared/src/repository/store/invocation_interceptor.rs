//! Makes each call to DynamoDB a part of its invocation: counts the call, and bounds it by the time
//! and the share of retries that the invocation has left.

use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeDeserializationInterceptorContextMut,
    BeforeSerializationInterceptorContextMut, BeforeSerializationInterceptorContextRef,
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_get_item::{BatchGetItemInput, BatchGetItemOutput};
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::put_item::{PutItemInput, PutItemOutput};
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use aws_smithy_runtime_api::client::interceptors::context::{Input, Output};
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_runtime_api::client::retries::RequestAttempts;

use crate::repository::store::attempts::{begin_attempt, end_attempt};
use crate::repository::store::integrity::check;
use crate::runtime::invocation::{Invocation, Spent};

/// Bounds and counts the calls of the SDK for the invocation, and watches the attempts of a write.
#[derive(Debug)]
pub(crate) struct InvocationInterceptor;

#[dyn_dispatch_hint]
impl Intercept for InvocationInterceptor {
    fn name(&self) -> &'static str {
        "InvocationInterceptor"
    }

    // Shortens the client's time-out to the time that the invocation has left.
    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(left) = Invocation::current().and_then(|it| it.deadline.remaining()) else {
            return Ok(());
        };
        let timeouts = cfg.load::<TimeoutConfig>();
        let own = timeouts.and_then(TimeoutConfig::operation_timeout);
        let bounded = TimeoutConfig::builder().operation_timeout(own.unwrap_or(left).min(left));
        cfg.interceptor_state().store_put(bounded.build());
        Ok(())
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        ask_for_capacity(context.input_mut());
        Ok(())
    }

    // Counts each attempt as a call, and all but the first as retries. When the share of retries is
    // used up, this attempt is the last.
    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(invocation) = Invocation::current() else {
            return Ok(());
        };
        let attempt = cfg.load::<RequestAttempts>();
        let attempt = attempt.map_or(1, RequestAttempts::attempts);
        invocation.charge(Spent {
            calls: 1,
            retries: u32::from(attempt > 1),
            ..Spent::default()
        });
        if !invocation.spent().may_retry() {
            let retries = cfg.load::<RetryConfig>().cloned();
            let retries = retries.unwrap_or_else(RetryConfig::standard);
            cfg.interceptor_state()
                .store_put(retries.with_max_attempts(attempt));
        }
        Ok(())
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        begin_attempt();
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        end_attempt(context);
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        check(context.response_mut());
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let (Some(invocation), Ok(output)) = (Invocation::current(), context.output_or_error()) {
            invocation.charge(units(output));
        }
        Ok(())
    }
}

/// Runs `$then` with the operation's input or output, if it is of one of the types.
macro_rules! when_any {
    ($value:expr, $downcast:ident: $($Type:ty),+ => |$it:ident| $then:expr) => {
        $(if let Some($it) = $value.$downcast::<$Type>() { return $then; })+
    };
}

fn ask_for_capacity(input: &mut Input) {
    when_any!(input, downcast_mut: GetItemInput, QueryInput, BatchGetItemInput, PutItemInput,
        UpdateItemInput, TransactWriteItemsInput
        => |it| it.return_consumed_capacity = Some(ReturnConsumedCapacity::Total));
}

fn units(output: &Output) -> Spent {
    when_any!(output, downcast_ref: GetItemOutput, QueryOutput, BatchGetItemOutput
        => |it| reads(it.consumed_capacity()));
    when_any!(output, downcast_ref: PutItemOutput, UpdateItemOutput, TransactWriteItemsOutput
        => |it| writes(it.consumed_capacity()));
    Spent::default()
}

fn reads<'a>(consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) -> Spent {
    Spent {
        read_units: sum(consumed),
        ..Spent::default()
    }
}

fn writes<'a>(consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) -> Spent {
    Spent {
        write_units: sum(consumed),
        ..Spent::default()
    }
}

fn sum<'a>(consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) -> f64 {
    let consumed = consumed.into_iter();
    consumed.filter_map(ConsumedCapacity::capacity_units).sum()
}
