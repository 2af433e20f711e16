//! `fields=a,b,c`: the fields of a record that are answered.

use crate::base::error::{Error, InvalidCode, Violation};
use crate::base::json::{self, Object};

/// The selected fields of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    names: Vec<&'static str>,
    is_all: bool,
}

impl Selection {
    /// Selects all of `names`.
    pub fn all(names: &[&'static [&'static str]]) -> Self {
        Self {
            names: names.concat(),
            is_all: true,
        }
    }

    /// Selects the fields that `text` lists, `id` first. An empty text selects all of `names`.
    ///
    /// # Errors
    /// `invalid-request`, naming the word that is not a field.
    pub fn parse(text: &str, names: &[&'static [&'static str]]) -> Result<Self, Error> {
        if text.trim().is_empty() {
            return Ok(Self::all(names));
        }
        let mut selected = vec!["id"];
        for wanted in text.split(',').map(str::trim) {
            let mut known = names.iter().flat_map(|group| group.iter().copied());
            let name = known
                .find(|name| *name == wanted)
                .ok_or_else(|| unknown(wanted))?;
            if !selected.contains(&name) {
                selected.push(name);
            }
        }
        Ok(Self {
            names: selected,
            is_all: false,
        })
    }

    /// Returns the selected names.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Returns whether all fields are selected.
    pub fn is_all(&self) -> bool {
        self.is_all
    }

    /// Returns the selected fields of a stored record.
    pub fn pick(&self, mut stored: Object) -> Object {
        json::take(&mut stored, &self.names)
    }
}

fn unknown(wanted: &str) -> Error {
    let violation = Violation::new("/fields", format!("`{wanted}` is not a field"));
    let detail = format!("`fields` names `{wanted}`, which is not a field");
    Error::invalid(InvalidCode::InvalidRequest, detail, vec![violation])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NAMES: &[&[&str]] = &[&["id", "a", "b"], &["sys_version"]];

    #[test]
    fn the_id_is_always_selected_and_nothing_twice() {
        let selection = Selection::parse("b, a,b,id", NAMES).unwrap();
        assert_eq!(selection.names(), ["id", "b", "a"]);
        assert_eq!(Selection::parse("", NAMES).unwrap(), Selection::all(NAMES));
    }

    #[test]
    fn unknown_and_internal_names_are_refused() {
        for text in ["pk", "a,,b", "a.b", "tenant_id", "A"] {
            assert_eq!(
                Selection::parse(text, NAMES).unwrap_err().code(),
                "invalid-request",
                "{text}"
            );
        }
    }

    #[test]
    fn only_what_is_selected_is_picked() {
        let stored = json!({"pk": "t#credits", "id": "1", "a": 1, "b": 2, "sys_version": 3});
        let picked = Selection::parse("b", NAMES)
            .unwrap()
            .pick(stored.as_object().unwrap().clone());
        assert_eq!(
            serde_json::Value::Object(picked),
            json!({"id": "1", "b": 2})
        );
    }
}
