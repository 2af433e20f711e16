//! Removes a tenant: first from the registry, which stops its keys, then its keys, and then, if the
//! operator wants it, its records. Each step deletes what it finds, so a second removal completes
//! an interrupted one.

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::base::error::Error;
use crate::model::credit::Credit;
use crate::model::id::TenantId;
use crate::model::rule_set::ExpirationRuleSet;
use crate::repository::store::attempts::Attempts;
use crate::repository::store::attribute::{Item, string};
use crate::repository::store::entity::Entity;
use crate::repository::store::failure::{failure, is_refused_condition};
use crate::repository::store::item::partition;
use crate::repository::store::table::Table;
use crate::repository::{api_keys, consumption, tenants};

/// The deletes that run at the same time. At some milliseconds each, these are several thousand a
/// second.
const AT_ONCE: usize = 16;

/// A kind of items that a tenant can have. Deleted records count: their content is kept for 30
/// days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// Credits, deleted ones too.
    Credits,
    /// Expiration rule sets, deleted ones too.
    ExpirationRuleSets,
    /// Receipts of what applications have consumed.
    Consumptions,
}

impl Holding {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Credits, Self::ExpirationRuleSets, Self::Consumptions];

    /// Returns the name for an operator.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credits => "credits",
            Self::ExpirationRuleSets => "expiration rule sets",
            Self::Consumptions => "consumptions",
        }
    }

    fn partition(self, tenant: &TenantId) -> String {
        let kind = match self {
            Self::Credits => Credit::KIND,
            Self::ExpirationRuleSets => ExpirationRuleSet::KIND,
            Self::Consumptions => consumption::KIND,
        };
        partition(tenant, kind)
    }
}

impl Table {
    /// Returns the kinds of which a tenant has items, deleted ones too.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn holdings_of(&self, tenant: &TenantId) -> Result<Vec<Holding>, Error> {
        let mut holdings = Vec::new();
        for holding in Holding::ALL {
            let partition = holding.partition(tenant);
            let (first, _) = self.keys_in(&partition, None, Some(1)).await?;
            if !first.is_empty() {
                holdings.push(holding);
            }
        }
        Ok(holdings)
    }

    /// Removes a tenant from the registry. Returns whether it was registered. From then on its keys
    /// do not count.
    ///
    /// # Errors
    /// `outcome-unknown` when it may have been taken out, and those of the store.
    pub async fn unregister_tenant(&self, tenant: &TenantId) -> Result<bool, Error> {
        self.delete(tenants::key(tenant)).await
    }

    /// Deletes a tenant's keys, and returns their number. Costs a read of the keys of all tenants.
    ///
    /// # Errors
    /// `outcome-unknown` when one of them may have been deleted, and those of the store; what was
    /// deleted before stays so.
    pub async fn delete_api_keys_of(&self, tenant: &TenantId) -> Result<u64, Error> {
        let keys = self.api_keys_of(tenant).await?;
        let keys = keys.iter().map(|api_key| api_keys::key(&api_key.id));
        self.delete_all(keys.collect()).await
    }

    /// Deletes a tenant's items of one kind, page by page, tombstones too, and returns their
    /// number. Calls `progress` with the number so far after each page.
    ///
    /// # Errors
    /// `outcome-unknown` when one item may have been deleted, and those of the store; what was
    /// deleted before stays so.
    pub async fn purge(
        &self,
        tenant: &TenantId,
        holding: Holding,
        progress: impl Fn(u64),
    ) -> Result<u64, Error> {
        let partition = holding.partition(tenant);
        let (mut deleted, mut start) = (0_u64, None);
        loop {
            let (keys, next) = self.keys_in(&partition, start, None).await?;
            deleted = deleted.saturating_add(self.delete_all(keys).await?);
            progress(deleted);
            if next.is_none() {
                return Ok(deleted);
            }
            start = next;
        }
    }

    // Reads the keys of a page of at most 1 MB, strongly consistent, and the start of the next
    // page.
    async fn keys_in(
        &self,
        partition: &str,
        start: Option<Item>,
        limit: Option<i32>,
    ) -> Result<(Vec<Item>, Option<Item>), Error> {
        let query = self.client.query().table_name(&self.name);
        let answer = query
            .key_condition_expression("pk = :pk")
            .projection_expression("pk, sk")
            .expression_attribute_values(":pk", string(partition))
            .set_exclusive_start_key(start)
            .set_limit(limit)
            .consistent_read(true)
            .send()
            .await
            .map_err(failure)?;
        Ok((answer.items.unwrap_or_default(), answer.last_evaluated_key))
    }

    async fn delete_all(&self, keys: Vec<Item>) -> Result<u64, Error> {
        stream::iter(keys)
            .map(|key| self.delete(key))
            .buffer_unordered(AT_ONCE)
            .try_fold(0_u64, |count, was_there| async move {
                Ok(count.saturating_add(was_there.into()))
            })
            .await
    }

    /// Deletes an item, and returns whether it was there. After a lost response, an item that is
    /// gone counts as deleted here: an earlier attempt has deleted it, or somebody else at the same
    /// time.
    async fn delete(&self, key: Item) -> Result<bool, Error> {
        let delete = self.client.delete_item().table_name(&self.name);
        let delete = delete
            .set_key(Some(key))
            .condition_expression("attribute_exists(pk)");
        let attempts = Attempts::default();
        match attempts.watch(delete.send()).await {
            Ok(_) => Ok(true),
            Err(error) if is_refused_condition(&error) => Ok(attempts.are_unclear()),
            Err(error) => Err(attempts.failure(error)),
        }
    }
}
