//! API keys of an account with several; only the master key may make and rename them.
//!
//! Source: the API's blog, "Provisioning API and key usage reporting".

use serde_json::{Value, json};

use super::{Request, describe, segment};
use crate::client::{self, Client};
use crate::json::{to_wire, wrong_type};
use crate::{Error, observed};

/// Makes a key with a name of its own.
///
/// # Errors
/// `required` or `wrong_type` for the name, and as [`Client::settings`].
pub fn create_key(client: &Client, name: &Value) -> Result<Request, Error> {
    let mut request = describe(client, "POST", "keys")?;
    request.json(to_wire(&json!({"name": key_name(name)?})));
    Ok(request.observable())
}

/// Gives a key another name.
///
/// # Errors
/// `invalid_key` with the path `api_key`, and as [`create_key`].
pub fn rename_key(client: &Client, api_key: &Value, name: &Value) -> Result<Request, Error> {
    let api_key = segment(client::api_key(api_key, "api_key")?, "api_key")?;
    let mut request = describe(client, "PUT", &format!("keys/{api_key}"))?;
    request.json(to_wire(&json!({"name": key_name(name)?})));
    let mut request = request.observable();
    request.observed.url = describe(client, "PUT", "keys/")?.url + observed::BLOT;
    Ok(request)
}

fn key_name(name: &Value) -> Result<&str, Error> {
    match name {
        Value::String(name) if !name.trim().is_empty() => Ok(name),
        Value::String(_) | Value::Null => {
            Err(Error::validation("required", "name", "is required: a name that no other key of the account has"))
        }
        other => Err(wrong_type("name", "a string", other)),
    }
}
