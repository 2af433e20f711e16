//! The registry of tenants and their settings: the partition `#tenants`.

use std::ops::Bound;

use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;

use crate::base::error::{ConflictCode, Error};
use crate::model::id::TenantId;
use crate::model::tenant::TenantSettings;
use crate::repository::store::attempts::Attempts;
use crate::repository::store::attribute::{Item, string};
use crate::repository::store::failure::{WriteFailure, failure};
use crate::repository::store::item::{self, PK, SK, text};
use crate::repository::store::table::Table;

pub(crate) const PARTITION: &str = "#tenants";

/// The attributes of [`TenantSettings`].
const SETTINGS: [&str; 2] = ["time_zone", "default_rule_set_id"];

/// A page of the registry, in the order of the ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantsPage {
    /// The tenants with their settings.
    pub tenants: Vec<(TenantId, TenantSettings)>,
    /// The tenant after which the next page begins; `None` on the last page.
    pub next: Option<TenantId>,
}

impl Table {
    /// Reads a tenant's settings. A tenant that is not registered has the defaults.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn tenant_settings(&self, tenant: &TenantId) -> Result<TenantSettings, Error> {
        Ok(self.registered_tenant(tenant).await?.unwrap_or_default())
    }

    /// Reads the settings of a registered tenant. One capacity unit.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn registered_tenant(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<TenantSettings>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key(tenant)))
            .consistent_read(true)
            .send()
            .await
            .map_err(failure)?;
        let settings = answer.item.map(serde_dynamo::from_item).transpose();
        settings.map_err(Error::internal)
    }

    /// Returns whether a tenant is registered. Half a capacity unit for an eventually consistent
    /// read. Only when that finds nothing, a strongly consistent read follows, so that a tenant
    /// counts from its registration on.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn is_registered(&self, tenant: &TenantId) -> Result<bool, Error> {
        let read = self.client.get_item().table_name(&self.name);
        let read = read.set_key(Some(key(tenant))).projection_expression(PK);
        for is_consistent in [false, true] {
            let sent = read.clone().consistent_read(is_consistent).send().await;
            if sent.map_err(failure)?.item.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Registers a tenant. Returns whether it is new: a registered tenant keeps its settings.
    ///
    /// # Errors
    /// `outcome-unknown` when it may have been registered, and those of the store.
    pub async fn register_tenant(
        &self,
        tenant: &TenantId,
        settings: &TenantSettings,
    ) -> Result<bool, Error> {
        let put = self.put_tenant(tenant, settings)?;
        let put = put.condition_expression("attribute_not_exists(pk)");
        let attempts = Attempts::default();
        let sent = attempts.watch(put.send()).await;
        match sent.map_err(WriteFailure::from) {
            Ok(_) => Ok(true),
            Err(WriteFailure::Refused(found)) => {
                // After a lost response, the same settings are those that an earlier attempt has
                // written, or come to the same.
                let found = found.map(decode).transpose()?;
                let is_same = found.is_some_and(|(_, found)| found == *settings);
                Ok(attempts.are_unclear() && is_same)
            }
            Err(WriteFailure::Failed(error)) => Err(attempts.failure(error)),
        }
    }

    /// Replaces the settings of a registered tenant, unless they are no longer those that were
    /// read.
    ///
    /// # Errors
    /// `not-found`; `version-conflict` when somebody else has changed the settings since;
    /// `outcome-unknown` when they may have been replaced; and those of the store.
    pub async fn replace_tenant_settings(
        &self,
        tenant: &TenantId,
        read: &TenantSettings,
        settings: &TenantSettings,
    ) -> Result<(), Error> {
        let put = self.put_tenant(tenant, settings)?;
        let read: Item = serde_dynamo::to_item(read).map_err(Error::internal)?;
        let attempts = Attempts::default();
        let sent = attempts.watch(unchanged(put, &read).send()).await;
        match sent.map_err(WriteFailure::from) {
            Ok(_) => Ok(()),
            Err(WriteFailure::Refused(found)) => refused(found, settings),
            Err(WriteFailure::Failed(error)) => Err(attempts.failure(error)),
        }
    }

    /// Reads every registered tenant with its settings, in the order of the ids.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn tenants(&self) -> Result<Vec<(TenantId, TenantSettings)>, Error> {
        let query = self.client.query().table_name(&self.name);
        let mut pages = query
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", string(PARTITION))
            .into_paginator()
            .items()
            .send();
        let mut tenants = Vec::new();
        while let Some(item) = pages.next().await {
            tenants.push(decode(item.map_err(failure)?)?);
        }
        Ok(tenants)
    }

    /// Reads at most `limit` registered tenants from `from` on. Leaves out a tenant that cannot be
    /// read, and logs it, so that the others can be swept.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn tenants_page(
        &self,
        from: Bound<&TenantId>,
        limit: u16,
    ) -> Result<TenantsPage, Error> {
        let (condition, from) = match from {
            Bound::Included(tenant) => ("pk = :pk AND sk >= :from", Some(tenant)),
            Bound::Excluded(tenant) => ("pk = :pk AND sk > :from", Some(tenant)),
            Bound::Unbounded => ("pk = :pk", None),
        };
        let query = self.client.query().table_name(&self.name);
        let query = query
            .key_condition_expression(condition)
            .expression_attribute_values(":pk", string(PARTITION))
            .limit(limit.into());
        let query = match from {
            Some(tenant) => query.expression_attribute_values(":from", string(tenant)),
            None => query,
        };
        let answer = query.send().await.map_err(failure)?;
        let items = answer.items.unwrap_or_default().into_iter();
        Ok(TenantsPage {
            tenants: items.filter_map(readable).collect(),
            next: answer.last_evaluated_key.map(|key| id(&key)).transpose()?,
        })
    }

    /// Makes a put of a tenant. Its refusal brings the item that is in the way.
    fn put_tenant(
        &self,
        tenant: &TenantId,
        settings: &TenantSettings,
    ) -> Result<PutItemFluentBuilder, Error> {
        let put = self.client.put_item().table_name(&self.name);
        Ok(put
            .set_item(Some(item(tenant, settings)?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld))
    }
}

