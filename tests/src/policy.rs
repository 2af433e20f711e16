//! Tells what each function, and an operator, may do with the table, by the policies of
//! `template.yaml` and the rules of IAM.
//!
//! ```
//! use integration_tests::policy::{self, Policy};
//! use integration_tests::recorder::Call;
//! use serde_json::json;
//!
//! let policy = Policy::of(policy::AUTHORIZER);
//! let read = |pk| Call::new("GetItem", json!({"Key": {"pk": {"S": pk}, "sk": {"S": "a"}}}));
//! assert_eq!(policy.denial(&read("#api_keys")), None);
//! assert!(policy.denial(&read("demo.example#credits")).is_some());
//! ```
//!
//! AWS does not document two values of `dynamodb:LeadingKeys`, so the worse is assumed. For an
//! index whose partition key has several attributes, as all of ours have, a statement with this
//! condition is taken to allow nothing. For an item of a transaction, the value is taken to contain
//! the partitions of all items.

mod access;
mod document;
mod review;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use access::Access;

use crate::recorder::Call;

/// The logical id of the authorizer function.
pub const AUTHORIZER: &str = "AuthorizerFunction";
/// The logical id of the credits function.
pub const CREDITS: &str = "CreditsFunction";
/// The logical id of the expiration rule sets function.
pub const RULE_SETS: &str = "ExpirationRuleSetsFunction";
/// The logical id of the expiration sweep function.
pub const SWEEP: &str = "ExpirationSweepFunction";
/// The logical id of the policy for operators, who use `certs`.
pub const OPERATOR: &str = "OperatorPolicy";

/// Everything that a function or a person may do with the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// A call is allowed if one of the statements allows it.
    pub statements: Vec<Statement>,
}

/// The part of a statement that concerns DynamoDB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The actions, such as `dynamodb:GetItem`. All texts here may have wildcards.
    pub actions: Vec<String>,
    /// The resources, such as `Table` or `Table/index/by_contact`.
    pub resources: Vec<String>,
    /// The partition keys that `dynamodb:LeadingKeys` allows, if the statement has this condition.
    pub partitions: Option<Partitions>,
}

/// A condition on `dynamodb:LeadingKeys`: each key of the request must be one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partitions {
    /// Whether `*` and `?` stand for other characters (`StringLike`).
    pub have_wildcards: bool,
    /// The allowed keys, such as `*#credits`.
    pub keys: Vec<String>,
}

impl Policy {
    /// Returns the policy of a function or a managed policy, by its logical id in the template.
    ///
    /// # Panics
    /// When the template does not have the policy, or has one that is not understood here.
    pub fn of(function: &str) -> &'static Self {
        static POLICIES: LazyLock<BTreeMap<String, Policy>> = LazyLock::new(document::of_template);
        POLICIES.get(function).expect("the template has the policy")
    }

    /// Reads the YAML list under `Policies`.
    ///
    /// # Panics
    /// When the text is not such a list, or is not understood here.
    pub fn parse(policies: &str) -> Self {
        let policies = serde_yaml_ng::from_str(policies).expect("policies are a YAML list");
        document::policy(policies)
    }

    /// Returns why a call is denied, or nothing when it is allowed.
    pub fn denial(&self, call: &Call) -> Option<String> {
        let accesses = Access::of(call);
        let denied = accesses.iter().find(|access| !self.allows(access))?;
        Some(format!("no statement allows {denied}"))
    }

    fn allows(&self, access: &Access) -> bool {
        let mut statements = self.statements.iter();
        statements.any(|statement| statement.allows(access))
    }
}

impl Statement {
    fn allows(&self, access: &Access) -> bool {
        let is_one_of = |patterns: &[String], text: &str| {
            let mut patterns = patterns.iter();
            patterns.any(|pattern| is_like(pattern.as_bytes(), text.as_bytes()))
        };
        let bound = self.partitions.as_ref();
        is_one_of(&self.actions, &access.action)
            && is_one_of(&self.resources, &access.resource)
            && bound.is_none_or(|bound| bound.hold(access))
    }
}

impl Partitions {
    fn hold(&self, access: &Access) -> bool {
        let matches = |own: &String, key: &str| match self.have_wildcards {
            true => is_like(own.as_bytes(), key.as_bytes()),
            false => own == key,
        };
        let mut keys = access.leading_keys.iter().flatten();
        access.leading_keys.is_some()
            && keys.all(|key| self.keys.iter().any(|own| matches(own, key)))
    }
}

/// Tells whether a text matches a pattern with `*` and `?`.
fn is_like(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((b'*', rest)), None) => is_like(rest, text),
        (Some((b'*', rest)), Some((_, later))) => is_like(rest, text) || is_like(pattern, later),
        (Some((b'?', rest)), Some((_, later))) => is_like(rest, later),
        (Some((own, rest)), Some((other, later))) => own == other && is_like(rest, later),
        (Some(_), None) => false,
    }
}
