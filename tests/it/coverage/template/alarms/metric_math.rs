//! CloudWatch's metric math, as far as the template's alarms use it: numbers, ids, `+ - * /`, `>`
//! and `>=`, `IF`, and `FILL` by a number or by `REPEAT`.

use std::collections::BTreeMap;

/// A value for each period, the oldest first, or none for a period without data.
pub(super) type Series = Vec<Option<f64>>;

/// The values of the ids in an expression.
pub(super) type Named = BTreeMap<String, Series>;

/// Returns the value of an expression in each of `count` periods.
pub(super) fn evaluate(expression: &str, named: &Named, periods: usize) -> Series {
    let mut parser = Parser {
        words: words(expression),
        named,
        periods,
    };
    let series = parser.comparison();
    assert!(
        parser.words.is_empty(),
        "left of `{expression}`: {:?}",
        parser.words
    );
    series
}

/// Returns the words of a text, the last one first.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let is_of_name = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '.';
    let mut glues = false;
    for sign in text.chars() {
        match words.last_mut() {
            Some(word) if glues && is_of_name(sign) => word.push(sign),
            Some(word) if sign == '=' && word == ">" => word.push(sign),
            _ if sign == ' ' => {}
            _ => words.push(sign.to_string()),
        }
        glues = is_of_name(sign);
    }
    words.reverse();
    words
}

struct Parser<'a> {
    words: Vec<String>,
    named: &'a Named,
    periods: usize,
}

impl Parser<'_> {
    fn comparison(&mut self) -> Series {
        let left = self.sum();
        let truth = |holds: bool| Some(f64::from(u8::from(holds)));
        match self.next_of(&[">", ">="]).as_deref() {
            Some(">") => both(&left, &self.sum(), |a, b| truth(a > b)),
            Some(_) => both(&left, &self.sum(), |a, b| truth(a >= b)),
            None => left,
        }
    }

    fn sum(&mut self) -> Series {
        let mut sum = self.product();
        while let Some(operator) = self.next_of(&["+", "-"]) {
            let sign = if operator == "+" { 1.0 } else { -1.0 };
            sum = both(&sum, &self.product(), |a, b| Some(a + sign * b));
        }
        sum
    }

    fn product(&mut self) -> Series {
        let mut product = self.factor();
        while let Some(operator) = self.next_of(&["*", "/"]) {
            let divides = operator == "/";
            product = both(&product, &self.factor(), |a, b| match divides {
                true => (b != 0.0).then(|| a / b),
                false => Some(a * b),
            });
        }
        product
    }

    fn factor(&mut self) -> Series {
        let word = self.words.pop().expect("an expression does not end here");
        if let Ok(number) = word.parse() {
            return vec![Some(number); self.periods];
        }
        match word.as_str() {
            "FILL" => self.fill(),
            "IF" => self.choice(),
            "(" => {
                let inner = self.comparison();
                self.expect(")");
                inner
            }
            id => self
                .named
                .get(id)
                .unwrap_or_else(|| panic!("there is no `{id}`"))
                .clone(),
        }
    }

    /// `REPEAT` fills nothing before the first value.
    fn fill(&mut self) -> Series {
        self.expect("(");
        let series = self.comparison();
        self.expect(",");
        let by = self.words.pop().expect("FILL says by what");
        self.expect(")");
        let mut last = None;
        let fill = |value: Option<f64>| match (value, by.as_str()) {
            (Some(value), _) => {
                last = Some(value);
                Some(value)
            }
            (None, "REPEAT") => last,
            (None, number) => Some(number.parse().expect("FILL fills by a number or REPEAT")),
        };
        series.into_iter().map(fill).collect()
    }

    fn choice(&mut self) -> Series {
        self.expect("(");
        let condition = self.comparison();
        self.expect(",");
        let then = self.comparison();
        self.expect(",");
        let otherwise = self.comparison();
        self.expect(")");
        let branches = then.into_iter().zip(otherwise);
        let chosen = condition.into_iter().zip(branches);
        chosen
            .map(|(condition, (then, otherwise))| match condition? {
                0.0 => otherwise,
                _ => then,
            })
            .collect()
    }

    fn next_of(&mut self, expected: &[&str]) -> Option<String> {
        self.words.pop_if(|word| expected.contains(&word.as_str()))
    }

    fn expect(&mut self, expected: &str) {
        assert_eq!(self.words.pop().as_deref(), Some(expected));
    }
}

/// Combines two series. The result has no data where either has none.
fn both(left: &Series, right: &Series, of: impl Fn(f64, f64) -> Option<f64>) -> Series {
    let pairs = left.iter().zip(right);
    pairs.map(|(left, right)| of((*left)?, (*right)?)).collect()
}

#[test]
fn expressions_have_the_values_that_cloudwatch_documents() {
    let named = Named::from([
        ("a".to_owned(), vec![None, Some(4.0), None, Some(1.0)]),
        (
            "b".to_owned(),
            vec![Some(2.0), Some(2.0), Some(0.0), Some(0.0)],
        ),
        ("none".to_owned(), vec![None; 4]),
    ]);
    let of = |expression| evaluate(expression, &named, 4);
    assert_eq!(of("a + b"), [None, Some(6.0), None, Some(1.0)]);
    assert_eq!(of("FILL(a, 9)"), [9.0, 4.0, 9.0, 1.0].map(Some));
    assert_eq!(
        of("FILL(a, REPEAT)"),
        [None, Some(4.0), Some(4.0), Some(1.0)]
    );
    assert_eq!(of("FILL(none, REPEAT)"), [None; 4]);
    assert_eq!(of("100 * a / b"), [None, Some(200.0), None, None]);
    assert_eq!(
        of("IF(b >= 2, 7, 8 - 1 - 1)"),
        [7.0, 7.0, 6.0, 6.0].map(Some)
    );
    assert_eq!(of("(b > 1) * 3"), [3.0, 3.0, 0.0, 0.0].map(Some));
}
