//! Reads one record.

use crate::base::error::Error;
use crate::base::json::Object;
use crate::protocol::projection::Selection;
use crate::repository::records::collection::Collection;
use crate::repository::store::attribute::Item;
use crate::repository::store::entity::Entity;
use crate::repository::store::failure::failure;
use crate::repository::store::item::{
    DELETED_AT, SYS_VERSION, attributes, decode, is_tombstone, version,
};
use crate::repository::store::projection::project;

/// The most reads of a record while each is older than a version that the client has seen.
const MAX_READS: u32 = 3;

/// A record as it is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The selected fields.
    pub fields: Object,
    /// Its version, for the `ETag`, selected or not.
    pub version: u64,
}

impl<E: Entity> Collection<'_, E> {
    /// Reads the selected fields of a record. Half a capacity unit for each 4 KB, one when
    /// consistent.
    ///
    /// # Errors
    /// `not-found`, and the errors of the store.
    pub async fn get(
        &self,
        id: &str,
        selection: &Selection,
        is_consistent: bool,
    ) -> Result<Record, Error> {
        let (expression, names) = project(selection, &[SYS_VERSION, DELETED_AT]);
        let request = self.table.client.get_item().table_name(&self.table.name);
        let answer = request
            .set_key(Some(self.key(id)))
            .consistent_read(is_consistent)
            .set_projection_expression(expression)
            .set_expression_attribute_names(names)
            .send()
            .await
            .map_err(failure)?;
        let item = present(answer.item)?;
        let version = version(&item)?;
        Ok(Record {
            fields: selection.pick(attributes(item)?),
            version,
        })
    }

    /// Reads a whole record as a value, strongly consistent: one capacity unit for each 4 KB.
    ///
    /// # Errors
    /// `not-found`, and the errors of the store.
    pub async fn find(&self, id: &str) -> Result<E, Error> {
        decode(present(self.read_item(id).await?)?)
    }

    /// Reads the item of this id, which may be a tombstone, strongly consistent.
    pub(crate) async fn read_item(&self, id: &str) -> Result<Option<Item>, Error> {
        let request = self.table.client.get_item().table_name(&self.table.name);
        let answer = request
            .set_key(Some(self.key(id)))
            .consistent_read(true)
            .send()
            .await
            .map_err(failure)?;
        Ok(answer.item)
    }

    /// Reads the item like [`Collection::read_item`], and again while it is older than a version
    /// that the client has seen.
    pub(crate) async fn read_fresh(
        &self,
        id: &str,
        min_version: Option<u64>,
    ) -> Result<Option<Item>, Error> {
        let mut found = None;
        for _ in 0..MAX_READS {
            found = self.read_item(id).await?;
            let record = found.as_ref().filter(|item| !is_tombstone(item));
            let is_fresh = match (record, min_version) {
                (_, None) => true,
                (Some(item), Some(min_version)) => version(item)? >= min_version,
                (None, Some(_)) => false,
            };
            if is_fresh {
                break;
            }
        }
        Ok(found)
    }
}

/// Returns the item of a record.
///
/// # Errors
/// `not-found` when there is no item, or a tombstone.
pub(crate) fn present(item: Option<Item>) -> Result<Item, Error> {
    item.filter(|item| !is_tombstone(item))
        .ok_or(Error::NotFound)
}
