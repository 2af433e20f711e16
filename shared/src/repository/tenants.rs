//! The registry of tenants and their settings: the partition `#tenants`.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::model::id::{RuleSetId, TenantId};
use crate::repository::attribute::Item;
use crate::repository::failure::failure;
use crate::repository::item::{PK, SK, text};
use crate::repository::table::Table;

const PARTITION: &str = "#tenants";

/// What an association has set for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantSettings {
    /// The IANA name of the zone whose calendar decides what "today" is; UTC when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The rule set for credits that are created with neither an expiration date nor a directive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_rule_set_id: Option<RuleSetId>,
}

impl TenantSettings {
    /// The zone; UTC when none is set or the set one is not known here.
    pub fn zone(&self) -> TimeZone {
        let named = self
            .time_zone
            .as_deref()
            .and_then(|name| TimeZone::get(name).ok());
        named.unwrap_or(TimeZone::UTC)
    }
}

impl Table {
    /// A tenant's settings; the defaults when it is not registered.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn tenant_settings(&self, tenant: &TenantId) -> Result<TenantSettings, Error> {
        Ok(self.registered_tenant(tenant).await?.unwrap_or_default())
    }

    /// A registered tenant's settings.
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
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        let settings = answer.item.map(serde_dynamo::from_item).transpose();
        settings.map_err(Error::internal)
    }

    /// Registers a tenant, and tells whether it is new: one that is registered keeps its settings.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn register_tenant(
        &self,
        tenant: &TenantId,
        settings: &TenantSettings,
    ) -> Result<bool, Error> {
        self.put_tenant(tenant, settings, "attribute_not_exists(pk)")
            .await
    }

    /// Replaces the settings of a registered tenant.
    ///
    /// # Errors
    /// `not-found`, and those of the store.
    pub async fn replace_tenant_settings(
        &self,
        tenant: &TenantId,
        settings: &TenantSettings,
    ) -> Result<(), Error> {
        let is_there = self.put_tenant(tenant, settings, "attribute_exists(pk)");
        if is_there.await? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    }

    /// Every registered tenant with its settings, in the order of the ids.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn tenants(&self) -> Result<Vec<(TenantId, TenantSettings)>, Error> {
        let query = self.client.query().table_name(&self.name);
        let mut pages = query
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(PARTITION.to_owned()))
            .into_paginator()
            .items()
            .send();
        let mut tenants = Vec::new();
        while let Some(item) = pages.next().await {
            tenants.push(decode(item.map_err(failure)?)?);
        }
        Ok(tenants)
    }

    async fn put_tenant(
        &self,
        tenant: &TenantId,
        settings: &TenantSettings,
        condition: &str,
    ) -> Result<bool, Error> {
        let mut item: Item = serde_dynamo::to_item(settings).map_err(Error::internal)?;
        item.extend(key(tenant));
        let put = self.client.put_item().table_name(&self.name);
        let put = put.set_item(Some(item)).condition_expression(condition);
        match put.send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(refusal))
                if refusal.err().is_conditional_check_failed_exception() =>
            {
                Ok(false)
            }
            Err(error) => Err(failure(error)),
        }
    }
}

fn key(tenant: &TenantId) -> Item {
    Item::from([
        (PK.to_owned(), AttributeValue::S(PARTITION.to_owned())),
        (SK.to_owned(), AttributeValue::S(tenant.to_string())),
    ])
}

fn decode(item: Item) -> Result<(TenantId, TenantSettings), Error> {
    let id = text(&item, SK).unwrap_or_default().to_owned();
    let tenant = TenantId::try_from(id).map_err(Error::internal)?;
    let settings = serde_dynamo::from_item(item).map_err(Error::internal)?;
    Ok((tenant, settings))
}
