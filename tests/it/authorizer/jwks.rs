use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use ::authorizer::{Authorizer, Event};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::base::clock::Clock;
use shared::base::error::Error;
use shared::runtime::invocation::Invocation;

use super::issuer::{Issuer, Mood, SigningKey, claims};
use crate::world::World;

/// An authorizer with a clock that the test moves.
struct Patient {
    authorizer: Authorizer,
    issuer: Issuer,
    seconds: Arc<AtomicI64>,
}

impl Patient {
    async fn new(issuer: Issuer) -> Self {
        let seconds = Arc::new(AtomicI64::new(0));
        let passed = Arc::clone(&seconds);
        let start = Timestamp::now();
        let now = move || start + SignedDuration::from_secs(passed.load(Ordering::Relaxed));
        let authorizer = World::new().await.authorizer();
        let authorizer = authorizer.with_clock(Clock::from_fn(now));
        let authorizer = authorizer.with_tokens(Some(issuer.settings())).unwrap();
        Self {
            authorizer,
            issuer,
            seconds,
        }
    }

    fn wait(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Tells whether the authorizer recognises a token of this key.
    async fn knows(&self, key: &SigningKey) -> Result<bool, Error> {
        let long = Timestamp::now().as_second() + 100_000;
        let token = key.token(&claims("t", json!({"exp": long})));
        let event = Event::new(Some(format!("Bearer {token}")));
        let answer = self
            .authorizer
            .authorize(event, &Invocation::default())
            .await?;
        Ok(!answer.context.principal_id.is_empty())
    }
}

#[tokio::test]
async fn keys_are_fetched_when_first_needed_and_then_kept() {
    let key = SigningKey::ec("a");
    let patient = Patient::new(Issuer::start(&[&key]).await).await;
    assert_eq!(patient.issuer.requests(), 0);
    for _ in 0..3 {
        assert!(patient.knows(&key).await.unwrap());
        patient.wait(150);
    }
    assert_eq!(patient.issuer.requests(), 1);
    patient.wait(300);
    assert!(patient.knows(&key).await.unwrap());
    assert_eq!(patient.issuer.requests(), 2);
}

#[tokio::test]
async fn unknown_key_ids_ask_the_issuer_once_a_minute() {
    let (key, other) = (SigningKey::ec("a"), SigningKey::ec("b"));
    let patient = Patient::new(Issuer::start(&[&key]).await).await;
    for _ in 0..20 {
        assert!(!patient.knows(&other).await.unwrap());
    }
    assert_eq!(patient.issuer.requests(), 1);
    patient.wait(60);
    assert!(!patient.knows(&other).await.unwrap());
    assert_eq!(patient.issuer.requests(), 2);
}

#[tokio::test]
async fn a_rotated_key_is_found_and_the_old_one_no_longer_counts() {
    let (old, new) = (SigningKey::ec("old"), SigningKey::rsa("new"));
    let patient = Patient::new(Issuer::start(&[&old]).await).await;
    assert!(patient.knows(&old).await.unwrap());
    patient.issuer.publish(&[&old, &new]);
    patient.wait(60);
    assert!(patient.knows(&new).await.unwrap());
    assert!(patient.knows(&old).await.unwrap());
    patient.issuer.publish(&[&new]);
    patient.wait(600);
    assert!(!patient.knows(&old).await.unwrap());
    assert!(patient.knows(&new).await.unwrap());
}

#[tokio::test]
async fn old_keys_are_served_while_the_issuer_is_down_slow_flooding_or_elsewhere() {
    let (key, evil) = (SigningKey::ec("a"), SigningKey::ec("a"));
    let patient = Patient::new(Issuer::start(&[&key]).await).await;
    let elsewhere = Issuer::start(&[&evil]).await;
    assert!(patient.knows(&key).await.unwrap());
    for mood in [
        Mood::Failing,
        Mood::Silent,
        Mood::Flooding,
        Mood::Keys(Vec::new()),
        Mood::Redirecting(elsewhere.url().to_owned()),
    ] {
        let before = patient.issuer.requests();
        patient.issuer.set(mood);
        patient.wait(600);
        assert!(patient.knows(&key).await.unwrap());
        assert!(!patient.knows(&evil).await.unwrap());
        assert_eq!(patient.issuer.requests(), before + 1);
    }
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn nobody_is_called_unknown_while_the_issuer_has_never_answered_and_it_is_asked_again_soon() {
    let key = SigningKey::ec("a");
    for mood in [Mood::Failing, Mood::Silent, Mood::Flooding] {
        let patient = Patient::new(Issuer::start(&[&key]).await).await;
        patient.issuer.set(mood);
        let error = patient.knows(&key).await.unwrap_err();
        assert_eq!(error.code(), "unavailable");
        patient.issuer.publish(&[&key]);
        assert!(patient.knows(&key).await.is_err());
        assert_eq!(patient.issuer.requests(), 1);
        patient.wait(5);
        assert!(patient.knows(&key).await.unwrap());
        // Now that there are keys, the issuer is asked at most once a minute again.
        let other = SigningKey::ec("b");
        patient.wait(5);
        assert!(!patient.knows(&other).await.unwrap());
        assert_eq!(patient.issuer.requests(), 2);
    }
}

#[tokio::test]
async fn a_closed_port_is_an_issuer_that_is_down() {
    let key = SigningKey::ec("a");
    let issuer = Issuer::start(&[&key]).await;
    let mut settings = issuer.settings();
    settings.jwks_url = "http://127.0.0.1:9/jwks.json".parse().unwrap();
    let authorizer = World::new().await.authorizer();
    let authorizer = authorizer.with_tokens(Some(settings)).unwrap();
    let event = Event::new(Some(format!(
        "Bearer {}",
        key.token(&claims("t", json!({})))
    )));
    let error = authorizer
        .authorize(event, &Invocation::default())
        .await
        .unwrap_err();
    assert_eq!(error.code(), "unavailable");
}
