//! The conditions of a change: `If-Match`, and the `Idempotency-Key`.

use crate::base::error::{ConflictCode, Error};
use crate::model::id::TenantId;
use crate::protocol::idempotency::{IdempotencyKey, WriteKey};

/// Returns the entity tag of a version.
pub fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

/// An `If-Match` header (RFC 9110, 13.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: any version of a record that exists.
    Any,
    /// The versions in a list of tags. Other tags match nothing: weak tags, and strong tags that
    /// are not a version.
    Versions(Vec<u64>),
}

impl IfMatch {
    /// Reads the header's value.
    ///
    /// # Errors
    /// `invalid-request` when it is neither `*` nor a list of entity tags.
    pub fn parse(value: &str) -> Result<Self, Error> {
        if value.trim() == "*" {
            return Ok(Self::Any);
        }
        let mut rest = value;
        let mut versions = Vec::new();
        loop {
            let (tag, is_weak, after) = entity_tag(rest).ok_or_else(malformed)?;
            versions.extend(version(tag).filter(|_| !is_weak));
            match after.strip_prefix(',') {
                Some(next) => rest = next,
                None if after.is_empty() => return Ok(Self::Versions(versions)),
                None => return Err(malformed()),
            }
        }
    }

    /// Returns whether a record of this version matches.
    pub fn matches(&self, version: u64) -> bool {
        match self {
            Self::Any => true,
            Self::Versions(versions) => versions.contains(&version),
        }
    }

    /// Returns the newest version in the list. A record that is read with an older version may have
    /// been read too early.
    pub fn newest(&self) -> Option<u64> {
        match self {
            Self::Any => None,
            Self::Versions(versions) => versions.iter().copied().max(),
        }
    }
}

/// The headers of a change: the versions that it may change, and the key of its repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// The `If-Match` header.
    pub if_match: Option<IfMatch>,
    /// The `Idempotency-Key` header.
    pub key: Option<IdempotencyKey>,
}

impl Conditions {
    /// Passes when `If-Match` is absent, or names this version.
    ///
    /// # Errors
    /// `precondition-failed`.
    pub fn check_match(&self, version: u64) -> Result<(), Error> {
        match &self.if_match {
            Some(if_match) if !if_match.matches(version) => Err(Error::PreconditionFailed),
            Some(_) | None => Ok(()),
        }
    }

    /// The options of the change of record `id` by `operation`. The hash of the body is made only
    /// for a key.
    ///
    /// # Errors
    /// The errors of `body_hash`.
    pub fn write_options(
        &self,
        tenant: &TenantId,
        operation: &str,
        id: &str,
        body_hash: impl FnOnce() -> Result<String, Error>,
    ) -> Result<WriteOptions, Error> {
        let write_key = |key: &IdempotencyKey| {
            body_hash().map(|hash| key.write_key(tenant, operation, id, &hash))
        };
        Ok(WriteOptions {
            min_version: self.if_match.as_ref().and_then(IfMatch::newest),
            on_conflict: OnConflict::Retry,
            key: self.key.as_ref().map(write_key).transpose()?,
        })
    }
}

/// How a change behaves when others change the same record, and when the change is repeated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// The newest version that the client has seen. A read that finds an older one comes too early
    /// and is repeated, so that no client is refused because of it.
    pub min_version: Option<u64>,
    /// What to do when somebody else wins the race.
    pub on_conflict: OnConflict,
    /// The key that recognises a repeat.
    pub key: Option<WriteKey>,
}

impl WriteOptions {
    /// The options of a change that replaces all that the client has seen, at `version` if the
    /// client names it: nothing is retried, since a retry would undo what the winner wrote.
    #[must_use]
    pub fn replacing(self, version: Option<u64>) -> Self {
        Self {
            min_version: self.min_version.max(version),
            on_conflict: OnConflict::Refuse,
            ..self
        }
    }
}

/// What to do when somebody else wins the race for a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// Decide anew, on what the winner wrote.
    #[default]
    Retry,
    /// Refuse the change.
    Refuse,
}

/// Passes when the body does not name a version, or names this one.
///
/// # Errors
/// `version-conflict`.
pub fn check_version(sent: Option<u64>, current: u64) -> Result<(), Error> {
    match sent {
        Some(sent) if sent != current => Err(Error::conflict(
            ConflictCode::VersionConflict,
            format!("the body has `sys_version` {sent}, the record {current}; read it again"),
        )),
        Some(_) | None => Ok(()),
    }
}

// Returns the first tag of a list: its opaque part, whether it is weak, and the rest of the list.
fn entity_tag(text: &str) -> Option<(&str, bool, &str)> {
    let text = text.trim_start_matches([' ', '\t']);
    let (text, is_weak) = text
        .strip_prefix("W/")
        .map_or((text, false), |strong| (strong, true));
    let (tag, after) = text.strip_prefix('"')?.split_once('"')?;
    Some((tag, is_weak, after.trim_start_matches([' ', '\t'])))
}

// Only the text that `etag` writes is a version: "+3" and "03" are not.
fn version(tag: &str) -> Option<u64> {
    tag.parse()
        .ok()
        .filter(|version: &u64| version.to_string() == tag)
}

fn malformed() -> Error {
    Error::invalid_request("`If-Match` must be `*` or a list of quoted tags such as \"3\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_lists_and_weak_tags_are_told_apart() {
        assert_eq!(IfMatch::parse("*").unwrap(), IfMatch::Any);
        assert_eq!(
            IfMatch::parse(r#""3""#).unwrap(),
            IfMatch::Versions(vec![3])
        );
        assert_eq!(
            IfMatch::parse(r#" "1", W/"2" ,"x,y","4" "#).unwrap(),
            IfMatch::Versions(vec![1, 4])
        );
        assert!(!IfMatch::parse(r#"W/"3""#).unwrap().matches(3));
        assert_eq!(
            IfMatch::parse(r#""03""#).unwrap(),
            IfMatch::Versions(vec![])
        );
    }

    #[test]
    fn malformed_headers_are_refused() {
        for bad in [
            "",
            "3",
            "\"3",
            "3\"",
            "\"3\" \"4\"",
            "\"3\",",
            "w/\"3\"",
            "*, \"3\"",
        ] {
            assert_eq!(
                IfMatch::parse(bad).unwrap_err().code(),
                "invalid-request",
                "{bad}"
            );
        }
    }
}
