//! The part of a value that an explanation shows.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::error::RuleError;
use super::path::Walk;
use super::resolved::{Collected, Resolved};
use super::work::Work;

/// The most bytes of JSON that are shown of one value. With 500 leaves of five values each, an
/// explanation stays under 750 KB, and an answer with it under 1 MiB.
pub const MAX_SHOWN_BYTES: usize = 256;

const ELLIPSIS: &str = "…";
const QUOTES: usize = 2;

/// Returns the excerpt of a resolved value; `None` of an undefined one.
pub(super) fn excerpt<'a>(
    value: Resolved<'a>,
    work: &mut Work<'a>,
) -> Result<Option<Value>, RuleError> {
    Ok(match value {
        Resolved::Undefined => None,
        Resolved::Fact(value) | Resolved::Literal(value) => Some(excerpt_of_value(value)),
        Resolved::Collected(list) => Some(excerpt_of_collected(list, work)?),
        Resolved::Character(text) => Some(text.into()),
        Resolved::HalfCharacter(_) => Some(char::REPLACEMENT_CHARACTER.to_string().into()),
        Resolved::Length(length) => Some(length.into()),
    })
}

/// Returns the excerpt of a value that can be JSON: the value itself, or the start of its text.
pub(super) fn excerpt_of(value: &impl Serialize) -> Value {
    let mut start = Start::default();
    // A failure only means that the start is full.
    let _ = serde_json::to_writer(&mut start, value);
    start.into_value()
}

/// Returns the excerpt of a text: the text itself, or its start. Both have at most
/// [`MAX_SHOWN_BYTES`] as JSON.
pub(super) fn excerpt_of_text(text: &str) -> String {
    match cut(text, MAX_SHOWN_BYTES - QUOTES) {
        None => text.to_owned(),
        Some(_) => {
            let room = MAX_SHOWN_BYTES - QUOTES - ELLIPSIS.len();
            let end = cut(text, room).unwrap_or(text.len());
            format!("{}{ELLIPSIS}", text.get(..end).unwrap_or_default())
        }
    }
}

fn excerpt_of_value(value: &Value) -> Value {
    match value {
        Value::String(text) => excerpt_of_text(text).into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        Value::Array(_) | Value::Object(_) => excerpt_of(value),
    }
}

// Written member by member, and no further than it is shown.
fn excerpt_of_collected<'a>(list: Collected<'a>, work: &mut Work<'a>) -> Result<Value, RuleError> {
    let mut start = Start::default();
    let mut visit = |value, work: &mut Work<'a>| {
        let separator: &[u8] = if start.0.is_empty() { b"[" } else { b"," };
        let written = start.write_all(separator).and_then(|()| match value {
            Resolved::Fact(value) => Ok(serde_json::to_writer(&mut start, value)?),
            other => Ok(serde_json::to_writer(
                &mut start,
                &excerpt(other, work).ok(),
            )?),
        });
        Ok(if written.is_ok() {
            Walk::GoOn
        } else {
            Walk::Stop
        })
    };
    if list.visit(work, &mut visit)? == Walk::GoOn {
        let _ = start.write_all(b"]");
    }
    Ok(start.into_value())
}

// Returns where to cut the text so that its JSON has at most `room` bytes between the quotes;
// `None` if it fits.
fn cut(text: &str, room: usize) -> Option<usize> {
    let mut bytes = 0;
    text.char_indices().find_map(|(at, char)| {
        bytes += json_bytes(char);
        (bytes > room).then_some(at)
    })
}

fn json_bytes(char: char) -> usize {
    match char {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        other => other.len_utf8(),
    }
}

// Keeps one byte more than is shown, to tell a value that is too long from one that just fits, and
// refuses the rest.
#[derive(Default)]
struct Start(Vec<u8>);

impl Start {
    fn into_value(self) -> Value {
        if self.0.len() <= MAX_SHOWN_BYTES {
            return serde_json::from_slice(&self.0).unwrap_or_default();
        }
        // A character that was cut in two becomes a replacement character, which is then cut off.
        excerpt_of_text(&String::from_utf8_lossy(&self.0)).into()
    }
}

impl io::Write for Start {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = (MAX_SHOWN_BYTES + 1).saturating_sub(self.0.len());
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.0.extend_from_slice(taken);
        if taken.len() < bytes.len() {
            Err(io::ErrorKind::WriteZero.into())
        } else {
            Ok(bytes.len())
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_that_fits_is_shown_as_it_is() {
        let text = "x".repeat(MAX_SHOWN_BYTES - QUOTES);
        for value in [
            json!({"a": [1, 2.5, null]}),
            json!([]),
            json!(text),
            json!(true),
        ] {
            assert_eq!(excerpt_of_value(&value), value);
        }
    }

    #[test]
    fn a_longer_value_is_cut_and_ends_in_an_ellipsis() {
        let text = "x".repeat(MAX_SHOWN_BYTES - QUOTES + 1);
        let list = vec![1; 1_000];
        for value in [json!(text), json!({ "a": text }), json!(list)] {
            let shown = excerpt_of_value(&value);
            assert!(
                shown.as_str().is_some_and(|text| text.ends_with(ELLIPSIS)),
                "{shown}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_excerpt_is_longer_than_the_limit(text in "(\\PC|[\"\\\\\u{0}\n]|é|😀){0,300}") {
            for value in [json!(text), json!([text]), json!({ "a": { "b": text } })] {
                let shown = excerpt_of_value(&value);
                prop_assert!(shown.to_string().len() <= MAX_SHOWN_BYTES, "{}", shown);
            }
        }
    }
}
