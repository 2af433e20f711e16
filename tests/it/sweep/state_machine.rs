//! The state machine of the template: its form, and its runs with the real function.

use std::collections::BTreeSet;

use expiration_sweep::{GROUP, PLAN_PAGE, Report, Sweep};
use integration_tests::events::event_file;
use serde::Deserialize;
use serde_json::{Value, json};

use super::step_functions::{EXECUTION, Failed, Invoke, execute};
use super::{Sweeping, invocation};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StateMachine {
    definition: Value,
}

fn definition() -> Value {
    let machines = certs::template::properties_of("AWS::StepFunctions::StateMachine").unwrap();
    let [machine]: [StateMachine; 1] = machines.try_into().ok().unwrap();
    machine.definition
}

/// Returns the definition, and those of its Maps.
fn definitions(definition: &Value) -> Vec<Value> {
    let states = definition["States"].as_object().unwrap();
    let inner = states
        .values()
        .filter_map(|state| state.get("ItemProcessor"));
    let inner = inner.flat_map(definitions);
    [definition.clone()].into_iter().chain(inner).collect()
}

/// The states that a state can lead to.
fn followers(state: &Value) -> BTreeSet<String> {
    let lists = ["Choices", "Catch"].map(|name| state[name].as_array().cloned());
    let listed = lists.into_iter().flatten().flatten();
    let direct = [state["Next"].clone(), state["Default"].clone()];
    let all = listed.map(|one| one["Next"].clone()).chain(direct);
    all.filter_map(|next| next.as_str().map(str::to_owned))
        .collect()
}

#[test]
fn every_state_is_there_and_can_be_reached() {
    for definition in definitions(&definition()) {
        let mut reached = BTreeSet::new();
        let mut open = vec![definition["StartAt"].as_str().unwrap().to_owned()];
        while let Some(name) = open.pop() {
            let state = &definition["States"][&name];
            assert!(state.is_object(), "there is no state `{name}`");
            if reached.insert(name) {
                open.extend(followers(state));
            }
        }
        let all: BTreeSet<_> = definition["States"].as_object().unwrap().keys().collect();
        assert_eq!(reached.iter().collect::<BTreeSet<_>>(), all);
    }
}

#[test]
fn every_error_is_caught_and_every_call_tried_again() {
    for definition in definitions(&definition()) {
        for (name, state) in definition["States"].as_object().unwrap() {
            let kind = state["Type"].as_str().unwrap();
            if kind == "Task" || kind == "Map" {
                assert_eq!(
                    state["Catch"][0]["ErrorEquals"],
                    json!(["States.ALL"]),
                    "{name}"
                );
            }
            if kind == "Task" {
                let retriers = state["Retry"].as_array().unwrap();
                let last = retriers.last().unwrap();
                assert_eq!(last["ErrorEquals"], json!(["States.ALL"]), "{name}");
                assert!(last["BackoffRate"].as_f64().unwrap() > 1.0, "{name}");
            }
        }
    }
}

#[test]
fn the_map_is_distributed_and_bounded_and_a_plan_fits_a_state() {
    let map = definition()["States"]["SweepGroups"].clone();
    assert_eq!(
        map["ItemProcessor"]["ProcessorConfig"]["Mode"],
        "DISTRIBUTED"
    );
    assert!((1..=100).contains(&map["MaxConcurrency"].as_u64().unwrap()));
    // The largest state is one of tenants that are swept alone, and all left again.
    let item = json!({"tenants": ["x".repeat(64)], "as_of": "2026-01-31", "dry_run": false});
    let report = Report {
        as_of: Some("2026-01-31".parse().unwrap()),
        examined: 10_000_000,
        archived: 10_000_000,
        ..Report::default()
    };
    let result = json!({"total": report, "left": item});
    let bytes = usize::from(PLAN_PAGE) * (item.to_string().len() + result.to_string().len() + 2);
    assert!(PLAN_PAGE <= 1_000 && bytes < 250 * 1024, "{bytes}");
}

/// The real function, each run of which is cut short; and what it was asked.
struct Function<'a> {
    sweeping: &'a Sweeping,
    payloads: Vec<Value>,
    /// Calls that fail before the function is reached, and how.
    failures: Vec<&'static str>,
    /// Whether the first run is reached before those.
    first_round_succeeds: bool,
    /// A tenant whose sweep never succeeds.
    poison: Option<&'static str>,
    /// The running executions, the newest first.
    running: Vec<&'static str>,
}

