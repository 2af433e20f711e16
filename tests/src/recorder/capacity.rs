//! The capacity that a call consumed, as DynamoDB reports it.

use std::collections::BTreeMap;

use serde_json::Value;

/// Consumed capacity units: read units of a read, write units of a write.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capacity {
    /// The total.
    pub total: f64,
    /// The table's part.
    pub table: f64,
    /// The part of each index with consumed capacity.
    pub indexes: BTreeMap<String, f64>,
}

impl Capacity {
    /// Reads the capacity. Batches and transactions report it for each table, others once.
    pub(super) fn from_document(document: &Value) -> Self {
        match &document["ConsumedCapacity"] {
            Value::Array(tables) => tables.iter().map(Self::of_table).sum(),
            one => Self::of_table(one),
        }
    }

    fn of_table(consumed: &Value) -> Self {
        let indexes = consumed["GlobalSecondaryIndexes"].as_object();
        Self {
            total: units(consumed),
            table: units(&consumed["Table"]),
            indexes: indexes
                .into_iter()
                .flatten()
                .map(|(name, index)| (name.clone(), units(index)))
                .collect(),
        }
    }
}

impl std::iter::Sum for Capacity {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |mut sum, one| {
            sum.total += one.total;
            sum.table += one.table;
            for (name, units) in one.indexes {
                *sum.indexes.entry(name).or_default() += units;
            }
            sum
        })
    }
}

fn units(consumed: &Value) -> f64 {
    consumed["CapacityUnits"].as_f64().unwrap_or_default()
}
