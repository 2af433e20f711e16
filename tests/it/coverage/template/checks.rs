use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use super::{read, root};

/// A folder that is removed with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("{name}-{}", uuid::Uuid::new_v4()));
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs the check of `make test` and `make validate` on a copy of the template, with each first
/// text replaced by the second, and returns the refusal.
fn refusal(changes: &[(&str, &str)]) -> String {
    let folder = Folder::new("template");
    let mut template = read("template.yaml");
    for (from, to) in changes {
        assert!(template.contains(from), "the template has no `{from}`");
        template = template.replacen(from, to, 1);
    }
    let path = folder.0.join("template.yaml");
    fs::write(&path, template).unwrap();
    let mut check = Command::new(root().join("scripts/check_template.sh"));
    let output = check.arg(path).env("TMPDIR", &folder.0).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(!output.status.success(), "{said}");
    said
}

#[test]
fn references_to_nothing_in_globals_policies_and_events_are_found_and_circles_too() {
    let said = refusal(&[
        // The API refers to the alias, and the alias to the alarms that roll it back.
        (
            "- !Ref CreditsServerErrorsAlarm\n",
            "- !Ref ApiServerErrorsAlarm\n",
        ),
        (
            "TABLE_NAME: !If [HasOtherTable, !Ref TableName, !Ref Table]\n",
            "TABLE_NAME: !Ref NotInGlobals\n",
        ),
        (", !GetAtt Table.Arn]\n", ", !GetAtt NotInPolicies.Arn]\n"),
        (
            "Path: /openapi.json,",
            "Path: /openapi.json, TimeoutInMillis: !Ref NotInEvents,",
        ),
    ]);
    for name in ["NotInGlobals", "NotInPolicies", "NotInEvents"] {
        assert!(said.contains(&format!("'{name}' is not one of")), "{said}");
    }
    assert!(said.contains("Circular"), "{said}");
}

#[test]
fn a_null_is_found_and_named_by_its_pointer() {
    let said = refusal(&[
        (
            "plan: { after.$: States.StringToJson('null') }",
            "plan: { after: null }",
        ),
        ("SqsManagedSseEnabled: true", "KmsMasterKeyId: null"),
    ]);
    let definition = "/Resources/ExpirationSweepStateMachine/Properties/Definition";
    for pointer in [
        &format!("{definition}/States/Start/Parameters/plan/after"),
        "/Resources/ExpirationSweepDeadLetters/Properties/KmsMasterKeyId",
    ] {
        assert!(said.contains(&format!(": {pointer} is null")), "{said}");
    }
}

#[test]
fn an_event_of_an_api_that_is_not_there_is_found() {
    let said = refusal(&[(
        "ApiId: !Ref HttpApi, Method: POST, Path: \"/credits/{tenantId}/batch\"",
        "ApiId: !Ref NoApi, Method: POST, Path: \"/credits/{tenantId}/batch\"",
    )]);
    assert!(said.contains("BatchCredits"), "{said}");
}
