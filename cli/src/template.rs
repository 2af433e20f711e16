//! Reads `template.yaml`: the only definition of the table, the routes and the
//! CORS rules. Local runs and tests read it, so that nothing is repeated.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_yaml_ng::{Mapping, Value};

const SOURCE: &str = include_str!("../../template.yaml");

/// A fault of the template that this binary was built with.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The template is not YAML, or a resource does not have CloudFormation's shape.
    #[error("template.yaml cannot be read")]
    Unreadable(#[from] serde_yaml_ng::Error),
    /// The template has no resource of the requested type.
    #[error("template.yaml has no resource of type `{0}`")]
    NoResource(&'static str),
}

/// Returns the properties of every resource of one CloudFormation type, in the
/// order of the template.
///
/// # Errors
/// [`TemplateError::Unreadable`] when the template or those properties do not
/// have the expected shape.
pub fn properties_of<T: DeserializeOwned>(resource_type: &str) -> Result<Vec<T>, TemplateError> {
    let named = named_properties_of(resource_type)?;
    Ok(named
        .into_iter()
        .map(|(_, properties)| properties)
        .collect())
}

/// Like [`properties_of`], with the logical id of each resource.
///
/// # Errors
/// As [`properties_of`].
pub fn named_properties_of<T: DeserializeOwned>(
    resource_type: &str,
) -> Result<Vec<(String, T)>, TemplateError> {
    let template: Template = serde_yaml_ng::from_str(SOURCE)?;
    let mut found = Vec::new();
    for (name, resource) in template.resources {
        if let (Some(name), Some(kind)) = (name.as_str(), type_of(&resource))
            && kind == resource_type
        {
            let properties = resource.get("Properties").cloned().unwrap_or_default();
            found.push((name.to_owned(), serde_yaml_ng::from_value(properties)?));
        }
    }
    Ok(found)
}

/// Returns the default of a parameter, if it has one.
///
/// # Errors
/// [`TemplateError::Unreadable`] when the template cannot be read, or the default is not a `T`.
pub fn parameter_default<T: DeserializeOwned>(name: &str) -> Result<Option<T>, TemplateError> {
    let template: Template = serde_yaml_ng::from_str(SOURCE)?;
    let parameter = template.parameters.get(name);
    let default = parameter.and_then(|parameter| parameter.get("Default"));
    let default = default.cloned().map(serde_yaml_ng::from_value);
    Ok(default.transpose()?)
}

fn type_of(resource: &Value) -> Option<&str> {
    resource.get("Type").and_then(Value::as_str)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    #[serde(default)]
    parameters: Mapping,
    resources: Mapping,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_the_template_lacks_gives_nothing() {
        let none: Vec<Value> = properties_of("AWS::S3::Bucket").unwrap();
        assert!(none.is_empty());
    }

    #[test]
    fn a_parameter_has_its_default_and_an_unknown_one_none() {
        let default = |name| parameter_default::<String>(name).unwrap();
        assert_eq!(default("Environment").as_deref(), Some("dev"));
        assert_eq!(default("NoParameter"), None);
        assert!(parameter_default::<u64>("Environment").is_err());
        assert_eq!(parameter_default("FunctionTimeout").unwrap(), Some(10));
    }

    #[test]
    fn intrinsic_functions_do_not_hinder_the_reading() {
        let tables: Vec<Value> = properties_of("AWS::DynamoDB::Table").unwrap();
        assert_eq!(tables.len(), 1);
    }
}
