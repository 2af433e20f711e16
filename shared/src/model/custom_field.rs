//! Values of fields that a tenant has defined for itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::json::Object;
use crate::base::number::Number;
use crate::model::id::CustomFieldId;

/// One custom field's value, carried as it was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "an object with `custom_field_id` and a value"
)]
pub struct CustomFieldValue {
    /// The field's definition.
    pub custom_field_id: CustomFieldId,
    /// Text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// A number of up to 28 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub numeric_value: Option<Number>,
    /// Yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boolean_value: Option<bool>,
    /// Where a file is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_url_value: Option<String>,
    /// Several texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_value: Option<Vec<String>>,
    /// Rows of anything, `null`s included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub table_value: Option<Vec<Object>>,
}
