//! Reads texts as numbers, as JavaScript does.

const INFINITY: &str = "Infinity";

/// Returns whether `parseFloat` finds a number: at the start of the text, after blanks.
pub(super) fn starts_with_number(text: &str) -> bool {
    !decimal_prefix(text.trim_start_matches(is_blank)).is_empty()
}

/// Reads a text like `Number`: the whole text must be the number, and a blank text is 0.
pub(super) fn to_number(text: &str) -> Option<f64> {
    let text = text.trim_matches(is_blank);
    match text.get(..2) {
        _ if text.is_empty() => Some(0.0),
        Some("0x" | "0X") => in_radix(text, 16),
        Some("0o" | "0O") => in_radix(text, 8),
        Some("0b" | "0B") => in_radix(text, 2),
        Some(_) | None if decimal_prefix(text).len() == text.len() => text.parse().ok(),
        Some(_) | None => None,
    }
}

// ECMAScript's WhiteSpace and LineTerminator: they include the byte order mark, and not U+0085.
fn is_blank(char: char) -> bool {
    matches!(char, '\u{feff}') || (char.is_whitespace() && char != '\u{85}')
}

// Returns the longest StrDecimalLiteral at the start of the text, which may be empty.
fn decimal_prefix(text: &str) -> &str {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let sign = text.len() - unsigned.len();
    let length = match unsigned.strip_prefix(INFINITY) {
        Some(_) => INFINITY.len(),
        None => mantissa(unsigned),
    };
    let end = if length == 0 { 0 } else { sign + length };
    let exponent = if length == 0 {
        0
    } else {
        exponent(text.get(end..).unwrap_or_default())
    };
    text.get(..end + exponent).unwrap_or_default()
}

// Returns the length of digits with a point before, between or after them.
fn mantissa(text: &str) -> usize {
    let whole = digits(text);
    let rest = text.get(whole..).unwrap_or_default();
    let fraction = rest.strip_prefix('.').map(digits);
    match fraction {
        Some(fraction) if whole + fraction > 0 => whole + 1 + fraction,
        Some(_) | None => whole,
    }
}

fn exponent(text: &str) -> usize {
    let Some(after) = text.strip_prefix(['e', 'E']) else {
        return 0;
    };
    let unsigned = after.strip_prefix(['+', '-']).unwrap_or(after);
    match digits(unsigned) {
        0 => 0,
        count => text.len() - unsigned.len() + count,
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

// Reads digits after a two-byte prefix. At most the first 62 significant bits are kept. The last of
// them says whether any lower bit is set, so that rounding once to a float is right.
fn in_radix(text: &str, radix: u32) -> Option<f64> {
    let digits = text.get(2..).filter(|digits| !digits.is_empty())?;
    let bits_per_digit = radix.ilog2();
    let (mut kept, mut dropped_bits) = (0_u64, 0_i32);
    for char in digits.chars() {
        let digit = u64::from(char.to_digit(radix)?);
        if kept >> (62 - bits_per_digit) == 0 {
            kept = (kept << bits_per_digit) | digit;
        } else {
            kept |= u64::from(digit != 0);
            dropped_bits = dropped_bits.saturating_add(i32::try_from(bits_per_digit).ok()?);
        }
    }
    Some(to_float(kept) * 2_f64.powi(dropped_bits))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "rounding to the nearest float is what is wanted"
)]
fn to_float(integer: u64) -> f64 {
    integer as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: `Number(text)` in Node 20; `None` is NaN.
    #[test]
    fn texts_are_the_numbers_that_javascript_makes_of_them() {
        for (text, number) in [
            ("", Some(0.0)),
            (" \t\n", Some(0.0)),
            ("5", Some(5.0)),
            (" 5 ", Some(5.0)),
            ("+5", Some(5.0)),
            ("-5", Some(-5.0)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("5.e1", Some(50.0)),
            ("1e3", Some(1000.0)),
            ("1E-2", Some(0.01)),
            ("00012", Some(12.0)),
            ("Infinity", Some(f64::INFINITY)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("1e999", Some(f64::INFINITY)),
            ("0x10", Some(16.0)),
            ("0XfF", Some(255.0)),
            ("0b101", Some(5.0)),
            ("0o17", Some(15.0)),
            ("\u{feff}7\u{a0}", Some(7.0)),
            ("0x20000000000001", Some(9_007_199_254_740_992.0)),
            ("0x20000000000003", Some(9_007_199_254_740_996.0)),
            (
                "0x100000000000008000000000000000000001",
                Some(2_f64.powi(140) + 2_f64.powi(88)),
            ),
            (
                "0x100000000000008000000000000000000000",
                Some(2_f64.powi(140)),
            ),
            (".", None),
            ("-", None),
            ("e5", None),
            ("1e", None),
            ("5px", None),
            ("1_000", None),
            ("0x", None),
            ("0xg", None),
            ("-0x10", None),
            ("infinity", None),
            ("inf", None),
            ("nan", None),
            ("NaN", None),
            ("Infinityx", None),
            ("1,5", None),
            ("\u{85}7", None),
            ("٣", None),
            ("1 2", None),
            ("--1", None),
            ("2024-01-01", None),
        ] {
            assert_eq!(to_number(text), number, "{text:?}");
        }
    }

    // Expected values: whether `parseFloat(text)` is NaN in Node 20.
    #[test]
    fn a_number_at_the_start_is_enough_for_a_fact_to_be_comparable() {
        for text in [
            "5",
            " 5px",
            "-.5x",
            "1e",
            "2024-01-01",
            "0x10",
            "Infinityx",
            "+1",
            "5.",
            "\n7",
        ] {
            assert!(starts_with_number(text), "{text:?}");
        }
        for text in [
            "", " ", "x5", ".", "-", "+.e1", "infinity", "NaN", "e5", "\u{85}5", "--1",
        ] {
            assert!(!starts_with_number(text), "{text:?}");
        }
    }
}
