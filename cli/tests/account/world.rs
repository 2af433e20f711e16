//! The environment of `certs`: its own folder, and only the variables that a test sets.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

pub(crate) const REGION: &str = "eu-central-1";

/// Returns the built command, without anything of this machine's account.
pub(crate) fn certs(name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certs"));
    let folder = fresh_folder(name);
    command
        .env_clear()
        .current_dir(&folder)
        .env("HOME", &folder);
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// Makes an empty folder for one test.
pub(crate) fn fresh_folder(name: &str) -> PathBuf {
    let name = format!("account-{name}-{}", uuid::Uuid::new_v4());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The configuration of the AWS CLI.
pub(crate) struct Configuration {
    file: PathBuf,
}

impl Configuration {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        let file = fresh_folder(name).join("config");
        fs::write(&file, text).unwrap();
        Self { file }
    }

    pub(crate) fn apply(&self, command: &mut Command) {
        command.env("AWS_CONFIG_FILE", &self.file);
        let none = self.file.with_file_name("credentials");
        command.env("AWS_SHARED_CREDENTIALS_FILE", none);
    }
}

/// The profile `work`, with an SSO token.
pub(crate) struct Login {
    configuration: Configuration,
    home: PathBuf,
}

impl Login {
    pub(crate) fn new(name: &str, expires_at: &str) -> Self {
        let start = "https://corp.awsapps.com/start";
        let profile = format!(
            "[profile work]\nsso_start_url = {start}\nsso_region = {REGION}\n\
             sso_account_id = 123456789012\nsso_role_name = operators\nregion = {REGION}\n"
        );
        let home = fresh_folder(name);
        let cache = home.join(".aws/sso/cache");
        fs::create_dir_all(&cache).unwrap();
        let token = json!({"accessToken": "token", "expiresAt": expires_at, "region": REGION,
            "startUrl": start});
        // The AWS CLI names the file by the SHA-1 of the start URL.
        let file = cache.join("a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json");
        fs::write(file, token.to_string()).unwrap();
        let configuration = Configuration::new(name, &profile);
        Self {
            configuration,
            home,
        }
    }

    pub(crate) fn apply(&self, command: &mut Command) {
        self.configuration.apply(command);
        command.env("HOME", &self.home).env("AWS_PROFILE", "work");
    }
}
