//! The system fields in a client's body.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::base::error::{Error, InvalidCode, Violation};
use crate::base::json::{Fields, Object, reader};
use crate::base::number::Number;

/// Set by the server alone. They are ignored on input, since a client sends back what it read.
pub const SERVER_MANAGED: [&str; 13] = [
    "sys_version",
    "sys_created_at",
    "sys_created_by_id",
    "sys_last_modified_at",
    "sys_last_modified_by_id",
    "sys_last_security_context",
    "sys_deleted_by_id",
    "sys_calculated_field_error",
    "sys_calculated_field_errors",
    "sys_has_files_in_s3",
    "sys_configuration_snapshot_id",
    "sys_last_bulk_data_operation_id",
    "sys_last_bulk_data_operation_sys_version",
];

/// Taken from an `admin` alone. A write by another client keeps their stored values.
pub const ADMIN_CARRIED: [&str; 6] = [
    "sys_locked",
    "sys_bulk_load_pk",
    "sys_bulk_load_at",
    "sys_bulk_load_id",
    "sys_bulk_load_record_no",
    "sys_bulk_load_source_file",
];

/// Taken from any client.
pub const CLIENT_CARRIED: [&str; 3] = [
    "sys_external_id",
    "sys_directive",
    "sys_snapshot_base_version",
];

/// The system fields that any client may set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClientFields {
    /// The record's id in another system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_external_id: Option<String>,
    /// A request to the server, such as `expiration_rule_set:<id>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_directive: Option<String>,
    /// The version that a snapshot was based on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub sys_snapshot_base_version: Option<Number>,
}

/// The system fields that only an `admin` may set: the lock and the bulk loader's fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AdminFields {
    /// `true` if the record refuses every change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_locked: Option<bool>,
    /// The bulk loader's own key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_bulk_load_pk: Option<String>,
    /// The time of the bulk load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_bulk_load_at: Option<String>,
    /// The run of the bulk loader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_bulk_load_id: Option<String>,
    /// The number of the record in the bulk loader's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub sys_bulk_load_record_no: Option<Number>,
    /// The bulk loader's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_bulk_load_source_file: Option<String>,
}

/// The system fields that are taken from a client.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SystemInput {
    /// From any client.
    pub client: ClientFields,
    /// From an `admin`. `None` from others, whose writes keep the stored fields.
    pub admin: Option<AdminFields>,
}

impl SystemInput {
    /// Takes every system field out of a body: reads those that the client may set, and drops the
    /// others.
    pub(crate) fn take(fields: &mut Fields<'_>, is_admin: bool) -> Self {
        let client = ClientFields {
            sys_external_id: fields.optional("sys_external_id", reader::string),
            sys_directive: fields.optional("sys_directive", reader::string),
            sys_snapshot_base_version: fields.optional("sys_snapshot_base_version", reader::number),
        };
        let admin = is_admin.then(|| AdminFields {
            sys_locked: fields.optional("sys_locked", reader::flag),
            sys_bulk_load_pk: fields.optional("sys_bulk_load_pk", reader::string),
            sys_bulk_load_at: fields.optional("sys_bulk_load_at", reader::string),
            sys_bulk_load_id: fields.optional("sys_bulk_load_id", reader::string),
            sys_bulk_load_record_no: fields.optional("sys_bulk_load_record_no", reader::number),
            sys_bulk_load_source_file: fields.optional("sys_bulk_load_source_file", reader::string),
        });
        fields.ignore(&SERVER_MANAGED);
        fields.ignore(&ADMIN_CARRIED);
        Self { client, admin }
    }
}

/// Takes `sys_version` out of a body: the version that the sender means to replace.
///
/// # Errors
/// A violation when the member is not a version.
pub fn take_version(body: &mut Object) -> Result<Option<u64>, Violation> {
    match body.remove("sys_version") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_u64()
            .map(Some)
            .ok_or_else(|| Violation::new("/sys_version", "must be an integer, as it was read")),
    }
}

/// Passes a body without an id. The server gives a new record its id.
///
/// # Errors
/// `id-not-allowed`.
pub fn refuse_id(body: &mut Object) -> Result<(), Error> {
    match body.remove("id") {
        None | Some(Value::Null) => Ok(()),
        Some(_) => Err(Error::invalid(
            InvalidCode::IdNotAllowed,
            "leave out `id`: the server gives a new record its id",
            vec![Violation::new("/id", "must be absent")],
        )),
    }
}

/// Passes a body whose id is absent, or equal to the id in the path.
///
/// # Errors
/// A violation when the body has another id.
pub fn check_id(body: &mut Object, path_id: &str) -> Result<(), Violation> {
    match body.remove("id") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(id)) if id == path_id => Ok(()),
        Some(_) => Err(Violation::new(
            "/id",
            "must be absent or equal to the id in the path",
        )),
    }
}
