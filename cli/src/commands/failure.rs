//! Explains why a command failed, in one sentence that says what to do. Texts
//! that the SDK writes for programmers are left out.

use std::error::Error;
use std::iter::successors;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::types::error::ResourceNotFoundException;
use aws_smithy_runtime_api::client::result::ConnectorError;
use shared::base::error::Error as ServiceError;

use super::CommandError;
use super::place::{Store, Whereabouts};
use super::serve::ServeError;
use crate::account::CredentialsProblem;
use crate::keys::KeyError;

/// AWS's codes for credentials that it does not accept.
const NOT_TAKEN: [&str; 8] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];
/// AWS's codes for credentials that may not do this.
const NOT_ALLOWED: [&str; 2] = ["AccessDenied", "AccessDeniedException"];

/// The text for a write whose answer was lost. Each command may be repeated, except for a new key,
/// which has its own error.
const OUTCOME_UNKNOWN: &str = "it is not known whether this was done, because the table's answer was \
                               lost: try again, since a repeat does no harm";

/// Words that mark an SDK text as one for programmers.
const DEBUG_TEXT: [&str; 4] = ["{", "Error(", "Some(", "SdkError"];

/// Returns what went wrong, and what to do.
pub(super) fn explained(error: &CommandError, at: Option<&Whereabouts>) -> String {
    if let CommandError::Incomplete(text) = error {
        return text.clone();
    }
    let error = innermost(error);
    // Without credentials the SDK reports only that it could not send.
    let credentials = causes(error).find_map(<dyn Error>::downcast_ref::<CredentialsError>);
    if let Some(problem) = credentials {
        return CredentialsProblem::of(problem).to_string();
    }
    // An unknown outcome matters more to the operator than the cause of the broken connection.
    if is_outcome_unknown(error) {
        return text_of(error);
    }
    let known = causes(error).find_map(|cause| known(cause, at));
    known.unwrap_or_else(|| plain(error))
}

fn is_outcome_unknown(error: &(dyn Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(ServiceError::OutcomeUnknown(_)))
}

/// Returns the error that a command only passed on: its type says what failed.
fn innermost(error: &CommandError) -> &(dyn Error + 'static) {
    match error {
        CommandError::Service(inner) => inner,
        CommandError::Key(KeyError::Store(inner)) => inner,
        CommandError::Serve(ServeError::Tenant(inner)) => inner,
        CommandError::Serve(ServeError::Key(KeyError::Store(inner))) => inner,
        other => other,
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source())
}

/// Explains a cause that is enough to explain the whole failure.
fn known(cause: &(dyn Error + 'static), at: Option<&Whereabouts>) -> Option<String> {
    if let Some(error) = cause.downcast_ref::<ConnectorError>() {
        return Some(unreachable(error, at));
    }
    if cause.is::<ResourceNotFoundException>() {
        return at.map(no_table);
    }
    cause.downcast_ref().and_then(|said| refusal(said, at))
}

/// Explains a refusal of AWS or of a local store.
fn refusal(said: &ErrorMetadata, at: Option<&Whereabouts>) -> Option<String> {
    let code = said.code().unwrap_or_default();
    let message = said.message().unwrap_or(code);
    if code == "ResourceNotFoundException" {
        return at.map(no_table);
    }
    if NOT_ALLOWED.contains(&code) {
        return Some(format!(
            "the AWS credentials do not allow this: attach the policy of the stack's output \
             `OperatorPolicyArn` to your role ({message})"
        ));
    }
    let is_aws = at.is_none_or(|at| matches!(at.store, Store::Aws(_)));
    if is_aws && NOT_TAKEN.contains(&code) {
        return Some(format!(
            "AWS does not accept these credentials: log in again, or set `AWS_PROFILE` to another profile \
             ({message})"
        ));
    }
    let who = at.map_or_else(|| "AWS".to_owned(), |at| at.store.to_string());
    (!message.is_empty()).then(|| format!("{who} refuses: {message}"))
}

fn no_table(at: &Whereabouts) -> String {
    let Whereabouts { table, store } = at;
    format!(
        "{store} has no table `{table}`: name its stack with `--stack`, or the table with `--table`"
    )
}

fn unreachable(error: &ConnectorError, at: Option<&Whereabouts>) -> String {
    let last = causes(error).last().map(ToString::to_string);
    let reason = last.filter(|text| is_plain(text));
    let reason = reason.map(|text| format!(" ({text})")).unwrap_or_default();
    let (who, what) = match at.map(|at| &at.store) {
        Some(store @ Store::Endpoint(_)) => (store.to_string(), "start it, or name another URL"),
        Some(store) => (store.to_string(), "look at the network and the region"),
        None => ("AWS".to_owned(), "look at the network and the region"),
    };
    format!("{who} cannot be reached: {what}{reason}")
}

/// Joins the texts of an error and its causes, without those for programmers.
fn plain(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    for cause in causes(error) {
        let text = text_of(cause);
        if is_plain(&text) && texts.last() != Some(&text) {
            texts.push(text);
        }
    }
    texts.join(": ")
}

/// Returns an error's text for an operator, who has no request id to quote.
fn text_of(cause: &(dyn Error + 'static)) -> String {
    match cause.downcast_ref() {
        Some(ServiceError::Internal(_)) => "the table cannot be used".to_owned(),
        Some(ServiceError::Unavailable(_)) => "the table does not answer: try again".to_owned(),
        Some(ServiceError::OutcomeUnknown(_)) => OUTCOME_UNKNOWN.to_owned(),
        _ => cause.to_string(),
    }
}

fn is_plain(text: &str) -> bool {
    !DEBUG_TEXT.iter().any(|word| text.contains(word))
}
