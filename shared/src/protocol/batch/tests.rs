use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;

fn entries(operations: Value) -> Vec<Entry> {
    parse(json!({ "operations": operations }), 16).unwrap()
}

fn done(id: &str) -> Result<Done, Error> {
    Ok(Done {
        id: id.to_owned(),
        record: None,
    })
}

fn id_of(operation: &Operation) -> String {
    match operation {
        Operation::Create { .. } => "new".to_owned(),
        Operation::Update { id, .. } | Operation::Patch { id, .. } | Operation::Delete { id } => {
            id.clone()
        }
    }
}

#[test]
fn only_1_to_100_operations_are_a_batch() {
    let delete = json!({"operation": "delete", "id": "a"});
    for bad in [
        json!([]),
        json!({}),
        json!({"operations": []}),
        json!({"operations": vec![delete.clone(); 101]}),
        json!({"operations": [], "x": 1}),
    ] {
        assert_eq!(parse(bad, 16).unwrap_err().code(), "validation-failed");
    }
    assert_eq!(entries(json!(vec![delete; 100])).len(), 100);
}

#[tokio::test]
async fn one_bad_operation_is_its_own_outcome_and_the_order_is_kept() {
    let deep = (0..20).fold(json!(1), |inner, _| json!([inner]));
    let result = run(
        entries(json!([
            {"operation": "delete", "id": "a"},
            {"operation": "upsert", "id": "b"},
            {"operation": "delete"},
            {"operation": "create", "object": {"deep": deep}},
            {"operation": "patch", "id": "c", "patch_directives": [{"op": "grow", "path": ""}]},
            7,
            {"operation": "delete", "id": "d"},
        ])),
        Deadline::NONE,
        async |_, operation| done(&id_of(&operation)),
    )
    .await;
    assert_eq!((result.success_count, result.error_count), (2, 5));
    let outcomes: Vec<_> = result
        .results
        .iter()
        .map(|outcome| outcome.outcome)
        .collect();
    assert_eq!(
        outcomes,
        [
            "success", "error", "error", "error", "error", "error", "success"
        ]
    );
    assert!(
        result.results[1]
            .error_message
            .as_ref()
            .unwrap()
            .starts_with("validation-failed: `/operation`")
    );
}

#[tokio::test]
async fn operations_on_one_id_run_in_the_order_given() {
    let operations: Vec<_> = (0..30)
        .map(|number| json!({"operation": "update", "id": format!("{}", number % 3), "object": {"number": number}}))
        .collect();
    let order = Mutex::new(Vec::new());
    run(
        entries(json!(operations)),
        Deadline::NONE,
        async |position, operation| {
            for _ in 0..position % 4 {
                tokio::task::yield_now().await;
            }
            order.lock().unwrap().push((id_of(&operation), position));
            done("x")
        },
    )
    .await;
    for id in ["0", "1", "2"] {
        let positions: Vec<_> = order
            .lock()
            .unwrap()
            .iter()
            .filter(|(of, _)| of == id)
            .map(|(_, at)| *at)
            .collect();
        assert!(
            positions.is_sorted() && positions.len() == 10,
            "{positions:?}"
        );
    }
}

#[tokio::test]
async fn when_the_deadline_comes_the_rest_is_not_attempted() {
    let operations: Vec<_> = (0..40)
        .map(|number| json!({"operation": "delete", "id": format!("{number}")}))
        .collect();
    let deadline = Deadline::after(Duration::from_millis(300));
    let begun = Mutex::new(0);
    let result = run(entries(json!(operations)), deadline, async |_, _| {
        *begun.lock().unwrap() += 1;
        std::future::pending().await
    })
    .await;
    assert_eq!((result.error_count, *begun.lock().unwrap()), (40, 16));
    let told = |text: &str| {
        let messages = result
            .results
            .iter()
            .filter_map(|outcome| outcome.error_message.as_deref());
        messages.filter(|message| message.contains(text)).count()
    };
    assert_eq!((told("no answer in time"), told("not attempted")), (16, 24));
}

#[tokio::test]
async fn records_are_left_out_once_the_answer_is_full() {
    let operations: Vec<_> = (0..20)
        .map(|number| json!({"operation": "update", "id": format!("{number}"), "object": {}}))
        .collect();
    let result = run(
        entries(json!(operations)),
        Deadline::NONE,
        async |_, operation| {
            let record = json!({"notes": "x".repeat(340 * 1024)})
                .as_object()
                .cloned();
            Ok(Done {
                id: id_of(&operation),
                record,
            })
        },
    )
    .await;
    assert_eq!(result.success_count, 20);
    assert!(serde_json::to_vec(&result).unwrap().len() < MAX_BYTES);
    assert!(result.results[0].object.is_some() && result.results[19].object.is_none());
}

const MAX_BYTES: usize = 6 * 1000 * 1000;
