//! Where in the document the reader is.

use std::fmt::{self, Write};

/// A place, as a chain up to the root: no text is built unless there is a fault to report.
pub(super) enum Place<'p> {
    Root,
    Member(&'p Place<'p>, &'p str),
    Item(&'p Place<'p>, usize),
}

impl Place<'_> {
    pub(super) fn member<'p>(&'p self, name: &'p str) -> Place<'p> {
        Place::Member(self, name)
    }

    pub(super) fn item(&self, index: usize) -> Place<'_> {
        Place::Item(self, index)
    }
}

/// The RFC 6901 pointer.
impl fmt::Display for Place<'_> {
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

    #[test]
    fn a_place_is_written_as_a_pointer_with_its_escapes() {
        let rules = Place::Root.member("rules").to_string();
        let deep = Place::Root;
        let deep = deep.member("a/b~c");
        assert_eq!(rules, "/rules");
        assert_eq!(deep.item(3).to_string(), "/a~1b~0c/3");
        assert_eq!(Place::Root.to_string(), "");
    }
}