impl<'a> Function<'a> {
    fn new(sweeping: &'a Sweeping) -> Self {
        Self {
            sweeping,
            payloads: Vec::new(),
            failures: Vec::new(),
            first_round_succeeds: false,
            poison: None,
            running: vec![EXECUTION],
        }
    }

    /// The payloads whose `step` that is; null for runs.
    fn asked(&self, step: Value) -> Vec<&Value> {
        let payloads = self.payloads.iter();
        payloads.filter(|payload| payload["step"] == step).collect()
    }
}

impl Invoke for Function<'_> {
    async fn invoke(&mut self, mut payload: Value) -> Result<Value, Failed> {
        self.payloads.push(payload.clone());
        if payload.get("step").is_none() {
            let fails = !std::mem::take(&mut self.first_round_succeeds);
            if let Some(failure) = self.failures.pop_if(|_| fails) {
                return Err(failure.to_owned());
            }
            let tenants = payload["tenants"].as_array().unwrap();
            if tenants.iter().any(|tenant| tenant.as_str() == self.poison) {
                return Err("Runtime.ExitError".to_owned());
            }
            // As the deadline would.
            payload["limit"] = json!(4);
        }
        let answered = self.sweeping.sweep.handle(payload, &invocation()).await;
        answered.map_err(|error| error.code().to_owned())
    }

    fn running(&self) -> Vec<&str> {
        self.running.clone()
    }
}

fn names(value: &Value) -> BTreeSet<&String> {
    value.as_object().unwrap().keys().collect()
}

#[tokio::test]
async fn an_execution_loops_until_all_is_archived_and_answers_the_sum() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(10).await;
    let mut function = Function::new(&sweeping);
    let input = json!({"tenants": [sweeping.tenant(), "somebody-else"]});
    let total = execute(&definition(), input, &mut function).await.unwrap();
    let expected = json!({
        "as_of": null, "tenants": 2, "examined": 10, "archived": 10, "already": 0, "locked": 0,
        "in_grace": 0, "failed": 0, "complete": true,
    });
    assert_eq!(total, expected);
    // Three rounds for ten credits at four a round, the tenant without any in one of them.
    assert_eq!(function.asked(Value::Null).len(), 3);
    assert_eq!(sweeping.archived_versions().await, [2; 10]);
}

#[tokio::test]
async fn the_payloads_are_those_of_the_event_files() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(5).await;
    let file = |name: &str| event_file(&format!("expiration_sweep/{name}"));
    let mut function = Function::new(&sweeping);
    let input = json!({"tenants": [sweeping.tenant()]});
    execute(&definition(), input.clone(), &mut function)
        .await
        .unwrap();
    let mut plan = function.asked(json!("plan"))[0].clone();
    assert_eq!(plan["event"], input);
    plan["event"] = file("sweep");
    assert_eq!(plan, file("plan"));
    let runs = function.asked(Value::Null);
    assert_eq!(*runs[0], input);
    assert_eq!(names(runs[0]), names(&file("sweep_one_tenant")));
    let mut going_on = file("sweep_continuation");
    going_on.as_object_mut().unwrap().remove("limit");
    assert_eq!(names(runs[1]), names(&going_on));
    let sum = function.asked(json!("summarize"))[0].clone();
    let expected = file("summarize");
    assert_eq!(names(&sum), names(&expected));
    assert_eq!(sum["total"], expected["total"]);
    let [done, left] = [0, 1].map(|position| &expected["results"][position]);
    assert_eq!(names(&sum["results"][0]), names(done));
    assert_eq!(names(&sum["results"][0]["total"]), names(&done["total"]));

    function.failures = vec!["unavailable"; 6];
    let input = json!({"tenants": [sweeping.tenant(), "somebody-else"]});
    execute(&definition(), input, &mut function).await.unwrap();
    let sum = function.asked(json!("summarize"))[1];
    assert_eq!(names(&sum["results"][0]), names(left));
    assert_eq!(names(&sum["results"][0]["left"]), names(&left["left"]));
}

#[tokio::test]
async fn a_dry_run_reaches_the_function_as_one() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(2).await;
    let mut function = Function::new(&sweeping);
    let input = json!({
        "tenants": [sweeping.tenant()], "as_of": "2026-02-01", "dry_run": true,
    });
    let total = execute(&definition(), input, &mut function).await.unwrap();
    assert_eq!(
        (&total["archived"], &total["as_of"]),
        (&json!(2), &json!("2026-02-01"))
    );
    assert!(sweeping.archived_versions().await.is_empty());
}

