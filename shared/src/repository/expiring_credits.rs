//! One tenant's expiring credits: the index `by_expiration`, and the write that archives one of
//! them.
//!
//! Only the expiration sweep asks these questions. It may ask for any tenant, because no caller
//! limits it to one.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::base::error::Error;
use crate::lifecycle::archival::{ExpiringCredit, Verdict, author};
use crate::model::credit::{Credit, ExpirationState};
use crate::model::date::CivilDate;
use crate::model::id::TenantId;
use crate::model::principal::SecurityContext;
use crate::model::status::Status;
use crate::repository::records::credit::{EXPIRATION_STATE, GRACE_ENDS};
use crate::repository::store::attempts::Attempts;
use crate::repository::store::attribute::{Item, string, to_item};
use crate::repository::store::entity::Entity;
use crate::repository::store::failure::{WriteFailure, failure};
use crate::repository::store::item::{self, TENANT_ID, partition, text};
use crate::repository::store::table::Table;
use crate::repository::store::write_log::WriteId;

const INDEX: &str = "by_expiration";
const EXPIRATION_DATE: &str = "expiration_date";
const SYS_LOCKED: &str = "sys_locked";

/// Archives a credit that was not read. The update counts the version up in place and appends the
/// id of the write to the log. It cannot trim the log: the next write that reads the item does.
const ARCHIVE: &str = "SET #status = :archived, expiration_state = :done, \
     sys_version = sys_version + :one, \
     sys_last_modified_at = :sys_last_modified_at, \
     sys_last_modified_by_id = :sys_last_modified_by_id, \
     sys_last_security_context = :sys_last_security_context, \
     last_write_ids = list_append(if_not_exists(last_write_ids, :none), :write)";
/// Repeats everything that the verdict was based on, since an index may be late.
const STILL_DUE: &str = "expiration_state = :pending AND expiration_date = :seen \
     AND (attribute_not_exists(sys_locked) OR sys_locked <> :true) \
     AND (attribute_not_exists(grace_ends) OR grace_ends < :today)";

/// One tenant's part of the expiration index.
#[derive(Clone, Copy, Debug)]
pub struct ExpiringCredits<'a> {
    table: &'a Table,
    tenant: &'a TenantId,
}

/// A position in a tenant's part of the expiration index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExpiringPosition {
    /// The expiration date, as it is stored.
    #[serde(rename = "d")]
    pub date: String,
    /// The credit's id.
    #[serde(rename = "i")]
    pub id: String,
}

/// An entry of the expiration index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiringEntry {
    /// The entry's position.
    pub position: ExpiringPosition,
    /// The credit; `None` when an attribute is not one that we write.
    pub credit: Option<ExpiringCredit>,
}

/// A page of the expiration index, the oldest entries first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpiringPage {
    /// The entries.
    pub entries: Vec<ExpiringEntry>,
    /// Whether entries may follow the last one.
    pub has_more: bool,
}

/// The outcome of archiving a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Archival {
    /// The credit is archived, by this write or by an earlier attempt whose response was lost.
    Archived,
    /// The credit needs nothing any more: somebody else archived, changed or deleted it.
    Already,
    /// The credit is locked.
    Locked,
}

impl Table {
    /// Returns the expiring credits of a tenant. For the expiration sweep only.
    pub fn expiring_credits<'a>(&'a self, tenant: &'a TenantId) -> ExpiringCredits<'a> {
        ExpiringCredits {
            table: self,
            tenant,
        }
    }
}

