//! The fields that every record has beside its own: who, when, which version, whether locked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::error::{ConflictCode, Error};
use crate::base::json::Object;
use crate::model::principal::SecurityContext;
use crate::model::system_input::{AdminFields, ClientFields, SystemInput};

/// The system fields of a record. There are two ways to get one, [`SystemFields::created`] and
/// [`SystemFields::touched`], so no write can forget the version or pass a lock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SystemFields {
    /// 1 on create, one more on each write.
    pub sys_version: u64,
    /// When the record was made.
    #[schema(value_type = String, format = DateTime)]
    pub sys_created_at: Timestamp,
    /// Who made it.
    pub sys_created_by_id: String,
    /// When it was last written.
    #[schema(value_type = String, format = DateTime)]
    pub sys_last_modified_at: Timestamp,
    /// Who wrote it last.
    pub sys_last_modified_by_id: String,
    /// How the last write came in.
    pub sys_last_security_context: SecurityContext,
    /// On a record that was deleted and recovered: who deleted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_deleted_by_id: Option<String>,
    /// Carried by the model; nothing sets it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_calculated_field_error: Option<String>,
    /// Carried by the model; nothing sets it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_calculated_field_errors: Option<Vec<CalculatedFieldError>>,
    /// Carried by the model; nothing sets it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_has_files_in_s3: Option<bool>,
    /// Carried by the model; nothing sets it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_configuration_snapshot_id: Option<String>,
    /// Carried by the model; nothing sets it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_last_bulk_data_operation_id: Option<String>,
    /// Carried by the model; nothing sets it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_last_bulk_data_operation_sys_version: Option<String>,
    /// What any client may set.
    #[serde(flatten)]
    pub client: ClientFields,
    /// What only an `admin` may set.
    #[serde(flatten)]
    pub admin: AdminFields,
}

/// A calculated field that could not be calculated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalculatedFieldError {
    /// The field.
    pub field: String,
    /// Why not.
    pub error: String,
}

impl SystemFields {
    /// The fields of a new record.
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

    /// The fields after one more write.
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

    /// Reads them back, apart from a record's own: serde's `flatten` would buffer them, and a
    /// buffered number of arbitrary precision can no longer be read as an integer.
    ///
    /// # Errors
    /// When one is missing or has the wrong type.
    pub fn from_fields(fields: Object) -> Result<Self, serde_json::Error> {
        serde_json::from_value(fields.into())
    }

    /// Passes when the record is not locked; for a write after which there is no record.
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

    fn is_locked(&self) -> bool {
        self.admin.sys_locked == Some(true)
    }
}

fn locked() -> Error {
    Error::conflict(
        ConflictCode::RecordLocked,
        "the record is locked; an `admin` can unlock it",
    )
}
