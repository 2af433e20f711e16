//! The expiration sweep's door to the table: the only one that no caller's tenant bounds.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::base::error::Error;
use crate::lifecycle::archival::{ExpiringCredit, Verdict};
use crate::model::credit::{Credit, ExpirationState};
use crate::model::date::CivilDate;
use crate::model::id::TenantId;
use crate::model::principal::SecurityContext;
use crate::model::status::Status;
use crate::repository::records::credit::{EXPIRATION_STATE, GRACE_ENDS};
use crate::repository::store::attribute::{Item, to_item};
use crate::repository::store::entity::Entity;
use crate::repository::store::failure::failure;
use crate::repository::store::item::{PK, SK, TENANT_ID, partition, text};
use crate::repository::store::table::Table;
use crate::repository::store::write_log::WriteId;

const INDEX: &str = "by_expiration";
const EXPIRATION_DATE: &str = "expiration_date";
const SYS_LOCKED: &str = "sys_locked";

/// One write for a credit that was not read. The version goes up by what is there, and the id of
/// the write joins those that are there. The next write by anybody else leaves out what is too old.
const ARCHIVE: &str = "SET #status = :archived, expiration_state = :done, \
     sys_version = sys_version + :one, \
     sys_last_modified_at = :sys_last_modified_at, \
     sys_last_modified_by_id = :sys_last_modified_by_id, \
     sys_last_security_context = :sys_last_security_context, \
     last_write_ids = list_append(if_not_exists(last_write_ids, :none), :write)";
/// Everything that it was decided on: an index may tell of what was.
const STILL_DUE: &str = "expiration_state = :pending AND expiration_date = :seen \
     AND (attribute_not_exists(sys_locked) OR sys_locked <> :true) \
     AND (attribute_not_exists(grace_ends) OR grace_ends < :today)";

/// The sweep's door. It leads to the expiration index and to one kind of write, and nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct SweepDoor<'a> {
    table: &'a Table,
}

/// A place in a tenant's part of the expiration index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SweepPosition {
    /// The expiration date, as it is stored.
    #[serde(rename = "d")]
    pub date: String,
    /// The credit's id.
    #[serde(rename = "i")]
    pub id: String,
}

/// One entry of the expiration index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub position: SweepPosition,
    /// What it tells; nothing when an attribute is not what we would have written.
    pub credit: Option<ExpiringCredit>,
}

/// A part of the expiration index, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpiringPage {
    /// The entries.
    pub found: Vec<Found>,
    /// Whether there may be more after the last of them.
    pub has_more: bool,
}

/// What became of an archival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Archival {
    /// It is archived, now or by an earlier attempt whose response was lost.
    Archived,
    /// There was nothing to do any more: archived by another, changed, or deleted.
    Already,
    /// It is locked.
    Locked,
}

impl Table {
    /// The way of the expiration sweep, and of nobody else: it takes any tenant.
    pub fn sweep(&self) -> SweepDoor<'_> {
        SweepDoor { table: self }
    }
}

impl SweepDoor<'_> {
    /// At most `limit` of a tenant's credits that expire before `before` and still have to be
    /// looked at, those that expire first before the others. 0.5 capacity units for each 4 KB of
    /// entries of about 170 bytes.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn expiring(
        &self,
        tenant: &TenantId,
        before: CivilDate,
        after: Option<&SweepPosition>,
        limit: u16,
    ) -> Result<ExpiringPage, Error> {
        let query = self.table.client.query().table_name(&self.table.name);
        let answer = query
            .index_name(INDEX)
            .key_condition_expression(
                "tenant_id = :tenant AND expiration_state = :pending AND expiration_date < :before",
            )
            .projection_expression("id, expiration_date, grace_ends, sys_locked")
            .expression_attribute_values(":tenant", string(tenant.as_str()))
            .expression_attribute_values(":pending", string(ExpirationState::Pending.as_str()))
            .expression_attribute_values(":before", string(&before.to_string()))
            .set_exclusive_start_key(after.map(|position| start_key(tenant, position)))
            .limit(limit.into())
            .send()
            .await
            .map_err(failure)?;
        let items = answer.items.unwrap_or_default().into_iter();
        Ok(ExpiringPage {
            found: items.map(found).collect::<Result<_, _>>()?,
            has_more: answer.last_evaluated_key.is_some(),
        })
    }

    /// Archives a credit that was found due on `today`, without reading it, unless it is no longer
    /// what it was decided on. Five write units, of which two for the move inside the index.
    ///
    /// # Errors
    /// Those of the store; `internal` also for an item that is not one of ours.
    pub async fn archive(
        &self,
        credit: &ExpiringCredit,
        today: CivilDate,
        author: &SecurityContext,
        now: Timestamp,
    ) -> Result<Archival, Error> {
        let write = WriteId::random();
        let entry = write.entry(self.table.clock.now());
        let update = self.update(credit, author, now)?;
        let sent = update
            .expression_attribute_values(":write", AttributeValue::L(vec![entry]))
            .expression_attribute_values(":today", string(&today.to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(Archival::Archived),
            Err(SdkError::ServiceError(refusal))
                if refusal.err().is_conditional_check_failed_exception() =>
            {
                Ok(refused(&write, in_the_way(refusal.into_err()), today))
            }
            Err(error) => Err(failure(error)),
        }
    }

    fn update(
        &self,
        credit: &ExpiringCredit,
        author: &SecurityContext,
        now: Timestamp,
    ) -> Result<UpdateItemFluentBuilder, Error> {
        let update = self.table.client.update_item().table_name(&self.table.name);
        let update = update
            .set_key(Some(key(&author.tenant_id, &credit.id)))
            .update_expression(ARCHIVE)
            .condition_expression(STILL_DUE)
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":archived", string(Status::ARCHIVED))
            .expression_attribute_values(":done", string(ExpirationState::Done.as_str()))
            .expression_attribute_values(":pending", string(ExpirationState::Pending.as_str()))
            .expression_attribute_values(":seen", string(&credit.expiration_date.to_string()))
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":none", AttributeValue::L(Vec::new()));
        let stamps = stamps(author, now)?.into_iter();
        Ok(stamps.fold(update, |update, (name, value)| {
            update.expression_attribute_values(format!(":{name}"), value)
        }))
    }
}

