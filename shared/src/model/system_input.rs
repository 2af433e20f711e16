//! What a client's body may say about system fields.

use serde_json::Value;

use crate::base::error::{Error, InvalidCode, Violation};
use crate::base::json::{self, Object};
use crate::model::system::{AdminFields, ClientFields};

/// Set by the server alone. A client sends back what it read, so they are ignored on input.
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

/// Carried from an `admin` alone; from others they keep their stored value.
pub const ADMIN_CARRIED: [&str; 6] = [
    "sys_locked",
    "sys_bulk_load_pk",
    "sys_bulk_load_at",
    "sys_bulk_load_id",
    "sys_bulk_load_record_no",
    "sys_bulk_load_source_file",
];

const CLIENT_CARRIED: [&str; 3] = [
    "sys_external_id",
    "sys_directive",
    "sys_snapshot_base_version",
];

/// The system fields that are taken from a client.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SystemInput {
    /// From anybody.
    pub client: ClientFields,
    /// From an `admin`; `None` from others: what is stored stays.
    pub admin: Option<AdminFields>,
}

impl SystemInput {
    /// Takes the system fields out of a body, so that only the resource's own are left there.
    ///
    /// # Errors
    /// A violation for each group with a field of the wrong type.
    pub fn take(body: &mut Object, is_admin: bool) -> Result<Self, Vec<Violation>> {
        take(body, &SERVER_MANAGED);
        let client = json::decode(take(body, &CLIENT_CARRIED));
        let admin = take(body, &ADMIN_CARRIED);
        let admin = is_admin.then(|| json::decode(admin)).transpose();
        match (client, admin) {
            (Ok(client), Ok(admin)) => Ok(Self { client, admin }),
            (client, admin) => Err(client.err().into_iter().chain(admin.err()).collect()),
        }
    }
}

fn take(body: &mut Object, names: &[&str]) -> Object {
    names
        .iter()
        .filter_map(|name| body.remove_entry(*name))
        .collect()
}

/// Takes `sys_version` out of a body: the version its sender believes to replace.
///
/// # Errors
/// A violation when it is there and no version.
pub fn take_version(body: &mut Object) -> Result<Option<u64>, Violation> {
    match body.remove("sys_version") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or_else(|| {
            Violation::new("/sys_version", "must be a whole number, as it was read")
        }),
    }
}

/// Passes a body without an id: the server gives new records theirs.
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

/// Passes a body whose id is absent, or that of the path.
///
/// # Errors
/// A violation when it is another.
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
