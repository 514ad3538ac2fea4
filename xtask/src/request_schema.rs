//! `docs/request.schema.json`: the JSON Schema of the document that a request to fetch or to upload holds, from the core's table.

use anyhow::Result;
use optidash_core::operations::{Attribute, Kind, OPERATIONS, Operation, REQUEST, Requirement, Sample, is_default};
use serde_json::{Map, Value, json};

/// The schema, as it is written into the docs.
///
/// # Errors
/// When a default in the table is not JSON.
pub(crate) fn text() -> Result<String> {
    Ok(format!("{:#}\n", schema()?))
}

fn schema() -> Result<Value> {
    let mut properties = properties(REQUEST, "")?;
    let mut definitions = Map::new();
    for operation in OPERATIONS {
        properties.insert(operation.name.into(), reference(operation.name));
        definitions.insert(operation.name.into(), hash(operation)?);
    }
    let old = json!({"$ref": "#/$defs/filter", "description": "The old name of `filter`.", "deprecated": true});
    properties.insert("stylize".into(), old);
    Ok(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Optidash request",
        "description": "The JSON of a request to fetch, and of the part `data` of an upload. Operations and attributes beyond those known here pass; the API is the authority on them.",
        "type": "object",
        "properties": properties,
        "$defs": definitions,
    }))
}

fn reference(operation: &str) -> Value {
    json!({"$ref": format!("#/$defs/{operation}")})
}

fn hash(operation: &Operation) -> Result<Value> {
    let required: Vec<_> = operation.attributes.iter().filter(|each| each.required).map(|each| each.name).collect();
    let rules: Vec<_> = operation.requirements.iter().map(|requirement| rule(operation, requirement)).collect();
    let mut schema = Map::new();
    schema.insert("description".into(), described(operation.doc, operation.source).into());
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties(operation.attributes, operation.source)?.into());
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
    if !rules.is_empty() {
        schema.insert("allOf".into(), rules.into());
    }
    Ok(schema.into())
}

fn described(doc: &str, source: &str) -> String {
    if source.is_empty() { doc.to_owned() } else { format!("{doc} Source: {source}.") }
}

fn properties(attributes: &[Attribute], source: &str) -> Result<Map<String, Value>> {
    let property = |attribute: &Attribute| {
        // What only the embedded engine knows the API may take in another form.
        let known = type_of(attribute.kind)?;
        let known = if attribute.local { any(known) } else { known };
        let mut schema = known.as_object().cloned().unwrap_or_default();
        schema.insert("description".into(), described(attribute.doc, attribute.source.unwrap_or(source)).into());
        if let Some(default) = attribute.default {
            schema.insert("default".into(), serde_json::from_str(default)?);
        }
        Ok((attribute.name.to_owned(), schema.into()))
    };
    attributes.iter().map(property).collect()
}

fn type_of(kind: Kind) -> Result<Value> {
    Ok(match kind {
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::Integer { minimum, maximum: None } => json!({"type": "integer", "minimum": minimum}),
        Kind::Integer { minimum, maximum } => json!({"type": "integer", "minimum": minimum, "maximum": maximum}),
        Kind::Number => json!({"type": "number"}),
        Kind::Text => json!({"type": "string"}),
        // Editors complete the known values; others pass.
        Kind::Choice { values } => json!({"type": "string", "anyOf": [{"enum": values}, {}]}),
        Kind::Url => json!({"type": "string", "format": "uri", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://."}),
        Kind::Color => json!({"type": "string", "pattern": "^#?([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$"}),
        Kind::Ratio => json!({"type": "string", "pattern": "^0*[1-9][0-9]*:0*[1-9][0-9]*$"}),
        Kind::Path => json!({"type": "string", "pattern": "^([^/]|$)"}),
        Kind::Hash => json!({"type": "object"}),
        Kind::Headers => json!({"type": "object", "additionalProperties": {"type": "string"}}),
        Kind::Shown { sample } => any(shown(sample)?),
    })
}

/// What is known of a value, and anything else.
fn any(known: Value) -> Value {
    json!({"anyOf": [known, {}]})
}

fn shown(sample: Sample) -> Result<Value> {
    Ok(match sample {
        Sample::Boolean => type_of(Kind::Boolean)?,
        Sample::Number => type_of(Kind::Number)?,
        Sample::Color => type_of(Kind::Color)?,
        Sample::Hash { attributes } => json!({"type": "object", "properties": properties(attributes, "")?}),
    })
}

/// A requirement as a condition and its consequence.
fn rule(operation: &Operation, requirement: &Requirement) -> Value {
    let mut conditions = Vec::new();
    if let Some((name, value)) = requirement.when {
        conditions.push(json!({"properties": {name: {"const": value}}}));
        if !is_default(operation, name, value) {
            conditions.push(json!({"required": [name]}));
        }
    }
    if let Some(name) = requirement.unless {
        conditions.push(json!({"not": {"required": [name]}}));
    }
    let one_of = |names: &&[&str]| {
        let alternatives: Vec<_> = names.iter().map(|name| json!({"required": [name]})).collect();
        json!({"anyOf": alternatives})
    };
    let needs: Vec<_> = requirement.needs.iter().map(one_of).collect();
    json!({"description": requirement.doc, "if": {"allOf": conditions}, "then": {"allOf": needs}})
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::project;

    /// Whether the schema has a say in what a case is refused for.
    fn is_settled(code: &str) -> bool {
        matches!(code, "wrong_type" | "out_of_range" | "required")
    }

    /// The document that the calls of a case make, whatever the core says of it.
    fn document(calls: &[Value]) -> Option<Value> {
        let mut document = Map::new();
        for call in calls {
            let (name, value) = (call.get(0)?.as_str()?, call.get(1).cloned().unwrap_or_default());
            match name {
                "fetch" => {
                    document.insert("url".into(), value);
                    let headers = call.get(2).and_then(|options| options.get("headers"));
                    document.extend(headers.map(|headers| ("headers".to_owned(), headers.clone())));
                }
                "upload" => {}
                _ => drop(document.insert(name.into(), value)),
            }
        }
        Some(document.into())
    }

    fn cases() -> Vec<Value> {
        let folder = project::root().join("tests/vectors");
        let read = |name| serde_json::from_str::<Value>(&fs::read_to_string(folder.join(name)).unwrap()).unwrap();
        let files = ["request.json", "url.json", "validation.json"].map(read);
        files.into_iter().flat_map(|file| file.get("cases").unwrap().as_array().unwrap().clone()).collect()
    }

    #[test]
    fn the_schema_takes_what_the_core_takes_and_refuses_types_and_ranges() {
        let validator = jsonschema::draft202012::new(&schema().unwrap()).unwrap();
        let (mut accepted, mut refused) = (0, 0);
        for case in cases() {
            let calls = case.pointer("/input/calls").unwrap().as_array().unwrap();
            let Some(document) = document(calls) else { continue };
            let code = case.pointer("/error/code").and_then(Value::as_str);
            let path = case.pointer("/error/path").and_then(Value::as_str).unwrap_or_default();
            // What a package does before there is a document the schema does not see.
            let within = document.get(path.split('.').next().unwrap_or_default()).is_some();
            match code {
                None => {
                    assert!(validator.is_valid(&document), "{}: {document}", case.get("name").unwrap());
                    accepted += 1;
                }
                Some(code) if is_settled(code) && within => {
                    assert!(!validator.is_valid(&document), "{}: {document}", case.get("name").unwrap());
                    refused += 1;
                }
                Some(_) => {}
            }
        }
        assert!(accepted > 60 && refused > 30, "only {accepted} accepted and {refused} refused documents were tried");
    }
}
