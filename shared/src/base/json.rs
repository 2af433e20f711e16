//! The JSON of the API: its size and depth are bounded, its names can be stored, and its numbers
//! are exact and compare by value.

mod hash;
mod input;
mod measure;
mod outline;
mod pointer;
pub mod reader;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::base::error::{Error, MAX_VIOLATIONS, Violation, Violations};
use crate::base::number::Number;

pub use hash::{sha256, sha256_of_value};
pub use input::{Fields, Input, members, validate};
pub use measure::{Weight, embedded_size, object_size, size};
pub use pointer::JsonPointer;

/// The name under which `serde_json` passes on a number of arbitrary precision. A client's member
/// of that name would be taken for a number, or break the record that carries the member.
const RESERVED: &str = "$serde_json::private::Number";

/// The longest name of a member, in bytes. DynamoDB takes 65,535; the parser of DynamoDB Local
/// takes this many.
pub const MAX_NAME_BYTES: usize = 50_000;
/// The most values in the body of a request for one record: more than a record has, so that what
/// was read can be sent back.
pub const MAX_VALUES: usize = 15_000;
/// The most values in the body of a batch.
pub const MAX_BATCH_VALUES: usize = 200_000;

/// Takes the members of these names, as far as they are there, out of an object.
pub fn take(object: &mut Object, names: &[&str]) -> Object {
    let taken = names.iter().filter_map(|name| object.remove_entry(*name));
    taken.collect()
}

/// A JSON object.
pub type Object = serde_json::Map<String, Value>;

/// Reads a document of at most `max_levels` nested arrays and objects and [`MAX_VALUES`] values.
///
/// Every number becomes its canonical text (`1.50` and `15e-1` both become `1.5`). Equal text then
/// means equal value, as the `test` of a JSON Patch requires (RFC 6902, 4.6).
///
/// # Errors
/// `invalid-request` when the bytes are not JSON; `validation-failed` for what cannot be stored.
pub fn parse(bytes: &[u8], max_levels: usize) -> Result<Value, Error> {
    canonical(read(bytes, MAX_VALUES)?, max_levels)
}

/// Reads any JSON of at most `max_values` values, and leaves its numbers as they are.
///
/// # Errors
/// `invalid-request` when the bytes are not JSON, `validation-failed` for more values.
pub fn read(bytes: &[u8], max_values: usize) -> Result<Value, Error> {
    outline::check(bytes, max_values)?;
    serde_json::from_slice(bytes)
        .map_err(|error| Error::invalid_request(format!("the body is not valid JSON: {error}")))
}

fn too_many_values(limit: usize) -> Error {
    let message = format!("has more than {limit} values");
    Error::validation_failed(Violation::new("", message))
}

/// Checks a document that may become a record: a body, an operation of a batch, or the result of a
/// patch. Returns the document with every number in its canonical form.
///
/// # Errors
/// `validation-failed` for more than `max_levels` levels or [`MAX_VALUES`] values, over-long
/// numbers, and names that cannot be stored.
pub fn canonical(mut value: Value, max_levels: usize) -> Result<Value, Error> {
    let mut gate = Gate {
        values_left: MAX_VALUES,
        has_overflown: false,
        violations: Violations::default(),
    };
    gate.check(&mut value, JsonPointer::Root, max_levels);
    if gate.has_overflown {
        return Err(too_many_values(MAX_VALUES));
    }
    let violations = gate.violations;
    violations
        .none_or(Some(value))
        .map_err(Error::validation_failed)
}

struct Gate {
    values_left: usize,
    has_overflown: bool,
    violations: Violations,
}

impl Gate {
    // The text of a pointer is written for a violation only: names can be long, and values many.
    fn check(&mut self, value: &mut Value, pointer: JsonPointer<'_>, levels_left: usize) {
        self.count_one();
        if self.has_overflown || self.violations.count() >= MAX_VIOLATIONS {
            return;
        }
        match value {
            Value::Number(number) => self.check_number(number, pointer),
            Value::Array(_) | Value::Object(_) if levels_left == 0 => {
                self.violations.add(pointer, "is nested too deeply");
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.check(item, pointer.item(index), levels_left - 1);
                }
            }
            Value::Object(members) => {
                for (name, member) in members.iter_mut() {
                    let pointer = pointer.member(name);
                    if !is_storable_name(name) {
                        self.violations.add(pointer, NOT_STORABLE);
                    }
                    self.check(member, pointer, levels_left - 1);
                }
            }
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }

    fn count_one(&mut self) {
        match self.values_left.checked_sub(1) {
            Some(left) => self.values_left = left,
            None => self.has_overflown = true,
        }
    }