/// The system fields that say who wrote last, when and how, spelled as every other write does.
fn stamps(author: &SecurityContext, now: Timestamp) -> Result<Item, Error> {
    let stamps = json!({
        "sys_last_modified_at": now,
        "sys_last_modified_by_id": author.principal_id,
        "sys_last_security_context": author,
    });
    match stamps {
        serde_json::Value::Object(stamps) => to_item(stamps),
        _ => Err(Error::internal("stamps that are no JSON object")),
    }
}

/// A refused condition: our own write whose response was lost, a lock, or somebody who was faster.
fn refused(write: &WriteId, item: Option<Item>, today: CivilDate) -> Archival {
    let Some(item) = item else {
        return Archival::Already;
    };
    if write.is_in(&item) {
        return Archival::Archived;
    }
    let is_pending = text(&item, EXPIRATION_STATE) == Some(ExpirationState::Pending.as_str());
    match credit(&item).map(|credit| credit.verdict(today)) {
        Some(Verdict::Locked) if is_pending => Archival::Locked,
        Some(_) | None => Archival::Already,
    }
}

fn in_the_way(error: UpdateItemError) -> Option<Item> {
    match error {
        UpdateItemError::ConditionalCheckFailedException(refused) => refused.item,
        _ => None,
    }
}

fn found(item: Item) -> Result<Found, Error> {
    let attribute = |name| {
        let text = text(&item, name).map(str::to_owned);
        text.ok_or_else(|| Error::internal("an index entry without its key"))
    };
    Ok(Found {
        position: SweepPosition {
            date: attribute(EXPIRATION_DATE)?,
            id: attribute("id")?,
        },
        credit: credit(&item),
    })
}

fn credit(item: &Item) -> Option<ExpiringCredit> {
    let grace_ends = item
        .get(GRACE_ENDS)
        .map(|value| value.as_s().ok()?.parse().ok());
    let is_locked = item
        .get(SYS_LOCKED)
        .map(|value| value.as_bool().ok().copied());
    Some(ExpiringCredit {
        id: text(item, "id")?.to_owned(),
        expiration_date: text(item, EXPIRATION_DATE)?.parse().ok()?,
        grace_ends: match grace_ends {
            Some(readable) => Some(readable?),
            None => None,
        },
        is_locked: is_locked.unwrap_or(Some(false))?,
    })
}

fn key(tenant: &TenantId, id: &str) -> Item {
    Item::from([
        (PK.to_owned(), string(&partition(tenant, Credit::KIND))),
        (SK.to_owned(), string(id)),
    ])
}

fn start_key(tenant: &TenantId, position: &SweepPosition) -> Item {
    let mut start = key(tenant, &position.id);
    start.extend([
        (TENANT_ID.to_owned(), string(tenant.as_str())),
        (
            EXPIRATION_STATE.to_owned(),
            string(ExpirationState::Pending.as_str()),
        ),
        (EXPIRATION_DATE.to_owned(), string(&position.date)),
        ("id".to_owned(), string(&position.id)),
    ]);
    start
}

fn string(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::store::write_log::LAST_WRITE_IDS;

    fn entry(attributes: &[(&str, AttributeValue)]) -> Item {
        let mut item = Item::from([
            ("id".to_owned(), string("a")),
            (EXPIRATION_DATE.to_owned(), string("2026-01-31")),
        ]);
        let others = attributes.iter();
        item.extend(others.map(|(name, value)| ((*name).to_owned(), value.clone())));
        item
    }

    #[test]
    fn an_entry_is_read_whole_or_not_at_all() {
        let read = credit(&entry(&[("grace_ends", string("2026-02-02"))])).unwrap();
        assert_eq!(read.last_day().to_string(), "2026-02-02");
        assert!(!read.is_locked);
        for (name, bad) in [
            ("grace_ends", AttributeValue::N("5".to_owned())),
            ("grace_ends", string("soon")),
            ("sys_locked", string("yes")),
            ("expiration_date", string("2026-02-30")),
        ] {
            let found = found(entry(&[(name, bad)])).unwrap();
            assert_eq!(found.credit, None, "{name}");
        }
    }

    #[test]
    fn what_was_in_the_way_says_what_became_of_a_credit() {
        let today = "2026-03-01".parse().unwrap();
        let write = WriteId::random();
        let judge = |item| refused(&write, item, today);
        let pending = (EXPIRATION_STATE, string("pending"));
        let locked = (SYS_LOCKED, AttributeValue::Bool(true));
        assert_eq!(judge(None), Archival::Already);
        assert_eq!(judge(Some(entry(&[]))), Archival::Already);
        assert_eq!(
            judge(Some(entry(std::slice::from_ref(&locked)))),
            Archival::Already
        );
        assert_eq!(judge(Some(entry(&[pending, locked]))), Archival::Locked);
        let log = write.appended_to(&Item::new(), Timestamp::now());
        let own = Item::from([(LAST_WRITE_IDS.to_owned(), log)]);
        assert_eq!(judge(Some(own)), Archival::Archived);
    }
}
