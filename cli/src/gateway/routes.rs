//! Reads the routes of the template (its `HttpApi` events), and finds the route
//! of a request.

use std::borrow::Cow;
use std::collections::HashMap;

use http::Method;
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::template::{self, TemplateError};

const FUNCTION: &str = "AWS::Serverless::Function";
const DEFAULT: &str = "$default";

/// Every route of the template.
#[derive(Debug)]
pub struct Routes {
    spelled_out: Vec<Pattern>,
    /// The route for all other requests, if the template has one.
    default: Option<DefaultRoute>,
}

/// The route `$default`.
#[derive(Debug, PartialEq, Eq)]
struct DefaultRoute {
    /// The logical id of the function behind it.
    function: String,
    is_open: bool,
}

/// The route that a request takes.
#[derive(Debug, PartialEq, Eq)]
pub struct Route<'a> {
    key: Cow<'a, str>,
    function: &'a str,
    is_open: bool,
    path_parameters: HashMap<String, String>,
}

impl Route<'_> {
    /// Returns the key in API Gateway's form: `GET /credits/{tenantId}`, or
    /// `$default`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The logical id of the function behind it.
    #[must_use]
    pub fn function(&self) -> &str {
        self.function
    }

    /// Tells whether the route has no authorizer.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Returns the values of the `{…}` segments, decoded.
    #[must_use]
    pub fn path_parameters(&self) -> &HashMap<String, String> {
        &self.path_parameters
    }
}

impl Routes {
    /// Reads the routes.
    ///
    /// # Errors
    /// When a function in the template is not a SAM function.
    pub fn from_template() -> Result<Self, TemplateError> {
        let mut routes = Self {
            spelled_out: Vec::new(),
            default: None,
        };
        for (function, properties) in template::named_properties_of::<Properties>(FUNCTION)? {
            for event in properties.events.into_values() {
                routes.add(&function, event);
            }
        }
        Ok(routes)
    }

    fn add(&mut self, function: &str, event: Event) {
        if event.kind != "HttpApi" {
            return;
        }
        let properties = event.properties.unwrap_or_default();
        let is_open = properties.is_open();
        match (properties.method, properties.path) {
            (Some(method), Some(path)) => {
                let pattern = Pattern::new(&method, &path, function);
                self.spelled_out.push(Pattern { is_open, ..pattern });
            }
            _ => {
                let function = function.to_owned();
                self.default = Some(DefaultRoute { function, is_open });
            }
        }
    }

    /// Returns the keys of all routes but `$default`, in the template's order.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        self.spelled_out.iter().map(Pattern::key)
    }

    /// Finds the route for `path` as it was sent. The path is not decoded, so an
    /// encoded slash does not end a segment. Static segments win over `{…}`, and
    /// the leftmost difference decides. Other paths take `$default`.
    #[must_use]
    pub fn find(&self, method: &Method, path: &str) -> Option<Route<'_>> {
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let best = self
            .spelled_out
            .iter()
            .filter(|pattern| pattern.takes(method, &segments))
            .max_by_key(|pattern| pattern.staticness());
        match best {
            Some(pattern) => Some(pattern.route(&segments)),
            None => self.default_route(),
        }
    }

    fn default_route(&self) -> Option<Route<'_>> {
        let default = self.default.as_ref()?;
        Some(Route {
            key: Cow::Borrowed(DEFAULT),
            function: &default.function,
            is_open: default.is_open,
            path_parameters: HashMap::new(),
        })
    }
}

#[derive(Debug)]
struct Pattern {
    method: String,
    path: String,
    segments: Vec<Segment>,
    function: String,
    is_open: bool,
}

#[derive(Debug)]
enum Segment {
    Static(String),
    Parameter(String),
}

impl Segment {
    fn new(text: &str) -> Self {
        match text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            Some(name) => Self::Parameter(name.to_owned()),
            None => Self::Static(text.to_owned()),
        }
    }

    fn takes(&self, sent: &str) -> bool {
        match self {
            Self::Static(text) => text == sent,
            Self::Parameter(_) => !sent.is_empty(),
        }
    }
}

impl Pattern {
    fn new(method: &str, path: &str, function: &str) -> Self {
        let segments = path.trim_start_matches('/').split('/');
        Self {
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            segments: segments.map(Segment::new).collect(),
            function: function.to_owned(),
            is_open: false,
        }
    }

    fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn takes(&self, method: &Method, sent: &[&str]) -> bool {
        self.method == method.as_str()
            && self.segments.len() == sent.len()
            && self
                .segments
                .iter()
                .zip(sent)
                .all(|(own, sent)| own.takes(sent))
    }

    /// Returns a key that ranks routes like API Gateway: static before parameter,
    /// from left to right.
    fn staticness(&self) -> Vec<bool> {
        let is_static = |segment: &Segment| matches!(segment, Segment::Static(_));
        self.segments.iter().map(is_static).collect()
    }

