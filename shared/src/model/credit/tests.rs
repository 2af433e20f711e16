use jiff::Timestamp;
use serde_json::{Value, json};

use crate::base::error::Error;
use crate::base::json::{self, Object};
use crate::model::credit::{Credit, ExpirationState};
use crate::model::credit_input::CreditDraft;
use crate::model::id::CreditId;
use crate::model::principal::{CredentialKind, Scope, SecurityContext, Source};
use crate::model::system_input::{ADMIN_CARRIED, CLIENT_CARRIED, SERVER_MANAGED};

/// Every field that a client can set, in forms that are kept as they stand.
fn full_body() -> Object {
    let text = r#"{
        "type_id": "ceu", "origin": "legacy system", "number": 1234567890123456789012345678,
        "event_id": "e", "event_registration_id": "er", "activity_id": "a", "course_registration_id": "cr",
        "contact_id": "ada", "date": "2024-02-29", "quantity": 2.5,
        "usages": [{"application_id": "x", "quantity": 0.1}], "notes": "", "self_reported": true,
        "status": "draft", "expiration_date": "2026-12-31",
        "custom_field_values": [{"custom_field_id": "f", "string_value": "s", "numeric_value": 0.0000000000000000000000000001,
            "boolean_value": false, "file_url_value": "u", "list_value": [""], "table_value": [{"n": null, "d": 12345678901234567890.5}]}],
        "sys_external_id": "ext", "sys_directive": "d", "sys_snapshot_base_version": 7,
        "sys_locked": true, "sys_bulk_load_pk": "pk", "sys_bulk_load_at": "at", "sys_bulk_load_id": "id",
        "sys_bulk_load_record_no": 12, "sys_bulk_load_source_file": "file"
    }"#;
    match json::parse(text.as_bytes(), 16).unwrap() {
        Value::Object(object) => object,
        other => panic!("not an object: {other}"),
    }
}

fn author(scopes: &[Scope]) -> SecurityContext {
    SecurityContext {
        proof: Some(CredentialKind::ApiKey),
        principal_id: "key-1".into(),
        tenant_id: "demo.example".to_owned().try_into().unwrap(),
        scopes: scopes.to_vec(),
        request_id: "r-1".into(),
        source: Source::Api,
    }
}

fn created(body: Object, scopes: &[Scope]) -> Credit {
    let author = author(scopes);
    let draft = CreditDraft::parse(body, author.scopes.contains(&Scope::Admin)).unwrap();
    Credit::created(
        CreditId::new(uuid::Uuid::nil()),
        draft,
        author,
        Timestamp::UNIX_EPOCH,
    )
}

fn fields(credit: &Credit) -> Object {
    match serde_json::to_value(credit).unwrap() {
        Value::Object(object) => object,
        other => panic!("not an object: {other}"),
    }
}

#[test]
fn every_field_a_client_sets_comes_back_unchanged_through_serialization() {
    let credit = created(full_body(), &[Scope::Admin]);
    let fields = fields(&credit);
    for (name, value) in full_body() {
        assert_eq!(fields[&name], value, "{name}");
    }
    assert_eq!(fields["quantity_used"], json!(0.1));
    assert_eq!(fields["quantity_available"], json!(2.4));
    assert_eq!(Credit::from_fields(fields, None).unwrap(), credit);
}

#[test]
fn the_lists_of_names_hold_exactly_the_fields_that_are_answered() {
    let mut names: Vec<_> = fields(&created(full_body(), &[Scope::Admin]))
        .keys()
        .cloned()
        .collect();
    let unset = [
        "sys_deleted_by_id",
        "sys_calculated_field_error",
        "sys_calculated_field_errors",
        "sys_has_files_in_s3",
        "sys_configuration_snapshot_id",
        "sys_last_bulk_data_operation_id",
        "sys_last_bulk_data_operation_sys_version",
    ];
    names.extend(unset.map(str::to_owned));
    names.sort();
    let system = [SERVER_MANAGED.as_slice(), &CLIENT_CARRIED, &ADMIN_CARRIED].concat();
    let mut listed = [Credit::NAMES.as_slice(), &system].concat();
    listed.sort_unstable();
    assert_eq!(names, listed);
}

#[test]
fn fields_of_the_bulk_loader_are_ignored_from_others_than_admins() {
    let fields = fields(&created(full_body(), &[Scope::Write]));
    assert!(!fields.contains_key("sys_locked") && !fields.contains_key("sys_bulk_load_pk"));
    assert_eq!(fields["sys_external_id"], "ext");
}