fn item(tenant: &TenantId, settings: &TenantSettings) -> Result<Item, Error> {
    let mut item: Item = serde_dynamo::to_item(settings).map_err(Error::internal)?;
    item.extend(key(tenant));
    Ok(item)
}

/// Adds the condition that each setting is as it was read.
fn unchanged(put: PutItemFluentBuilder, read: &Item) -> PutItemFluentBuilder {
    let mut conditions = vec!["attribute_exists(pk)".to_owned()];
    let mut put = put;
    for name in SETTINGS {
        match read.get(name) {
            Some(value) => {
                conditions.push(format!("{name} = :{name}"));
                put = put.expression_attribute_values(format!(":{name}"), value.clone());
            }
            None => conditions.push(format!("attribute_not_exists({name})")),
        }
    }
    put.condition_expression(conditions.join(" AND "))
}

/// A refused condition, unless what is in the way is what was to be written: then it is our own
/// write, by an earlier attempt whose response was lost, or one that comes to the same.
fn refused(found: Option<Item>, settings: &TenantSettings) -> Result<(), Error> {
    let (_, found) = decode(found.ok_or(Error::NotFound)?)?;
    if found == *settings {
        return Ok(());
    }
    Err(Error::conflict(
        ConflictCode::VersionConflict,
        "somebody else changed the tenant's settings at the same time; read them again",
    ))
}

pub(crate) fn key(tenant: &TenantId) -> Item {
    item::key(PARTITION, tenant)
}

fn readable(item: Item) -> Option<(TenantId, TenantSettings)> {
    let tenant = text(&item, SK).map(str::to_owned);
    decode(item)
        .inspect_err(|_| tracing::error!(tenant, "a registered tenant cannot be read"))
        .ok()
}

fn id(item: &Item) -> Result<TenantId, Error> {
    let id = text(item, SK).unwrap_or_default().to_owned();
    TenantId::try_from(id).map_err(Error::internal)
}

fn decode(item: Item) -> Result<(TenantId, TenantSettings), Error> {
    let tenant = id(&item)?;
    let settings = serde_dynamo::from_item(item).map_err(Error::internal)?;
    Ok((tenant, settings))
}
