//! JSON values as DynamoDB attributes, without losing a digit.
//!
//! `serde_dynamo` reads numbers through `f64`, which keeps 17 digits; records carry 28.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;

use crate::base::error::{Error, Violation};
use crate::base::json::{self, Object};
use crate::base::number::Number;

/// An item, as the SDK has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// Makes the attribute of a text.
pub(crate) fn string(text: impl ToString) -> AttributeValue {
    AttributeValue::S(text.to_string())
}

/// Makes the attribute of a number.
pub(crate) fn number(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Makes the attributes of an object's members. This is the last check before storage: every
/// document passes here, so a name that the store would refuse goes no further.
///
/// # Errors
/// `validation-failed` for a name that cannot be stored.
pub(crate) fn to_item(object: Object) -> Result<Item, Error> {
    object
        .into_iter()
        .map(|(name, value)| match json::is_storable_name(&name) {
            true => Ok((name, to_attribute(value)?)),
            false => Err(not_storable()),
        })
        .collect()
}

/// Makes the attribute of a value.
///
/// # Errors
/// The errors of [`to_item`].
pub(crate) fn to_attribute(value: Value) -> Result<AttributeValue, Error> {
    Ok(match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(yes) => AttributeValue::Bool(yes),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text),
        Value::Array(items) => AttributeValue::L(
            items
                .into_iter()
                .map(to_attribute)
                .collect::<Result<_, _>>()?,
        ),
        Value::Object(members) => AttributeValue::M(to_item(members)?),
    })
}

fn not_storable() -> Error {
    Violation::new("", json::NOT_STORABLE).into()
}

/// Reads attributes back as an object.
///
/// # Errors
/// `internal` for an attribute that no record has: a binary, or a set.
pub(crate) fn to_object(item: Item) -> Result<Object, Error> {
    item.into_iter()
        .map(|(name, attribute)| Ok((name, to_value(attribute)?)))
        .collect()
}

fn to_value(attribute: AttributeValue) -> Result<Value, Error> {
    match attribute {
        AttributeValue::Null(_) => Ok(Value::Null),
        AttributeValue::Bool(yes) => Ok(Value::Bool(yes)),
        AttributeValue::N(text) => Number::parse(&text)
            .map(|number| Value::Number(number.to_json()))
            .map_err(|error| Error::internal(format!("stored number `{text}` {error}"))),
        AttributeValue::S(text) => Ok(Value::String(text)),
        AttributeValue::L(items) => items.into_iter().map(to_value).collect(),
        AttributeValue::M(members) => to_object(members).map(Value::Object),
        _ => Err(Error::internal("an attribute of a type that no record has")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_comes_back_as_it_was_stored() {
        let document = json!({
            "null": null, "yes": true, "text": "", "list": [1, [], {}], "map": {"deep": {"n": -0.5}},
        });
        let mut object = document.as_object().unwrap().clone();
        let long = Number::parse("1234567890123456789012345678").unwrap();
        object.insert("long".into(), Value::Number(long.to_json()));
        assert_eq!(to_object(to_item(object.clone()).unwrap()).unwrap(), object);
    }

    #[test]
    fn a_name_that_cannot_be_stored_is_refused_at_any_depth() {
        for name in ["", &"x".repeat(50_001), "$serde_json::private::Number"] {
            let object = Object::from_iter([("rows".to_owned(), json!([{"row": {name: 1}}]))]);
            assert_eq!(to_item(object).unwrap_err().code(), "validation-failed");
        }
    }

    #[test]
    fn an_attribute_of_a_foreign_type_is_an_internal_error() {
        let item = Item::from([("set".to_owned(), AttributeValue::Ss(vec!["a".into()]))]);
        assert_eq!(to_object(item).unwrap_err().code(), "internal");
    }
}
