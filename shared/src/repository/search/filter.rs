//! Filters that DynamoDB applies, so that it sends less. Every item that it sends is compared
//! again.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use crate::model::search::{CreditSearch, Range};
use crate::repository::store::attribute::to_attribute;

/// Conditions that all must hold.
///
/// They stay within DynamoDB's limits: an `IN` takes 100 operands, as many as a list of a search
/// may have; and all conditions together have less than 300 operators and 4 KB.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Filter {
    /// Makes the conditions of `search` on fields that are not in the key that is read.
    pub(super) fn of(search: &CreditSearch) -> Self {
        let mut filter = Self::default();
        filter.set("origin", search.origin.as_ref());
        filter.set("type_id", search.type_id.as_ref());
        filter.set("self_reported", search.self_reported.as_ref());
        filter.set("status", search.status.as_ref());
        filter.range("quantity", search.quantity);
        filter.range("quantity_used", search.quantity_used);
        filter.range("quantity_available", search.quantity_available);
        filter.range("expiration_date", search.expiration_date);
        filter
    }

    /// Makes the conditions for the table itself, which has no date in its key, and has tombstones.
    pub(super) fn of_table(search: &CreditSearch) -> Self {
        let mut filter = Self::of(search);
        filter.range("date", search.date);
        filter
            .conditions
            .push("attribute_not_exists(deleted_at)".to_owned());
        filter
    }

    /// Returns whether every item passes.
    pub(super) fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    pub(super) fn add_to(&self, query: QueryFluentBuilder) -> QueryFluentBuilder {
        if self.is_empty() {
            return query;
        }
        let names = self.names.iter();
        let query = names.fold(query, |query, (placeholder, name)| {
            query.expression_attribute_names(placeholder, name)
        });
        let values = self.values.iter();
        let query = values.fold(query, |query, (placeholder, value)| {
            query.expression_attribute_values(placeholder, value.clone())
        });
        query.filter_expression(self.conditions.join(" AND "))
    }

    fn set<T: Serialize>(&mut self, name: &str, wanted: Option<&BTreeSet<T>>) {
        let Some(wanted) = wanted else { return };
        let operands: Vec<_> = wanted
            .iter()
            .enumerate()
            .map(|(index, value)| self.value(format!(":{name}{index}"), value))
            .collect();
        let name = self.name(name);
        self.conditions
            .push(format!("{name} IN ({})", operands.join(", ")));
    }

    fn range<T: Serialize + Ord + Copy>(&mut self, name: &str, wanted: Option<Range<T>>) {
        let Some(wanted) = wanted else { return };
        for (end, operator, bound) in [("from", ">=", wanted.from()), ("to", "<=", wanted.to())] {
            let Some(bound) = bound else { continue };
            let operand = self.value(format!(":{name}_{end}"), &bound);
            let name = self.name(name);
            self.conditions.push(format!("{name} {operator} {operand}"));
        }
    }

    // Always by placeholder: `date` and `status` are among DynamoDB's reserved words.
    fn name(&mut self, name: &str) -> String {
        let placeholder = format!("#{name}");
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }

    fn value<T: Serialize>(&mut self, placeholder: String, value: &T) -> String {
        // INVARIANT: texts, numbers and flags always serialize.
        let value = serde_json::to_value(value).unwrap_or_default();
        if let Ok(attribute) = to_attribute(value) {
            self.values.insert(placeholder.clone(), attribute);
        }
        placeholder
    }
}
