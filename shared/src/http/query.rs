//! Query parameters. Unknown parameters are ignored; bad values of known ones are refused.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::base::error::Error;
use crate::protocol::cursor::{CursorScope, Position, foreign_cursor};
use crate::protocol::page::{Limit, PageRequest};
use crate::protocol::projection::Selection;
use crate::repository::Entity;

/// A route's query parameters, as the fields of `T`.
#[derive(Clone, Debug)]
pub struct ApiQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let query = parts.uri.query().unwrap_or_default();
        serde_urlencoded::from_str(query)
            .map(Self)
            .map_err(|error| Error::invalid_request(format!("the query cannot be read: {error}")))
    }
}

/// The query of a single record.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GetQuery {
    /// The fields to return, separated by commas. `id` is always returned.
    #[param(example = "id,quantity_available")]
    pub fields: Option<String>,
    /// `true` for a strongly consistent read; `false` by default.
    #[serde(rename = "consistentRead")]
    #[param(rename = "consistentRead", value_type = Option<bool>)]
    pub consistent_read: Option<String>,
}

impl GetQuery {
    /// The selected fields, and whether the read is strongly consistent.
    ///
    /// # Errors
    /// `invalid-request` for a bad value.
    pub fn parse<E: Entity>(&self) -> Result<(Selection, bool), Error> {
        let selection = Selection::parse(self.fields.as_deref().unwrap_or_default(), E::FIELDS)?;
        let is_consistent = parse_bool("consistentRead", self.consistent_read.as_deref())?;
        Ok((selection, is_consistent))
    }
}

/// The query of a page of records.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The fields to return, separated by commas. `id` is always returned.
    #[param(example = "id,quantity_available")]
    pub fields: Option<String>,
    /// The `LastEvaluatedKey` of the previous page.
    #[serde(rename = "exclusiveStartKey")]
    #[param(rename = "exclusiveStartKey")]
    pub exclusive_start_key: Option<String>,
    /// The most records to return. A page may be shorter while a cursor is present.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000)]
    pub limit: Option<String>,
}

impl PageQuery {
    /// The requested page of a list. The page starts after a cursor of `scope`, or after a plain
    /// id: a cursor has a `.`, and an id has none.
    ///
    /// # Errors
    /// `invalid-request` for a bad value, `invalid-cursor` for a cursor of another request.
    pub fn list_request<E, I>(&self, scope: &CursorScope) -> Result<PageRequest, Error>
    where
        E: Entity,
        I: TryFrom<String> + Into<String>,
    {
        let position = |text: &str| match I::try_from(text.to_owned()) {
            Ok(id) => Ok(Position {
                id: id.into(),
                date: None,
            }),
            Err(_) => scope.open(text),
        };
        let after = self.start_key().map(position).transpose()?;
        self.request_after::<E>(after)
    }

    /// The requested page of a look-up. The page starts after a cursor of `scope`.
    ///
    /// # Errors
    /// `invalid-request` for a bad value, `invalid-cursor` for a cursor of another request.
    pub fn lookup_request<E: Entity>(&self, scope: &CursorScope) -> Result<PageRequest, Error> {
        let after: Option<Position> = self.start_key().map(|text| scope.open(text)).transpose()?;
        if after
            .as_ref()
            .is_some_and(|position| position.date.is_none())
        {
            return Err(foreign_cursor());
        }
        self.request_after::<E>(after)
    }

    /// The requested page, after a position.
    ///
    /// # Errors
    /// `invalid-request` for a bad value.
    pub fn request_after<E: Entity>(&self, after: Option<Position>) -> Result<PageRequest, Error> {
        let selection = Selection::parse(self.fields.as_deref().unwrap_or_default(), E::FIELDS)?;
        let limit = self.limit.as_deref().map(Limit::parse).transpose()?;
        Ok(PageRequest {
            selection,
            after,
            limit,
        })
    }

    /// The cursor or id to start after, if one is given.
    pub fn start_key(&self) -> Option<&str> {
        self.exclusive_start_key
            .as_deref()
            .filter(|key| !key.is_empty())
    }
}

/// Reads `true` or `false`; absent is `false`.
///
/// # Errors
/// `invalid-request` for anything else.
pub fn parse_bool(name: &str, value: Option<&str>) -> Result<bool, Error> {
    match value {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Error::invalid_parameter(name, "must be `true` or `false`")),
    }
}
