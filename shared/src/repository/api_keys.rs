//! The API keys of all tenants: the partition `#api_keys`, sorted by the id that is part of each
//! key.

use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;

use crate::base::error::Error;
use crate::model::api_key::ApiKey;
use crate::model::id::{ApiKeyId, TenantId};
use crate::repository::store::attempts::Attempts;
use crate::repository::store::attribute::{Item, string};
use crate::repository::store::failure::{WriteFailure, failure, is_refused_condition};
use crate::repository::store::item;
use crate::repository::store::table::Table;

pub(crate) const PARTITION: &str = "#api_keys";

impl Table {
    /// Reads a key by its id. One capacity unit for a strongly consistent read: a revocation counts
    /// from the next look-up on.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn api_key(&self, id: &ApiKeyId) -> Result<Option<ApiKey>, Error> {
        let request = self.client.get_item().table_name(&self.name);
        let answer = request
            .set_key(Some(key(id)))
            .consistent_read(true)
            .send()
            .await
            .map_err(failure)?;
        answer.item.map(decode).transpose()
    }

    /// Stores a new key.
    ///
    /// # Errors
    /// `internal` when there is another key of this id, which chance does not bring about;
    /// `outcome-unknown` when it may have been stored; and those of the store.
    pub async fn create_api_key(&self, api_key: &ApiKey) -> Result<(), Error> {
        let mut item: Item = serde_dynamo::to_item(api_key).map_err(Error::internal)?;
        item.extend(key(&api_key.id));
        let put = self.client.put_item().table_name(&self.name);
        let put = put
            .set_item(Some(item))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .condition_expression("attribute_not_exists(pk)");
        let attempts = Attempts::default();
        let sent = attempts.watch(put.send()).await;
        match sent.map_err(WriteFailure::from) {
            Ok(_) => Ok(()),
            Err(WriteFailure::Refused(found)) => {
                // The SDK repeats a write whose response it lost: then it is our own in the way.
                match found.map(decode).transpose()? {
                    Some(found) if found.hash == api_key.hash => Ok(()),
                    _ => Err(Error::internal("there is a key of this id")),
                }
            }
            Err(WriteFailure::Failed(error)) => Err(attempts.failure(error)),
        }
    }

    /// Reads a tenant's keys, revoked ones too. Costs a read of the keys of all tenants, so it is
    /// for an operator.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn api_keys_of(&self, tenant: &TenantId) -> Result<Vec<ApiKey>, Error> {
        let query = self.client.query().table_name(&self.name);
        let mut pages = query
            .key_condition_expression("pk = :pk")
            .filter_expression("tenant = :tenant")
            .expression_attribute_values(":pk", string(PARTITION))
            .expression_attribute_values(":tenant", string(tenant))
            .into_paginator()
            .items()
            .send();
        let mut keys = Vec::new();
        while let Some(item) = pages.next().await {
            keys.push(decode(item.map_err(failure)?)?);
        }
        Ok(keys)
    }

    /// Revokes a key for good. A key that is already revoked stays as it is.
    ///
    /// # Errors
    /// `not-found`; `outcome-unknown` when it may have been revoked; and those of the store.
    pub async fn revoke_api_key(&self, id: &ApiKeyId, now: Timestamp) -> Result<ApiKey, Error> {
        let update = self.client.update_item().table_name(&self.name);
        let update = update
            .set_key(Some(key(id)))
            .update_expression("SET revoked_at = if_not_exists(revoked_at, :now)")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":now", string(now))
            .return_values(ReturnValue::AllNew);
        let attempts = Attempts::default();
        match attempts.watch(update.send()).await {
            Ok(answer) => decode(answer.attributes.unwrap_or_default()),
            Err(error) if is_refused_condition(&error) => Err(Error::NotFound),
            Err(error) => Err(attempts.failure(error)),
        }
    }

    /// Notes that a key was used, unless somebody has noted a use since the key was read.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn note_api_key_use(&self, api_key: &ApiKey, now: Timestamp) -> Result<(), Error> {
        let update = self.client.update_item().table_name(&self.name);
        let update = update
            .set_key(Some(key(&api_key.id)))
            .update_expression("SET last_used_at = :now")
            .expression_attribute_values(":now", string(now));
        let update = match api_key.last_used_at {
            None => update.condition_expression(
                "attribute_exists(pk) AND attribute_not_exists(last_used_at)",
            ),
            Some(noted) => update
                .condition_expression("last_used_at = :noted")
                .expression_attribute_values(":noted", string(noted)),
        };
        match update.send().await {
            Ok(_) => Ok(()),
            Err(error) if is_refused_condition(&error) => Ok(()),
            Err(error) => Err(failure(error)),
        }
    }
}

pub(crate) fn key(id: &ApiKeyId) -> Item {
    item::key(PARTITION, id)
}

fn decode(item: Item) -> Result<ApiKey, Error> {
    serde_dynamo::from_item(item).map_err(Error::internal)
}
