//! The events and the reports of a run.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use expiration_sweep::{Report, STOP_MARGIN, Sweep, SweepRequest};
use integration_tests::store::{store, tenant};
use serde_json::{Value, json};
use shared::base::clock::Clock;
use shared::model::tenant::TenantSettings;
use shared::repository::Table;
use shared::runtime::deadline::Deadline;
use shared::runtime::invocation::Invocation;

use super::{Sweeping, invocation};
use crate::credits::credit;
use crate::logs;

/// Creates due, in-grace, locked and valid credits.
async fn one_of_each(sweeping: &Sweeping) {
    sweeping.expiring("2026-01-30").await;
    sweeping.expiring("2026-01-31").await;
    let set = json!({"rules": []});
    let set = sweeping.world.create_rule_set(set).await;
    let directive = format!("expiration_rule_set:{}", set["id"].as_str().unwrap());
    // One grace of 30 days after 2025 ended two days ago, the other has not ended.
    for date in ["2025-03-14", "2025-03-15"] {
        let changes = json!({"date": date, "sys_directive": directive});
        sweeping.world.create(changes).await;
    }
    let locked = json!({"expiration_date": "2026-01-31", "sys_locked": true});
    sweeping.world.create(locked).await;
    sweeping.expiring("2026-02-01").await;
}

#[tokio::test]
async fn a_dry_run_answers_what_the_run_after_it_does_and_writes_nothing() {
    let sweeping = Sweeping::at("2026-01-30T12:00:00Z").await;
    one_of_each(&sweeping).await;
    for (now, expected) in [
        ("2026-01-30T12:00:00Z", (2, 0, 2, 0)),
        ("2026-01-31T12:00:00Z", (3, 3, 0, 0)),
        ("2026-02-01T12:00:00Z", (2, 1, 0, 1)),
    ] {
        sweeping.move_to(now.parse().unwrap());
        let writes = sweeping.world.faults.recorder().applied_writes();
        let foretold = sweeping.run(json!({"dry_run": true})).await;
        assert_eq!(sweeping.world.faults.recorder().applied_writes(), writes);
        let report = sweeping.run(json!({})).await;
        assert_eq!(foretold, report, "{now}");
        let counts = (
            report.examined,
            report.archived,
            report.in_grace,
            report.locked,
        );
        assert_eq!(counts, expected, "{now}");
    }
}

#[tokio::test]
async fn the_report_has_the_members_of_the_contract() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(2).await;
    let answer = sweeping.try_run(json!({"limit": 1})).await.unwrap();
    let mut expected = json!({
        "as_of": null, "tenants": 1, "examined": 1, "archived": 1, "already": 0, "locked": 0,
        "in_grace": 0, "failed": 0, "complete": false,
    });
    expected["continuation"] = answer["continuation"].clone();
    assert!(answer["continuation"].is_string());
    assert_eq!(answer, expected);
    let answer = sweeping
        .try_run(json!({"as_of": "2026-02-01"}))
        .await
        .unwrap();
    assert_eq!(answer["as_of"], "2026-02-01");
    assert_eq!(
        (&answer["complete"], answer.get("continuation")),
        (&json!(true), None)
    );
}

#[tokio::test]
async fn as_of_lies_in_the_past_of_the_tenant_or_is_refused() {
    let sweeping = Sweeping::at("2026-02-01T09:59:59Z").await;
    sweeping.world.set("time_zone", "Pacific/Kiritimati").await;
    sweeping.due(1).await;
    let writes = sweeping.world.faults.recorder().applied_writes();
    // In this zone the second of February begins at ten o'clock UTC.
    for future in ["2026-02-02", "2026-02-03", "9999-12-31"] {
        let refusal = sweeping
            .try_run(json!({"as_of": future}))
            .await
            .unwrap_err();
        assert_eq!(refusal.code(), "invalid-request", "{future}");
        assert!(refusal.to_string().contains("as_of"), "{refusal}");
    }
    assert_eq!(sweeping.world.faults.recorder().applied_writes(), writes);
    let past = sweeping.run(json!({"as_of": "2026-01-31"})).await;
    assert_eq!((past.examined, past.complete), (0, true));
    sweeping.move_to("2026-02-01T10:00:00Z".parse().unwrap());
    assert_eq!(
        sweeping.run(json!({"as_of": "2026-02-02"})).await.archived,
        1
    );
}

