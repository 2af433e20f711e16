//! Values of fields that a tenant has defined for itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::json::{Input, Object, reader};
use crate::base::number::Number;
use crate::model::id::CustomFieldId;

/// The value of one custom field, kept as it was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
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
    /// The URL of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_url_value: Option<String>,
    /// Several texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_value: Option<Vec<String>>,
    /// Rows of any values, `null` included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub table_value: Option<Vec<Object>>,
}

/// Reads the value of one custom field.
pub(crate) fn read_custom_field(input: Input<'_>) -> Option<CustomFieldValue> {
    let mut fields = input.fields()?;
    let custom_field_id = fields.required("custom_field_id", reader::parsed);
    let string_value = fields.optional("string_value", reader::string);
    let numeric_value = fields.optional("numeric_value", reader::number);
    let boolean_value = fields.optional("boolean_value", reader::flag);
    let file_url_value = fields.optional("file_url_value", reader::string);
    let list_value = fields.optional("list_value", |list| list.list(reader::string));
    let table_value = fields.optional("table_value", |table| table.list(reader::object));
    fields.finish();
    Some(CustomFieldValue {
        custom_field_id: custom_field_id?,
        string_value,
        numeric_value,
        boolean_value,
        file_url_value,
        list_value,
        table_value,
    })
}
