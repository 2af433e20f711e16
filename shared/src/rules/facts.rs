//! The facts that rules are evaluated on.

use serde_json::{Map, Value};

/// Facts by name. A missing fact is undefined, which is not the same as `null`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts(Map<String, Value>);

impl Facts {
    /// Takes the members of an object as facts.
    pub fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// Returns the value of a fact; `None` if the fact is undefined.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

impl From<Map<String, Value>> for Facts {
    fn from(members: Map<String, Value>) -> Self {
        Self::new(members)
    }
}
