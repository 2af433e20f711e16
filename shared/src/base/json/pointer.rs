//! RFC 6901 pointers to the values of a document.

use std::fmt::{self, Write};

/// A pointer, as a chain up to the root: its text is written only where a violation is named.
#[derive(Clone, Copy, Debug)]
pub enum JsonPointer<'p> {
    /// The whole document.
    Root,
    /// A member of the object at a pointer.
    Member(&'p JsonPointer<'p>, &'p str),
    /// An item of the array at a pointer.
    Item(&'p JsonPointer<'p>, usize),
}

impl JsonPointer<'_> {
    /// Points to the member `name` of the object here.
    pub fn member<'p>(&'p self, name: &'p str) -> JsonPointer<'p> {
        JsonPointer::Member(self, name)
    }

    /// Points to the item at `index` of the array here.
    pub fn item(&self, index: usize) -> JsonPointer<'_> {
        JsonPointer::Item(self, index)
    }
}

impl fmt::Display for JsonPointer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(parent, name) => {
                write!(f, "{parent}/")?;
                name.chars().try_for_each(|char| write_escaped(char, f))
            }
            Self::Item(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

fn write_escaped(char: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match char {
        '~' => f.write_str("~0"),
        '/' => f.write_str("~1"),
        other => f.write_char(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::{MAX_ECHO_BYTES, shortened};

    #[test]
    fn a_pointer_is_written_with_its_escapes() {
        let root = JsonPointer::Root;
        let deep = root.member("a/b~c");
        assert_eq!(root.member("rules").to_string(), "/rules");
        assert_eq!(deep.item(3).to_string(), "/a~1b~0c/3");
        assert_eq!(root.to_string(), "");
    }

    #[test]
    fn a_pointer_of_long_names_is_cut() {
        let name = "ä".repeat(60_000);
        let root = JsonPointer::Root;
        let outer = root.member(&name);
        let pointer = shortened(outer.member(&name));
        assert!(pointer.len() <= MAX_ECHO_BYTES + '…'.len_utf8());
        assert!(pointer.starts_with("/ä") && pointer.ends_with("ä…"));
    }
}
