//! Reads bodies value by value, and collects every violation on the way.
//!
//! A reader is a function from [`Input`] to `Option<T>`: it returns `None` where it added a
//! violation. [`validate`] runs a reader over a document, and returns the value or all violations.
//! The module [`reader`] has the readers of single values.

use std::fmt::Display;
use std::ops::RangeInclusive;

use serde_json::Value;

use super::{JsonPointer, Object, reader};
use crate::base::error::{Error, Violations};

/// Reads a document. Its members that are `null` count as absent, unless a reader says otherwise.
///
/// # Errors
/// Every violation that `read` added.
pub fn validate<T>(
    document: impl Into<Value>,
    read: impl FnOnce(Input<'_>) -> Option<T>,
) -> Result<T, Violations> {
    let mut violations = Violations::default();
    let value = read(Input {
        value: document.into(),
        pointer: &JsonPointer::Root,
        violations: &mut violations,
    });
    violations.none_or(value)
}

/// Returns the members of a document that must be an object.
///
/// # Errors
/// `validation-failed` when the document is another value.
pub fn members(document: Value) -> Result<Object, Error> {
    validate(document, reader::object).map_err(Error::validation_failed)
}

/// A value that was sent, where it stands, and the violations found so far.
pub struct Input<'p> {
    pub(super) value: Value,
    pointer: &'p JsonPointer<'p>,
    violations: &'p mut Violations,
}

impl<'p> Input<'p> {
    /// Adds a violation here. Returns `None`, so that a reader can end with it.
    pub fn refuse<T>(self, message: impl Display) -> Option<T> {
        self.violations.add(self.pointer, message);
        None
    }

    /// Reads a string that `read` makes a `T` of; its error is the violation.
    pub fn string_as<T, E: Display>(self, read: impl FnOnce(String) -> Result<T, E>) -> Option<T> {
        let read = match self.value {
            Value::String(text) => read(text),
            _ => return self.refuse("must be a string"),
        };
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                self.violations.add(self.pointer, error);
                None
            }
        }
    }

    /// Reads an integer within `range`.
    pub fn integer(self, range: RangeInclusive<u32>) -> Option<u32> {
        // The text and not the float: `1.5` must not become 1, nor `1e99` a limit.
        let integer = match &self.value {
            Value::Number(number) => number.as_str().parse().ok(),
            _ => None,
        };
        integer
            .filter(|integer| range.contains(integer))
            .or_else(|| {
                let (from, to) = (range.start(), range.end());
                self.refuse(format_args!("must be an integer from {from} to {to}"))
            })
    }

    /// Reads an object member by member.
    pub fn fields(self) -> Option<Fields<'p>> {
        match self.value {
            Value::Object(members) => Some(Fields {
                members,
                pointer: self.pointer,
                violations: self.violations,
            }),
            _ => self.refuse("must be an object"),
        }
    }

    /// Reads a list, each item with `read`. A bad item leaves a violation, not a gap.
    pub fn list<T, C: FromIterator<T>>(
        self,
        mut read: impl FnMut(Input<'_>) -> Option<T>,
    ) -> Option<C> {
        let items = match self.value {
            Value::Array(items) => items,
            _ => return self.refuse("must be a list"),
        };
        let items = items.into_iter().enumerate();
        let read = items.filter_map(|(index, value)| {
            read(Input {
                value,
                pointer: &self.pointer.item(index),
                violations: &mut *self.violations,
            })
        });
        Some(read.collect())
    }

    /// Passes a list of so many values, and everything that is not a list.
    pub fn with_length(self, range: RangeInclusive<usize>) -> Option<Self> {
        match self.length() {
            Some(length) if !range.contains(&length) => match (range.start(), range.end()) {
                (0, most) => self.refuse(format_args!("must have at most {most} values")),
                (least, most) => self.refuse(format_args!("must have {least} to {most} values")),
            },
            Some(_) | None => Some(self),
        }
    }

    /// Returns the number of values in a list, or nothing when this is not a list.
    pub fn length(&self) -> Option<usize> {
        self.value.as_array().map(Vec::len)
    }

    /// Reads a value that may be `null`.
    pub fn unless_null<T>(self, read: impl FnOnce(Self) -> Option<T>) -> Option<T> {
        if self.value.is_null() {
            None
        } else {
            read(self)
        }
    }
}

