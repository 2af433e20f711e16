//! A hostile request: its name, and the function that makes it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use integration_tests::api::Request;

use crate::ground::Ground;

type Making = Pin<Box<dyn Future<Output = Request>>>;

/// A hostile request that can be made on any ground.
#[derive(Clone)]
pub(crate) struct Shape {
    name: String,
    make: Arc<dyn Fn(Ground) -> Making + Send + Sync>,
}

impl Shape {
    /// Makes a shape. `make` prepares the ground and makes the request.
    pub(crate) fn new<F>(
        name: impl Into<String>,
        make: impl Fn(Ground) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Request> + 'static,
    {
        Self {
            name: name.into(),
            make: Arc::new(move |ground| Box::pin(make(ground))),
        }
    }

    /// Returns the name, which is a sentence.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Prepares the ground and makes the request, which is not sent.
    pub(crate) async fn make(&self, ground: Ground) -> Request {
        (self.make)(ground).await
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shape").field(&self.name).finish()
    }
}

/// Makes shapes with the names of the functions that make them.
macro_rules! shapes {
    ($($function:ident),* $(,)?) => {
        vec![$($crate::shape::Shape::new(stringify!($function).replace('_', " "), $function)),*]
    };
}

pub(crate) use shapes;
