//! A leaf of a condition: the comparison of a fact with a value.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::empty::Empty;
use super::operator::Operator;
use super::path::FactPath;
use super::read_name;
use crate::base::json::{Fields, Input, reader};

/// Compares a fact with a value by an operator.
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

/// The value that a fact is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A value in the rule.
    Literal(Value),
    /// The value of another fact.
    Fact(FactReference),
}

/// A fact in the place of a value: `{"fact": name, "path"?}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FactReference {
    fact: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<FactPath>,
}

impl Comparison {
    /// Returns the name of the fact.
    pub fn fact(&self) -> &str {
        &self.fact
    }

    /// Returns the path into the fact.
    pub fn path(&self) -> Option<&FactPath> {
        self.path.as_ref()
    }

    /// Returns the operator.
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// Returns the value that the fact is compared with.
    pub fn value(&self) -> &Operand {
        &self.value
    }
}

impl FactReference {
    /// Returns the name of the fact.
    pub fn fact(&self) -> &str {
        &self.fact
    }

    /// Returns the path into the fact.
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

/// Reads a comparison. `all` and `any` are the empty groups beside its own members.
pub(super) fn read_comparison(
    mut fields: Fields<'_>,
    (all, any): (Option<Empty>, Option<Empty>),
) -> Option<Comparison> {
    let fact = fields.required("fact", read_name);
    let path = fields.optional("path", reader::parsed);
    let operator = fields.required("operator", reader::word);
    let value = read_value(&mut fields);
    if let (Some(operator), Some(value)) = (operator, &value)
        && !can_compare(operator, value)
    {
        let message = "must be a list, a string or a fact reference for this operator";
        fields.refuse_member("value", message);
    }
    fields.finish();
    Some(Comparison {
        fact: fact?,
        operator: operator?,
        value: value?,
        path,
        all,
        any,
    })
}

fn read_value(fields: &mut Fields<'_>) -> Option<Operand> {
    let value = fields.required_nullable("value")?;
    if value.get("fact").is_none() {
        return Some(Operand::Literal(value));
    }
    let reference = fields.read_taken("value", value, read_reference);
    reference.map(Operand::Fact)
}

fn read_reference(input: Input<'_>) -> Option<FactReference> {
    let mut fields = input.fields()?;
    let fact = fields.required("fact", read_name);
    let path = fields.optional("path", reader::parsed);
    fields.finish();
    Some(FactReference { fact: fact?, path })
}

// json-rules-engine throws on the others when it evaluates them; they are refused when they are
// written.
fn can_compare(operator: Operator, value: &Operand) -> bool {
    let has_members = matches!(
        value,
        Operand::Fact(_) | Operand::Literal(Value::Array(_) | Value::String(_))
    );
    has_members || !matches!(operator, Operator::In | Operator::NotIn)
}
