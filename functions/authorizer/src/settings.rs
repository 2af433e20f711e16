//! Which tokens count: read from the environment and checked once at start.

use std::env;

use http::Uri;
use http::uri::Scheme;

/// The variable with the issuer; without it, no token counts.
pub const JWT_ISSUER: &str = "JWT_ISSUER";
/// The variable with the audience, by which tokens name this service.
pub const JWT_AUDIENCE: &str = "JWT_AUDIENCE";
/// The variable with the URL of the issuer's keys.
pub const JWT_JWKS_URL: &str = "JWT_JWKS_URL";
/// The variable with the name of the claim for the principal's id; `sub` when unset.
pub const JWT_PRINCIPAL_CLAIM: &str = "JWT_PRINCIPAL_CLAIM";
/// The variable with the name of the claim for the tenants; `tenants` when unset.
pub const JWT_TENANTS_CLAIM: &str = "JWT_TENANTS_CLAIM";
/// The variable with the name of the claim for the scopes; `scope` when unset.
pub const JWT_SCOPES_CLAIM: &str = "JWT_SCOPES_CLAIM";

/// Which tokens count, and which of their claims are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSettings {
    /// The one issuer, as in `iss`.
    pub issuer: String,
    /// The audience that `aud` must name.
    pub audience: String,
    /// The URL of the issuer's keys.
    pub jwks_url: Uri,
    /// The claim with the principal's id.
    pub principal_claim: String,
    /// The claim with the tenants: one id, or a list of ids.
    pub tenants_claim: String,
    /// The claim with the scopes: words in one text (RFC 8693), or a list of words.
    pub scopes_claim: String,
}

/// The settings in the environment are not complete or not valid.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A variable is missing.
    #[error("with `JWT_ISSUER`, the environment variable `{0}` must be set too")]
    Missing(&'static str),
    /// The URL is not `https`, so anybody on the way could replace the keys.
    #[error("`JWT_JWKS_URL` must be an `https` URL (or `http` of this machine)")]
    JwksUrl,
}

impl TokenSettings {
    /// Reads the environment. Returns `None` when no issuer is set.
    ///
    /// # Errors
    /// [`SettingsError`], naming the variable.
    pub fn from_env() -> Result<Option<Self>, SettingsError> {
        Self::from_variables(|name| env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn from_variables(
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Option<Self>, SettingsError> {
        let Some(issuer) = variable(JWT_ISSUER) else {
            return Ok(None);
        };
        let needed = |name| variable(name).ok_or(SettingsError::Missing(name));
        let or = |name, default: &str| variable(name).unwrap_or_else(|| default.to_owned());
        Ok(Some(Self {
            issuer,
            audience: needed(JWT_AUDIENCE)?,
            jwks_url: jwks_url(&needed(JWT_JWKS_URL)?)?,
            principal_claim: or(JWT_PRINCIPAL_CLAIM, "sub"),
            tenants_claim: or(JWT_TENANTS_CLAIM, "tenants"),
            scopes_claim: or(JWT_SCOPES_CLAIM, "scope"),
        }))
    }
}

fn jwks_url(text: &str) -> Result<Uri, SettingsError> {
    let uri: Uri = text.parse().map_err(|_| SettingsError::JwksUrl)?;
    let is_local = matches!(uri.host(), Some("127.0.0.1" | "localhost"));
    let is_safe =
        uri.scheme() == Some(&Scheme::HTTPS) || (is_local && uri.scheme() == Some(&Scheme::HTTP));
    is_safe.then_some(uri).ok_or(SettingsError::JwksUrl)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Result<Option<TokenSettings>, SettingsError> {
        let value = |name: &str| pairs.iter().find(|(own, _)| *own == name);
        TokenSettings::from_variables(|name| value(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn without_an_issuer_no_token_counts() {
        assert_eq!(settings(&[(JWT_AUDIENCE, "us")]).unwrap(), None);
    }

    #[test]
    fn an_issuer_needs_an_audience_and_a_url_of_its_keys() {
        let said = settings(&[(JWT_ISSUER, "i")]).unwrap_err().to_string();
        assert!(said.contains("`JWT_AUDIENCE`"), "{said}");
        let said = settings(&[(JWT_ISSUER, "i"), (JWT_AUDIENCE, "us")]).unwrap_err();
        assert!(said.to_string().contains("`JWT_JWKS_URL`"), "{said}");
    }

    #[test]
    fn keys_are_fetched_by_https_only() {
        let with = |url| {
            let all = [(JWT_ISSUER, "i"), (JWT_AUDIENCE, "us"), (JWT_JWKS_URL, url)];
            settings(&all)
        };
        assert!(with("https://issuer.example/jwks.json").is_ok());
        assert!(with("http://127.0.0.1:9/jwks.json").is_ok());
        for bad in [
            "http://issuer.example/jwks.json",
            "jwks.json",
            "ftp://a/b",
            " ",
        ] {
            assert!(with(bad).is_err(), "{bad}");
        }
    }
}
