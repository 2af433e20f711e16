//! A recipe: the numbers and kinds that describe a request, which the search varies.

use fastrand::Rng;
use integration_tests::api::Request;
use serde::{Deserialize, Serialize};

use crate::ground::Ground;
use crate::shape::Shape;
use crate::text::{
    BATCH, BODY, array, credit_around, largest_credit_of, nested, question, rule_set,
};

/// Describes a hostile request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Recipe {
    /// The kind of the request.
    pub(crate) request: Kind,
    /// The nested objects around the list of values, and the length and letter of their names.
    levels: usize,
    name_bytes: usize,
    letter: char,
    /// The values of the list, in turn, and their number, if the body has room for them.
    values: Vec<String>,
    count: usize,
    /// The values of the record that is patched.
    record: String,
    /// The operations of a patch, in turn, their repeats, and the number of creates or patches in
    /// a batch.
    operations: Vec<String>,
    repeats: usize,
    patches: usize,
}

/// The kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Kind {
    Search,
    Create,
    Evaluate,
    Patch,
    BatchOfCreates,
    BatchOfPatches,
}

const KINDS: [Kind; 6] = [
    Kind::Search,
    Kind::Create,
    Kind::Evaluate,
    Kind::Patch,
    Kind::BatchOfCreates,
    Kind::BatchOfPatches,
];

const LETTERS: [char; 6] = ['n', '~', '/', 'é', '"', '😀'];

const NAME_BYTES: [usize; 6] = [1, 100, 2_000, 20_000, 40_000, 60_000];

const VALUES: [&str; 16] = [
    "0",
    "-1.5e3",
    "1e-27",
    "1e99",
    "0.0000",
    "1234567890123456789012345.678",
    "null",
    "true",
    r#""""#,
    r#""\u0000""#,
    "\"abcdefgh\"",
    "[]",
    "[[[0]]]",
    "{}",
    r#"{"":0}"#,
    r#"{"a":{"b":0}}"#,
];

