//! The credits of a contact, an activity or a registration, newest first.
//!
//! Contract: `docs/api.md#55-look-ups`.

use axum::extract;
use serde::Deserialize;
use shared::base::json::Object;
use shared::http::answer::{Json, LookedUp};
use shared::http::caller::{Caller, Reader};
use shared::http::path::ApiPath;
use shared::http::problem::{Failure, Problem};
use shared::http::query::{ApiQuery, PageQuery, flag};
use shared::model::credit::Credit;
use shared::model::date::CivilDate;
use shared::protocol::cursor::CursorScope;
use shared::repository::CreditIndex;
use utoipa::IntoParams;

use crate::expiration::today;
use crate::handlers::path::{
    ActivityPath, ContactPath, CourseRegistrationPath, EventRegistrationPath,
};
use crate::state::State;

type Answer = Result<Json<LookedUp<Object>>, Failure>;

/// What only the look-up by contact takes.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContactQuery {
    /// `true` for only the credits that can still be used: something is left, they have not run
    /// out, and they are neither rejected nor archived.
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
        (status = 200, description = "A page of credits", body = LookedUp<Credit>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_credits_by_contact(
    extract::State(state): extract::State<State>,
    Reader(caller): Reader,
    ApiPath(path): ApiPath<ContactPath>,
    ApiQuery(query): ApiQuery<PageQuery>,
    ApiQuery(contact_query): ApiQuery<ContactQuery>,
) -> Answer {
    let only_usable = flag(
        "filterUnavailable",
        contact_query.filter_unavailable.as_deref(),
    )?;
    let scope = scope(
        &caller,
        "by_contact",
        &[path.contact_id.as_str(), &only_usable.to_string()],
    );
    let usable_on = if only_usable {
        Some(today(&state, &caller.tenant).await?)
    } else {
        None
    };
    look_up(
        &state,
        &caller,
        &CreditIndex::Contact(path.contact_id),
        &query,
        &scope,
        usable_on,
    )
    .await
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
        (status = 200, description = "A page of credits", body = LookedUp<Credit>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_credits_by_activity(
    extract::State(state): extract::State<State>,
    Reader(caller): Reader,
    ApiPath(path): ApiPath<ActivityPath>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Answer {
    let scope = scope(&caller, "by_activity", &[path.activity_id.as_str()]);
    look_up(
        &state,
        &caller,
        &CreditIndex::Activity(path.activity_id),
        &query,
        &scope,
        None,
    )
    .await
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
        (status = 200, description = "A page of credits", body = LookedUp<Credit>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_credits_by_course_registration(
    extract::State(state): extract::State<State>,
    Reader(caller): Reader,
    ApiPath(path): ApiPath<CourseRegistrationPath>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Answer {
    let scope = scope(
        &caller,
        "by_course_registration",
        &[path.course_registration_id.as_str()],
    );
    let index = CreditIndex::CourseRegistration(path.course_registration_id);
    look_up(&state, &caller, &index, &query, &scope, None).await
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
        (status = 200, description = "A page of credits", body = LookedUp<Credit>),
        (status = "4XX", description = "Refused", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_credits_by_event_registration(
    extract::State(state): extract::State<State>,
    Reader(caller): Reader,
    ApiPath(path): ApiPath<EventRegistrationPath>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Answer {
    let scope = scope(
        &caller,
        "by_event_registration",
        &[path.event_registration_id.as_str()],
    );
    let index = CreditIndex::EventRegistration(path.event_registration_id);
    look_up(&state, &caller, &index, &query, &scope, None).await
}

fn scope(caller: &Caller, route: &str, values: &[&str]) -> CursorScope {
    CursorScope::new(route, &[&[caller.tenant.as_str()], values].concat())
}

async fn look_up(
    state: &State,
    caller: &Caller,
    index: &CreditIndex,
    query: &PageQuery,
    scope: &CursorScope,
    usable_on: Option<CivilDate>,
) -> Answer {
    let request = query.page_request::<Credit>(scope)?;
    let page = state
        .credits(&caller.tenant)
        .look_up(index, &request, usable_on)
        .await?;
    let cursor = page.next.as_ref().map(|next| scope.seal(next));
    Ok(Json(LookedUp::new(page, cursor)))
}