    fn route(&self, sent: &[&str]) -> Route<'_> {
        let mut path_parameters = HashMap::new();
        for (segment, sent) in self.segments.iter().zip(sent) {
            if let Segment::Parameter(name) = segment {
                let value = percent_decode_str(sent).decode_utf8_lossy();
                path_parameters.insert(name.clone(), value.into_owned());
            }
        }
        Route {
            key: Cow::Owned(self.key()),
            function: &self.function,
            is_open: self.is_open,
            path_parameters,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    #[serde(default)]
    events: HashMap<String, Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    #[serde(rename = "Type")]
    kind: String,
    properties: Option<EventProperties>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EventProperties {
    method: Option<String>,
    path: Option<String>,
    #[serde(default)]
    auth: EventAuth,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EventAuth {
    authorizer: Option<String>,
}

impl EventProperties {
    /// Tells whether the event says `NONE`, SAM's word for "without authorizer".
    fn is_open(&self) -> bool {
        self.auth.authorizer.as_deref() == Some("NONE")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(method: &str, path: &str) -> String {
        let routes = Routes::from_template().unwrap();
        let route = routes.find(&method.parse().unwrap(), path).unwrap();
        route.key().to_owned()
    }

    fn parameter(path: &str, name: &str) -> String {
        let routes = Routes::from_template().unwrap();
        let route = routes.find(&Method::GET, path).unwrap();
        route.path_parameters()[name].clone()
    }

    #[test]
    fn a_request_takes_the_route_of_its_method_and_path() {
        assert_eq!(find("GET", "/credits/t"), "GET /credits/{tenantId}");
        assert_eq!(find("POST", "/credits/t"), "POST /credits/{tenantId}");
        assert_eq!(
            find("PATCH", "/credits/t/c"),
            "PATCH /credits/{tenantId}/{id}"
        );
        assert_eq!(find("GET", "/openapi.json"), "GET /openapi.json");
    }

    #[test]
    fn only_the_document_and_the_default_route_are_open() {
        let routes = Routes::from_template().unwrap();
        let open = routes.spelled_out.iter().filter(|route| route.is_open);
        let open: Vec<_> = open.map(Pattern::key).collect();
        assert_eq!(open, ["GET /openapi.json"]);
        assert!(routes.default.unwrap().is_open);
    }

    #[test]
    fn static_segments_win_over_parameters() {
        let expected = "GET /credits/{tenantId}/contact/{contact_id}";
        assert_eq!(find("GET", "/credits/t/contact/ada"), expected);
    }

    #[test]
    fn the_leftmost_static_segment_decides() {
        let mut routes = Routes {
            spelled_out: Vec::new(),
            default: None,
        };
        routes.spelled_out.push(Pattern::new("get", "/{a}/b", "F"));
        routes.spelled_out.push(Pattern::new("get", "/a/{b}", "F"));
        let route = routes.find(&Method::GET, "/a/b").unwrap();
        assert_eq!(route.key(), "GET /a/{b}");
    }

    #[test]
    fn a_request_without_a_route_takes_the_default_route() {
        for (method, path) in [
            ("GET", "/"),
            ("GET", "/credits"),
            ("GET", "/credits/t/"),
            ("GET", "/credits//c"),
            ("TRACE", "/credits/t"),
            ("GET", "/credits/t/unknown/x"),
            ("get", "/credits/t"),
        ] {
            assert_eq!(find(method, path), "$default", "{method} {path}");
        }
    }

    #[test]
    fn without_a_default_route_there_is_none() {
        let routes = Routes {
            spelled_out: Vec::new(),
            default: None,
        };
        assert_eq!(routes.find(&Method::GET, "/x"), None);
    }

    #[test]
    fn parameters_are_decoded_once() {
        assert_eq!(parameter("/credits/t/a%2523b", "id"), "a%23b");
        assert_eq!(parameter("/credits/t/a%7Cb%3Ac", "id"), "a|b:c");
    }

    #[test]
    fn an_encoded_slash_stays_inside_its_parameter() {
        assert_eq!(
            find("GET", "/credits/t/contact%2Fada"),
            "GET /credits/{tenantId}/{id}"
        );
        assert_eq!(parameter("/credits/t/contact%2Fada", "id"), "contact/ada");
    }

    #[test]
    fn other_kinds_of_events_are_not_routes() {
        let event: Event = serde_yaml_ng::from_str("{Type: Schedule}").unwrap();
        let mut routes = Routes {
            spelled_out: Vec::new(),
            default: None,
        };
        routes.add("F", event);
        assert_eq!(routes.keys().count(), 0);
        assert_eq!(routes.default, None);
    }
}
