//! Texts as in JavaScript: sequences of UTF-16 units.

use std::cmp::Ordering;

use super::resolved::Resolved;

// Chunks of this size are compared first, then single bytes.
const CHUNK_BYTES: usize = 256;

/// Returns a member of a text: its length or one of its units. An empty text has no members, not
/// even a length, since jsonpath-plus looks only into truthy values.
pub(super) fn member<'a>(text: &'a str, name: &str, index: Option<usize>) -> Resolved<'a> {
    match index {
        _ if text.is_empty() => Resolved::Undefined,
        Some(index) => unit(text, index),
        None if name == "length" => Resolved::Length(text.chars().map(char::len_utf16).sum()),
        None => Resolved::Undefined,
    }
}

fn unit(text: &str, index: usize) -> Resolved<'_> {
    let mut units_before = 0;
    for (start, char) in text.char_indices() {
        let offset = index - units_before;
        if offset < char.len_utf16() {
            return unit_of(text, start, char, offset);
        }
        units_before += char.len_utf16();
    }
    Resolved::Undefined
}

fn unit_of(text: &str, start: usize, char: char, offset: usize) -> Resolved<'_> {
    if char.len_utf16() == 1 {
        let end = start + char.len_utf8();
        return text
            .get(start..end)
            .map_or(Resolved::Undefined, Resolved::Character);
    }
    let halves = &mut [0; 2];
    let half = char.encode_utf16(halves).get(offset).copied();
    half.map_or(Resolved::Undefined, Resolved::HalfCharacter)
}

/// Returns whether one of the units of `text` is this half of a character.
pub(super) fn has_half(text: &str, half: u16) -> bool {
    text.encode_utf16().any(|unit| unit == half)
}

/// Compares two texts by their UTF-16 units. Rust compares by code points, which differs where a
/// character beyond U+FFFF meets a character from U+E000 to U+FFFF.
pub(super) fn order(left: &str, right: &str) -> Ordering {
    let units = |text: &str| text.chars().next().map(utf16);
    match first_difference(left, right) {
        Some((left, right)) => units(left).cmp(&units(right)),
        None => Ordering::Equal,
    }
}

// Returns both texts from the first character on that differs.
fn first_difference<'a>(left: &'a str, right: &'a str) -> Option<(&'a str, &'a str)> {
    if left == right {
        return None;
    }
    let (left_bytes, right_bytes) = (left.as_bytes(), right.as_bytes());
    let chunks = left_bytes
        .chunks(CHUNK_BYTES)
        .zip(right_bytes.chunks(CHUNK_BYTES));
    let same_chunks = chunks.take_while(|(left, right)| left == right).count() * CHUNK_BYTES;
    let bytes = left_bytes.iter().zip(right_bytes).skip(same_chunks);
    let same =
        same_chunks.min(left.len()) + bytes.take_while(|(left, right)| left == right).count();
    let start = (0..=same).rev().find(|at| left.is_char_boundary(*at))?;
    left.get(start..).zip(right.get(start..))
}

// A character of one unit is filled up with 0, which sorts before the second half of any pair.
fn utf16(char: char) -> [u16; 2] {
    let mut units = [0; 2];
    char.encode_utf16(&mut units);
    units
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_are_ordered_like_all_their_units(
            same in 0..600_usize,
            left in "[a😀😁\u{ff21}é]{0,4}",
            right in "[a😀😁\u{ff21}é]{0,4}",
        ) {
            let units = |text: &str| text.encode_utf16().collect::<Vec<_>>();
            let same = "x".repeat(same);
            let (left, right) = (format!("{same}{left}"), format!("{same}{right}"));
            prop_assert_eq!(order(&left, &right), units(&left).cmp(&units(&right)));
        }
    }

    #[test]
    fn texts_are_ordered_by_utf16_units() {
        assert_eq!(order("\u{ff21}", "\u{1f600}"), Ordering::Greater);
        assert_eq!(order("9", "10"), Ordering::Greater);
        assert_eq!(order("2024-01-31", "2024-02-01"), Ordering::Less);
    }

    #[test]
    fn an_index_counts_utf16_units() {
        let text = "h\u{1f600}é";
        assert!(matches!(
            member(text, "0", Some(0)),
            Resolved::Character("h")
        ));
        assert!(matches!(
            member(text, "1", Some(1)),
            Resolved::HalfCharacter(0xd83d)
        ));
        assert!(matches!(
            member(text, "2", Some(2)),
            Resolved::HalfCharacter(0xde00)
        ));
        assert!(matches!(
            member(text, "3", Some(3)),
            Resolved::Character("é")
        ));
        assert!(matches!(member(text, "4", Some(4)), Resolved::Undefined));
        assert!(matches!(member(text, "length", None), Resolved::Length(4)));
        assert!(matches!(member("", "length", None), Resolved::Undefined));
    }
}
