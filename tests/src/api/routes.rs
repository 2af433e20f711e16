//! The routes of `template.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// A route of the HTTP API, such as `GET /credits/{tenantId}/{id}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method, in capitals.
    pub method: String,
    /// The path, with its parameters in braces.
    pub path: String,
}

impl Route {
    /// Returns the route's key in API Gateway's form.
    pub fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Returns the decoded parameters of a path as it was sent, or nothing when the path does not
    /// match this route.
    fn parameters(&self, method: &str, path: &str) -> Option<Parameters> {
        let (pattern, given) = (self.path.split('/'), path.split('/'));
        if self.method != method || pattern.clone().count() != given.clone().count() {
            return None;
        }
        let differing = pattern.zip(given).filter(|(name, value)| name != value);
        differing
            .map(|(name, value)| {
                let decoded = percent_decode_str(value).decode_utf8_lossy().into_owned();
                let is_parameter = !value.is_empty();
                is_parameter.then_some((parameter(name)?.to_owned(), decoded))
            })
            .collect()
    }
}

/// Names and values.
pub(super) type Parameters = Vec<(String, String)>;

/// Returns all routes of all functions.
///
/// # Panics
/// When the template cannot be read.
pub fn routes() -> &'static [Route] {
    static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
        let functions: Vec<Function> = certs::template::properties_of("AWS::Serverless::Function")
            .expect("the template can be read");
        functions.into_iter().flat_map(Function::routes).collect()
    });
    &ROUTES
}

/// Returns the route that API Gateway takes, the one with most static segments,
/// and the parameters in the path.
pub(super) fn matching(method: &str, path: &str) -> Option<(&'static Route, Parameters)> {
    routes()
        .iter()
        .filter_map(|route| Some((route, route.parameters(method, path)?)))
        .min_by_key(|(_, parameters)| parameters.len())
}

/// Returns `id` for `{id}`.
fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// The properties of a function that contain its routes.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Function {
    #[serde(default)]
    events: BTreeMap<String, Event>,
}

#[derive(Deserialize)]
#[serde(tag = "Type", content = "Properties")]
enum Event {
    #[serde(rename_all = "PascalCase")]
    HttpApi {
        /// Absent from the default route, which takes all other requests.
        path: Option<String>,
        method: Option<String>,
    },
    #[serde(other)]
    Other,
}

impl Function {
    fn routes(self) -> impl Iterator<Item = Route> {
        self.events.into_values().filter_map(|event| match event {
            Event::HttpApi { path, method } => Some(Route {
                method: method?.to_uppercase(),
                path: path?,
            }),
            Event::Other => None,
        })
    }
}
