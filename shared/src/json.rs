//! JSON as the API takes it: of bounded depth, with numbers that are exact and compare by value.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use sha2::{Digest, Sha256};

use crate::digest::hex;
use crate::error::{Error, MAX_VIOLATIONS, Violation};
use crate::model::number::Number;

/// What serde_json calls a number of arbitrary precision where it passes one on as a map. A client's
/// member of that name would be taken for a number, or break the record that carries it.
const RESERVED: &str = "$serde_json::private::Number";

/// The longest name of a member, in bytes: DynamoDB's own limit.
const MAX_NAME_BYTES: usize = 65_535;

/// A JSON object.
pub type Object = serde_json::Map<String, Value>;

/// Reads a document of at most `max_levels` nested arrays and objects.
///
/// Every number becomes its canonical text (`1.50` and `15e-1` both `1.5`), so that from here on
/// equal text means equal value: what JSON Patch's `test` needs (RFC 6902, 4.6).
///
/// # Errors
/// `invalid-request` when it is no JSON; `validation-failed` for depth and over-long numbers.
pub fn parse(bytes: &[u8], max_levels: usize) -> Result<Value, Error> {
    canonical(read(bytes)?, max_levels)
}

/// Reads any JSON, as it stands.
///
/// # Errors
/// `invalid-request` when it is no JSON.
pub fn read(bytes: &[u8]) -> Result<Value, Error> {
    if bytes
        .windows(RESERVED.len())
        .any(|window| window == RESERVED.as_bytes())
    {
        return Err(reserved());
    }
    serde_json::from_slice(bytes)
        .map_err(|error| Error::invalid_request(format!("the body is not valid JSON: {error}")))
}

fn reserved() -> Error {
    Error::invalid_request(format!(
        "`{RESERVED}` is reserved and cannot be a member's name"
    ))
}

/// The document with every number in its canonical form.
///
/// # Errors
/// `validation-failed` for more than `max_levels` levels and over-long numbers.
pub fn canonical(mut value: Value, max_levels: usize) -> Result<Value, Error> {
    let mut violations = Vec::new();
    canonicalize(&mut value, "", max_levels, &mut violations);
    if violations.is_empty() {
        Ok(value)
    } else {
        Err(Error::validation_failed(violations))
    }
}

