//! Says who sends a request: a Lambda authorizer of an HTTP API (payload 2.0, simple response).
//!
//! It lets everybody through and tells the function who it is: an authorizer's own refusal could
//! carry neither our status nor our body. The functions refuse, before any other work.
//!
//! Header → [`credential`] → look-up (the only I/O) → [`decision`] → context.

mod credential;
mod decision;
mod event;

pub use event::{Answer, Event};

use shared::clock::Clock;
use shared::error::Error;
use shared::http::caller::AuthorizerContext;
use shared::model::api_key::ApiKey;
use shared::repository::Table;

use credential::Credential;
use decision::{LookedUp, decide};

/// What an authorizer needs: built once per cold start.
#[derive(Clone, Debug)]
pub struct Authorizer {
    table: Table,
    clock: Clock,
}

impl Authorizer {
    /// An authorizer for the keys in `table`, by the machine's clock.
    pub fn new(table: Table) -> Self {
        Self {
            table,
            clock: Clock::system(),
        }
    }

    /// The same, in another time.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Says who sends the request: somebody, or nobody we know.
    ///
    /// # Errors
    /// Those of the store. They are no answer on purpose: API Gateway would keep "nobody" for a
    /// minute, though the key may be good.
    pub async fn authorize(&self, event: Event) -> Result<Answer, Error> {
        let credential = Credential::parse(event.authorization());
        let found = self.look_up(&credential).await.inspect_err(log)?;
        let now = self.clock.now();
        let principal = decide(&credential, &found, now);
        if let (Some(_), LookedUp::ApiKey(key)) = (&principal, &found) {
            self.note_use(key).await;
        }
        Ok(Answer::new(AuthorizerContext::new(principal)))
    }

    async fn look_up(&self, credential: &Credential) -> Result<LookedUp, Error> {
        match credential {
            Credential::None => Ok(LookedUp::Nothing),
            Credential::ApiKey(presented) => {
                let found = self.table.api_key(&presented.id).await?;
                Ok(found.map_or(LookedUp::Nothing, LookedUp::ApiKey))
            }
        }
    }

    // A good key stays good though its use cannot be noted.
    async fn note_use(&self, key: &ApiKey) {
        let now = self.clock.now();
        if !key.should_note_use(now) {
            return;
        }
        if let Err(error) = self.table.note_api_key_use(key, now).await {
            tracing::warn!(key = %key.id, code = error.code(), "the use of a key was not noted");
        }
    }
}

fn log(error: &Error) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(
        code = error.code(),
        cause,
        "who calls could not be looked up"
    );
}
