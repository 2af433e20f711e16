//! The worked examples of the contract, unchanged.

use serde_json::{Value, json};
use shared::rules::{Facts, Periods, Reinstatement, evaluate};

use super::{date, decided_by, read};

#[test]
fn the_worked_examples_of_the_contract_come_out_as_they_stand() {
    let examples = read("vectors/expiration.json");
    let chapter = |name: &str| examples[name].as_array().cloned().unwrap_or_default();
    for case in chapter("calendar") {
        decides(
            &case,
            json!({
                "expiration_type": "calendar",
                "calendar_expiration_options": picked(&case, &[
                    "start_of_calendar_year", "sell_for_next_year_after", "number_of_years",
                ]),
            }),
        );
    }
    for case in chapter("anniversary") {
        decides(
            &case,
            anniversary(picked(
                &case,
                &[
                    "term_length",
                    "term_type",
                    "sell_for_next_month_after",
                    "allow_mid_month_expirations",
                ],
            )),
        );
    }
    for case in chapter("fixed") {
        let names = ["term_length", "term_type", "fixed_expiration_dates"];
        let mut options = picked(&case, &names);
        options["enable_fixed_expiration_dates"] = json!(true);
        decides(&case, anniversary(options));
    }
    chapter("standing").iter().for_each(stands);
    let counts = ["calendar", "anniversary", "fixed", "standing"].map(|name| chapter(name).len());
    assert_eq!(counts, [13, 13, 9, 18], "cases were lost");
}

fn decides(case: &Value, options: Value) {
    let decision = evaluate(
        &decided_by(options),
        &Facts::default(),
        date(&case["date"]),
        None,
    )
    .unwrap();
    assert_eq!(decision.term_start, date(&case["term_start"]), "{case}");
    assert_eq!(
        decision.expiration_date,
        date(&case["expiration_date"]),
        "{case}"
    );
}

fn stands(case: &Value) {
    let days = |name: &str| case[name].as_u64().map(|days| u32::try_from(days).unwrap());
    let is_allowed = case["allow_reinstatement"] == true;
    let periods = Periods {
        grace_days: days("grace_period").unwrap_or(0),
        reinstatement: Reinstatement::new(is_allowed, days("reinstatement_period")),
    };
    let standing = periods.standing(Some(date(&case["expiration_date"])), date(&case["as_of"]));
    assert_eq!(json!(standing), case["standing"], "{case}");
}

fn picked(case: &Value, names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| ((*name).to_owned(), case[*name].clone()))
        .collect()
}

fn anniversary(options: Value) -> Value {
    json!({"expiration_type": "anniversary", "anniversary_expiration_options": options})
}
