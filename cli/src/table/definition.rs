//! Translates CloudFormation's description of a table into DynamoDB's.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use serde::Deserialize;

use crate::template::{self, TemplateError};

const TABLE: &str = "AWS::DynamoDB::Table";

/// The part of the template's table that decides how it works. Backups and
/// deletion protection, which only guard the deployed table, are left out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TableDefinition {
    billing_mode: String,
    attribute_definitions: Vec<Attribute>,
    key_schema: Vec<Key>,
    #[serde(default)]
    global_secondary_indexes: Vec<Index>,
    time_to_live_specification: Option<TimeToLive>,
}

impl TableDefinition {
    /// Reads the only table of the template.
    ///
    /// # Errors
    /// When the template cannot be read or has no table.
    pub fn from_template() -> Result<Self, TemplateError> {
        template::properties_of(TABLE)?
            .into_iter()
            .next()
            .ok_or(TemplateError::NoResource(TABLE))
    }

    /// Returns the billing mode: on demand or provisioned.
    #[must_use]
    pub fn billing_mode(&self) -> BillingMode {
        BillingMode::from(self.billing_mode.as_str())
    }

    /// Returns every attribute that a key uses, with its type.
    ///
    /// # Errors
    /// When an attribute lacks its name or type.
    pub fn attribute_definitions(&self) -> Result<Vec<AttributeDefinition>, BuildError> {
        let attributes = self.attribute_definitions.iter();
        attributes.map(Attribute::definition).collect()
    }

    /// Returns the table's own key.
    ///
    /// # Errors
    /// When an element lacks its name or kind.
    pub fn key_schema(&self) -> Result<Vec<KeySchemaElement>, BuildError> {
        schema(&self.key_schema)
    }

    /// Returns the indexes. Their keys may have several elements of each kind.
    ///
    /// # Errors
    /// When an index lacks its name, key or projection.
    pub fn global_secondary_indexes(&self) -> Result<Vec<GlobalSecondaryIndex>, BuildError> {
        let indexes = self.global_secondary_indexes.iter();
        indexes.map(Index::definition).collect()
    }

    /// Returns the attribute with the time when an item may be removed, in seconds
    /// of the Unix epoch, if the feature is on.
    #[must_use]
    pub fn time_to_live_attribute(&self) -> Option<&str> {
        let specification = self.time_to_live_specification.as_ref()?;
        specification
            .enabled
            .then_some(specification.attribute_name.as_str())
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    attribute_name: String,
    attribute_type: String,
}

impl Attribute {
    fn definition(&self) -> Result<AttributeDefinition, BuildError> {
        AttributeDefinition::builder()
            .attribute_name(&self.attribute_name)
            .attribute_type(ScalarAttributeType::from(self.attribute_type.as_str()))
            .build()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Key {
    attribute_name: String,
    key_type: String,
}

fn schema(keys: &[Key]) -> Result<Vec<KeySchemaElement>, BuildError> {
    let element = |key: &Key| {
        KeySchemaElement::builder()
            .attribute_name(&key.attribute_name)
            .key_type(KeyType::from(key.key_type.as_str()))
            .build()
    };
    keys.iter().map(element).collect()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Index {
    index_name: String,
    key_schema: Vec<Key>,
    projection: IndexProjection,
}

impl Index {
    fn definition(&self) -> Result<GlobalSecondaryIndex, BuildError> {
        GlobalSecondaryIndex::builder()
            .index_name(&self.index_name)
            .set_key_schema(Some(schema(&self.key_schema)?))
            .projection(self.projection.definition())
            .build()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct IndexProjection {
    projection_type: String,
    /// Present, and not empty, only for the projection `INCLUDE`: DynamoDB refuses
    /// an empty list.
    non_key_attributes: Option<Vec<String>>,
}

impl IndexProjection {
    fn definition(&self) -> Projection {
        Projection::builder()
            .projection_type(ProjectionType::from(self.projection_type.as_str()))
            .set_non_key_attributes(self.non_key_attributes.clone())
            .build()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TimeToLive {
    attribute_name: String,
    enabled: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_names(keys: &[KeySchemaElement], kind: &KeyType) -> Vec<String> {
        keys.iter()
            .filter(|key| key.key_type() == kind)
            .map(|key| key.attribute_name().to_owned())
            .collect()
    }

    fn described(index: &GlobalSecondaryIndex) -> String {
        let hash = key_names(index.key_schema(), &KeyType::Hash).join(", ");
        let range = key_names(index.key_schema(), &KeyType::Range).join(", ");
        let projection = index.projection().unwrap();
        let kind = projection.projection_type().unwrap().as_str();
        let carried = projection.non_key_attributes().join(", ");
        format!(
            "{} | {hash} | {range} | {kind} {carried}",
            index.index_name()
        )
        .trim_end()
        .to_owned()
    }

    #[test]
    fn the_indexes_are_those_of_the_storage_description() {
        let definition = TableDefinition::from_template().unwrap();
        let indexes = definition.global_secondary_indexes().unwrap();
        let described: Vec<_> = indexes.iter().map(described).collect();
        assert_eq!(
            described,
            [
                "by_contact | tenant_id, contact_id | date, id | ALL",
                "by_activity | tenant_id, activity_id | date, id | ALL",
                "by_course_registration | tenant_id, course_registration_id | date, id | ALL",
                "by_event_registration | tenant_id, event_registration_id | date, id | ALL",
                "by_expiration | tenant_id, expiration_state | expiration_date, id | INCLUDE grace_ends, sys_locked",
            ]
        );
    }

    #[test]
    fn the_table_has_a_partition_and_a_sort_key_and_removes_by_ttl() {
        let definition = TableDefinition::from_template().unwrap();
        let keys = definition.key_schema().unwrap();
        assert_eq!(key_names(&keys, &KeyType::Hash), ["pk"]);
        assert_eq!(key_names(&keys, &KeyType::Range), ["sk"]);
        assert_eq!(definition.billing_mode(), BillingMode::PayPerRequest);
        assert_eq!(definition.time_to_live_attribute(), Some("ttl"));
    }

    #[test]
    fn every_key_attribute_is_defined_once_and_nothing_else_is() {
        let definition = TableDefinition::from_template().unwrap();
        let mut used: Vec<_> = definition
            .key_schema
            .iter()
            .map(|key| &key.attribute_name)
            .collect();
        for index in &definition.global_secondary_indexes {
            used.extend(index.key_schema.iter().map(|key| &key.attribute_name));
        }
        used.sort();
        used.dedup();
        let mut defined: Vec<_> = definition
            .attribute_definitions
            .iter()
            .map(|attribute| &attribute.attribute_name)
            .collect();
        defined.sort();
        assert_eq!(defined, used);
    }
}
