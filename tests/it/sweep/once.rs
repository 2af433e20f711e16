//! Each credit once, whatever happens to the runs.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread;

use aws_sdk_dynamodb::Client;
use expiration_sweep::{Sweep, SweepRequest};
use integration_tests::scale::cases;
use integration_tests::store::store;
use serde_json::json;
use shared::repository::{Table, client};

use super::{Sweeping, invocation};

/// Returns the number of credits that two runs share: some pages.
fn due() -> usize {
    cases(300, 600, 2_000)
}

/// The variable that tells the process to kill where to sweep.
const VICTIM: &str = "CERTS_TEST_SWEEP";
const MARK: &str = "swept so many: ";
/// The number of credits that the victim archives before it stops and waits for its end, and of all
/// credits.
const DONE: usize = 100;
const DUE_FOR_VICTIM: usize = 150;
/// The number of its calls at a time. As many may reach the store after its end.
const AT_ONCE: usize = 2;

#[tokio::test]
async fn a_second_run_changes_nothing() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(30).await;
    let first = sweeping.run(json!({})).await;
    assert_eq!((first.examined, first.archived), (30, 30));
    let writes = sweeping.world.faults.recorder().applied_writes();
    let second = sweeping.run(json!({})).await;
    assert_eq!((second.examined, second.complete), (0, true));
    assert_eq!(sweeping.world.faults.recorder().applied_writes(), writes);
    assert_eq!(sweeping.archived_versions().await, [2; 30]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_in_parallel_archive_each_credit_once() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(due()).await;
    let (one, other) = tokio::join!(sweeping.run(json!({})), sweeping.run(json!({})));
    let archived = one.archived + other.archived;
    assert_eq!(archived, due() as u64, "{one:?} {other:?}");
    assert_eq!((one.failed, other.failed), (0, 0));
    let updates = sweeping.world.faults.recorder().calls_to("UpdateItem");
    let applied = updates.iter().filter(|call| call.is_applied_write());
    assert_eq!(applied.count(), due());
    assert_eq!(sweeping.archived_versions().await, vec![2; due()]);
}

#[tokio::test]
async fn a_run_after_one_that_was_killed_midway_does_the_rest() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(DUE_FOR_VICTIM).await;
    kill_midway(&store().await.endpoint, sweeping.tenant());
    let rest = sweeping.run(json!({})).await;
    let left = DUE_FOR_VICTIM - DONE;
    let archived = rest.archived as usize;
    assert!((left - AT_ONCE..=left).contains(&archived), "{rest:?}");
    assert!(rest.complete);
    assert_eq!(
        sweeping.archived_versions().await,
        [2; DUE_FOR_VICTIM],
        "{rest:?}"
    );
}

/// Kills the process by SIGKILL while it sweeps.
fn kill_midway(endpoint: &str, tenant: &str) {
    let mut victim = Command::new(env::current_exe().unwrap())
        .args(["sweeps_until_it_is_killed", "--ignored", "--nocapture"])
        .env(VICTIM, format!("{endpoint} {tenant}"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let mark = lines.map(Result::unwrap).find(|line| line.contains(MARK));
    victim.kill().unwrap();
    victim.wait().unwrap();
    assert!(mark.is_some(), "it ended before it was killed");
}

#[tokio::test]
#[ignore = "is the victim that another test starts in a process of its own, and kills"]
async fn sweeps_until_it_is_killed() {
    let Ok(place) = env::var(VICTIM) else { return };
    let (endpoint, tenant) = place.split_once(' ').unwrap();
    let config = integration_tests::store::config(endpoint);
    let table = Table::new(
        Client::from_conf(client::bounded(config).build()),
        integration_tests::store::TABLE,
    );
    let request = SweepRequest {
        as_of: Some("2026-02-01".parse().unwrap()),
        tenants: Some(vec![tenant.to_owned().try_into().unwrap()]),
        ..SweepRequest::default()
    };
    let sweep = Sweep::new(table).with_concurrency(AT_ONCE);
    let sweep = sweep.with_progress(|report| {
        if report.archived == DONE as u64 {
            println!("{MARK}{DONE}");
            // However long it takes until the signal comes, nothing more is begun.
            loop {
                thread::park();
            }
        }
    });
    sweep.run(&request, &invocation()).await.unwrap();
}
