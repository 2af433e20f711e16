use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::step::{Made, decimal};

/// The day before which everything in [`super::step`] has run out, and after which nothing has.
const TODAY: &str = "2026-01-01";

/// The model: credits and receipts in maps, quantities in hundredths.
#[derive(Default)]
pub(super) struct Memory {
    credits: BTreeMap<String, Remembered>,
    receipts: BTreeMap<(String, String), (i64, Vec<Taken>)>,
}

/// The quantity taken from one credit.
struct Taken {
    id: String,
    hundredths: i64,
    expiration: Option<&'static str>,
}

/// A credit of the model.
pub(super) struct Remembered {
    pub(super) contact: &'static str,
    pub(super) kind: &'static str,
    pub(super) date: &'static str,
    pub(super) expiration: Option<&'static str>,
    pub(super) status: Option<&'static str>,
    quantity: i64,
    usages: BTreeMap<String, i64>,
}

impl Remembered {
    pub(super) fn available(&self) -> i64 {
        self.quantity - self.usages.values().sum::<i64>()
    }

    pub(super) fn is_usable(&self) -> bool {
        self.available() > 0
            && self.status != Some("rejected")
            && self.expiration.is_none_or(|date| date >= TODAY)
    }
}

impl Memory {
    pub(super) fn create(&mut self, id: &str, made: &Made) {
        let Made {
            contact,
            kind,
            hundredths,
            date,
            expiration,
        } = *made;
        let usages = BTreeMap::new();
        let credit = Remembered {
            contact,
            kind,
            date,
            expiration,
            status: None,
            quantity: hundredths,
            usages,
        };
        self.credits.insert(id.to_owned(), credit);
    }

    pub(super) fn ids(&self, wanted: impl Fn(&Remembered) -> bool) -> Vec<String> {
        let found = self.credits.iter().filter(|(_, credit)| wanted(credit));
        found.map(|(id, _)| id.clone()).collect()
    }

    /// Returns the credit at a position, counted round, if there is one.
    pub(super) fn nth(&self, target: usize) -> Option<String> {
        let index = target.checked_rem(self.credits.len())?;
        self.credits.keys().nth(index).cloned()
    }

    pub(super) fn set_status(&mut self, id: &str, status: &'static str) {
        self.credits.get_mut(id).unwrap().status = Some(status);
    }

    /// Returns false when more than this quantity is used already.
    pub(super) fn set_quantity(&mut self, id: &str, hundredths: i64) -> bool {
        let credit = self.credits.get_mut(id).unwrap();
        let is_enough = credit.usages.values().sum::<i64>() <= hundredths;
        if is_enough {
            credit.quantity = hundredths;
        }
        is_enough
    }

    pub(super) fn delete(&mut self, id: &str) {
        self.credits.remove(id);
    }

    pub(super) fn consume(
        &mut self,
        contact: &str,
        application: &str,
        wanted: i64,
    ) -> Result<Value, u16> {
        let key = (contact.to_owned(), application.to_owned());
        if let Some((quantity, taken)) = self.receipts.get(&key) {
            return if *quantity == wanted {
                Ok(answer(application, wanted, taken))
            } else {
                Err(422)
            };
        }
        let mut usable: Vec<_> = self
            .credits
            .iter()
            .filter(|(_, credit)| credit.contact == contact && credit.is_usable())
            .collect();
        usable.sort_by_key(|(id, credit)| {
            (
                credit.expiration.is_none(),
                credit.expiration,
                credit.date,
                (*id).clone(),
            )
        });
        let mut missing = wanted;
        let mut taken = Vec::new();
        for (id, credit) in usable {
            let part = credit.available().min(missing);
            if part > 0 {
                taken.push(Taken {
                    id: id.clone(),
                    hundredths: part,
                    expiration: credit.expiration,
                });
            }
            missing -= part;
        }
        if missing > 0 {
            return Err(409);
        }
        for part in &taken {
            let usages = &mut self.credits.get_mut(&part.id).unwrap().usages;
            *usages.entry(application.to_owned()).or_default() += part.hundredths;
        }
        let answer = answer(application, wanted, &taken);
        self.receipts.insert(key, (wanted, taken));
        Ok(answer)
    }

    pub(super) fn release(&mut self, contact: &str, application: &str) -> Result<Value, u16> {
        let key = (contact.to_owned(), application.to_owned());
        let (quantity, taken) = self.receipts.remove(&key).ok_or(404_u16)?;
        let answer = answer(application, quantity, &taken);
        for part in &taken {
            if let Some(credit) = self.credits.get_mut(&part.id) {
                credit.usages.remove(application);
            }
        }
        Ok(answer)
    }
}

fn answer(application: &str, quantity: i64, taken: &[Taken]) -> Value {
    let allocations = taken.iter().map(|part| {
        let mut allocation = json!({"credit_id": part.id, "quantity": decimal(part.hundredths)});
        if let Some(expiration) = part.expiration {
            allocation["expiration_date"] = json!(expiration);
        }
        allocation
    });
    json!({
        "application_id": application,
        "quantity": decimal(quantity),
        "allocations": allocations.collect::<Vec<_>>(),
    })
}
