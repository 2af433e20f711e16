//! The routes, as `template.yaml` spells them out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// A route of the HTTP API, such as `GET /credits/{tenantId}/{id}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// In capitals.
    pub method: String,
    /// With its parameters in braces.
    pub path: String,
}

impl Route {
    /// How API Gateway names it.
    pub fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The parameters, decoded, that a path as it was sent gives this route, or none when it is not
    /// its own.
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

/// All routes of all functions.
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

/// The route that API Gateway takes, the one with most words of its own, and
/// the parameters that it finds in the path.
pub(super) fn matching(method: &str, path: &str) -> Option<(&'static Route, Parameters)> {
    routes()
        .iter()
        .filter_map(|route| Some((route, route.parameters(method, path)?)))
        .min_by_key(|(_, parameters)| parameters.len())
}

/// `id` of `{id}`.
fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// The properties of a function, as far as they tell its routes.
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
        /// Absent from the route that takes all that no other takes.
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
