//! Makes the table from the template's `AWS::DynamoDB::Table`, so that a local
//! store has the keys and indexes of the deployed one.

mod definition;

use std::error::Error;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::TimeToLiveSpecification;

pub use definition::TableDefinition;

use crate::template::TemplateError;

/// The time in which a new table must become usable. Local stores need
/// milliseconds, AWS some ten seconds.
const ACTIVE_WITHIN: Duration = Duration::from_secs(60);

/// Why no table was made.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The template could not be read.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The template's table lacks something that DynamoDB requires.
    #[error("the table in template.yaml is incomplete")]
    Incomplete(#[from] BuildError),
    /// The store refused or could not be reached. The source says which.
    #[error("the store did not make the table")]
    Store(#[source] Box<dyn Error + Send + Sync>),
}

/// The result of [`create_from_template`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {
    /// The table was made.
    Created,
    /// The table existed and is unchanged. It is not compared with the template.
    Existed,
}

/// Makes the template's table under the name `table_name`, and waits until it
/// can be used. An existing table of that name is left unchanged.
///
/// # Errors
/// When the template has no usable table, or the store refuses.
pub async fn create_from_template(
    client: &Client,
    table_name: &str,
) -> Result<Creation, TableError> {
    let definition = TableDefinition::from_template()?;
    match create(client, table_name, &definition).await? {
        Creation::Existed => Ok(Creation::Existed),
        Creation::Created => {
            wait_until_active(client, table_name).await?;
            enable_time_to_live(client, table_name, &definition).await?;
            Ok(Creation::Created)
        }
    }
}

async fn create(
    client: &Client,
    table_name: &str,
    definition: &TableDefinition,
) -> Result<Creation, TableError> {
    let sent = client
        .create_table()
        .table_name(table_name)
        .billing_mode(definition.billing_mode())
        .set_attribute_definitions(Some(definition.attribute_definitions()?))
        .set_key_schema(Some(definition.key_schema()?))
        .set_global_secondary_indexes(Some(definition.global_secondary_indexes()?))
        .send()
        .await;
    match sent {
        Ok(_) => Ok(Creation::Created),
        Err(error) if is_there_already(&error) => Ok(Creation::Existed),
        Err(error) => Err(refused(error)),
    }
}

fn is_there_already(error: &SdkError<CreateTableError>) -> bool {
    error
        .as_service_error()
        .is_some_and(CreateTableError::is_resource_in_use_exception)
}

async fn wait_until_active(client: &Client, table_name: &str) -> Result<(), TableError> {
    client
        .wait_until_table_exists()
        .table_name(table_name)
        .wait(ACTIVE_WITHIN)
        .await
        .map(drop)
        .map_err(refused)
}

async fn enable_time_to_live(
    client: &Client,
    table_name: &str,
    definition: &TableDefinition,
) -> Result<(), TableError> {
    let Some(attribute) = definition.time_to_live_attribute() else {
        return Ok(());
    };
    let specification = TimeToLiveSpecification::builder()
        .attribute_name(attribute)
        .enabled(true)
        .build()?;
    client
        .update_time_to_live()
        .table_name(table_name)
        .time_to_live_specification(specification)
        .send()
        .await
        .map(drop)
        .map_err(refused)
}

fn refused(error: impl Into<Box<dyn Error + Send + Sync>>) -> TableError {
    TableError::Store(error.into())
}
