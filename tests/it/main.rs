//! The integration tests, one module for each area. `cfg(test)` tells the lints
//! that helpers in these modules are tests too, and may panic.

#[cfg(test)]
mod authorizer;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod credits;
#[cfg(test)]
mod cursors;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod operators;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod published;
#[cfg(test)]
mod request_lines;
#[cfg(test)]
mod rule_sets;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod tenants;
#[cfg(test)]
mod world;