/// The values of a record for which a patch can be accepted.
const RECORDS: [&str; 6] = ["0", r#""""#, "null", "{}", "[]", r#"{"k":""}"#];

/// `L` stands for the list of the record's values, `R` for its row.
const OPERATIONS: [&str; 18] = [
    r#"{"op":"move","from":"/custom_field_values","path":"/custom_field_values"}"#,
    r#"{"op":"move","from":"R/v","path":"R/v"}"#,
    r#"{"op":"move","from":"R/v","path":"R/w"}"#,
    r#"{"op":"move","from":"R/w","path":"R/v"}"#,
    r#"{"op":"move","from":"L/0","path":"L/-"}"#,
    r#"{"op":"move","from":"L/1","path":"L/0"}"#,
    r#"{"op":"add","path":"L/0","value":0}"#,
    r#"{"op":"add","path":"L/-","value":[[]]}"#,
    r#"{"op":"add","path":"R/x","value":{"a":{}}}"#,
    r#"{"op":"add","path":"/notes","value":"note"}"#,
    r#"{"op":"remove","path":"L/0"}"#,
    r#"{"op":"remove","path":"/notes"}"#,
    r#"{"op":"replace","path":"L/0","value":1}"#,
    r#"{"op":"replace","path":"/quantity","value":2}"#,
    r#"{"op":"copy","from":"L/0","path":"L/0"}"#,
    r#"{"op":"copy","from":"L","path":"/notes"}"#,
    r#"{"op":"copy","from":"R","path":"R/x"}"#,
    r#"{"op":"test","path":"/quantity","value":1}"#,
];

impl Recipe {
    /// Returns one recipe for each kind of request.
    pub(crate) fn starts() -> Vec<Self> {
        let start = |request| Self {
            request,
            levels: 1,
            name_bytes: 8,
            letter: 'n',
            values: vec!["0".to_owned()],
            count: 10_000,
            record: "0".to_owned(),
            operations: vec![OPERATIONS[0].to_owned()],
            repeats: 100,
            patches: 4,
        };
        KINDS.map(start).into()
    }

    /// Reads a recipe that the search printed.
    pub(crate) fn read(text: &str) -> Self {
        serde_json::from_str(text).expect("a recipe as the search prints it")
    }

    /// Returns another recipe, one or two steps away.
    pub(crate) fn mutated(&self, rng: &mut Rng) -> Self {
        let mut next = self.clone();
        for _ in 0..rng.usize(1..=2) {
            next.mutate(rng);
        }
        next
    }

    fn mutate(&mut self, rng: &mut Rng) {
        match self.request {
            Kind::Patch => self.mutate_patch(rng),
            Kind::BatchOfPatches if rng.bool() => self.mutate_patch(rng),
            Kind::BatchOfPatches => self.patches = resized(self.patches, rng).clamp(1, 100),
            Kind::BatchOfCreates if rng.u8(..4) == 0 => {
                self.patches = resized(self.patches, rng).clamp(1, 100);
            }
            _ => self.mutate_body(rng),
        }
    }

    fn mutate_body(&mut self, rng: &mut Rng) {
        match rng.usize(..6) {
            0 => self.levels = rng.usize(..12),
            1 => self.name_bytes = NAME_BYTES[rng.usize(..NAME_BYTES.len())],
            2 => self.letter = LETTERS[rng.usize(..LETTERS.len())],
            3 => self.values = vec![any(&VALUES, rng)],
            4 => self.values.push(any(&VALUES, rng)),
            _ => self.count = resized(self.count, rng).clamp(1, BATCH),
        }
    }

    fn mutate_patch(&mut self, rng: &mut Rng) {
        match rng.usize(..5) {
            0 => self.record = any(&RECORDS, rng),
            1 => self.operations = vec![any(&OPERATIONS, rng)],
            2 => self.operations.push(any(&OPERATIONS, rng)),
            3 => self.count = resized(self.count, rng).clamp(1, BATCH),
            _ => self.repeats = resized(self.repeats, rng).clamp(1, 1_000),
        }
    }

    /// Returns the shape, whose name is the recipe itself.
    pub(crate) fn shape(&self) -> Shape {
        let name = serde_json::to_string(self).expect("a recipe is JSON");
        let recipe = self.clone();
        Shape::new(name, move |ground| recipe.clone().request(ground))
    }

    async fn request(self, ground: Ground) -> Request {
        match self.request {
            Kind::Search => ground.search(self.nest(BODY)),
            Kind::Create => ground.create(credit_around(&self.nest(BODY - 1_000))),
            Kind::Evaluate => {
                let leaf = r#"{"fact":"f","operator":"contains","value":-1,"path":"$[*]"}"#;
                let set = rule_set(&format!(r#"{{"any":[{leaf}]}}"#));
                let id = ground.stored_rule_set(set).await;
                ground.evaluate(
                    &id,
                    question(&format!(r#"{{"f":{}}}"#, self.nest(BODY - 100))),
                )
            }
            Kind::Patch => {
                let id = ground.stored(self.record()).await;
                ground.patch(&id, self.patch(BODY))
            }
            Kind::BatchOfCreates => {
                let object = credit_around(&self.nest(BATCH / self.patches - 1_000));
                let create = format!(r#"{{"operation":"create","object":{object}}}"#);
                ground.batch(crate::text::batch(self.patches, &create))
            }
            Kind::BatchOfPatches => {
                let id = ground.stored(self.record()).await;
                // The last operation fails: the embedded store is slow to write large records.
                let all = self.patch(BATCH / self.patches - 1_000);
                let test = r#"{"op":"test","path":"/quantity","value":3}]"#;
                let directives = format!("{},{test}", all.trim_end_matches(']'));
                let patch = format!(
                    r#"{{"operation":"patch","id":"{id}","patch_directives":{directives}}}"#
                );
                ground.batch(crate::text::batch(self.patches, &patch))
            }
        }
    }

    // Writes the nested names around as many values as fit.
    fn nest(&self, limit: usize) -> String {
        let name: String = std::iter::repeat_n(self.letter, self.name_bytes).collect();
        let name = name.replace('"', "\\\"");
        let levels = self.levels.min(limit / (2 * name.len() + 10));
        let rest = limit.saturating_sub(levels * (name.len() + 6) + 10);
        let longest = self.values.iter().map(String::len).max().unwrap_or(1);
        let count = self.count.min(rest / (longest + 1));
        let list = array(count, |at| self.values[at % self.values.len()].clone());
        nested(levels, &name, &list)
    }

    fn patch(&self, limit: usize) -> String {
        let text = |at: usize| {
            let operation = self.operations[at % self.operations.len()].clone();
            let row = "/custom_field_values/0/table_value/0";
            operation
                .replace("\"R", &format!("\"{row}"))
                .replace("\"L", &format!("\"{row}/v"))
        };
        let count = (self.repeats * self.operations.len())
            .min(999)
            .min(limit / 200)
            .max(1);
        array(count, text)
    }

    fn record(&self) -> String {
        let stored = self.record.len() + 12;
        let most = largest_credit_of(&self.record, stored.min(14));
        if self.count >= 10_000 {
            return most;
        }
        let least = array(self.count, |_| self.record.clone());
        credit_around(&least)
    }
}

fn resized(size: usize, rng: &mut Rng) -> usize {
    match rng.usize(..4) {
        0 => size / 2,
        1 => size + 1,
        2 => size * 10,
        _ => size * 2,
    }
}

fn any(choice: &[&str], rng: &mut Rng) -> String {
    choice[rng.usize(..choice.len())].to_owned()
}
