//! Reads pages of records: of a tenant's partition, and of the indexes of credits.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use crate::base::error::Error;
use crate::model::credit::Credit;
use crate::model::date::CivilDate;
use crate::model::id::{ActivityId, ContactId, CourseRegistrationId, EventRegistrationId};
use crate::model::status::Status;
use crate::protocol::cursor::Position;
use crate::protocol::page::{Limit, Page, PageRequest, Room};
use crate::protocol::projection::Selection;
use crate::repository::records::collection::Collection;
use crate::repository::store::attribute::{Item, number, string};
use crate::repository::store::bytes_read::{MAX_BYTES_READ, bytes_read};
use crate::repository::store::entity::Entity;
use crate::repository::store::failure::failure;
use crate::repository::store::item::{SK, TENANT_ID, attributes, text};
use crate::repository::store::item_size::count_values;
use crate::repository::store::projection::project;

/// The most bytes that one Query reads, whatever its limit.
const DYNAMODB_PAGE_BYTES: usize = 1024 * 1024;

/// A look-up of credits, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreditIndex {
    /// The credits of a contact.
    Contact(ContactId),
    /// The credits earned by an activity.
    Activity(ActivityId),
    /// The credits earned by a course registration.
    CourseRegistration(CourseRegistrationId),
    /// The credits earned by an event registration.
    EventRegistration(EventRegistrationId),
}

impl CreditIndex {
    /// Returns the index, the attribute that is its key beside the tenant, and the value of that
    /// attribute.
    fn key(&self) -> (&'static str, &'static str, &str) {
        match self {
            Self::Contact(id) => ("by_contact", "contact_id", id.as_str()),
            Self::Activity(id) => ("by_activity", "activity_id", id.as_str()),
            Self::CourseRegistration(id) => (
                "by_course_registration",
                "course_registration_id",
                id.as_str(),
            ),
            Self::EventRegistration(id) => (
                "by_event_registration",
                "event_registration_id",
                id.as_str(),
            ),
        }
    }
}

impl<E: Entity> Collection<'_, E> {
    /// Reads a page of all records, in the order of their ids.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn list(&self, request: &PageRequest) -> Result<Page, Error> {
        let query = self
            .query(&request.selection, &[SK])
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", string(self.partition()))
            .filter_expression("attribute_not_exists(deleted_at)");
        fill(query, request, |position| self.key(&position.id)).await
    }

    pub(crate) fn query(
        &self,
        selection: &Selection,
        needed: &[&'static str],
    ) -> QueryFluentBuilder {
        let (expression, names) = project(selection, needed);
        let query = self.table.client.query().table_name(&self.table.name);
        query
            .set_projection_expression(expression)
            .set_expression_attribute_names(names)
    }
}

impl Collection<'_, Credit> {
    /// Reads a page of the credits that an index finds, newest first. With `usable_on`, only
    /// credits that can still be used on that day.
    ///
    /// # Errors
    /// The errors of the store.
    pub async fn look_up(
        &self,
        index: &CreditIndex,
        request: &PageRequest,
        usable_on: Option<CivilDate>,
    ) -> Result<Page, Error> {
        let (index_name, attribute, value) = index.key();
        let query = self
            .query(&request.selection, &["date", SK])
            .index_name(index_name)
            .key_condition_expression(format!("tenant_id = :tenant AND {attribute} = :parent"))
            .expression_attribute_values(":tenant", string(self.tenant))
            .expression_attribute_values(":parent", string(value))
            .scan_index_forward(false);
        let query = match usable_on {
            Some(day) => only_usable(query, day),
            None => query,
        };
        let start = |position: &Position| {
            let mut key = self.key(&position.id);
            key.insert(TENANT_ID.to_owned(), string(self.tenant));
            key.insert(attribute.to_owned(), string(value));
            key.insert("id".to_owned(), string(&position.id));
            let date = position
                .date
                .map(|date| date.to_string())
                .unwrap_or_default();
            key.insert("date".to_owned(), string(date));
            key
        };
        fill(query, request, start).await
    }
}