fn canonicalize(value: &mut Value, pointer: &str, levels_left: usize, out: &mut Vec<Violation>) {
    if out.len() >= MAX_VIOLATIONS {
        return;
    }
    match value {
        Value::Number(number) => match Number::parse(number.as_str()) {
            Ok(exact) => *number = exact.to_json(),
            Err(error) => out.push(Violation::new(pointer, error.to_string())),
        },
        Value::Array(_) | Value::Object(_) if levels_left == 0 => {
            out.push(Violation::new(pointer, "is nested too deeply"));
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                canonicalize(item, &format!("{pointer}/{index}"), levels_left - 1, out);
            }
        }
        Value::Object(members) => {
            for name in members.keys().filter(|name| !is_storable(name)) {
                out.push(Violation::new(
                    child(pointer, name),
                    "is no name that can be stored",
                ));
            }
            for (name, member) in members.iter_mut() {
                canonicalize(member, &child(pointer, name), levels_left - 1, out);
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

// DynamoDB takes no empty names, and none over 64 KB.
fn is_storable(name: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&name.len()) && name != RESERVED
}

/// The RFC 6901 pointer to member `name` of the value at `pointer`.
pub fn child(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// The members of a value that is written as an object.
///
/// # Errors
/// `internal` when it is not, which no value of ours is.
pub fn object(value: &impl Serialize) -> Result<Object, Error> {
    match serde_json::to_value(value).map_err(Error::internal)? {
        Value::Object(members) => Ok(members),
        _ => Err(Error::internal("a value that is no JSON object")),
    }
}

/// Reads a typed value out of an object, naming the bad member by its pointer.
///
/// # Errors
/// One violation: unknown member, wrong type, or a value its type refuses.
pub fn decode<T: DeserializeOwned>(object: Object) -> Result<T, Violation> {
    serde_path_to_error::deserialize(Value::Object(object)).map_err(|error| {
        let pointer = error
            .path()
            .iter()
            .fold(String::new(), |at, segment| match segment {
                Segment::Seq { index } => format!("{at}/{index}"),
                Segment::Map { key } => child(&at, key),
                Segment::Enum { .. } | Segment::Unknown => at,
            });
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

/// How many bytes `value` takes when written compactly.
pub fn size(value: &Value) -> usize {
    PLAIN.value(value)
}

/// How many bytes `members` take when written compactly.
pub fn object_size(members: &Object) -> usize {
    PLAIN.object(members)
}

/// How many bytes `members` take inside a JSON string: how a Lambda answer carries its body.
pub fn embedded_size(members: &Object) -> usize {
    EMBEDDED.object(members)
}

/// What quotes and the bytes of texts cost.
struct Measure {
    quotes: usize,
    byte: fn(u8) -> usize,
}

const PLAIN: Measure = Measure {
    quotes: 2,
    byte: escaped_size,
};
/// Each quote and backslash is escaped once more.
const EMBEDDED: Measure = Measure {
    quotes: 4,
    byte: twice_escaped_size,
};

impl Measure {
    fn value(&self, value: &Value) -> usize {
        match value {
            Value::Null => 4,
            Value::Bool(yes) => 5 - usize::from(*yes),
            Value::Number(number) => number.as_str().len(),
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                let separators = 2 + items.len().saturating_sub(1);
                separators + items.iter().map(|item| self.value(item)).sum::<usize>()
            }
            Value::Object(members) => self.object(members),
        }
    }

    fn object(&self, members: &Object) -> usize {
        let separators = 2 + members.len().saturating_sub(1);
        let member = |(name, value): (&String, &Value)| self.text(name) + 1 + self.value(value);
        separators + members.iter().map(member).sum::<usize>()
    }

    fn text(&self, text: &str) -> usize {
        self.quotes + text.bytes().map(self.byte).sum::<usize>()
    }
}

fn escaped_size(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | 0x08 | 0x09 | 0x0a | 0x0c | 0x0d => 2,
        0x00..=0x1f => 6,
        _ => 1,
    }
}

fn twice_escaped_size(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' => 4,
        0x00..=0x1f => escaped_size(byte) + 1,
        _ => 1,
    }
}

/// How many arrays and objects are nested in `value`, itself included.
pub fn levels(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(levels).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(levels).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// SHA-256 of the document's content in hex: the same for any order of members and any spelling of
/// a number, provided it went through [`parse`].
pub fn sha256(document: &Object) -> String {
    let mut hasher = Sha256::new();
    digest_object(document, &mut hasher);
    hex(&hasher.finalize())
}

fn digest(value: &Value, hasher: &mut Sha256) {
    match value {
        Value::Null => feed(hasher, b'0', b""),
        Value::Bool(yes) => feed(hasher, b'b', &[u8::from(*yes)]),
        Value::Number(number) => feed(hasher, b'n', number.as_str().as_bytes()),
        Value::String(text) => feed(hasher, b's', text.as_bytes()),
        Value::Array(items) => {
            feed(hasher, b'a', &items.len().to_be_bytes());
            items.iter().for_each(|item| digest(item, hasher));
        }
        Value::Object(members) => digest_object(members, hasher),
    }
}

fn digest_object(members: &Object, hasher: &mut Sha256) {
    feed(hasher, b'o', &members.len().to_be_bytes());
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by_key(|(name, _)| name.as_str());
    for (name, member) in sorted {
        feed(hasher, b's', name.as_bytes());
        digest(member, hasher);
    }
}

// Each part is preceded by its kind and length, so that no two documents feed the same bytes.
fn feed(hasher: &mut Sha256, kind: u8, bytes: &[u8]) {
    hasher.update([kind]);
    hasher.update(bytes.len().to_be_bytes());
    hasher.update(bytes);
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
