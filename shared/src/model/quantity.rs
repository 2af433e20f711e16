//! Amounts of credit: exact decimals with checked arithmetic.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::number::Number;

/// The most decimal places of a quantity.
pub const MAX_DECIMALS: u32 = 10;
/// The largest quantity, 10^12.
pub const MAX_QUANTITY: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);

/// A non-negative amount with at most [`MAX_DECIMALS`] decimals, at most [`MAX_QUANTITY`].
///
/// ```
/// use shared::model::quantity::Quantity;
/// let sum = Quantity::sum(["0.1", "0.2"].map(|text| text.parse().unwrap())).unwrap();
/// assert_eq!(sum.to_string(), "0.3");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Number", into = "Number")]
#[schema(value_type = f64)]
pub struct Quantity(Decimal);

/// The number is not a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be between 0 and 10^12 with at most {MAX_DECIMALS} decimals")]
pub struct NotAQuantity;

impl Quantity {
    /// The quantity 0.
    pub const ZERO: Self = Self(Decimal::ZERO);
    /// The least a credit may be worth: 0.01.
    pub const LEAST_CREDIT: Self = Self(Decimal::from_parts(1, 0, 0, false, 2));

    /// Returns this quantity less `other`, or nothing if `other` is more.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        (other <= self).then(|| Self((self.0 - other.0).normalize()))
    }

    /// Returns the sum, or nothing if it is over [`MAX_QUANTITY`].
    pub fn sum(quantities: impl IntoIterator<Item = Self>) -> Option<Self> {
        quantities.into_iter().try_fold(Self::ZERO, |sum, next| {
            let sum = sum.0.checked_add(next.0)?.normalize();
            (sum <= MAX_QUANTITY).then_some(Self(sum))
        })
    }
}

impl TryFrom<Number> for Quantity {
    type Error = NotAQuantity;

    fn try_from(number: Number) -> Result<Self, NotAQuantity> {
        let value = number.decimal();
        let fits = value >= Decimal::ZERO && value <= MAX_QUANTITY && value.scale() <= MAX_DECIMALS;
        fits.then_some(Self(value)).ok_or(NotAQuantity)
    }
}

impl From<Quantity> for Number {
    fn from(quantity: Quantity) -> Self {
        Self::from(quantity.0)
    }
}

impl std::str::FromStr for Quantity {
    type Err = NotAQuantity;

    fn from_str(text: &str) -> Result<Self, NotAQuantity> {
        Number::parse(text).map_err(|_| NotAQuantity)?.try_into()
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_quantity_is_a_million_millions() {
        assert_eq!(MAX_QUANTITY.to_string(), "1000000000000");
        assert!("1000000000000".parse::<Quantity>().is_ok());
        assert_eq!("1000000000000.1".parse::<Quantity>(), Err(NotAQuantity));
    }

    #[test]
    fn eleven_decimals_and_negative_amounts_are_refused() {
        assert!("0.0000000001".parse::<Quantity>().is_ok());
        assert_eq!("0.00000000001".parse::<Quantity>(), Err(NotAQuantity));
        assert_eq!("-0.01".parse::<Quantity>(), Err(NotAQuantity));
    }

    #[test]
    fn tenths_add_and_subtract_exactly() {
        let [a, b, c]: [Quantity; 3] = ["0.1", "0.2", "0.3"].map(|text| text.parse().unwrap());
        assert_eq!(Quantity::sum([a, b]), Some(c));
        assert_eq!(c.checked_sub(b), Some(a));
        assert_eq!(a.checked_sub(b), None);
    }
}