#[tokio::test]
async fn a_run_in_parts_does_what_a_run_in_one_does() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    one_of_each(&sweeping).await;
    sweeping.due(40).await;
    let whole = sweeping.run(json!({"dry_run": true})).await;
    let mut sum = Report {
        complete: false,
        ..Report::default()
    };
    let mut event = json!({"limit": 7});
    let mut rounds = 0;
    while !sum.complete {
        let part = sweeping.run(event.clone()).await;
        assert!(part.examined <= 7);
        sum.tenants += part.tenants;
        sum.examined += part.examined;
        sum.archived += part.archived;
        sum.locked += part.locked;
        sum.complete = part.complete;
        event["continuation"] = json!(part.continuation);
        rounds += 1;
    }
    assert_eq!(sum, whole);
    assert_eq!(rounds, whole.examined.div_ceil(7));
}

#[tokio::test]
async fn a_run_stops_at_its_deadline_and_goes_on_from_there() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(40).await;
    let end = Deadline::after(STOP_MARGIN + Duration::from_millis(100));
    let stop = end.minus(STOP_MARGIN);
    // After the first credit, too little time is left to begin another.
    let sweep = sweeping.sweep.clone().with_concurrency(1);
    let sweep = sweep.with_progress(move |_| {
        while !stop.is_past() {
            std::thread::yield_now();
        }
    });
    let event = json!({"tenants": [sweeping.tenant()]});
    let pressed = Invocation::new("request-1", end);
    let stopped = sweep.handle(event.clone(), &pressed).await.unwrap();
    let begun = stopped["archived"].as_u64().unwrap();
    assert!(begun <= 1 && stopped["complete"] == false, "{stopped}");
    let rest = sweeping
        .run(json!({"continuation": stopped["continuation"]}))
        .await;
    assert_eq!((begun + rest.archived, rest.complete), (40, true));
}

#[tokio::test]
async fn a_run_counts_its_calls_in_its_invocation_and_leaves_the_id_in_the_credit() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    let ids = sweeping.due(1).await;
    let request = SweepRequest {
        tenants: Some(vec![sweeping.tenant().to_owned().try_into().unwrap()]),
        ..SweepRequest::default()
    };
    sweeping.world.faults.recorder().clear();
    let invocation = invocation();
    let finished = sweeping.sweep.run(&request, &invocation).await.unwrap();
    assert_eq!(finished.report.archived, 1);
    let calls = sweeping.world.faults.recorder().calls().len();
    assert_eq!(invocation.spent().calls as usize, calls);
    let credit = sweeping.world.read(&ids[0]).await.body;
    let author = &credit["sys_last_security_context"];
    assert_eq!(author["request_id"], invocation.request_id);
    assert_eq!(author["tenant_id"], sweeping.tenant());
}

#[tokio::test]
async fn what_is_no_event_is_refused_and_writes_nothing() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(1).await;
    let writes = sweeping.world.faults.recorder().applied_writes();
    for event in [
        json!({"unknown": 1}),
        json!({"continuation": "1.e30"}),
        json!({"limit": 1.5}),
        json!({"as_of": "tomorrow"}),
    ] {
        let refusal = sweeping.try_run(event.clone()).await.unwrap_err();
        assert_eq!(refusal.code(), "invalid-request", "{event}");
    }
    assert_eq!(sweeping.world.faults.recorder().applied_writes(), writes);
}

/// Makes a separate table, because these tests sweep all tenants.
async fn table() -> Table {
    let store = store().await;
    let name = tenant();
    certs::table::create_from_template(&store.client, &name)
        .await
        .unwrap();
    Table::new(Client::from_conf(store.config().build()), name)
}

/// Registers a tenant with this zone, and a credit with this last valid day.
async fn with_credit(table: &Table, tenant: &str, zone: &str, expiration_date: &str) {
    let settings = TenantSettings {
        time_zone: Some(zone.to_owned()),
        ..TenantSettings::default()
    };
    let id = tenant.to_owned().try_into().unwrap();
    assert!(table.register_tenant(&id, &settings).await.unwrap());
    let state = shared::http::state::AppState::new(table.clone());
    let function = shared::http::function::Function::new(credits::router(state));
    let api = integration_tests::api::Api::new(function, tenant);
    let credit = credit(json!({"expiration_date": expiration_date}));
    let created = api.post("/credits/{tenant}").json(&credit).send().await;
    assert_eq!(created.status, 200);
}

#[tokio::test]
async fn the_schedules_event_sweeps_every_tenant_by_its_own_today() {
    let table = table().await;
    let zones = [
        ("a", "Pacific/Kiritimati"),
        ("b", "UTC"),
        ("c", "America/Los_Angeles"),
    ];
    for (tenant, zone) in zones {
        with_credit(&table, tenant, zone, "2026-01-31").await;
    }
    for (now, archived) in [
        ("2026-01-31T09:59:00Z", 0),
        ("2026-01-31T10:00:00Z", 1),
        ("2026-02-01T00:00:00Z", 1),
        ("2026-02-01T07:59:00Z", 0),
        ("2026-02-01T08:00:00Z", 1),
    ] {
        let clock = Clock::from_fn(move || now.parse().unwrap());
        let sweep = Sweep::new(table.clone()).with_clock(clock);
        let answer = sweep.handle(json!({}), &invocation()).await.unwrap();
        let said = (&answer["tenants"], &answer["archived"]);
        assert_eq!(said, (&json!(3), &json!(archived)), "{now}");
    }
}

