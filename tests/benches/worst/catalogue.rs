//! The catalogue of hostile requests, by the kind of attack.

mod batches;
mod bodies;
mod consumption;
mod headers;
mod names;
mod patches;
mod records;
mod rules;
mod values;

use crate::shape::Shape;

/// Returns all shapes.
pub(crate) fn shapes() -> Vec<Shape> {
    [
        names::shapes(),
        values::shapes(),
        bodies::shapes(),
        headers::shapes(),
        patches::shapes(),
        batches::shapes(),
        rules::shapes(),
        consumption::shapes(),
        records::shapes(),
    ]
    .concat()
}