impl ExpiringCredits<'_> {
    /// Reads at most `limit` credits that expire before `before` and are not done, the soonest to
    /// expire first, from the entry after `after` on. 0.5 capacity units for each 4 KB of entries
    /// of about 170 bytes.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn page(
        &self,
        before: CivilDate,
        after: Option<&ExpiringPosition>,
        limit: u16,
    ) -> Result<ExpiringPage, Error> {
        let query = self.table.client.query().table_name(&self.table.name);
        let answer = query
            .index_name(INDEX)
            .key_condition_expression(
                "tenant_id = :tenant AND expiration_state = :pending AND expiration_date < :before",
            )
            .projection_expression("id, expiration_date, grace_ends, sys_locked")
            .expression_attribute_values(":tenant", string(self.tenant))
            .expression_attribute_values(":pending", state(ExpirationState::Pending))
            .expression_attribute_values(":before", string(before))
            .set_exclusive_start_key(after.map(|position| self.start_key(position)))
            .limit(limit.into())
            .send()
            .await
            .map_err(failure)?;
        let items = answer.items.unwrap_or_default().into_iter();
        Ok(ExpiringPage {
            entries: items.map(entry).collect::<Result<_, _>>()?,
            has_more: answer.last_evaluated_key.is_some(),
        })
    }

    /// Archives a credit that was due on `today`, without reading it, unless it has changed since
    /// the verdict. Five write units, two of them for the move inside the index.
    ///
    /// # Errors
    /// `outcome-unknown` when the credit may have been archived; else those of the store.
    pub async fn archive(
        &self,
        credit: &ExpiringCredit,
        today: CivilDate,
        request_id: &str,
        now: Timestamp,
    ) -> Result<Archival, Error> {
        let write = WriteId::random();
        let logged = write.entry(self.table.clock.now());
        let stamps = stamps(&author(self.tenant, request_id), now)?;
        let update = self
            .update(credit, today, stamps)
            .expression_attribute_values(":write", AttributeValue::L(vec![logged]))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let attempts = Attempts::default();
        let sent = attempts.watch(update.send()).await;
        match sent.map_err(WriteFailure::from) {
            Ok(_) => Ok(Archival::Archived),
            Err(WriteFailure::Refused(found)) => Ok(refused(&write, found, today)),
            Err(WriteFailure::Failed(error)) => Err(attempts.failure(error)),
        }
    }

    fn update(
        &self,
        credit: &ExpiringCredit,
        today: CivilDate,
        stamps: Item,
    ) -> UpdateItemFluentBuilder {
        let update = self.table.client.update_item().table_name(&self.table.name);
        let update = update
            .set_key(Some(self.key(&credit.id)))
            .update_expression(ARCHIVE)
            .condition_expression(STILL_DUE)
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":archived", string(Status::ARCHIVED))
            .expression_attribute_values(":done", state(ExpirationState::Done))
            .expression_attribute_values(":pending", state(ExpirationState::Pending))
            .expression_attribute_values(":seen", string(credit.expiration_date))
            .expression_attribute_values(":today", string(today))
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":none", AttributeValue::L(Vec::new()));
        stamps.into_iter().fold(update, |update, (name, value)| {
            update.expression_attribute_values(format!(":{name}"), value)
        })
    }

    fn key(&self, id: &str) -> Item {
        item::key(partition(self.tenant, Credit::KIND), id)
    }

    fn start_key(&self, position: &ExpiringPosition) -> Item {
        let mut start = self.key(&position.id);
        start.extend([
            (TENANT_ID.to_owned(), string(self.tenant)),
            (EXPIRATION_STATE.to_owned(), state(ExpirationState::Pending)),
            (EXPIRATION_DATE.to_owned(), string(&position.date)),
            ("id".to_owned(), string(&position.id)),
        ]);
        start
    }
}

fn state(state: ExpirationState) -> AttributeValue {
    string(state.as_str())
}

/// Returns the system fields of a write, named as the parameters of [`ARCHIVE`].
fn stamps(author: &SecurityContext, now: Timestamp) -> Result<Item, Error> {
    let stamps = json!({
        "sys_last_modified_at": now,
        "sys_last_modified_by_id": author.principal_id,
        "sys_last_security_context": author,
    });
    match stamps {
        serde_json::Value::Object(stamps) => to_item(stamps),
        _ => Err(Error::internal("the stamps are not a JSON object")),
    }
}

/// Tells why the condition did not hold: our own write whose response was lost, a lock, or a
/// change.
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

fn entry(item: Item) -> Result<ExpiringEntry, Error> {
    let attribute = |name| {
        let text = text(&item, name).map(str::to_owned);
        text.ok_or_else(|| Error::internal("an index entry does not have its key"))
    };
    Ok(ExpiringEntry {
        position: ExpiringPosition {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::store::write_log::LAST_WRITE_IDS;

    fn item(attributes: &[(&str, AttributeValue)]) -> Item {
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
        let read = credit(&item(&[("grace_ends", string("2026-02-02"))])).unwrap();
        assert_eq!(read.last_day().to_string(), "2026-02-02");
        assert!(!read.is_locked);
        for (name, bad) in [
            ("grace_ends", AttributeValue::N("5".to_owned())),
            ("grace_ends", string("soon")),
            ("sys_locked", string("yes")),
            ("expiration_date", string("2026-02-30")),
        ] {
            let read = entry(item(&[(name, bad)])).unwrap();
            assert_eq!(read.credit, None, "{name}");
        }
    }

    #[test]
    fn the_item_in_the_way_tells_why_the_write_was_refused() {
        let today = "2026-03-01".parse().unwrap();
        let write = WriteId::random();
        let judge = |item| refused(&write, item, today);
        let pending = (EXPIRATION_STATE, string("pending"));
        let locked = (SYS_LOCKED, AttributeValue::Bool(true));
        assert_eq!(judge(None), Archival::Already);
        assert_eq!(judge(Some(item(&[]))), Archival::Already);
        assert_eq!(
            judge(Some(item(std::slice::from_ref(&locked)))),
            Archival::Already
        );
        assert_eq!(judge(Some(item(&[pending, locked]))), Archival::Locked);
        let log = write.appended_to(&Item::new(), Timestamp::now());
        let own = Item::from([(LAST_WRITE_IDS.to_owned(), log)]);
        assert_eq!(judge(Some(own)), Archival::Archived);
    }
}