// Filters for credits that are available, not expired, neither rejected nor archived.
fn only_usable(query: QueryFluentBuilder, day: CivilDate) -> QueryFluentBuilder {
    let [rejected, archived] = Status::UNUSABLE.map(string);
    query
        .filter_expression(
            "quantity_available > :nothing \
             AND (attribute_not_exists(expiration_date) OR expiration_date >= :day) \
             AND NOT #status IN (:rejected, :archived)",
        )
        .expression_attribute_names("#status", "status")
        .expression_attribute_values(":nothing", number(0))
        .expression_attribute_values(":day", string(day))
        .expression_attribute_values(":rejected", rejected)
        .expression_attribute_values(":archived", archived)
}

// Queries until the page is full, the answer large enough, or enough was read.
async fn fill(
    query: QueryFluentBuilder,
    request: &PageRequest,
    start_key: impl Fn(&Position) -> Item,
) -> Result<Page, Error> {
    let mut page = Filling::new(request);
    let mut start = request.after.as_ref().map(&start_key);
    loop {
        let ask = query
            .clone()
            .set_exclusive_start_key(start.take())
            .set_limit(page.ask());
        let answer = ask.send().await.map_err(failure)?;
        page.bytes_read += bytes_read(&answer);
        let last = answer
            .last_evaluated_key
            .as_ref()
            .map(position)
            .transpose()?;
        for item in answer.items.unwrap_or_default() {
            if !page.try_push(item)? {
                return Ok(page.done());
            }
        }
        match last {
            Some(last) if page.may_read_on() => start = Some(start_key(&last)),
            last => return Ok(page.done_after(last)),
        }
    }
}

/// A page while it is being filled.
struct Filling<'a> {
    selection: &'a Selection,
    limit: Option<usize>,
    page: Page,
    room: Room,
    bytes_read: usize,
    queries: u32,
}

impl<'a> Filling<'a> {
    fn new(request: &'a PageRequest) -> Self {
        Self {
            selection: &request.selection,
            limit: request.limit.map(Limit::get),
            page: Page::default(),
            room: Room::empty(),
            bytes_read: 0,
            queries: 0,
        }
    }

    /// Returns how many items the next query may look at: first as many as are missing. When a
    /// filter drops items, four times as many each time.
    fn ask(&mut self) -> Option<i32> {
        let missing = self.limit?.saturating_sub(self.page.records.len());
        let factor = 4_usize.saturating_pow(self.queries);
        self.queries += 1;
        i32::try_from(missing.saturating_mul(factor)).ok()
    }

    fn is_full(&self) -> bool {
        self.limit
            .is_some_and(|limit| self.page.records.len() >= limit)
    }

    fn may_read_on(&self) -> bool {
        let another_fits = self.bytes_read + DYNAMODB_PAGE_BYTES <= MAX_BYTES_READ;
        self.limit.is_some() && !self.is_full() && another_fits
    }

    /// Adds a record. Returns false when the record no longer fits, and the page ends before it.
    fn try_push(&mut self, item: Item) -> Result<bool, Error> {
        if self.is_full() {
            return Ok(false);
        }
        let position = position(&item)?;
        if !self.room.take_values(count_values(&item)) {
            return Ok(false);
        }
        let record = self.selection.pick(attributes(item)?);
        if !self.room.take_bytes(&record) {
            return Ok(false);
        }
        self.page.records.push(record);
        self.page.next = Some(position);
        Ok(true)
    }

    /// Returns the page, ended by its last record.
    fn done(self) -> Page {
        self.page
    }

    /// Returns the page, ended where the last query stopped.
    fn done_after(mut self, last: Option<Position>) -> Page {
        self.page.next = last;
        self.page
    }
}

fn position(item: &Item) -> Result<Position, Error> {
    let id = text(item, SK)
        .ok_or_else(|| Error::internal("an item without `sk`"))?
        .to_owned();
    let date = text(item, "date")
        .map(str::parse)
        .transpose()
        .map_err(Error::internal)?;
    Ok(Position { id, date })
}