#[tokio::test]
async fn a_tenant_whose_time_zone_is_not_known_fails_loudly_and_alone() {
    let table = table().await;
    for (tenant, zone) in [("a", "UTC"), ("b", "Mars/Olympus"), ("c", "UTC")] {
        with_credit(&table, tenant, zone, "2026-01-31").await;
    }
    let clock = Clock::from_fn(|| "2026-02-01T00:00:00Z".parse().unwrap());
    let sweep = Sweep::new(table).with_clock(clock);
    logs::watch();
    let id = tenant();
    for (event, (tenants, archived, failed)) in [
        (json!({"tenants": ["b"]}), (1, 0, 1)),
        (json!({"tenants": ["b"], "as_of": "2026-02-01"}), (1, 0, 1)),
        (json!({"dry_run": true}), (3, 2, 1)),
        (json!({"as_of": "2026-02-01", "dry_run": true}), (3, 2, 1)),
        (json!({}), (3, 2, 1)),
        // This day is over everywhere on earth.
        (json!({"tenants": ["b"], "as_of": "2026-01-31"}), (1, 0, 0)),
    ] {
        let invocation = Invocation::new(id.clone(), Deadline::NONE);
        let report = sweep.handle(event.clone(), &invocation).await.unwrap();
        let said = ["tenants", "archived", "failed"].map(|name| report[name].as_u64().unwrap());
        assert_eq!(said, [tenants, archived, failed], "{event}");
        assert_eq!(report["complete"], true, "{event}");
    }
    let lines = logs::lines_of(&id);
    let is_told = |line: &&Value| line["level"] == "ERROR" && line["tenant"] == "b";
    assert_eq!(lines.iter().filter(is_told).count(), 5, "{lines:?}");
}

#[tokio::test]
async fn a_sweep_of_no_credits_at_a_time_takes_one_at_a_time() {
    let sweeping = Sweeping::at("2026-02-01T00:00:00Z").await;
    sweeping.due(3).await;
    let sweep = sweeping.sweep.clone().with_concurrency(0);
    let event = json!({"tenants": [sweeping.tenant()]});
    let invocation = invocation();
    let run = sweep.handle(event, &invocation);
    let report = tokio::time::timeout(Duration::from_secs(60), run).await;
    assert_eq!(report.unwrap().unwrap()["archived"], 3);
}

#[tokio::test]
async fn a_run_over_all_tenants_goes_on_where_it_stopped() {
    let table = table().await;
    for tenant in ["a", "b", "c"] {
        with_credit(&table, tenant, "UTC", "2026-01-31").await;
    }
    let clock = Clock::from_fn(|| "2026-02-01T00:00:00Z".parse().unwrap());
    let sweep = Sweep::new(table).with_clock(clock);
    let mut event = json!({"limit": 1});
    let mut swept = Vec::new();
    loop {
        let answer = sweep.handle(event.clone(), &invocation()).await.unwrap();
        swept.push(answer["archived"].as_u64().unwrap());
        match &answer["continuation"] {
            Value::Null => break,
            sealed => event["continuation"] = sealed.clone(),
        }
    }
    // The fourth call shows that nothing follows the third.
    assert_eq!(swept, [1, 1, 1, 0]);
}

#[tokio::test]
async fn a_registered_tenant_that_cannot_be_read_is_not_in_the_way_of_others() {
    let table = table().await;
    with_credit(&table, "b", "UTC", "2026-01-31").await;
    let store = store().await;
    let name = format!("{table:?}");
    let name = name.rsplit('"').nth(1).unwrap();
    let put = store.client.put_item().table_name(name);
    let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    put.item("pk", text("#tenants"))
        .item("sk", text("a"))
        .item("default_rule_set_id", text("not an id"))
        .send()
        .await
        .unwrap();
    let clock = Clock::from_fn(|| "2026-02-01T00:00:00Z".parse().unwrap());
    let sweep = Sweep::new(table).with_clock(clock);
    let answer = sweep.handle(json!({}), &invocation()).await.unwrap();
    assert_eq!(
        (&answer["tenants"], &answer["archived"]),
        (&json!(1), &json!(1))
    );
}
