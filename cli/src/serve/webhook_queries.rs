//! The history of webhooks, as the API shows it.

use axum::http::StatusCode;
use optidash_core::protocol::WEBHOOKS_PAGE_DEFAULT;
use serde_json::{Map, Value, json};
use url::{Url, form_urlencoded};

use super::answers::Failure;
use super::clock::{self, Milliseconds};
use super::service::with_address;
use super::storage::{Filter, Webhook};
use crate::http_client::without_credentials;
use crate::rules;

/// Reads the parameters of a query.
///
/// # Errors
/// 422 for a status that does not exist, a date that is none, and numbers out of range.
pub(crate) fn filter(query: Option<&str>) -> Result<Filter, Failure> {
    let parameters = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let parameters: Map<String, Value> = parameters.map(|(name, value)| parameter(&name, &value)).collect();
    // An `id` in the query is no filter.
    if parameters.contains_key("id") {
        return Err(Failure::unprocessable("id: ask for one webhook at webhooks/{id}"));
    }
    rules::check_filters(&parameters)?;
    let number = |name: &str, default: i64| parameters.get(name).and_then(Value::as_i64).unwrap_or(default);
    Ok(Filter {
        statuses: statuses(parameters.get("status")),
        start: date(&parameters, "start")?,
        end: date(&parameters, "end")?,
        offset: number("offset", 0),
        limit: number("limit", WEBHOOKS_PAGE_DEFAULT as i64),
    })
}

fn parameter(name: &str, value: &str) -> (String, Value) {
    let number = value.parse::<i64>().ok().filter(|_| matches!(name, "offset" | "limit"));
    (name.to_owned(), number.map_or_else(|| json!(value), |number| json!(number)))
}

fn statuses(value: Option<&Value>) -> Vec<String> {
    let names = value.and_then(Value::as_str).unwrap_or_default();
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn date(parameters: &Map<String, Value>, name: &str) -> Result<Option<Milliseconds>, Failure> {
    let Some(text) = parameters.get(name).and_then(Value::as_str) else { return Ok(None) };
    clock::parse(text).map(Some).ok_or_else(|| {
        Failure::unprocessable(format!("{name}: write an ISO-8601 date in UTC, such as 2017-01-01T11:57:04.322Z"))
    })
}

/// The answer with one webhook.
pub(crate) fn one(webhook: &Webhook, origin: &str) -> Value {
    json!({ "success": true, "code": StatusCode::OK.as_u16(), "webhook": describe(webhook, origin) })
}

/// The answer with a page of webhooks.
pub(crate) fn page(webhooks: &[Webhook], total: i64, filter: &Filter, origin: &str) -> Value {
    let webhooks: Vec<_> = webhooks.iter().map(|webhook| describe(webhook, origin)).collect();
    json!({
        "success": true,
        "code": StatusCode::OK.as_u16(),
        "webhooks": webhooks,
        "total": total,
        "offset": filter.offset,
        "limit": filter.limit,
    })
}

fn describe(webhook: &Webhook, origin: &str) -> Value {
    let time = |time: Option<Milliseconds>| time.map(clock::iso);
    let payload = webhook.payload.as_deref().and_then(|payload| serde_json::from_str(payload).ok());
    json!({
        "id": webhook.id,
        "status": webhook.status,
        "created_at": clock::iso(webhook.created_at),
        "scheduled_at": time(webhook.scheduled_at),
        "due_at": time(webhook.due_at),
        "dispatched_at": time(webhook.dispatched_at),
        "finished_at": time(webhook.finished_at),
        "url": shown_endpoint(&webhook.endpoint),
        "delay": webhook.delay / clock::SECOND,
        "response_code": webhook.response_code,
        "failure": webhook.failure,
        "payload": payload.map(|payload| with_address(payload, origin)),
    })
}

fn shown_endpoint(endpoint: &str) -> String {
    Url::parse(endpoint).map(|url| without_credentials(&url).to_string()).unwrap_or_default()
}
