//! Exact decimal numbers, as the API carries them.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The most significant digits of a number. A [`Decimal`] would lose more.
pub const MAX_DIGITS: u32 = 28;

/// A JSON number without loss: up to [`MAX_DIGITS`] digits. Its text is canonical, without trailing
/// zeros and exponent, so that equal values have equal text.
///
/// ```
/// use shared::base::number::Number;
/// assert_eq!(Number::parse("15.0e-1").unwrap().to_string(), "1.5");
/// assert!(Number::parse("1e300").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(Decimal);

/// The number has more digits than can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("has more digits than the {MAX_DIGITS} that can be kept without loss")]
pub struct TooManyDigits;

impl Number {
    /// Reads the text of a JSON number.
    ///
    /// # Errors
    /// [`TooManyDigits`] when the number cannot be kept exactly.
    pub fn parse(text: &str) -> Result<Self, TooManyDigits> {
        let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let mantissa = Decimal::from_str_exact(digits).map_err(|_| TooManyDigits)?;
        if mantissa.is_zero() {
            return Ok(Self(Decimal::ZERO));
        }
        let exponent = i32::from_str(exponent).map_err(|_| TooManyDigits)?;
        shifted(mantissa.normalize(), exponent)
            .filter(has_allowed_digits)
            .map(Self)
            .ok_or(TooManyDigits)
    }

    /// Returns the value of the number.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// Returns the same number for a JSON document.
    pub fn to_json(self) -> serde_json::Number {
        serde_json::Number::from_string_unchecked(self.to_string())
    }
}

// Returns `value` times ten to the power of `exponent`, or nothing if that needs too many digits.
fn shifted(value: Decimal, exponent: i32) -> Option<Decimal> {
    let scale = i32::try_from(value.scale()).ok()?.checked_sub(exponent)?;
    let (scale, zeros) = if scale < 0 {
        (0, scale.unsigned_abs())
    } else {
        (scale.unsigned_abs(), 0)
    };
    let mantissa = value.mantissa().checked_mul(10_i128.checked_pow(zeros)?)?;
    Decimal::try_from_i128_with_scale(mantissa, scale)
        .ok()
        .map(|shifted| shifted.normalize())
}

fn has_allowed_digits(value: &Decimal) -> bool {
    value.mantissa().unsigned_abs() < 10_u128.pow(MAX_DIGITS)
}

impl From<Decimal> for Number {
    fn from(value: Decimal) -> Self {
        Self(value.normalize())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        Self::parse(number.as_str()).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> Option<String> {
        Number::parse(text).ok().map(|number| number.to_string())
    }

    #[test]
    fn every_spelling_has_one_canonical_text() {
        for (spelling, expected) in [
            ("1", "1"),
            ("1.0", "1"),
            ("1e2", "100"),
            ("1.50", "1.5"),
            ("150e-2", "1.5"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("0e999999999999", "0"),
            ("1E+2", "100"),
            ("-2.50e1", "-25"),
            (
                "1234567890123456789012345678",
                "1234567890123456789012345678",
            ),
            (
                "0.1234567890123456789012345678",
                "0.1234567890123456789012345678",
            ),
        ] {
            assert_eq!(canonical(spelling).as_deref(), Some(expected), "{spelling}");
        }
    }

    #[test]
    fn what_cannot_be_kept_exactly_is_refused() {
        let digits_39 = "1".repeat(39);
        for text in [
            digits_39.as_str(),
            "12345678901234567890123456789",
            "1e28",
            "1e-29",
            "1e999999999",
            "1e99999999999999999999",
            "0.12345678901234567890123456789",
        ] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_and_number_round_trip(mantissa in -9_999_999_999_999_999_i64..=9_999_999_999_999_999, scale in 0_u32..=28) {
            let number = Number::from(Decimal::new(mantissa, scale));
            prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
            let json = serde_json::to_string(&number).unwrap();
            prop_assert_eq!(serde_json::from_str::<Number>(&json).unwrap(), number);
        }
    }
}
