//! The access key of an embedded store: whoever knows it may use the store.

use std::fmt;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use shared::base::digest::hex;
use subtle::ConstantTimeEq;

/// The scheme of AWS's Signature Version 4.
const SCHEME: &str = "AWS4-HMAC-SHA256";
/// 256 bits, which cannot be guessed.
const RANDOM_BYTES: usize = 32;

/// The access key id with which a client of a local store signs its requests. For
/// an embedded store it is a password, new in each run. Other local stores
/// accept any.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey(String);

impl AccessKey {
    /// Makes a key of this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Makes a random key.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; RANDOM_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hex(&bytes)))
    }

    /// Returns the key itself, for clients of the store only.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Tells whether a request is signed in the name of this key. The comparison
    /// takes constant time, so that its duration tells nothing about the key.
    pub(super) fn has_signed(&self, headers: &HeaderMap) -> bool {
        let sent = headers
            .get(AUTHORIZATION)
            .and_then(|sent| sent.to_str().ok());
        let sent = sent.and_then(access_key_id).unwrap_or_default();
        sent.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

/// Hides the text, so that a key never reaches a log.
impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey")
    }
}

/// Returns the text before the first `/` of the header's `Credential`.
fn access_key_id(header: &str) -> Option<&str> {
    let parameters = header.strip_prefix(SCHEME)?.split(',');
    let mut parameters = parameters.map(str::trim);
    let credential = parameters.find_map(|parameter| parameter.strip_prefix("Credential="))?;
    credential.split_once('/').map(|(id, _scope)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_signed(key: &AccessKey, header: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, header.parse().unwrap());
        key.has_signed(&headers)
    }

    #[test]
    fn a_request_signed_with_the_key_is_known() {
        let key = AccessKey::random().unwrap();
        let signed = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260314/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=host, Signature=00",
            key.reveal()
        );
        assert!(has_signed(&key, &signed));
        assert!(!has_signed(&AccessKey::random().unwrap(), &signed));
    }

    #[test]
    fn no_other_header_is_known() {
        let key = AccessKey::new("abc");
        assert!(!key.has_signed(&HeaderMap::new()));
        for header in [
            "",
            "abc",
            "Bearer abc",
            "AWS4-HMAC-SHA256 Credential=abc",
            "AWS4-HMAC-SHA256 Credential=/abc/",
            "AWS4-HMAC-SHA256 Credential=ab/20260314",
            "AWS4-HMAC-SHA256 Credential=abcd/20260314",
            "AWS4-HMAC-SHA256 NotCredential=abc/20260314",
            "AWS4-HMAC-SHA256 Credential=x/1, Credential=abc/20260314",
        ] {
            assert!(!has_signed(&key, header), "{header}");
        }
    }

    #[test]
    fn a_key_does_not_print_itself() {
        let key = AccessKey::new("abc");
        assert!(!format!("{key:?}").contains("abc"));
    }
}
