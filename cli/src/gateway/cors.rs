//! CORS as a configured HTTP API does it: a preflight takes its route like any
//! other request, here `$default`, and every answer gets the headers.

use std::mem;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Deserialize;
use serde_yaml_ng::Value;

use crate::template::{self, TemplateError};

const HTTP_API: &str = "AWS::Serverless::HttpApi";

/// The template's `CorsConfiguration`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Cors {
    /// The origins of a stack that sets no parameter.
    #[serde(skip)]
    allow_origins: Vec<String>,
    allow_methods: Vec<String>,
    allow_headers: Vec<String>,
    expose_headers: Vec<String>,
    /// Seconds for which a browser may keep a preflight's answer.
    max_age: Option<u32>,
}

impl Cors {
    /// Reads the rules of the template's API, if it has any.
    ///
    /// # Errors
    /// When the template cannot be read.
    pub fn from_template() -> Result<Option<Self>, TemplateError> {
        let apis: Vec<Properties> = template::properties_of(HTTP_API)?;
        let spelled = apis.into_iter().find_map(|api| api.cors_configuration);
        let Some(mut spelled) = spelled else {
            return Ok(None);
        };
        let origins = mem::take(&mut spelled.allow_origins);
        let origins = origins.into_iter().map(origin);
        spelled.cors.allow_origins = origins
            .flat_map(Result::transpose)
            .collect::<Result<_, _>>()?;
        Ok(Some(spelled.cors))
    }

    /// Tells whether a request is a preflight: an OPTIONS request that names an
    /// origin and a method.
    pub(super) fn is_preflight(parts: &Parts) -> bool {
        parts.method == Method::OPTIONS
            && parts.headers.contains_key(ORIGIN)
            && parts.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// Adds to the answer of a preflight what `origin` may send.
    pub(super) fn permit(&self, headers: &mut HeaderMap, origin: &HeaderValue) {
        remove(headers);
        let Some(allowed) = self.allowed(origin) else {
            return;
        };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        let methods = self.allow_methods.join(",");
        insert(headers, ACCESS_CONTROL_ALLOW_METHODS, methods);
        insert(
            headers,
            ACCESS_CONTROL_ALLOW_HEADERS,
            lower_case(&self.allow_headers),
        );
        if let Some(seconds) = self.max_age {
            headers.insert(ACCESS_CONTROL_MAX_AGE, seconds.into());
        }
    }

    /// Adds the CORS headers to an answer to `origin`. The function's own CORS
    /// headers are removed, because API Gateway ignores them too.
    pub(super) fn decorate(&self, headers: &mut HeaderMap, origin: &HeaderValue) {
        remove(headers);
        if let Some(allowed) = self.allowed(origin) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
            insert(
                headers,
                ACCESS_CONTROL_EXPOSE_HEADERS,
                lower_case(&self.expose_headers),
            );
        }
    }

    fn allowed(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        if self.allow_origins.iter().any(|allowed| allowed == "*") {
            return Some(HeaderValue::from_static("*"));
        }
        let named = self
            .allow_origins
            .iter()
            .any(|allowed| allowed.as_bytes() == origin.as_bytes());
        named.then(|| origin.clone())
    }
}

fn remove(headers: &mut HeaderMap) {
    for name in [
        ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_EXPOSE_HEADERS,
        ACCESS_CONTROL_MAX_AGE,
    ] {
        headers.remove(name);
    }
}

fn lower_case(names: &[String]) -> String {
    names.join(",").to_ascii_lowercase()
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value)
        && !value.is_empty()
    {
        headers.insert(name, value);
    }
}

/// Returns an origin, or the default of the parameter that an element refers to. An element under a
/// condition is left out: it is for stacks that set its parameter.
fn origin(spelled: Value) -> Result<Option<String>, TemplateError> {
    match spelled {
        Value::String(origin) => Ok(Some(origin)),
        Value::Tagged(tagged) if tagged.tag == "Ref" => {
            let name = tagged.value.as_str().unwrap_or_default();
            template::parameter_default(name)
        }
        _ => Ok(None),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    cors_configuration: Option<Spelled>,
}

/// The rules as the template has them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Spelled {
    allow_origins: Vec<Value>,
    #[serde(flatten)]
    cors: Cors,
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn is_preflight(request: http::request::Builder) -> bool {
        let parts = request.body(()).unwrap().into_parts().0;
        Cors::is_preflight(&parts)
    }

    #[test]
    fn the_answer_to_a_preflight_allows_what_the_contract_allows() {
        let request = Request::options("/credits/t")
            .header("origin", "https://app.example")
            .header("access-control-request-method", "PATCH");
        assert!(is_preflight(request));
        let mut headers = HeaderMap::new();
        let cors = Cors::from_template().unwrap().unwrap();
        cors.permit(
            &mut headers,
            &HeaderValue::from_static("https://app.example"),
        );
        assert_eq!(headers["access-control-allow-origin"], "*");
        let allowed = "authorization,content-type,if-match,idempotency-key";
        assert_eq!(headers["access-control-allow-headers"], allowed);
        let methods = headers["access-control-allow-methods"].to_str().unwrap();
        assert!(methods.split(',').any(|method| method == "PATCH"));
    }

    #[test]
    fn other_options_requests_are_not_preflights() {
        let without_origin = Request::options("/").header("access-control-request-method", "GET");
        assert!(!is_preflight(without_origin));
        assert!(!is_preflight(Request::options("/").header("origin", "x")));
        let get = Request::get("/")
            .header("origin", "x")
            .header("access-control-request-method", "GET");
        assert!(!is_preflight(get));
    }

    #[test]
    fn an_answer_exposes_the_headers_of_the_contract() {
        let cors = Cors::from_template().unwrap().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("https://theirs"),
        );
        cors.decorate(
            &mut headers,
            &HeaderValue::from_static("https://app.example"),
        );
        assert_eq!(headers[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert_eq!(
            headers[ACCESS_CONTROL_EXPOSE_HEADERS],
            "etag,link,x-last-evaluated-key,idempotency-replayed,retry-after,www-authenticate,x-request-id"
        );
    }

    #[test]
    fn an_origin_that_is_not_named_gets_nothing() {
        let cors = Cors {
            allow_origins: vec!["https://ours".into()],
            ..Cors::default()
        };
        let mut headers = HeaderMap::new();
        cors.decorate(&mut headers, &HeaderValue::from_static("https://theirs"));
        cors.permit(&mut headers, &HeaderValue::from_static("https://theirs"));
        assert!(headers.is_empty());
        cors.decorate(&mut headers, &HeaderValue::from_static("https://ours"));
        assert_eq!(headers[ACCESS_CONTROL_ALLOW_ORIGIN], "https://ours");
    }
}
