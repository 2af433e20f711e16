//! A caller that cannot be looked up is a failure, not an unknown caller, which API Gateway would
//! keep.

use std::time::Duration;

use authorizer::{Answer, Authorizer, Event};
use integration_tests::faults::Plan;
use shared::base::error::Error;
use shared::model::principal::Scope;
use shared::runtime::deadline::{Deadline, TIMEOUT_MARGIN};
use shared::runtime::invocation::Invocation;
use tokio::time::timeout;

use super::passing::FAULTS;
use super::{Outages, little_time, time};

impl Outages {
    /// Asks the authorizer about a key, within the time of an invocation.
    async fn authorize(&self, authorizer: &Authorizer, key: &str) -> Result<Answer, Error> {
        authorize_within(time(), authorizer, key).await
    }

    fn authorizer(&self) -> Authorizer {
        Authorizer::new(self.table.clone())
    }
}

async fn authorize_within(
    time: Duration,
    authorizer: &Authorizer,
    key: &str,
) -> Result<Answer, Error> {
    let event = Event::new(Some(key.to_owned()));
    let deadline = Deadline::after(time).minus(TIMEOUT_MARGIN);
    let invocation = Invocation::new("request-1", deadline);
    let answer = timeout(time, authorizer.authorize(event, &invocation)).await;
    answer.expect("the authorizer answers before its deadline")
}

fn is_known(answer: &Result<Answer, Error>) -> bool {
    let context = serde_json::to_value(answer.as_ref().unwrap()).unwrap();
    context["context"]["principal_id"].is_string()
}

#[tokio::test]
async fn while_the_store_is_away_the_authorizer_fails_and_then_knows_the_key_again() {
    let mut outages = Outages::new().await;
    let key = outages.world.key(&[Scope::Read]).await;
    let authorizer = outages.authorizer();

    outages.proxy.on_all().always().stall();
    let stalled = outages.authorize(&authorizer, key.reveal()).await;
    outages.proxy.recover();
    outages.proxy.on_all().always().throttle();
    let throttled = outages.authorize(&authorizer, key.reveal()).await;
    outages.proxy.refuse_connections().await;
    let refused = outages.authorize(&authorizer, key.reveal()).await;
    for failure in [stalled, throttled, refused] {
        assert_eq!(failure.unwrap_err().code(), "unavailable");
    }

    outages.proxy.recover();
    let known = outages.authorize(&authorizer, key.reveal()).await;
    assert!(is_known(&known), "{known:?}");
}

#[tokio::test]
async fn the_authorizer_fails_before_a_deadline_that_is_near() {
    let outages = Outages::new().await;
    let key = outages.world.key(&[Scope::Read]).await;
    outages.proxy.on_all().always().stall();
    let authorizer = outages.authorizer();
    let stalled = authorize_within(little_time(), &authorizer, key.reveal()).await;
    assert_eq!(stalled.unwrap_err().code(), "unavailable");
}

#[tokio::test]
async fn one_fault_does_not_hinder_the_authorizer() {
    let outages = Outages::new().await;
    let key = outages.world.key(&[Scope::Read]).await;
    for fault in FAULTS {
        fault(outages.proxy.on("GetItem"));
        let known = outages.authorize(&outages.authorizer(), key.reveal()).await;
        assert!(is_known(&known), "{known:?}");
        assert!(outages.proxy.all_happened());
    }
}

#[tokio::test]
async fn a_key_is_good_though_its_use_cannot_be_noted_and_nobody_waits_long_for_that() {
    let outages = Outages::new().await;
    let key = outages.world.key(&[Scope::Read]).await;
    outages.proxy.on("UpdateItem").always().stall();
    let known = outages.authorize(&outages.authorizer(), key.reveal()).await;
    assert!(is_known(&known), "{known:?}");
    // Three attempts would take all the time of an operation.
    let attempts = outages.proxy.recorder().calls_to("UpdateItem").len();
    assert!((1..3).contains(&attempts), "{attempts}");
}

#[tokio::test]
async fn answers_that_are_damaged_all_the_time_make_nobody_of_nobody() {
    let outages = Outages::new().await;
    let key = outages.world.key(&[Scope::Read]).await;
    for damage in [Plan::truncate, Plan::garble, Plan::corrupt] {
        damage(outages.proxy.on("GetItem").times(3));
        let failure = outages.authorize(&outages.authorizer(), key.reveal()).await;
        assert_eq!(failure.unwrap_err().code(), "unavailable");
        assert!(outages.proxy.all_happened());
    }
}
