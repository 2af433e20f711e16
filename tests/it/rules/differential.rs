//! Compares our conditions with the real json-rules-engine 7 in Node (`rules-engine/peer.mjs`).
//!
//! Needs Node and `npm ci` in `tests/rules-engine`. Without them the tests say so and pass, except
//! where `CI` is set: there they fail.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use integration_tests::scale::cases;
use serde_json::{Value, json};
use shared::rules::evaluate;

use super::corpus::rows;
use super::random::{Case, case};
use super::{date, facts, read, with_conditions};

/// Returns the number of trees. At least half of them avoid the differences that the contract
/// names.
fn trees() -> usize {
    cases(2_000, 20_000, 40_000)
}

const SEED: u64 = 20_240_229;

#[test]
fn random_trees_come_out_as_in_the_engine() {
    let mut rng = fastrand::Rng::with_seed(SEED);
    let cases: Vec<Case> = (0..trees()).map(|_| case(&mut rng)).collect();
    let Some(answers) = ask(&cases) else { return };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (case, answer) in cases.iter().zip(&answers) {
        let told = || format!("{} with {}: {answer}", case.conditions, case.facts);
        assert_eq!(Value::Bool(ours(case)), answer["contract"], "{}", told());
        for difference in names(&answer["differs"]) {
            *seen.entry(difference).or_default() += 1;
        }
        *seen
            .entry(format!("plain, {}", answer["contract"]))
            .or_default() += usize::from(answer["differs"] == json!([]));
    }
    let plain = ["plain, true", "plain, false"].map(|kind| seen.get(kind).copied().unwrap_or(0));
    tell(&format!(
        "{} trees agree with json-rules-engine; by kind: {seen:?}",
        trees()
    ));
    assert!(
        plain.iter().sum::<usize>() >= trees() / 2,
        "too few trees without differences"
    );
    assert!(
        plain.iter().all(|count| *count >= trees() / 20),
        "too one-sided: {plain:?}"
    );
}

#[test]
fn the_specification_says_where_the_engine_answers_otherwise() {
    let chapter = read("spec/conditions.json");
    // The engine has no empty siblings, so its result for them does not matter.
    let comparable = |row: &&Value| row["differs"] != "empty siblings are absent";
    let rows: Vec<&Value> = rows(&chapter).iter().filter(comparable).collect();
    let cases: Vec<Case> = rows.iter().map(|row| case_of(row)).collect();
    let Some(answers) = ask(&cases) else { return };
    for (row, answer) in rows.iter().zip(&answers) {
        let differs: Vec<String> = row["differs"]
            .as_str()
            .map(str::to_owned)
            .into_iter()
            .collect();
        assert_eq!(names(&answer["differs"]), differs, "{row}: {answer}");
        let agrees = answer["stock"] == row["holds"];
        assert_eq!(agrees, differs.is_empty(), "{row}: {answer}");
    }
}

#[test]
fn where_the_engine_ignores_an_empty_sibling_or_not_we_do() {
    let chapter = read("spec/conditions.json");
    let of_siblings = |row: &&Value| row["differs"] == "empty siblings are absent";
    let rows: Vec<&Value> = rows(&chapter).iter().filter(of_siblings).collect();
    assert!(rows.len() >= 5, "rows were lost");
    let Some(answers) = ask(&rows.iter().map(|row| case_of(row)).collect::<Vec<_>>()) else {
        return;
    };
    for (row, answer) in rows.iter().zip(&answers) {
        assert_ne!(answer["stock"], row["holds"], "{row}: {answer}");
    }
}

fn case_of(row: &Value) -> Case {
    Case {
        conditions: row["conditions"].clone(),
        facts: row["facts"].clone(),
    }
}

fn ours(case: &Case) -> bool {
    let set = with_conditions(&case.conditions);
    let decision = evaluate(&set, &facts(&case.facts), date(&json!("2024-01-01")), None);
    decision.unwrap().matched_rule.is_some()
}

fn names(list: &Value) -> Vec<String> {
    let names = list.as_array().map(Vec::as_slice).unwrap_or_default();
    names
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

// Returns the engine's answer to each case, or nothing when the engine is not installed.
fn ask(cases: &[Case]) -> Option<Vec<Value>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("rules-engine");
    if let Err(reason) = is_ready(&folder) {
        assert!(
            std::env::var_os("CI").is_none(),
            "json-rules-engine cannot be asked: {reason}"
        );
        tell(&format!(
            "SKIPPED, json-rules-engine cannot be asked: {reason}"
        ));
        return None;
    }
    let lines = cases.iter().map(|case| {
        format!(
            "{}\n",
            json!({"conditions": case.conditions, "facts": case.facts})
        )
    });
    let answers = converse(&folder, lines.collect());
    assert_eq!(
        answers.len(),
        cases.len(),
        "the engine gave up; its output is above"
    );
    Some(answers)
}

fn is_ready(folder: &Path) -> Result<(), String> {
    if let Err(error) = Command::new("node")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
    {
        return Err(format!("no Node ({error})"));
    }
    let engine = folder.join("node_modules/json-rules-engine");
    if engine.is_dir() {
        Ok(())
    } else {
        Err("run `npm ci` in tests/rules-engine".to_owned())
    }
}

fn converse(folder: &Path, questions: String) -> Vec<Value> {
    let mut peer = Command::new("node")
        .arg("peer.mjs")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = peer.stdin.take().unwrap();
    // Another thread writes, because both pipes fill before either side is done.
    let writer = thread::spawn(move || input.write_all(questions.as_bytes()));
    let output = peer.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

// Written directly, because the test harness hides the output of passing tests.
fn tell(message: &str) {
    writeln!(std::io::stderr(), "{message}").unwrap();
}
