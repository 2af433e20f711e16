//! The way of one call: record it, see what is planned, do that.

use std::future::pending;
use std::panic::resume_unwind;
use std::sync::Arc;

use super::Plan;
use super::script::{Fault, Hook, Rule, Script};
use crate::recorder::{Answer, Call, Recorder};

/// What is planned for the calls on one way to the store, and the record of them.
/// Clones share both.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plans {
    recorder: Recorder,
    script: Arc<Script>,
}

impl Plans {
    pub(crate) fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// Plans for an operation, or for all.
    pub(crate) fn on(&self, operation: Option<&str>) -> Plan<'_> {
        Plan {
            script: &self.script,
            rule: Rule::new(operation),
        }
    }

    pub(crate) fn all_happened(&self) -> bool {
        self.script.is_finished()
    }

    /// Forgets what is planned.
    pub(crate) fn clear(&self) {
        self.script.clear();
    }

    /// The answer to a call, for which `ask` asks the store; nothing when the request or the answer is lost on the way.
    pub(crate) async fn carry<E>(
        &self,
        call: Call,
        ask: impl Future<Output = Result<Answer, E>>,
    ) -> Result<Option<Answer>, E> {
        let (fault, hook) = self.script.next(&call.operation);
        let id = self.recorder.begin(call);
        let ask = async {
            let answer = ask.await?;
            self.recorder.end(id, answer.clone());
            Ok(answer)
        };
        match fault {
            Fault::Pass => {
                run(hook).await;
                ask.await.map(Some)
            }
            Fault::LoseRequest => Ok(None),
            Fault::Damage(damage) => ask.await.map(|answer| Some(damage(answer))),
            Fault::LoseResponse => {
                ask.await?;
                run(hook).await;
                Ok(None)
            }
            Fault::Answer(answer) => Ok(Some(answer)),
            Fault::Stall => pending().await,
        }
    }
}

// In a task of its own, as another client's: what it does is not part of the caller's request.
async fn run(hook: Option<Hook>) {
    let Some(hook) = hook else { return };
    if let Err(failure) = tokio::spawn(hook).await {
        resume_unwind(failure.into_panic());
    }
}
