//! Explains what is wrong with the credentials of the environment, and what to
//! do.

use std::error::Error;
use std::iter::successors;

use aws_credential_types::provider::error::CredentialsError;

/// The profile that the AWS CLI uses when none is named.
const DEFAULT_PROFILE: &str = "default";

/// Words of the SDK for a profile's token that is missing, expired or refused.
const OF_TOKENS: [&str; 4] = [
    "SSO token",
    "sso token",
    "/sso/cache/",
    "UnauthorizedException",
];

/// Why no credentials can be loaded.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsProblem {
    /// The environment names no credentials.
    #[error(
        "there are no AWS credentials: set `AWS_PROFILE` to a profile that has some, or the variables \
         `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`"
    )]
    Missing,
    /// The profile is not in the AWS configuration, or names no credentials.
    #[error(
        "there is no AWS profile `{0}`, or it names no credentials: set `AWS_PROFILE` to one that `aws \
         configure list-profiles` lists"
    )]
    UnknownProfile(String),
    /// The login of this profile is missing or has expired.
    #[error(
        "the SSO token of the AWS profile `{0}` is missing or has expired: run `aws sso login --profile {0}`"
    )]
    LoggedOut(String),
    /// The profile is incomplete, its process fails, or its source of credentials
    /// refuses.
    #[error(
        "the credentials of the AWS profile `{profile}` cannot be loaded: `aws sts get-caller-identity \
         --profile {profile}` shows more ({reason})"
    )]
    Unusable {
        /// The profile that was asked.
        profile: String,
        /// The text of the SDK's innermost error.
        reason: String,
    },
}

impl CredentialsProblem {
    /// Explains an error of the SDK. The SDK's types for profiles and SSO are not
    /// public, so the texts of the errors are compared.
    #[must_use]
    pub fn of(error: &CredentialsError) -> Self {
        let named = named_profile();
        let profile = named.clone().unwrap_or_else(|| DEFAULT_PROFILE.to_owned());
        let causes: Vec<_> = successors(Some(error as &dyn Error), |&error| error.source())
            .map(ToString::to_string)
            .collect();
        let says = |words: &str| causes.iter().any(|cause| cause.contains(words));
        if OF_TOKENS.iter().any(|words| says(words)) {
            return Self::LoggedOut(profile);
        }
        if matches!(error, CredentialsError::CredentialsNotLoaded(_)) {
            return named.map_or(Self::Missing, Self::UnknownProfile);
        }
        let reason = causes.into_iter().next_back().unwrap_or_default();
        Self::Unusable { profile, reason }
    }
}

fn named_profile() -> Option<String> {
    let named = std::env::var("AWS_PROFILE").ok();
    named.filter(|name| !name.is_empty())
}
