//! What the rules are held against.

use serde_json::{Map, Value};

/// Facts by name. A fact that is not there is undefined, which is another thing than `null`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts(Map<String, Value>);

impl Facts {
    /// The members of an object, as facts.
    pub fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// The value of a fact, unless it is undefined.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

impl From<Map<String, Value>> for Facts {
    fn from(members: Map<String, Value>) -> Self {
        Self::new(members)
    }
}
