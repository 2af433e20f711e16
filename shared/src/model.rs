//! Values that cannot be invalid. Pure: no I/O, no clock, no HTTP, no AWS.

pub mod api_key;
pub mod consumption;
pub mod credit;
pub mod credit_decision;
pub mod credit_details;
pub mod credit_input;
pub mod custom_field;
pub mod date;
pub mod id;
pub mod limits;
pub mod origin;
pub mod principal;
pub mod quantity;
pub mod rule_set;
pub mod search;
pub mod status;
pub mod system;
pub mod system_input;
pub mod tenant;
pub mod usage;
