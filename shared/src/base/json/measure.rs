//! Measures documents: the bytes of their text, and their values.

use serde_json::Value;

use super::Object;

/// Returns the bytes that `value` takes when it is written compactly.
pub fn size(value: &Value) -> usize {
    PLAIN.value(value)
}

/// Returns the bytes that `members` take when they are written compactly.
pub fn object_size(members: &Object) -> usize {
    PLAIN.object(members)
}

/// Returns the bytes that `members` take inside a JSON string, which is how a Lambda answer carries
/// its body.
pub fn embedded_size(members: &Object) -> usize {
    EMBEDDED.object(members)
}

/// The size of a text's quotes and of each of its bytes.
struct Measure {
    quotes: usize,
    byte: fn(u8) -> usize,
}

const PLAIN: Measure = Measure {
    quotes: 2,
    byte: escaped_size,
};
/// Each quote and backslash is escaped once more.
const EMBEDDED: Measure = Measure {
    quotes: 4,
    byte: twice_escaped_size,
};

impl Measure {
    fn value(&self, value: &Value) -> usize {
        match value {
            Value::Null => 4,
            Value::Bool(yes) => 5 - usize::from(*yes),
            Value::Number(number) => number.as_str().len(),
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                let separators = 2 + items.len().saturating_sub(1);
                separators + items.iter().map(|item| self.value(item)).sum::<usize>()
            }
            Value::Object(members) => self.object(members),
        }
    }

    fn object(&self, members: &Object) -> usize {
        let separators = 2 + members.len().saturating_sub(1);
        let member = |(name, value): (&String, &Value)| self.text(name) + 1 + self.value(value);
        separators + members.iter().map(member).sum::<usize>()
    }

    fn text(&self, text: &str) -> usize {
        self.quotes + text.bytes().map(self.byte).sum::<usize>()
    }
}

fn escaped_size(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | 0x08 | 0x09 | 0x0a | 0x0c | 0x0d => 2,
        0x00..=0x1f => 6,
        _ => 1,
    }
}

fn twice_escaped_size(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' => 4,
        0x00..=0x1f => escaped_size(byte) + 1,
        _ => 1,
    }
}

/// The size of a value: its bytes, values and levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Bytes when written compactly.
    pub bytes: usize,
    /// Scalars, arrays and objects, the value itself included.
    pub values: usize,
    /// The levels of nested arrays and objects, the value itself included.
    pub levels: usize,
}

impl Weight {
    /// Weighs a value.
    pub fn of(value: &Value) -> Self {
        let mut weight = Self {
            bytes: size(value),
            ..Self::default()
        };
        weight.levels = weight.count(value);
        weight
    }

    /// Weighs an object.
    pub fn of_object(members: &Object) -> Self {
        let mut weight = Self {
            bytes: object_size(members),
            values: 1,
            levels: 0,
        };
        weight.levels = 1 + weight.deepest(members.values());
        weight
    }

    // Counts the values on the way, and returns the levels.
    fn count(&mut self, value: &Value) -> usize {
        self.values += 1;
        match value {
            Value::Array(items) => 1 + self.deepest(items.iter()),
            Value::Object(members) => 1 + self.deepest(members.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        }
    }

    fn deepest<'v>(&mut self, values: impl Iterator<Item = &'v Value>) -> usize {
        values.map(|value| self.count(value)).max().unwrap_or(0)
    }
}
