//! Tells where the running gateway and its store are: programs read
//! `.local/serve.json`, people read the banner.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::demo;
use crate::store::AccessKey;

/// Relative to the folder that the command was started in.
pub(super) const PATH: &str = ".local/serve.json";

/// The variable with the access key for the store that a command is told to use.
const ACCESS_KEY_VARIABLE: &str = "CERTS_DYNAMODB_ACCESS_KEY_ID";
/// The key for a store that takes any key, as DynamoDB Local does.
const ANY_ACCESS_KEY: &str = "local";

/// Returns the access key for the store at `endpoint`: from the environment;
/// else from the announcement in this folder, if it names the same store; else
/// any key.
pub(super) fn access_key_of(endpoint: &str) -> AccessKey {
    let told = std::env::var(ACCESS_KEY_VARIABLE).ok();
    let announced = || announced(Path::new(PATH), endpoint);
    let key = told.filter(|key| !key.is_empty()).or_else(announced);
    AccessKey::new(key.unwrap_or_else(|| ANY_ACCESS_KEY.to_owned()))
}

fn announced(path: &Path, endpoint: &str) -> Option<String> {
    let announcement: Announcement = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    let is_same = announcement.dynamodb_endpoint == endpoint;
    is_same.then_some(announcement.dynamodb_access_key_id)
}

#[derive(Serialize, Deserialize)]
pub(super) struct Announcement {
    pub(super) base_url: String,
    pub(super) tenant: String,
    pub(super) api_key: String,
    pub(super) dynamodb_endpoint: String,
    pub(super) dynamodb_access_key_id: String,
    pub(super) table: String,
}

impl Announcement {
    /// Writes the file in one step: a reader never sees a part of it.
    pub(super) fn publish(&self) -> io::Result<Published> {
        self.publish_at(Path::new(PATH))
    }

    fn publish_at(&self, path: &Path) -> io::Result<Published> {
        let content = serde_json::to_vec_pretty(self)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let draft = path.with_extension(format!("json.{}", std::process::id()));
        write_private(&draft, &content)?;
        fs::rename(&draft, path)?;
        Ok(Published {
            path: path.to_owned(),
            content,
        })
    }

    /// Returns the content of the file in one line, for programs.
    pub(super) fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    pub(super) fn banner(&self, ready_ms: u128) -> String {
        let Self {
            base_url,
            tenant,
            api_key,
            dynamodb_endpoint,
            table,
            ..
        } = self;
        format!(
            "certs serve: ready in {ready_ms} ms, Ctrl-C stops it\n\
             \n\
             \x20 gateway   {base_url}\n\
             \x20 tenant    {tenant}\n\
             \x20 dynamodb  {dynamodb_endpoint}  table {table}\n\
             \x20 details   {PATH}\n\
             \n\
             Try it:\n\
             \n\
             \x20 curl -s {base_url}/credits/{tenant}/contact/{} -H 'Authorization: {api_key}'\n\
             \n",
            demo::CONTACT,
        )
    }
}

/// Writes a file that only this user can read, since it contains keys.
fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path)?.write_all(content)
}

/// The file on disk. Dropping it removes the file, unless another gateway has
/// written its own since.
#[derive(Debug)]
pub(super) struct Published {
    path: PathBuf,
    content: Vec<u8>,
}

impl Drop for Published {
    fn drop(&mut self) {
        if fs::read(&self.path).is_ok_and(|content| content == self.content) {
            fs::remove_file(&self.path).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use serde_json::{Value, json};

    use super::*;

    fn announcement(base_url: &str) -> Announcement {
        Announcement {
            base_url: base_url.into(),
            tenant: "t".into(),
            api_key: "k".into(),
            dynamodb_endpoint: "http://127.0.0.1:2".into(),
            dynamodb_access_key_id: "a".into(),
            table: "certifications".into(),
        }
    }

    fn scratch() -> PathBuf {
        let folder = std::env::temp_dir().join(format!("certs-{}", uuid::Uuid::new_v4()));
        folder.join("serve.json")
    }

    #[test]
    fn the_file_exists_as_long_as_it_is_published() {
        let path = scratch();
        let published = announcement("http://127.0.0.1:1")
            .publish_at(&path)
            .unwrap();
        let content: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(
            content,
            json!({
                "base_url": "http://127.0.0.1:1", "tenant": "t", "api_key": "k",
                "dynamodb_endpoint": "http://127.0.0.1:2", "dynamodb_access_key_id": "a",
                "table": "certifications",
            })
        );
        let access_key = |endpoint| announced(&path, endpoint);
        assert_eq!(access_key("http://127.0.0.1:2").as_deref(), Some("a"));
        assert_eq!(access_key("http://127.0.0.1:3"), None);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(published);
        assert!(!path.exists());
        fs::remove_dir(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn the_file_of_a_later_gateway_stays() {
        let path = scratch();
        let first = announcement("http://127.0.0.1:1")
            .publish_at(&path)
            .unwrap();
        let second = announcement("http://127.0.0.1:2")
            .publish_at(&path)
            .unwrap();
        drop(first);
        assert!(path.exists());
        drop(second);
        fs::remove_dir(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn the_banner_has_a_line_to_paste() {
        let banner = announcement("http://127.0.0.1:1").banner(7);
        let line = "curl -s http://127.0.0.1:1/credits/t/contact/contact-ada -H 'Authorization: k'";
        assert!(banner.contains(line), "{banner}");
    }
}
