//! Where in a document the reader is.

use std::fmt::{self, Write};

use crate::base::error::MAX_ECHO_BYTES;

/// A place, as a chain up to the root: no text is built unless there is a fault to report.
#[derive(Clone, Copy, Debug)]
pub enum Place<'p> {
    /// The whole document.
    Root,
    /// A member of the object at a place.
    Member(&'p Place<'p>, &'p str),
    /// An item of the array at a place.
    Item(&'p Place<'p>, usize),
}

impl Place<'_> {
    /// The place of the member `name` of the object here.
    pub fn member<'p>(&'p self, name: &'p str) -> Place<'p> {
        Place::Member(self, name)
    }

    /// The place of the item at `index` of the array here.
    pub fn item(&self, index: usize) -> Place<'_> {
        Place::Item(self, index)
    }

    /// The RFC 6901 pointer, cut after what an answer may repeat: names can be long and many.
    pub fn pointer(&self) -> String {
        let mut pointer = Echo::default();
        // An error says that the text is full, which `Echo` marks itself.
        write!(pointer, "{self}").ok();
        pointer.0
    }
}

/// The RFC 6901 pointer, whole.
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

/// A text that takes [`MAX_ECHO_BYTES`] and then refuses more.
#[derive(Default)]
struct Echo(String);

impl Write for Echo {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MAX_ECHO_BYTES.saturating_sub(self.0.len());
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        let (fits, _) = text.split_at(text.floor_char_boundary(room));
        self.0.push_str(fits);
        self.0.push('…');
        Err(fmt::Error)
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
        assert_eq!(deep.item(3).pointer(), "/a~1b~0c/3");
        assert_eq!(Place::Root.pointer(), "");
    }

    #[test]
    fn a_pointer_of_long_names_is_cut() {
        let name = "ä".repeat(60_000);
        let root = Place::Root;
        let outer = root.member(&name);
        let pointer = outer.member(&name).pointer();
        assert!(pointer.len() <= MAX_ECHO_BYTES + '…'.len_utf8());
        assert!(pointer.starts_with("/ä") && pointer.ends_with("ä…"));
    }
}
