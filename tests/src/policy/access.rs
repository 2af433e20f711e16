//! The actions and resources that IAM checks for a call.

use std::fmt;

use serde_json::Value;

use crate::recorder::Call;

/// An action on a table or an index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// The action, such as `dynamodb:GetItem`.
    pub action: String,
    /// The resource: `Table`, or one of its indexes, such as `Table/index/by_contact`.
    pub resource: String,
    /// The partition keys of the request (`dynamodb:LeadingKeys`). Unknown for an index.
    pub leading_keys: Option<Vec<String>>,
}

impl Access {
    /// Returns everything that must be allowed for a call: one access, or one for each item of a
    /// transaction.
    ///
    /// # Panics
    /// When the partitions of the call are not understood here.
    pub fn of(call: &Call) -> Vec<Self> {
        let request = &call.request;
        match call.operation.as_str() {
            "TransactWriteItems" | "TransactGetItems" => of_transaction(request),
            "Query" if request["IndexName"].is_string() => {
                let index = request["IndexName"].as_str().unwrap_or_default();
                vec![Self {
                    resource: format!("Table/index/{index}"),
                    leading_keys: None,
                    ..on_table("Query", Vec::new())
                }]
            }
            operation => vec![on_table(operation, partitions(operation, request))],
        }
    }

    /// Replaces the tenant by `*`: `*#credits` for `demo.example#credits`.
    #[must_use]
    pub fn of_any_tenant(self) -> Self {
        let of_any = |key: String| match key.split_once('#') {
            Some((tenant, kind)) if !tenant.is_empty() => format!("*#{kind}"),
            Some(_) | None => key,
        };
        let leading_keys = self.leading_keys.map(|keys| {
            let mut keys: Vec<_> = keys.into_iter().map(of_any).collect();
            keys.sort();
            keys.dedup();
            keys
        });
        Self {
            leading_keys,
            ..self
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            action, resource, ..
        } = self;
        write!(f, "{action} on {resource}")?;
        match &self.leading_keys {
            Some(keys) => write!(f, " for {}", keys.join(", ")),
            None => Ok(()),
        }
    }
}

fn on_table(operation: &str, leading_keys: Vec<String>) -> Access {
    Access {
        action: format!("dynamodb:{operation}"),
        resource: "Table".to_owned(),
        leading_keys: Some(leading_keys),
    }
}

/// Returns one access for each item of a transaction: the action that would do the same alone, with
/// all partitions of the transaction.
fn of_transaction(request: &Value) -> Vec<Access> {
    let items = request["TransactItems"].as_array().into_iter().flatten();
    let items = items.filter_map(|item| item.as_object()?.iter().next());
    let items: Vec<_> = items
        .map(|(kind, request)| match kind.as_str() {
            "ConditionCheck" => ("ConditionCheckItem".to_owned(), request),
            kind => (format!("{kind}Item"), request),
        })
        .collect();
    let keys = items.iter().flat_map(|(kind, item)| partitions(kind, item));
    let keys: Vec<_> = keys.collect();
    let accesses = items.iter().map(|(kind, _)| on_table(kind, keys.clone()));
    accesses.collect()
}

fn partitions(operation: &str, request: &Value) -> Vec<String> {
    let keys: Vec<&Value> = match operation {
        "GetItem" | "UpdateItem" | "DeleteItem" | "ConditionCheckItem" => vec![&request["Key"]],
        "PutItem" => vec![&request["Item"]],
        "BatchGetItem" => {
            let tables = request["RequestItems"].as_object().into_iter().flatten();
            let keys = tables.filter_map(|(_, table)| table["Keys"].as_array());
            keys.flatten().collect()
        }
        "Query" => return vec![queried(request)],
        other => panic!("say here which partitions `{other}` reaches"),
    };
    let keys = keys.into_iter().map(|key| key["pk"]["S"].as_str());
    let keys = keys.map(|key| key.expect("a key has a partition"));
    keys.map(str::to_owned).collect()
}

/// Returns the partition in `pk = :name` of a query's condition.
fn queried(request: &Value) -> String {
    let condition = request["KeyConditionExpression"].as_str();
    let name = condition
        .and_then(|condition| condition.strip_prefix("pk = "))
        .and_then(|rest| rest.split(' ').next())
        .expect("the condition of a query begins with its partition");
    let value = request["ExpressionAttributeValues"][name]["S"].as_str();
    value.expect("a partition is a string").to_owned()
}
