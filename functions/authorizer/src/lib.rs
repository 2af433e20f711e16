//! Says who sends a request: a Lambda authorizer of an HTTP API (payload 2.0, simple response).
//!
//! The authorizer lets every request through, and tells the function who sends it. An authorizer
//! that refuses cannot choose the status or the body. So the functions refuse, before any other
//! work.
//!
//! [`credential`] reads the header. The key is looked up, in the table or by [`jwks`] at the
//! issuer, and [`decision`] decides. The tenant of an API key must be registered.

mod credential;
mod decision;
mod event;
mod jwks;
mod observe;
pub mod settings;
mod token;

pub use event::{Answer, Event};
pub use jwks::FetchError;

use std::sync::Arc;
use std::time::{Duration, Instant};

use shared::base::clock::Clock;
use shared::base::error::Error;
use shared::http::caller::AuthorizerContext;
use shared::model::api_key::ApiKey;
use shared::model::id::ApiKeyId;
use shared::repository::Table;
use shared::runtime::invocation::Invocation;
use shared::runtime::telemetry::{ColdStart, Measured, Outcome};

use credential::Credential;
use decision::{LookedUp, decide};
use jwks::Jwks;
use observe::observe;
use settings::TokenSettings;
use token::Token;

/// The longest that a client waits until the use of its key is noted.
const NOTED_WITHIN: Duration = Duration::from_millis(500);

/// The authorizer. Built once per cold start.
#[derive(Clone, Debug)]
pub struct Authorizer {
    table: Table,
    clock: Clock,
    issuer: Option<Arc<Issuer>>,
    own_key: Option<ApiKey>,
    start: ColdStart,
}

/// The trusted issuer of tokens, and its keys.
#[derive(Debug)]
struct Issuer {
    settings: TokenSettings,
    jwks: Jwks,
}

impl Authorizer {
    /// Makes an authorizer that knows the API keys in `table`, and accepts no tokens.
    pub fn new(table: Table) -> Self {
        Self {
            table,
            clock: Clock::system(),
            issuer: None,
            own_key: None,
            start: ColdStart::default(),
        }
    }

    /// Accepts tokens too, if there are settings for them.
    ///
    /// # Errors
    /// When the system has no root certificates, so that no connection can be trusted.
    pub fn with_tokens(self, settings: Option<TokenSettings>) -> Result<Self, FetchError> {
        let issuer = settings.map(|settings| {
            let jwks = Jwks::new(&settings)?;
            Ok(Arc::new(Issuer { settings, jwks }))
        });
        Ok(Self {
            issuer: issuer.transpose()?,
            ..self
        })
    }

    /// Accepts one more key, which is not in the table.
    #[must_use]
    pub fn with_own_key(self, key: ApiKey) -> Self {
        Self {
            own_key: Some(key),
            ..self
        }
    }

    /// Sets the clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Tells who sends the request. Writes the line of log and the metrics of the invocation.
    ///
    /// # Errors
    /// Those of the store. An answer would be wrong: API Gateway would cache "unknown" for a
    /// minute, though the key may be good.
    pub async fn authorize(&self, event: Event, invocation: &Invocation) -> Result<Answer, Error> {
        let started = Instant::now();
        let decided = invocation.run(self.decide(&event)).await;
        let outcome = Outcome::of(&decided);
        let measured = Measured::new(outcome, started, invocation, &self.start);
        observe(invocation, &decided, &measured);
        decided.map(Answer::new)
    }

    async fn decide(&self, event: &Event) -> Result<AuthorizerContext, Error> {
        let credential = Credential::parse(event.authorization());
        let found = self.look_up(&credential).await?;
        let now = self.clock.now();
        let principal = decide(&credential, &found, now);
        if let (Some(_), LookedUp::ApiKey(key)) = (&principal, &found) {
            if !self.table.is_registered(&key.tenant).await? {
                return Ok(AuthorizerContext::new(None));
            }
            self.note_use(key).await;
        }
        Ok(AuthorizerContext::new(principal))
    }

    async fn look_up(&self, credential: &Credential) -> Result<LookedUp, Error> {
        match credential {
            Credential::None => Ok(LookedUp::Nothing),
            Credential::ApiKey(presented) => {
                let found = self.api_key(&presented.id).await?;
                Ok(found.map_or(LookedUp::Nothing, LookedUp::ApiKey))
            }
            Credential::Token(token) => self.look_up_signer(token).await,
        }
    }

    async fn api_key(&self, id: &ApiKeyId) -> Result<Option<ApiKey>, Error> {
        match &self.own_key {
            Some(own) if own.id == *id => Ok(Some(own.clone())),
            _ => self.table.api_key(id).await,
        }
    }

    async fn look_up_signer(&self, token: &Token) -> Result<LookedUp, Error> {
        let Some(issuer) = &self.issuer else {
            return Ok(LookedUp::Nothing);
        };
        let key = issuer.jwks.key(&token.key_id, &self.clock).await?;
        Ok(key.map_or(LookedUp::Nothing, |key| LookedUp::Signer {
            key,
            settings: issuer.settings.clone(),
        }))
    }

    // A key is good even if its use cannot be noted.
    async fn note_use(&self, key: &ApiKey) {
        let now = self.clock.now();
        if self.own_key.as_ref() == Some(key) || !key.should_note_use(now) {
            return;
        }
        let noting = self.table.note_api_key_use(key, now);
        let code = match tokio::time::timeout(NOTED_WITHIN, noting).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.code(),
            Err(_elapsed) => "unavailable",
        };
        tracing::warn!(
            request_id = Invocation::current_id(),
            key = %key.id,
            code,
            "the use of a key was not noted"
        );
    }
}
