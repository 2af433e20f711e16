//! Readers of single values, to be passed to [`Fields`](super::Fields) and [`Input::list`].

use std::convert::Infallible;
use std::fmt::Display;
use std::str::FromStr;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned};
use serde_json::Value;

use super::{Input, Object};
use crate::base::number::Number;

/// Returns the value as it was sent.
pub fn value(input: Input<'_>) -> Option<Value> {
    Some(input.value)
}

/// Reads a string.
pub fn string(input: Input<'_>) -> Option<String> {
    input.string_as(Ok::<_, Infallible>)
}

/// Reads a string that parses as a `T`.
pub fn parsed<T: FromStr<Err: Display>>(input: Input<'_>) -> Option<T> {
    input.string_as(|text| text.parse())
}

/// Reads a string that is a word of an enum, as serde writes its variants.
pub fn word<T: DeserializeOwned>(input: Input<'_>) -> Option<T> {
    input.string_as(|text| T::deserialize(StrDeserializer::<NotAWord>::new(&text)))
}

/// Reads `true` or `false`.
pub fn flag(input: Input<'_>) -> Option<bool> {
    match input.value {
        Value::Bool(flag) => Some(flag),
        _ => input.refuse("must be true or false"),
    }
}

/// Reads a number that is a `T`.
pub fn number<T: TryFrom<Number, Error: Display>>(input: Input<'_>) -> Option<T> {
    let number = match &input.value {
        Value::Number(number) => Number::parse(number.as_str()),
        _ => return input.refuse("must be a number"),
    };
    match number.map(T::try_from) {
        Ok(Ok(value)) => Some(value),
        Ok(Err(error)) => input.refuse(error),
        Err(error) => input.refuse(error),
    }
}

/// Reads an object of any members.
pub fn object(input: Input<'_>) -> Option<Object> {
    match input.value {
        Value::Object(members) => Some(members),
        _ => input.refuse("must be an object"),
    }
}

/// The string is not a word of the enum.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NotAWord(String);

impl de::Error for NotAWord {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn unknown_variant(_: &str, words: &'static [&'static str]) -> Self {
        Self(format!("must be one of `{}`", words.join("`, `")))
    }
}