    fn check_number(&mut self, number: &mut serde_json::Number, pointer: JsonPointer<'_>) {
        if is_canonical(number.as_str()) {
            return;
        }
        match Number::parse(number.as_str()) {
            Ok(exact) => *number = exact.to_json(),
            Err(error) => self.violations.add(pointer, error),
        }
    }
}

// Most numbers are short integers, whose text JSON allows in one form only.
fn is_canonical(text: &str) -> bool {
    text.len() <= 18 && text != "-0" && !text.contains(['.', 'e', 'E'])
}

/// The message about a name that [`is_storable_name`] refuses.
pub const NOT_STORABLE: &str = "must be a name of 1 to 50000 bytes other than \
     `$serde_json::private::Number`";

/// Returns whether both stores take a member of this name, and `serde_json` reads it as a member.
pub fn is_storable_name(name: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&name.len()) && name != RESERVED
}

/// Returns the members of a value that serializes as an object.
///
/// # Errors
/// `internal` when the value does not.
pub fn object(value: &impl Serialize) -> Result<Object, Error> {
    match serde_json::to_value(value).map_err(Error::internal)? {
        Value::Object(members) => Ok(members),
        _ => Err(Error::internal("a value that is not a JSON object")),
    }
}

/// Reads a typed value out of an object, and names the bad member by its pointer.
///
/// # Errors
/// One violation: unknown member, wrong type, or a value its type refuses.
pub fn decode<T: DeserializeOwned>(object: Object) -> Result<T, Violation> {
    serde_path_to_error::deserialize(Value::Object(object)).map_err(|error| {
        let pointer = pointer_of(error.path());
        let message = error.into_inner().to_string();
        // Serde reports an absent member at its parent; the client wants its own place.
        match message
            .strip_prefix("missing field `")
            .and_then(|rest| rest.strip_suffix('`'))
        {
            Some(name) => Violation::new(child(&pointer, name), "is required"),
            None => Violation::new(pointer, message),
        }
    })
}

fn pointer_of(path: &Path) -> String {
    path.iter()
        .fold(String::new(), |at, segment| match segment {
            Segment::Seq { index } => format!("{at}/{index}"),
            Segment::Map { key } => child(&at, key),
            Segment::Enum { .. } | Segment::Unknown => at,
        })
}

fn child(pointer: &str, name: &str) -> String {
    format!("{pointer}{}", JsonPointer::Root.member(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i32>().prop_map(Value::from),
            any::<String>().prop_map(Value::String),
        ];
        leaf.prop_recursive(4, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn size_is_the_length_of_the_compact_text(value in any_json()) {
            let text = value.to_string();
            prop_assert_eq!(size(&value), text.len());
            let object = Object::from_iter([("v".to_owned(), value)]);
            let embedded = Value::String(Value::Object(object.clone()).to_string()).to_string();
            prop_assert_eq!(embedded_size(&object) + 2, embedded.len());
        }
    }

    #[test]
    fn spellings_of_one_number_are_the_same_document() {
        let one = parse(br#"{"a": 1.50, "b": [15e-1]}"#, 16).unwrap();
        let other = parse(br#"{"b": [1.5], "a": 1.5}"#, 16).unwrap();
        assert_eq!(one, other);
        assert_eq!(
            sha256(one.as_object().unwrap()),
            sha256(other.as_object().unwrap())
        );
    }

    #[test]
    fn different_documents_have_different_hashes() {
        let hashes = [
            json!([]),
            json!({}),
            json!(null),
            json!(""),
            json!([[]]),
            json!(["a", "b"]),
            json!(["ab"]),
        ]
        .map(|value| sha256(json!({ "v": value }).as_object().unwrap()));
        let distinct: std::collections::HashSet<_> = hashes.iter().collect();
        assert_eq!(distinct.len(), hashes.len());
    }

    #[test]
    fn a_document_at_the_level_limit_passes_and_one_deeper_is_named() {
        assert!(parse(br#"[[1]]"#, 2).is_ok());
        let Err(Error::Invalid { violations, .. }) = parse(br#"[0,[[1]]]"#, 2) else {
            panic!("accepted")
        };
        assert_eq!(violations, [Violation::new("/1/0", "is nested too deeply")]);
    }

    #[test]
    fn a_missing_member_is_named_at_its_own_place() {
        #[derive(Debug, serde::Deserialize)]
        struct Inner {
            #[expect(dead_code, reason = "only its absence matters")]
            must: String,
        }
        #[derive(Debug, serde::Deserialize)]
        struct Outer {
            #[expect(dead_code, reason = "only its absence matters")]
            list: Vec<Inner>,
        }
        let Value::Object(object) = json!({"list": [{}]}) else {
            panic!("not an object")
        };
        let violation = decode::<Outer>(object).unwrap_err();
        assert_eq!(violation, Violation::new("/list/0/must", "is required"));
    }
}
