//! The look-ups: the credits of a contact, an activity or a registration, newest first.
//!
//! Contract: `docs/api.md#55-look-ups`.

use serde::Deserialize;
use shared::base::error::Error;
use shared::base::json::Object;
use shared::http::path::ApiPath;
use shared::http::problem::Problem;
use shared::http::query::{ApiQuery, PageQuery, parse_bool};
use shared::http::response::{Json, LookupResponse};
use shared::http::session::{Reader, Session};
use shared::model::credit::Credit;
use shared::model::date::CivilDate;
use shared::protocol::cursor::CursorScope;
use shared::repository::CreditIndex;
use utoipa::IntoParams;

use crate::handlers::path::{
    ActivityPath, ContactPath, CourseRegistrationPath, EventRegistrationPath,
};

type LookupResult = Result<Json<LookupResponse<Object>>, Error>;

/// The query parameters of the look-up by contact alone.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContactQuery {
    /// `true` for only the credits that can still be used: some quantity is left, and they are
    /// neither expired, rejected nor archived.
    #[serde(rename = "filterUnavailable")]
    #[param(rename = "filterUnavailable", value_type = Option<bool>)]
    filter_unavailable: Option<String>,
}

/// Lists the credits of a contact, newest first.
#[utoipa::path(
    get,
    path = "/credits/{tenantId}/contact/{contact_id}",
    operation_id = "list_credits_by_contact",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("contact_id" = String, Path, description = "The contact"),
        PageQuery,
        ContactQuery,
    ),
    responses(
        (status = 200, description = "A page of credits", body = LookupResponse<Credit>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_credits_by_contact(
    Reader(session): Reader,
    ApiPath(path): ApiPath<ContactPath>,
    ApiQuery(query): ApiQuery<PageQuery>,
    ApiQuery(contact_query): ApiQuery<ContactQuery>,
) -> LookupResult {
    let only_usable = parse_bool(
        "filterUnavailable",
        contact_query.filter_unavailable.as_deref(),
    )?;
    let scope = scope(
        &session,
        "by_contact",
        &[path.contact_id.as_str(), &only_usable.to_string()],
    );
    let usable_on = if only_usable {
        Some(session.today().await?)
    } else {
        None
    };
    let index = CreditIndex::Contact(path.contact_id);
    look_up(&session, &index, &query, &scope, usable_on).await
}

/// Lists the credits earned by an activity, newest first.
#[utoipa::path(
    get,
    path = "/credits/{tenantId}/activity/{activity_id}",
    operation_id = "list_credits_by_activity",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("activity_id" = String, Path, description = "The certification activity"),
        PageQuery,
    ),
    responses(
        (status = 200, description = "A page of credits", body = LookupResponse<Credit>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_credits_by_activity(
    Reader(session): Reader,
    ApiPath(path): ApiPath<ActivityPath>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> LookupResult {
    let scope = scope(&session, "by_activity", &[path.activity_id.as_str()]);
    let index = CreditIndex::Activity(path.activity_id);
    look_up(&session, &index, &query, &scope, None).await
}

/// Lists the credits earned by a course registration, newest first.
#[utoipa::path(
    get,
    path = "/credits/{tenantId}/courseRegistration/{course_registration_id}",
    operation_id = "list_credits_by_course_registration",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("course_registration_id" = String, Path, description = "The course registration"),
        PageQuery,
    ),
    responses(
        (status = 200, description = "A page of credits", body = LookupResponse<Credit>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_credits_by_course_registration(
    Reader(session): Reader,
    ApiPath(path): ApiPath<CourseRegistrationPath>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> LookupResult {
    let scope = scope(
        &session,
        "by_course_registration",
        &[path.course_registration_id.as_str()],
    );
    let index = CreditIndex::CourseRegistration(path.course_registration_id);
    look_up(&session, &index, &query, &scope, None).await
}

/// Lists the credits earned by an event registration, newest first.
#[utoipa::path(
    get,
    path = "/credits/{tenantId}/eventRegistration/{event_registration_id}",
    operation_id = "list_credits_by_event_registration",
    tag = "credits",
    params(
        ("tenantId" = String, Path, description = "The tenant"),
        ("event_registration_id" = String, Path, description = "The event registration"),
        PageQuery,
    ),
    responses(
        (status = 200, description = "A page of credits", body = LookupResponse<Credit>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_credits_by_event_registration(
    Reader(session): Reader,
    ApiPath(path): ApiPath<EventRegistrationPath>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> LookupResult {
    let scope = scope(
        &session,
        "by_event_registration",
        &[path.event_registration_id.as_str()],
    );
    let index = CreditIndex::EventRegistration(path.event_registration_id);
    look_up(&session, &index, &query, &scope, None).await
}

fn scope(session: &Session, route: &str, values: &[&str]) -> CursorScope {
    CursorScope::new(route, &[&[session.tenant().as_str()], values].concat())
}

async fn look_up(
    session: &Session,
    index: &CreditIndex,
    query: &PageQuery,
    scope: &CursorScope,
    usable_on: Option<CivilDate>,
) -> LookupResult {
    let request = query.lookup_request::<Credit>(scope)?;
    let page = session
        .credits()
        .look_up(index, &request, usable_on)
        .await?;
    Ok(Json(LookupResponse::new(page, scope)))
}
