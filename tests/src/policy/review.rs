//! Compares a policy with what a function does: nothing may be missing, and nothing unnecessary.

use std::collections::BTreeSet;

use super::{Access, Policy, Statement};

impl Policy {
    /// Returns the accesses that no statement allows.
    pub fn missing(&self, done: &BTreeSet<Access>) -> Vec<String> {
        let missing = done.iter().filter(|access| !self.allows(access));
        missing.map(ToString::to_string).collect()
    }

    /// Returns unnecessary grants: each action must be needed on each resource and partition that
    /// its statement names. `done` is for any tenant.
    pub fn spare(&self, done: &BTreeSet<Access>) -> Vec<String> {
        let statements = self.statements.iter().enumerate();
        let spare = statements.flat_map(|(position, statement)| {
            let grants = statement.grants().into_iter();
            let spare =
                grants.filter(|grant| !done.iter().any(|access| grant.is_needed_for(access)));
            spare.map(move |grant| format!("statement {}: {}", position + 1, grant.name()))
        });
        spare.collect()
    }
}

/// One action on one resource, and on one partition if the statement names partitions.
struct Grant<'a> {
    action: &'a str,
    resource: &'a str,
    partition: Option<&'a str>,
}

impl Statement {
    fn grants(&self) -> Vec<Grant<'_>> {
        let partitions: Vec<_> = match &self.partitions {
            Some(bound) => bound.keys.iter().map(|key| Some(key.as_str())).collect(),
            None => vec![None],
        };
        let mut grants = Vec::new();
        for action in &self.actions {
            for resource in &self.resources {
                grants.extend(partitions.iter().map(|partition| Grant {
                    action,
                    resource,
                    partition: *partition,
                }));
            }
        }
        grants
    }
}

impl Grant<'_> {
    // A grant for all partitions of the table is never needed.
    fn is_needed_for(&self, access: &Access) -> bool {
        let is_of_partition = match (self.partition, &access.leading_keys) {
            (Some(own), Some(keys)) => keys.iter().any(|key| key == own),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        self.action == access.action && self.resource == access.resource && is_of_partition
    }

    fn name(&self) -> String {
        let partition = self.partition.unwrap_or("all partitions");
        format!("{} on {} for {partition}", self.action, self.resource)
    }
}
