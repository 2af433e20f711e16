use std::fs;
use std::path::{Path, PathBuf};

pub(super) fn sources(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    let mut open = vec![root.join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

/// The lines of `folder` that mention one of `words` in a path of Rust, outside `allowed`.
fn offences(folder: &str, allowed: &str, words: &[&str]) -> Vec<String> {
    let mut offences = Vec::new();
    for path in sources(folder) {
        let name = path.display().to_string();
        if !allowed.is_empty() && name.contains(allowed) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let bad = code.filter(|line| {
            let outside_of_texts: String = line.split('"').step_by(2).collect();
            words.iter().any(|word| outside_of_texts.contains(word))
        });
        offences.extend(bad.map(|line| format!("{name}: {}", line.trim())));
    }
    offences
}

#[test]
fn only_the_repository_knows_the_dynamodb_sdk() {
    let words = [
        "aws_sdk_dynamodb",
        "aws_config",
        "serde_dynamo",
        "aws_smithy",
    ];
    assert_eq!(
        offences("shared/src", "/repository", &words),
        Vec::<String>::new()
    );
    assert_eq!(
        offences("functions", "/benches", &words),
        Vec::<String>::new()
    );
}

#[test]
fn only_the_http_layer_knows_axum_and_lambda_http() {
    let words = ["axum::", "lambda_http", "lambda_runtime", "tower"];
    assert_eq!(
        offences("shared/src", "/http", &words),
        Vec::<String>::new()
    );
}

#[test]
fn the_model_knows_neither_storage_nor_http_nor_a_clock() {
    let words = [
        "crate::repository",
        "crate::http",
        "crate::clock",
        "Timestamp::now",
        "std::env",
        "tokio",
    ];
    assert_eq!(
        offences("shared/src/model", "", &words),
        Vec::<String>::new()
    );
}

#[test]
fn the_mechanics_of_the_api_know_neither_storage_nor_http() {
    for file in [
        "rules",
        "batch",
        "consumption",
        "expiration",
        "deadline",
        "patch",
        "projection",
        "page",
        "precondition",
        "idempotency",
        "json",
        "error",
    ] {
        let words = ["crate::repository", "crate::http"];
        let found = offences("shared/src", "", &words);
        let own = format!("/shared/src/{file}");
        assert!(
            !found.iter().any(|offence| offence.contains(&own)),
            "{found:?}"
        );
    }
}

#[test]
fn the_repository_does_not_know_http() {
    assert_eq!(
        offences("shared/src/repository", "", &["crate::http"]),
        Vec::<String>::new()
    );
}
