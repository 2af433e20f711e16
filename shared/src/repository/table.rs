//! The one table, and the collections in it.

use std::marker::PhantomData;

use aws_sdk_dynamodb::Client;

use crate::clock::Clock;
use crate::model::id::TenantId;
use crate::repository::collection::Collection;
use crate::repository::entity::Entity;

/// The table. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
    /// What the log of an item's writes is kept by.
    pub(crate) clock: Clock,
}

impl Table {
    /// The table `name`, reached by `client`.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self {
            client,
            name: name.into(),
            clock: Clock::system(),
        }
    }

    /// The same table in another time; for tests in which seconds must not pass by themselves.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// All records of one kind.
    pub fn records<E: Entity>(&self) -> Records<'_, E> {
        Records {
            table: self,
            entity: PhantomData,
        }
    }
}

/// The records of one kind. There is no way to one of them but through a tenant.
#[derive(Debug)]
pub struct Records<'a, E> {
    table: &'a Table,
    entity: PhantomData<fn() -> E>,
}

impl<'a, E: Entity> Records<'a, E> {
    /// Those of one tenant.
    pub fn for_tenant(self, tenant: &'a TenantId) -> Collection<'a, E> {
        Collection::new(self.table, tenant)
    }
}