#[tokio::test]
async fn a_failure_that_passes_is_waited_out() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(2).await;
    let mut function = Function::new(&sweeping);
    function.failures = vec!["unavailable", "Lambda.TooManyRequestsException"];
    let input = json!({"tenants": [sweeping.tenant()]});
    let total = execute(&definition(), input, &mut function).await.unwrap();
    assert_eq!(
        (&total["archived"], &total["complete"]),
        (&json!(2), &json!(true))
    );
}

#[tokio::test]
async fn a_tenant_that_fails_for_good_stops_no_other_and_fails_the_execution() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(2).await;
    let mut function = Function::new(&sweeping);
    function.poison = Some("a-tenant-before");
    let input = json!({"tenants": ["a-tenant-before", sweeping.tenant()]});
    let failed = execute(&definition(), input, &mut function)
        .await
        .unwrap_err();
    assert_eq!(failed, "incomplete");
    assert_eq!(sweeping.archived_versions().await, [2; 2]);
    // Six attempts for the group, six for the tenant that fails, one for the other.
    assert_eq!(function.asked(Value::Null).len(), 13);
}

#[tokio::test]
async fn what_a_group_has_done_before_it_fails_is_counted_once() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(6).await;
    let mut function = Function::new(&sweeping);
    // The first round succeeds; the second, for the rest, fails at each attempt.
    function.failures = vec!["unavailable"; 6];
    function.first_round_succeeds = true;
    let input = json!({"tenants": [sweeping.tenant(), "somebody-else"]});
    let total = execute(&definition(), input, &mut function).await.unwrap();
    let counts = ["tenants", "archived", "complete"].map(|name| total[name].clone());
    assert_eq!(counts, [json!(2), json!(6), json!(true)]);
    assert_eq!(sweeping.archived_versions().await, [2; 6]);
}

#[tokio::test]
async fn an_execution_that_would_overlap_ends_at_once_and_says_so() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(2).await;
    let mut function = Function::new(&sweeping);
    function.running = vec![EXECUTION, "an-older-one"];
    let input = json!({"tenants": [sweeping.tenant()]});
    let said = execute(&definition(), input.clone(), &mut function)
        .await
        .unwrap();
    assert_eq!(said["running"], "an-older-one");
    assert!(
        said["skipped"]
            .as_str()
            .unwrap()
            .contains("older execution")
    );
    assert!(function.payloads.is_empty());
    assert!(sweeping.archived_versions().await.is_empty());
    // A newer execution does not stop this one, and a list may not have this one yet.
    for running in [vec!["a-newer-one", EXECUTION], vec![]] {
        let mut function = Function::new(&sweeping);
        function.running = running;
        let total = execute(&definition(), input.clone(), &mut function).await;
        assert_eq!(total.unwrap()["complete"], true);
    }
}

#[tokio::test]
async fn a_plan_has_groups_of_fifty_tenants() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let named: Vec<_> = (0..120)
        .map(|number| format!("tenant-{number:03}"))
        .collect();
    let sweep = Sweep::new(sweeping.world.table_of(integration_tests::policy::SWEEP));
    let event = json!({"step": "plan", "event": {"tenants": named, "dry_run": true}});
    let plan = sweep.handle(event, &invocation()).await.unwrap();
    let items = plan["items"].as_array().unwrap();
    let groups: Vec<_> = items
        .iter()
        .map(|item| item["tenants"].as_array().unwrap())
        .collect();
    let sizes: Vec<_> = groups.iter().map(|group| group.len()).collect();
    assert_eq!(sizes, [GROUP, GROUP, 20]);
    let in_turn: Vec<_> = groups.into_iter().flatten().collect();
    assert_eq!(json!(in_turn), json!(named));
    assert!(items.iter().all(|item| item["dry_run"] == true));
}

#[tokio::test]
async fn an_input_that_is_refused_fails_the_execution_at_once() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let mut function = Function::new(&sweeping);
    for input in [
        json!({"as_of": "9999-12-31"}),
        json!({"limit": 5}),
        json!({"tenant": "a"}),
    ] {
        let failed = execute(&definition(), input, &mut function)
            .await
            .unwrap_err();
        assert_eq!(failed, "invalid-request");
    }
    assert_eq!(function.payloads.len(), 3);
}
