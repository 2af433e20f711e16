//! A path into a fact.

use serde::{Serialize, Serializer};

use super::limits::MAX_PATH_BYTES;

// Each of these has a special meaning somewhere in a JSONPath.
const RESERVED: &str = "[]'\"~^*,;@$()?#`\\";

/// A path of names, indexes and `[*]`, with or without `$` in front
/// (`docs/expiration.md#14-conditions`); keeps the text. Only a name in brackets can have a dot.
///
/// ```
/// use shared::model::rule_set::FactPath;
/// for path in ["$.a.b", "a.b", "$['a']", "$.list[0].k", "$.list[*].k"] {
///     assert_eq!(path.parse::<FactPath>().unwrap().as_str(), path);
/// }
/// assert!("$..a".parse::<FactPath>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactPath {
    text: String,
    steps: Vec<Step>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// To one member of an object or a list: `.name`, `['name']`, `[0]`.
    Member {
        /// The name, or the index in decimal digits.
        name: String,
        /// The position that the name is in a list.
        index: Option<usize>,
    },
    /// To every member: `[*]`.
    Every,
}

/// The text is not a path that the contract allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a path of names, indexes and `[*]`, such as `$.list[0].name`, \
     of at most {MAX_PATH_BYTES} bytes"
)]
pub struct NotAPath;

impl FactPath {
    /// Returns the text as it was sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the steps, the outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl std::str::FromStr for FactPath {
    type Err = NotAPath;

    fn from_str(text: &str) -> Result<Self, NotAPath> {
        if text.is_empty() || text.len() > MAX_PATH_BYTES {
            return Err(NotAPath);
        }
        let steps = match text.strip_prefix('$') {
            Some(rest) => read_steps(rest, Vec::new()),
            None => read_name(text, Vec::new()),
        };
        Ok(Self {
            text: text.to_owned(),
            steps: steps.ok_or(NotAPath)?,
        })
    }
}

impl Serialize for FactPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

fn read_steps(mut rest: &str, mut steps: Vec<Step>) -> Option<Vec<Step>> {
    while !rest.is_empty() {
        let (step, after) = match rest.strip_prefix('.') {
            Some(name) => dotted(name)?,
            None => bracketed(rest.strip_prefix('[')?)?,
        };
        steps.push(step);
        rest = after;
    }
    Some(steps)
}

fn read_name(text: &str, mut steps: Vec<Step>) -> Option<Vec<Step>> {
    let (first, rest) = dotted(text)?;
    steps.push(first);
    read_steps(rest, steps)
}

fn dotted(text: &str) -> Option<(Step, &str)> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    Some((member(name)?, rest))
}

// `text` comes after the opening bracket.
fn bracketed(text: &str) -> Option<(Step, &str)> {
    if let Some(rest) = text.strip_prefix("*]") {
        return Some((Step::Every, rest));
    }
    for quote in ['\'', '"'] {
        if let Some(quoted) = text.strip_prefix(quote) {
            let (name, rest) = quoted.split_once(quote)?;
            return Some((member(name)?, rest.strip_prefix(']')?));
        }
    }
    let (digits, rest) = text.split_once(']')?;
    let step = member(digits)?;
    matches!(step, Step::Member { index: Some(_), .. }).then_some((step, rest))
}

fn member(name: &str) -> Option<Step> {
    let is_plain = !name.contains(|char: char| RESERVED.contains(char) || char.is_control());
    let is_name = is_plain && !name.is_empty() && !is_slice(name);
    is_name.then(|| Step::Member {
        name: name.to_owned(),
        index: index(name),
    })
}

// `1:3` asks for a slice of a list.
fn is_slice(name: &str) -> bool {
    let of_slices = |char: char| char.is_ascii_digit() || char == ':' || char == '-';
    name.contains(':') && name.chars().all(of_slices)
}

// The one spelling of an index: `01` and `+1` are names.
fn index(name: &str) -> Option<usize> {
    name.parse()
        .ok()
        .filter(|index: &usize| index.to_string() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Vec<Step> {
        text.parse::<FactPath>().unwrap().steps
    }

    fn name(name: &str) -> Step {
        member(name).unwrap()
    }

    #[test]
    fn spellings_of_one_path_are_the_same_steps() {
        let expected = [name("a"), name("b")];
        for text in [
            "$.a.b",
            "a.b",
            "$['a']['b']",
            "$['a'].b",
            "a['b']",
            "$.a[\"b\"]",
        ] {
            assert_eq!(steps(text), expected, "{text}");
        }
    }

    #[test]
    fn brackets_take_indexes_wildcards_and_names_with_dots() {
        assert_eq!(steps("$.list[0].k"), [name("list"), name("0"), name("k")]);
        assert_eq!(steps("$.list[*].k"), [name("list"), Step::Every, name("k")]);
        assert_eq!(steps("$['a.b c:d|e']"), [name("a.b c:d|e")]);
        assert_eq!(steps("$"), []);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "$.",
            "$..a",
            ".a",
            "a.",
            "a..b",
            "$a",
            "['a']",
            "[0]",
            "$[]",
            "$['']",
            "$[-1]",
            "$[0:2]",
            "$.0:2",
            "$[01]",
            "$[+1]",
            "$[a]",
            "$[ 0 ]",
            "$.*",
            "*",
            "$['*']",
            "$['a'",
            "$['a]",
            "$['a'x]",
            "$[0",
            "$.a[?(@.b)]",
            "$.a[(@.length-1)]",
            "$['a','b']",
            "$[0,1]",
            "$.a~",
            "$.a^",
            "@",
            "$.@.a",
            " $.a",
            "$.a\n",
            "$.['a']",
            "$[*",
            "$[**]",
            "$$",
            "$.$",
        ] {
            assert_eq!(text.parse::<FactPath>(), Err(NotAPath), "{text}");
        }
    }

    #[test]
    fn a_path_at_the_limit_passes_and_one_byte_more_is_refused() {
        assert!("a".repeat(MAX_PATH_BYTES).parse::<FactPath>().is_ok());
        assert!("a".repeat(MAX_PATH_BYTES + 1).parse::<FactPath>().is_err());
    }
}
