//! Carries one call: records it, finds its planned fault, and applies the fault.

use std::future::pending;
use std::panic::resume_unwind;
use std::sync::Arc;

use super::Plan;
use super::script::{Fault, Hook, Rule, Script};
use crate::recorder::{Answer, Call, Recorder};

/// The planned faults for one connection to the store, and the record of its calls.
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

    /// Begins a plan for an operation, or for all.
    pub(crate) fn on(&self, operation: Option<&str>) -> Plan<'_> {
        Plan {
            script: &self.script,
            rule: Rule::new(operation),
        }
    }

    pub(crate) fn all_happened(&self) -> bool {
        self.script.is_finished()
    }

    /// Forgets all plans.
    pub(crate) fn clear(&self) {
        self.script.clear();
    }

    /// Returns the answer to a call. `ask` asks the store. Returns nothing when request or answer
    /// is lost.
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

// Runs in its own task, as another client: the hook is not part of the caller's request.
async fn run(hook: Option<Hook>) {
    let Some(hook) = hook else { return };
    if let Err(failure) = tokio::spawn(hook).await {
        resume_unwind(failure.into_panic());
    }
}
