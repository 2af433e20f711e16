//! The system fields, which every record has beside its own: author, time, version, lock.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::error::{ConflictCode, Error};
use crate::base::json::{self, Object};
use crate::model::principal::SecurityContext;
use crate::model::system_input::{
    ADMIN_CARRIED, AdminFields, CLIENT_CARRIED, ClientFields, SystemInput,
};

/// The system fields of a record. Writes make them by [`SystemFields::created`] and
/// [`SystemFields::touched`], which count the version and respect a lock. The sweep and a restore
/// set single fields in the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SystemFields {
    /// 1 on create, one more on each write.
    pub sys_version: u64,
    /// The time at which the record was made.
    #[schema(value_type = String, format = DateTime)]
    pub sys_created_at: Timestamp,
    /// The principal that made the record.
    pub sys_created_by_id: String,
    /// The time of the last write.
    #[schema(value_type = String, format = DateTime)]
    pub sys_last_modified_at: Timestamp,
    /// The principal of the last write.
    pub sys_last_modified_by_id: String,
    /// The author of the last write, in detail.
    pub sys_last_security_context: SecurityContext,
    /// The principal that deleted the record, if the record was recovered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_deleted_by_id: Option<String>,
    /// Part of the model; not set yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_calculated_field_error: Option<String>,
    /// Part of the model; not set yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_calculated_field_errors: Option<Vec<CalculatedFieldError>>,
    /// Part of the model; not set yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_has_files_in_s3: Option<bool>,
    /// Part of the model; not set yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_configuration_snapshot_id: Option<String>,
    /// Part of the model; not set yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_last_bulk_data_operation_id: Option<String>,
    /// Part of the model; not set yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_last_bulk_data_operation_sys_version: Option<String>,
    /// The fields that any client may set.
    #[serde(flatten)]
    pub client: ClientFields,
    /// The fields that only an `admin` may set.
    #[serde(flatten)]
    pub admin: AdminFields,
}

/// A calculated field that could not be calculated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalculatedFieldError {
    /// The field.
    pub field: String,
    /// The reason.
    pub error: String,
}

impl SystemFields {
    /// Returns the fields of a new record.
    pub fn created(input: SystemInput, author: SecurityContext, now: Timestamp) -> Self {
        Self {
            sys_version: 1,
            sys_created_at: now,
            sys_created_by_id: author.principal_id.clone(),
            sys_last_modified_at: now,
            sys_last_modified_by_id: author.principal_id.clone(),
            sys_last_security_context: author,
            sys_deleted_by_id: None,
            sys_calculated_field_error: None,
            sys_calculated_field_errors: None,
            sys_has_files_in_s3: None,
            sys_configuration_snapshot_id: None,
            sys_last_bulk_data_operation_id: None,
            sys_last_bulk_data_operation_sys_version: None,
            client: input.client,
            admin: input.admin.unwrap_or_default(),
        }
    }

    /// Returns the fields after one more write.
    ///
    /// # Errors
    /// `record-locked`, unless the author is an `admin` whose write unlocks the record.
    pub fn touched(
        self,
        input: SystemInput,
        author: SecurityContext,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let was_locked = self.is_locked();
        let next = Self {
            sys_version: self.sys_version.saturating_add(1),
            sys_last_modified_at: now,
            sys_last_modified_by_id: author.principal_id.clone(),
            client: input.client,
            admin: input.admin.unwrap_or(self.admin),
            sys_last_security_context: author,
            ..self
        };
        if was_locked && next.is_locked() {
            Err(locked())
        } else {
            Ok(next)
        }
    }

    /// Reads the fields without the record's own, each group by itself. Serde's `flatten` would
    /// buffer them, and a buffered number loses its precision, or cannot be read at all.
    ///
    /// # Errors
    /// When a field is missing or has the wrong type.
    pub fn from_fields(mut fields: Object) -> Result<Self, serde_json::Error> {
        let client = serde_json::from_value(json::take(&mut fields, &CLIENT_CARRIED).into())?;
        let admin = serde_json::from_value(json::take(&mut fields, &ADMIN_CARRIED).into())?;
        let server: Self = serde_json::from_value(fields.into())?;
        Ok(Self {
            client,
            admin,
            ..server
        })
    }

    /// Passes when the record is not locked; for a delete, which leaves no record.
    ///
    /// # Errors
    /// `record-locked`.
    pub fn check_unlocked(&self) -> Result<(), Error> {
        if self.is_locked() {
            Err(locked())
        } else {
            Ok(())
        }
    }

    /// Returns whether the record is locked.
    pub fn is_locked(&self) -> bool {
        self.admin.sys_locked == Some(true)
    }
}

fn locked() -> Error {
    Error::conflict(
        ConflictCode::RecordLocked,
        "the record is locked; an `admin` can unlock it",
    )
}
