//! The answer of a command: lines for people, or one JSON object for programs.

use std::io::{self, Write};

use serde_json::{Map, Value};

/// One answer in both forms.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) text: String,
    pub(super) json: Value,
    /// Why the command failed, although it has an answer.
    pub(super) failure: Option<String>,
}

impl Output {
    /// Shows one object, one member on each line.
    pub(super) fn one(json: Map<String, Value>) -> Self {
        let width = json.keys().map(String::len).max().unwrap_or_default();
        let line = |(name, value): (&String, &Value)| format!("{name:width$}  {}\n", plain(value));
        Self {
            text: json.iter().map(line).collect(),
            json: json.into(),
            failure: None,
        }
    }

    /// Shows objects of the same kind, one on each line.
    pub(super) fn list(name: &str, things: Vec<Map<String, Value>>) -> Self {
        let line = |thing: &Map<String, Value>| {
            let members = thing
                .iter()
                .map(|(name, value)| format!("{name}={}", plain(value)));
            members.collect::<Vec<_>>().join("  ") + "\n"
        };
        Self {
            text: things.iter().map(line).collect(),
            json: Map::from_iter([(name.to_owned(), Value::from_iter(things))]).into(),
            failure: None,
        }
    }

    /// Adds a line that only people see.
    pub(super) fn with_note(mut self, note: &str) -> Self {
        self.text.push_str(note);
        self.text.push('\n');
        self
    }

    pub(super) fn print(&self, as_json: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match as_json {
            true => writeln!(out, "{}", self.json)?,
            false => out.write_all(self.text.as_bytes())?,
        }
        out.flush()
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// Returns the members of an object that are not null.
pub(super) fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect(),
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_read_lines_and_programs_one_object() {
        let one = Output::one(members(json!({"id": "a", "scopes": ["read", "write"]})));
        assert_eq!(one.text, "id      a\nscopes  read,write\n");
        let list = Output::list("keys", vec![members(json!({"id": "a", "gone": null}))]);
        assert_eq!(list.text, "id=a\n");
        assert_eq!(list.json, json!({"keys": [{"id": "a"}]}));
    }
}