#[test]
fn only_an_admin_who_unlocks_passes_a_lock_and_others_keep_it() {
    let locked = created(full_body(), &[Scope::Admin]);
    let mut unlocking = full_body();
    unlocking.remove("sys_locked");
    let replace = |body: Object, scopes: &[Scope]| {
        let author = author(scopes);
        let draft = CreditDraft::parse(body, author.scopes.contains(&Scope::Admin)).unwrap();
        locked
            .clone()
            .replaced(draft, author, Timestamp::UNIX_EPOCH)
    };
    assert_eq!(
        replace(unlocking.clone(), &[Scope::Write])
            .unwrap_err()
            .code(),
        "record-locked"
    );
    assert_eq!(
        replace(full_body(), &[Scope::Admin]).unwrap_err().code(),
        "record-locked"
    );
    let unlocked = replace(unlocking, &[Scope::Admin]).unwrap();
    assert_eq!(
        (
            unlocked.system.sys_version,
            unlocked.system.admin.sys_locked
        ),
        (2, None)
    );
}

#[test]
fn all_that_is_missing_is_named_at_once() {
    let Err(Error::Invalid { violations, .. }) = CreditDraft::parse(
        json!({"origin": "event registration", "quantity": 0.001})
            .as_object()
            .unwrap()
            .clone(),
        false,
    ) else {
        panic!("accepted")
    };
    let mut pointers: Vec<_> = violations
        .iter()
        .map(|fault| fault.pointer.as_str())
        .collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/contact_id",
            "/date",
            "/event_id",
            "/event_registration_id",
            "/quantity",
            "/type_id"
        ]
    );
}

#[test]
fn every_bad_field_is_named_at_once() {
    let mut body = full_body();
    for (name, value) in [
        ("quantity", json!("2.5")),
        ("date", json!(5)),
        ("usages", json!([{"application_id": "", "quantity": 0}])),
        ("sys_external_id", json!(5)),
        ("colour", json!("red")),
    ] {
        body.insert(name.into(), value);
    }
    let Err(Error::Invalid { violations, .. }) = CreditDraft::parse(body, false) else {
        panic!("accepted")
    };
    let named = violations.iter();
    let named: Vec<_> = named
        .map(|it| (it.pointer.as_str(), it.message.as_str()))
        .collect();
    let id = "must have 1 to 256 bytes without control characters and without / ? # % \\, not end \
              with a blank, and not be . or ..";
    assert_eq!(
        named,
        [
            ("/date", "must be a string"),
            ("/quantity", "must be a number"),
            ("/usages/0/application_id", id),
            ("/usages/0/quantity", "must be more than 0"),
            ("/sys_external_id", "must be a string"),
            ("/colour", "is not a known field"),
        ]
    );
}

#[test]
fn a_wrong_type_or_an_unknown_field_is_named_by_its_pointer() {
    for (name, value, pointer) in [
        ("colour", json!("red"), "/colour"),
        ("pk", json!("x#credits"), "/pk"),
        ("sys_unknown", json!(1), "/sys_unknown"),
        ("quantity", json!("2.5"), "/quantity"),
        ("contact_id", json!(""), "/contact_id"),
        (
            "usages",
            json!([{"application_id": "a", "quantity": 1, "x": 1}]),
            "/usages/0/x",
        ),
        (
            "custom_field_values",
            json!([{"custom_field_id": "f", "list_value": ["a", null]}]),
            "/custom_field_values/0/list_value/1",
        ),
        (
            "custom_field_values",
            json!([{"string_value": "x"}]),
            "/custom_field_values/0/custom_field_id",
        ),
        ("expiration_date", json!("soon"), "/expiration_date"),
        ("sys_external_id", json!(5), "/sys_external_id"),
    ] {
        let mut body = full_body();
        body.insert(name.into(), value);
        let Err(Error::Invalid { violations, .. }) = CreditDraft::parse(body, false) else {
            panic!("{name} accepted")
        };
        assert_eq!(
            violations
                .iter()
                .map(|fault| fault.pointer.as_str())
                .collect::<Vec<_>>(),
            [pointer]
        );
    }
}

#[test]
fn null_counts_as_absent_and_absent_stays_absent() {
    let mut body = full_body();
    for name in [
        "status",
        "notes",
        "usages",
        "expiration_date",
        "sys_external_id",
        "custom_field_values",
    ] {
        body.insert(name.into(), Value::Null);
    }
    let fields = fields(&created(body, &[]));
    assert!(
        !fields.contains_key("status")
            && !fields.contains_key("usages")
            && !fields.contains_key("sys_external_id")
    );
    assert!(fields.values().all(|value| !value.is_null()));
}

#[test]
fn the_sweep_looks_only_at_credits_that_can_run_out() {
    let state = |status: Value, expiration: Value| {
        let mut body = full_body();
        body.insert("status".into(), status);
        body.insert("expiration_date".into(), expiration);
        created(body, &[]).expiration_state()
    };
    assert_eq!(
        state(Value::Null, json!("2026-12-31T10:00:00Z")),
        Some(ExpirationState::Pending)
    );
    assert_eq!(
        state(json!("verified"), json!("2026-12-31")),
        Some(ExpirationState::Pending)
    );
    assert_eq!(
        state(json!("archived"), json!("2026-12-31")),
        Some(ExpirationState::Done)
    );
    assert_eq!(
        state(json!("rejected"), json!("2026-12-31")),
        Some(ExpirationState::Done)
    );
    assert_eq!(state(json!("verified"), Value::Null), None);
}
