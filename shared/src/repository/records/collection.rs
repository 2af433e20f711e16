//! One tenant's records of one kind.

use std::marker::PhantomData;

use crate::model::id::TenantId;
use crate::repository::store::attribute::Item;
use crate::repository::store::entity::Entity;
use crate::repository::store::item::{key, partition};
use crate::repository::store::table::Table;

/// One tenant's records of one kind. Every access to a record begins here, so none leaves its
/// tenant.
#[derive(Debug)]
pub struct Collection<'a, E> {
    pub(crate) table: &'a Table,
    pub(crate) tenant: &'a TenantId,
    entity: PhantomData<fn() -> E>,
}

impl Table {
    /// Returns the records of one kind that belong to `tenant`.
    pub fn collection<'a, E: Entity>(&'a self, tenant: &'a TenantId) -> Collection<'a, E> {
        Collection {
            table: self,
            tenant,
            entity: PhantomData,
        }
    }
}

impl<E: Entity> Collection<'_, E> {
    /// Returns the value of `pk` of all these records.
    pub(crate) fn partition(&self) -> String {
        partition(self.tenant, E::KIND)
    }

    /// Returns the key of the record with this id.
    pub(crate) fn key(&self, id: &str) -> Item {
        key(self.partition(), id)
    }
}
