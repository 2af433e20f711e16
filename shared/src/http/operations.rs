//! The names of a function's operations.

use std::collections::HashMap;

use axum::http::Method;
use axum::routing::MethodFilter;

/// The operations of a function, by the path of their route.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operations(HashMap<String, Vec<(MethodFilter, &'static str)>>);

impl Operations {
    /// Adds the operation of a route.
    pub(crate) fn add(&mut self, path: &str, methods: &[MethodFilter], name: &'static str) {
        let of_path = self.0.entry(path.to_owned()).or_default();
        of_path.extend(methods.iter().map(|method| (*method, name)));
    }

    /// The operation of a route, if there is one.
    pub(crate) fn name(&self, method: &Method, path: &str) -> Option<&'static str> {
        let method = MethodFilter::try_from(method.clone()).ok()?;
        let mut operations = self.0.get(path)?.iter();
        let found = operations.find(|(own, _)| *own == method);
        found.map(|(_, name)| *name)
    }
}
