//! A leaf of a condition: a fact held against a value.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::condition::Empty;
use super::fields::{Fields, Report, read_name};
use super::operator::{Operator, read_operator};
use super::path::{FactPath, read_path};
use crate::base::json::Place;

/// Holds when `operator` says so of the fact and the value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    fact: String,
    operator: Operator,
    value: Operand,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<FactPath>,
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<Empty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    any: Option<Empty>,
}

/// What a fact is held against.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A value of the rule's own.
    Literal(Value),
    /// Another fact.
    Fact(FactReference),
}

/// A fact that stands where a value could: `{"fact": name, "path"?}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FactReference {
    fact: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<FactPath>,
}

impl Comparison {
    /// The name of the fact.
    pub fn fact(&self) -> &str {
        &self.fact
    }

    /// Where in the fact to look.
    pub fn path(&self) -> Option<&FactPath> {
        self.path.as_ref()
    }

    /// How to compare.
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// What to compare with.
    pub fn value(&self) -> &Operand {
        &self.value
    }
}

impl FactReference {
    /// The name of the fact.
    pub fn fact(&self) -> &str {
        &self.fact
    }

    /// Where in the fact to look.
    pub fn path(&self) -> Option<&FactPath> {
        self.path.as_ref()
    }
}

impl Serialize for Operand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Literal(value) => value.serialize(serializer),
            Self::Fact(reference) => reference.serialize(serializer),
        }
    }
}

/// Reads the leaf that `fields` holds. `all` and `any` are the empty members beside its own.
pub(super) fn read_comparison(
    mut fields: Fields<'_>,
    (all, any): (Option<Empty>, Option<Empty>),
    report: &mut Report,
) -> Option<Comparison> {
    report.count_leaf();
    let fact = fields.required("fact", report, read_name);
    let path = fields.optional("path", report, read_path);
    let operator = fields.required("operator", report, read_operator);
    let value = read_value(&mut fields, report);
    if let (Some(operator), Some(value)) = (operator, &value) {
        check_members(operator, value, &fields, report);
    }
    fields.refuse_the_rest(report);
    Some(Comparison {
        fact: fact?,
        operator: operator?,
        value: value?,
        path,
        all,
        any,
    })
}

fn read_value(fields: &mut Fields<'_>, report: &mut Report) -> Option<Operand> {
    let place = fields.place().member("value");
    match fields.take_nullable("value") {
        Some(value) if value.get("fact").is_some() => {
            read_reference(value, &place, report).map(Operand::Fact)
        }
        Some(value) => Some(Operand::Literal(value)),
        None => report.fault(&place, "is required, if only as null"),
    }
}

fn read_reference(value: Value, place: &Place<'_>, report: &mut Report) -> Option<FactReference> {
    let mut fields = Fields::of(value, place, report)?;
    let fact = fields.required("fact", report, read_name);
    let path = fields.optional("path", report, read_path);
    fields.refuse_the_rest(report);
    Some(FactReference { fact: fact?, path })
}

// The engine throws on these when it evaluates them; we say so when they are written.
fn check_members(operator: Operator, value: &Operand, fields: &Fields<'_>, report: &mut Report) {
    let needs_members = matches!(operator, Operator::In | Operator::NotIn);
    let has_members = matches!(
        value,
        Operand::Fact(_) | Operand::Literal(Value::Array(_) | Value::String(_))
    );
    if needs_members && !has_members {
        let message = "must be a list, a string or a fact reference for this operator";
        report.fault::<()>(&fields.place().member("value"), message);
    }
}
