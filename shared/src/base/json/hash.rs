//! SHA-256 of a document's content.
//!
//! The hashes of bodies are stored with records, so the bytes that are fed here must stay the same.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Object;
use crate::base::digest::hex;

/// Returns the SHA-256 of the document's content in hex. A document that went through
/// [`super::parse`] has the same hash for any order of its members and any spelling of its numbers.
pub fn sha256(document: &Object) -> String {
    let mut hasher = Sha256::new();
    digest_object(document, &mut hasher);
    hex(&hasher.finalize())
}

/// Returns what [`sha256`] returns, for any value.
pub fn sha256_of_value(value: &Value) -> String {
    let mut hasher = Sha256::new();
    digest(value, &mut hasher);
    hex(&hasher.finalize())
}

fn digest(value: &Value, hasher: &mut Sha256) {
    match value {
        Value::Null => feed(hasher, b'0', b""),
        Value::Bool(yes) => feed(hasher, b'b', &[u8::from(*yes)]),
        Value::Number(number) => feed(hasher, b'n', number.as_str().as_bytes()),
        Value::String(text) => feed(hasher, b's', text.as_bytes()),
        Value::Array(items) => {
            feed(hasher, b'a', &items.len().to_be_bytes());
            items.iter().for_each(|item| digest(item, hasher));
        }
        Value::Object(members) => digest_object(members, hasher),
    }
}

fn digest_object(members: &Object, hasher: &mut Sha256) {
    feed(hasher, b'o', &members.len().to_be_bytes());
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by_key(|(name, _)| name.as_str());
    for (name, member) in sorted {
        feed(hasher, b's', name.as_bytes());
        digest(member, hasher);
    }
}

// Each part is preceded by its kind and length, so that no two documents feed the same bytes.
fn feed(hasher: &mut Sha256, kind: u8, bytes: &[u8]) {
    hasher.update([kind]);
    hasher.update(bytes.len().to_be_bytes());
    hasher.update(bytes);
}