/// The members of an object that were not read yet.
pub struct Fields<'p> {
    members: Object,
    pointer: &'p JsonPointer<'p>,
    violations: &'p mut Violations,
}

impl Fields<'_> {
    /// Reads a member, if there is one.
    pub fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Input<'_>) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name)?;
        self.read_taken(name, value, read)
    }

    /// Reads a member. Its absence is a violation.
    pub fn required<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Input<'_>) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name);
        if value.is_none() {
            self.refuse_member(name, "is required");
        }
        self.read_taken(name, value?, read)
    }

    /// Takes a member for which `null` is a value like any other. Its absence is a violation.
    pub fn required_nullable(&mut self, name: &str) -> Option<Value> {
        let value = self.members.remove(name);
        if value.is_none() {
            self.refuse_member(name, "is required, and may be null");
        }
        value
    }

    /// Takes a member as it was sent.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    /// Reads a value that was taken from the member `name`.
    pub fn read_taken<T>(
        &mut self,
        name: &str,
        value: Value,
        read: impl FnOnce(Input<'_>) -> Option<T>,
    ) -> Option<T> {
        read(Input {
            value,
            pointer: &self.pointer.member(name),
            violations: &mut *self.violations,
        })
    }

    /// Returns whether a member is there.
    pub fn has(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(|value| !value.is_null())
    }

    /// Drops members that are allowed and have no effect.
    pub fn ignore(&mut self, names: &[&str]) {
        for name in names {
            self.members.remove(*name);
        }
    }

    /// Adds a violation at the member `name`.
    pub fn refuse_member(&mut self, name: &str, message: impl Display) {
        self.violations.add(self.pointer.member(name), message);
    }

    /// Adds a violation at the object itself. Returns `None`, so that a reader can end with it.
    pub fn refuse<T>(self, message: impl Display) -> Option<T> {
        self.violations.add(self.pointer, message);
        None
    }

    /// Adds a violation for each member that was not read.
    pub fn finish(self) {
        for name in self.members.keys() {
            let pointer = self.pointer.member(name);
            self.violations.add(pointer, "is not a known field");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
        Green,
    }

    fn colours(document: Value) -> Result<Vec<Colour>, Violations> {
        validate(document, |input| {
            let mut fields = input.fields()?;
            let colours = fields.required("colours", |input| {
                input.with_length(1..=3)?.list(reader::word)
            });
            fields.finish();
            colours
        })
    }

    fn messages(document: Value) -> Vec<(String, String)> {
        let violations = colours(document).unwrap_err();
        let named = Vec::from(violations).into_iter();
        named.map(|it| (it.pointer, it.message)).collect()
    }

    #[test]
    fn every_violation_is_named_at_its_own_pointer() {
        assert_eq!(
            colours(json!({"colours": ["red", "green"]})),
            Ok(vec![Colour::Red, Colour::Green])
        );
        for (document, expected) in [
            (json!(1), vec![("", "must be an object")]),
            (json!({"colours": null}), vec![("/colours", "is required")]),
            (
                json!({"colours": []}),
                vec![("/colours", "must have 1 to 3 values")],
            ),
            (
                json!({"colours": ["blue", 1], "a/b": 1}),
                vec![
                    ("/colours/0", "must be one of `red`, `green`"),
                    ("/colours/1", "must be a string"),
                    ("/a~1b", "is not a known field"),
                ],
            ),
        ] {
            let expected = expected.into_iter();
            let expected: Vec<_> = expected
                .map(|(at, message)| (at.to_owned(), message.to_owned()))
                .collect();
            assert_eq!(messages(document), expected);
        }
    }

    #[test]
    fn violations_beyond_the_limit_are_counted_and_not_named() {
        let list = |input: Input<'_>| input.list::<_, Vec<_>>(reader::flag);
        let violations = validate(json!(vec![1; 1_000]), list).unwrap_err();
        assert_eq!((violations.named().len(), violations.count()), (100, 1_000));
    }
}
