//! Scans a JSON text once, before any value is built from it.

use crate::base::error::Error;
use crate::base::json::RESERVED;

/// The facts about a document that its bytes show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// The number of values: scalars, arrays and objects together.
    pub(super) values: usize,
    /// `true` if a member has the name that `serde_json` keeps for itself.
    pub(super) has_reserved_name: bool,
}

impl Outline {
    /// Reads the bytes once. A text that is not JSON has an outline too: parsing refuses it later.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut outline = Self {
            values: 1,
            has_reserved_name: false,
        };
        let mut rest = bytes;
        while let [byte, after @ ..] = rest {
            rest = match byte {
                b'"' => outline.skip_string(after),
                b',' => {
                    outline.values += 1;
                    after
                }
                b'[' | b'{' => {
                    outline.values += usize::from(!is_closed_at_once(after));
                    after
                }
                _ => after,
            };
        }
        outline
    }

    // Returns the bytes after the string whose first quote was read.
    fn skip_string<'b>(&mut self, after_quote: &'b [u8]) -> &'b [u8] {
        let mut has_escapes = false;
        let mut is_escaped = false;
        let end = after_quote.iter().position(|byte| {
            let ends = *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            has_escapes |= is_escaped;
            ends
        });
        let (text, rest) = after_quote.split_at(end.unwrap_or(after_quote.len()));
        let rest = rest.split_first().map_or(rest, |(_quote, rest)| rest);
        self.has_reserved_name |= is_reserved(text, has_escapes) && next(rest) == Some(b':');
        rest
    }
}

// Each comma has a value after it, and so has the start of an array or object that is not empty.
fn is_closed_at_once(after_start: &[u8]) -> bool {
    matches!(next(after_start), Some(b']' | b'}'))
}

fn next(bytes: &[u8]) -> Option<u8> {
    bytes
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
}

// `\u0024` is a `$` too, so a string with escapes is compared after it is decoded. Six bytes for
// each character are the longest spelling.
fn is_reserved(text: &[u8], has_escapes: bool) -> bool {
    if !has_escapes {
        return text == RESERVED.as_bytes();
    }
    let can_be = (RESERVED.len()..=6 * RESERVED.len()).contains(&text.len());
    can_be && {
        let literal = [b"\"", text, b"\""].concat();
        serde_json::from_slice::<String>(&literal).is_ok_and(|decoded| decoded == RESERVED)
    }
}

/// Passes a document of at most `max_values` values without the reserved name.
///
/// # Errors
/// `validation-failed` for more values, `invalid-request` for the name.
pub(super) fn check(bytes: &[u8], max_values: usize) -> Result<(), Error> {
    let outline = Outline::of(bytes);
    if outline.values > max_values {
        return Err(super::too_many_values(max_values));
    }
    if outline.has_reserved_name {
        return Err(Error::invalid_request(format!(
            "`{RESERVED}` is reserved and cannot be a member's name"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> usize {
        Outline::of(text.as_bytes()).values
    }

    #[test]
    fn every_value_counts_once() {
        for (text, expected) in [
            ("1", 1),
            (r#"{"a": [1, 2], "b": "x,[{"}"#, 5),
            ("[[], { }, [[ ]]]", 5),
            ("{}", 1),
            (r#"["\"", "\\", ","]"#, 4),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_not_json_has_an_outline_too() {
        for text in ["", "\"", "\"\\", "[[[[", "\\\"", "\"a\\\""] {
            assert!(values(text) <= 1 + text.len());
        }
    }

    #[test]
    fn the_reserved_name_is_found_however_it_is_written() {
        for text in [
            r#"{"$serde_json::private::Number": "5"}"#,
            r#"{"a": 1, "\u0024serde_json::private::Number": "5"}"#,
            r#"{"\u0024\u0073\u0065rde_json::private::Num\u0062er": "5"}"#,
            r#"[{"$serde_json::private:\u003aNumber" : 1}]"#,
        ] {
            assert!(Outline::of(text.as_bytes()).has_reserved_name, "{text}");
        }
        for text in [
            r#"{"serde_json::private::Number": "5"}"#,
            r#"["$serde_json::private::Number"]"#,
            r#"{"about": "$serde_json::private::Number"}"#,
            r#"{"\\u0024serde_json::private::Number": 1}"#,
        ] {
            assert!(!Outline::of(text.as_bytes()).has_reserved_name, "{text}");
        }
    }
}
