//! Asks the core whether a call is allowed, after reading it as leniently as old clients need.

use optidash_core::client::Client;
use optidash_core::operations::{self, Kind, Operation};
use optidash_core::request::{self, ResponseMethod};
use optidash_core::{Error, json as core_json};
use serde_json::{Map, Value, json};

/// The old name of an operation, and the one it has now.
const RENAMED: (&str, &str) = ("stylize", "filter");

/// Brings the operations into the form that the documentation has: current names, numbers that are numbers.
///
/// # Errors
/// `conflict` when an operation is there under its old and its new name.
pub(crate) fn normalize(body: &mut Map<String, Value>) -> Result<(), Error> {
    let (old, new) = RENAMED;
    if let Some(hash) = body.remove(old)
        && body.insert(new.to_owned(), hash).is_some()
    {
        return Err(Error::validation("conflict", old, format!("is the old name of `{new}`; write one of them")));
    }
    for (name, hash) in body.iter_mut() {
        // An empty PHP array is encoded as a list.
        if hash.as_array().is_some_and(Vec::is_empty) {
            *hash = Value::Object(Map::new());
        }
        if let (Some(operation), Some(hash)) = (operations::find(name), hash.as_object_mut()) {
            unquote(operation, hash);
        }
    }
    Ok(())
}

// One client's documentation writes "768" for 768.
fn unquote(operation: &Operation, hash: &mut Map<String, Value>) {
    for attribute in operation.attributes {
        let Some(value) = hash.get_mut(attribute.name) else { continue };
        let unquoted = value.as_str().and_then(|text| serde_json::from_str::<Value>(text.trim()).ok());
        match (attribute.kind, unquoted) {
            (Kind::Integer { .. } | Kind::Number, Some(number @ Value::Number(_))) => *value = number,
            (Kind::Boolean, Some(boolean @ Value::Bool(_))) => *value = boolean,
            _ => {}
        }
    }
}

/// Checks a call as a package checks it before sending it.
///
/// # Errors
/// Those of [`request::build`].
pub(crate) fn check(source: Vec<Value>, operations: &Map<String, Value>, binary: bool) -> Result<(), Error> {
    let response = if binary { ResponseMethod::Buffer } else { ResponseMethod::Json };
    let operations = operations.iter().map(|(name, hash)| vec![json!(name), hash.clone()]);
    let calls: Vec<_> = std::iter::once(source).chain(operations).collect();
    request::build(&anybody()?, &calls, response).map(drop)
}

/// Checks the parameters of a query for webhooks.
///
/// # Errors
/// Those of [`request::webhooks`].
pub(crate) fn check_filters(filters: &Map<String, Value>) -> Result<(), Error> {
    request::webhooks(&anybody()?, filters).map(drop)
}

// The rules are the same for every key.
fn anybody() -> Result<Client, Error> {
    serde_json::from_value(json!({ "key": "local" }))
        .map_err(|error| Error::validation("malformed_json", "key", core_json::to_wire(&json!(error.to_string()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(body: Value) -> Value {
        let mut body = body.as_object().unwrap().clone();
        normalize(&mut body).unwrap();
        Value::Object(body)
    }

    #[test]
    fn old_clients_are_understood() {
        assert_eq!(normalized(json!({ "stylize": { "blur": {} } })), json!({ "filter": { "blur": {} } }));
        assert_eq!(normalized(json!({ "optimize": [] })), json!({ "optimize": {} }));
        assert_eq!(
            normalized(json!({ "resize": { "width": "1024", "height": " 768 ", "upscale": "false" } })),
            json!({ "resize": { "width": 1024, "height": 768, "upscale": false } })
        );
    }

    #[test]
    fn text_that_looks_like_a_number_stays_text() {
        let body =
            json!({ "watermark": { "id": "1234567890" }, "unknown": { "width": "3" }, "resize": { "width": "wide" } });
        assert_eq!(normalized(body.clone()), body);
    }

    #[test]
    fn both_names_of_one_operation_conflict() {
        let mut body = json!({ "stylize": {}, "filter": {} }).as_object().unwrap().clone();
        assert_eq!(normalize(&mut body).unwrap_err().code, "conflict");
    }
}
