//! The sum of the state machine's iterations, and what is left to sweep.

use serde::Serialize;
use shared::model::id::TenantId;

use crate::event::{SummaryRequest, SweepRequest};
use crate::plan::groups;
use crate::report::Report;

/// The sum of the state machine's iterations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Summary {
    /// The sum.
    pub(crate) total: Report,
    /// The events to send next: one for each tenant of a group that failed.
    pub(crate) items: Vec<SweepRequest>,
}

/// Adds the results. The tenants of a group that failed are swept again, each alone, so that a
/// tenant that fails for good stops no other. A tenant that failed alone makes the sum incomplete.
pub(crate) fn summarize(request: &SummaryRequest) -> Summary {
    let mut summary = Summary {
        total: request.total.clone(),
        items: Vec::new(),
    };
    for result in &request.results {
        summary.total = summary.total.plus(&result.total);
        let Some(left) = &result.left else { continue };
        match left.tenants.as_deref() {
            Some(group) if is_several(group) => summary.items.extend(groups(left, group, 1)),
            Some(_) | None => summary.total.complete = false,
        }
    }
    summary
}

fn is_several(tenants: &[TenantId]) -> bool {
    tenants.len() > 1
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn report(tenants: u64, archived: u64) -> Value {
        json!({
            "tenants": tenants, "examined": archived, "archived": archived, "already": 0,
            "locked": 0, "in_grace": 0, "failed": 0, "complete": true,
        })
    }

    fn summed(results: Value) -> Value {
        let request = json!({"event": {}, "total": report(1, 2), "results": results});
        let summary = summarize(&serde_json::from_value(request).unwrap());
        serde_json::to_value(summary).unwrap()
    }

    #[test]
    fn results_are_added_to_the_sum_so_far() {
        let sum = summed(json!([{"total": report(50, 3)}, {"total": report(7, 0)}]));
        let mut expected = report(58, 5);
        expected["as_of"] = Value::Null;
        assert_eq!(sum, json!({"total": expected, "items": []}));
    }

    #[test]
    fn the_tenants_of_a_failed_group_are_swept_alone_from_where_the_group_stopped() {
        let left = json!({"tenants": ["a", "b"], "as_of": "2026-01-31", "continuation": "1.x"});
        let sum = summed(json!([{"total": report(1, 3), "left": left}]));
        let alone = |tenant: &str| {
            let mut event = left.clone();
            event["tenants"] = json!([tenant]);
            event
        };
        assert_eq!(sum["items"], json!([alone("a"), alone("b")]));
        assert_eq!(
            (&sum["total"]["complete"], &sum["total"]["archived"]),
            (&json!(true), &json!(5))
        );
    }

    #[test]
    fn a_tenant_that_failed_alone_makes_the_sum_incomplete() {
        let sum = summed(json!([{"total": report(0, 0), "left": {"tenants": ["a"]}}]));
        assert_eq!(
            (&sum["total"]["complete"], &sum["items"]),
            (&json!(false), &json!([]))
        );
    }
}
