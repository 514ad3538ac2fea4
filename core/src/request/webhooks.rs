//! Queries of the history of webhooks.

use serde_json::{Map, Value};

use super::{Request, describe, segment};
use crate::client::Client;
use crate::json::wrong_type;
use crate::protocol::{WEBHOOK_STATES, WEBHOOKS_PAGE_MAX};
use crate::{Error, spelling};

/// Asks for one webhook (`id`) or for those that `status`, `start`, `end`, `offset` and `limit` select.
///
/// # Errors
/// `wrong_type`, `out_of_range`, `unknown_value` or `misspelt_attribute` for a filter, and as [`Client::settings`].
pub fn webhooks(client: &Client, filters: &Map<String, Value>) -> Result<Request, Error> {
    let path = match filters.get("id") {
        None => query(filters)?,
        Some(Value::String(id)) if !id.is_empty() => segment(id, "id")?,
        Some(other) => return Err(wrong_type("id", "the id of a request, a string that is not empty", other)),
    };
    Ok(describe(client, "GET", &format!("webhooks/{path}"))?.observable())
}

/// Asks for one page of the webhooks that the filters select: `limit` of them, or as many as the API gives at once.
///
/// # Errors
/// `conflict` for the filter `id`, and as [`webhooks`].
pub fn webhook_page(client: &Client, filters: &Map<String, Value>, offset: u64) -> Result<Request, Error> {
    if filters.contains_key("id") {
        let message = "asks for one webhook, of which there are no pages; leave it out, or query that webhook alone";
        return Err(Error::validation("conflict", "id", message));
    }
    let mut filters = filters.clone();
    filters.insert("offset".into(), offset.into());
    filters.entry("limit").or_insert_with(|| WEBHOOKS_PAGE_MAX.into());
    webhooks(client, &filters)
}

fn query(filters: &Map<String, Value>) -> Result<String, Error> {
    const NAMES: [&str; 5] = ["status", "start", "end", "offset", "limit"];
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in filters {
        let value = match name.as_str() {
            "status" => statuses(value)?,
            "start" | "end" => {
                value.as_str().ok_or_else(|| wrong_type(name, "an ISO 8601 date in UTC, a string", value))?.to_owned()
            }
            "offset" => count(name, value, 0, u64::MAX)?,
            "limit" => count(name, value, 1, WEBHOOKS_PAGE_MAX)?,
            _ => match spelling::nearest(name, NAMES.into_iter()) {
                Some(nearest) => {
                    let message = format!("there is no filter `{name}`; did you mean `{nearest}`?");
                    return Err(Error::validation("misspelt_attribute", name, message));
                }
                None => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            },
        };
        query.append_pair(name, &value);
    }
    let query = query.finish();
    Ok(if query.is_empty() { query } else { format!("?{query}") })
}

fn statuses(value: &Value) -> Result<String, Error> {
    let names = match value {
        Value::String(names) => names.split(',').map(str::trim).map(Value::from).collect(),
        Value::Array(names) => names.clone(),
        _ => return Err(wrong_type("status", "a status, or several", value)),
    };
    let known = |name: &Value| name.as_str().is_some_and(|name| WEBHOOK_STATES.contains(&name));
    if names.is_empty() || !names.iter().all(known) {
        let message = format!("is not known; write one or several of {}", WEBHOOK_STATES.join(", "));
        return Err(Error::validation("unknown_value", "status", message));
    }
    Ok(names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","))
}

fn count(name: &str, value: &Value, minimum: u64, maximum: u64) -> Result<String, Error> {
    let Some(number) = value.as_i64() else {
        return Err(wrong_type(name, "a whole number", value));
    };
    match u64::try_from(number) {
        Ok(number) if (minimum..=maximum).contains(&number) => Ok(number.to_string()),
        _ if maximum == u64::MAX => Err(Error::validation(
            "out_of_range",
            name,
            format!("is out of range; write a whole number from {minimum} up"),
        )),
        _ => Err(Error::validation(
            "out_of_range",
            name,
            format!("is out of range; write a whole number from {minimum} to {maximum}"),
        )),
    }
}
