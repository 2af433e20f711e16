//! What must hold of the project as a whole: nothing is forgotten anywhere.

mod build;
mod cases;
mod events;
mod layering;
mod openapi;
mod policies;
mod routes;
mod template;
mod units;
