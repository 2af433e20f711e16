//! The selected fields as a projection expression of DynamoDB.

use std::collections::HashMap;

use crate::protocol::projection::Selection;

/// Returns the expression and its placeholders for the selected fields and the `needed` attributes;
/// nothing when all fields are selected.
pub(crate) fn project(
    selection: &Selection,
    needed: &[&'static str],
) -> (Option<String>, Option<HashMap<String, String>>) {
    if selection.is_all() {
        return (None, None);
    }
    let mut attributes = selection.names().to_vec();
    attributes.extend(
        needed
            .iter()
            .filter(|name| !selection.names().contains(name)),
    );
    // Always by placeholder: `date`, `status` and `usages` are among DynamoDB's reserved words.
    let names: Vec<_> = (0..attributes.len())
        .map(|index| format!("#f{index}"))
        .collect();
    let expression = names.join(", ");
    let attributes = attributes.into_iter().map(str::to_owned);
    (
        Some(expression),
        Some(names.into_iter().zip(attributes).collect()),
    )
}
