//! A search as a client sends it: field by field, so that all that is wrong is named at once.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::base::error::{Error, Violation};
use crate::base::json::{self, Object};
use crate::base::number::Number;
use crate::model::date::CivilDate;
use crate::model::search::{MAX_VALUES, Range};

/// The members that nobody has asked for yet, and the faults of the others.
pub(super) struct Fields {
    left: Object,
    faults: Vec<Violation>,
}

impl Fields {
    pub(super) fn new(body: Object) -> Self {
        Self {
            left: body,
            faults: Vec::new(),
        }
    }

    /// The list `name` as a set; absent when it is empty.
    pub(super) fn list<T: DeserializeOwned + Ord>(&mut self, name: &str) -> Option<BTreeSet<T>> {
        let items = self.items(name)?;
        if items.len() > MAX_VALUES {
            self.fault(name, format!("must have at most {MAX_VALUES} values"));
            return None;
        }
        let values = items.into_iter().enumerate().filter_map(|(index, item)| {
            let place = format!("{name}/{index}");
            self.read(&place, item, decode)
        });
        Some(values.collect())
    }

    /// The range `name`; absent when it is empty or open at both ends.
    pub(super) fn range<T: Ord + Copy>(
        &mut self,
        name: &str,
        read: impl Fn(Value) -> Result<T, String>,
    ) -> Option<Range<T>> {
        let items = self.items(name)?;
        let Ok([from, to]) = <[Value; 2]>::try_from(items) else {
            let shape = "must have two values, from and to; `null` leaves an end open";
            self.fault(name, shape);
            return None;
        };
        let from = self.end(&format!("{name}/0"), from, &read);
        let to = self.end(&format!("{name}/1"), to, &read);
        Range::new(from, to)
            .inspect_err(|error| self.fault(name, error.to_string()))
            .ok()
            .flatten()
    }

    /// The text `name`.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let value = self.take(name)?;
        self.read(name, value, decode)
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// `validation-failed` with all faults, the members that no search has among them.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        let unknown = std::mem::take(&mut self.left);
        let fault = |name: &String| Violation::new(json::child("", name), "is not searched by");
        self.faults.extend(unknown.keys().map(fault));
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Error::validation_failed(self.faults))
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.left
            .shift_remove(name)
            .filter(|value| !value.is_null())
    }

    fn items(&mut self, name: &str) -> Option<Vec<Value>> {
        match self.take(name)? {
            Value::Array(items) => Some(items).filter(|items| !items.is_empty()),
            _ => {
                self.fault(name, "must be a list");
                None
            }
        }
    }

    fn end<T>(
        &mut self,
        place: &str,
        value: Value,
        read: impl Fn(Value) -> Result<T, String>,
    ) -> Option<T> {
        if value.is_null() {
            None
        } else {
            self.read(place, value, read)
        }
    }

    fn read<T>(
        &mut self,
        place: &str,
        value: Value,
        read: impl Fn(Value) -> Result<T, String>,
    ) -> Option<T> {
        read(value)
            .inspect_err(|message| self.fault(place, message.as_str()))
            .ok()
    }

    fn fault(&mut self, place: &str, message: impl Into<String>) {
        self.faults
            .push(Violation::new(format!("/{place}"), message));
    }
}

/// A number, exactly.
pub(super) fn number(value: Value) -> Result<Number, String> {
    decode(value)
}

/// The UTC date of a date or a date-time.
pub(super) fn date_in_utc(value: Value) -> Result<CivilDate, String> {
    let text: String = decode(value)?;
    CivilDate::in_utc(&text).map_err(|_| {
        "must be a date `YYYY-MM-DD` or a date-time, between 0001-01-01 and 9999-12-31".to_owned()
    })
}

fn decode<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}
