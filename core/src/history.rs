//! The history of webhooks, kept for 60 days: what an endpoint that was down catches up on.
//!
//! Source: Webhooks / Querying Webhooks. The documentation shows the head of one webhook and says that the payload can be
//! queried too, but neither its key nor the shape of a list; so both are found by what they hold, not by name.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::protocol::{WEBHOOK_STATES, WEBHOOKS_PAGE_MAX};
use crate::webhook::{Notification, read};
use crate::{Class, Error};

/// The states in which a notification did not arrive, or may not have.
const UNDELIVERED: [&str; 2] = ["dispatched", "failed"];

/// What to catch up on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatchUp {
    /// From when on, an ISO 8601 date in UTC.
    since: Value,
    /// The states to ask for; those in which a notification may not have arrived by default.
    #[serde(default)]
    status: Value,
    /// How many webhooks to skip, the `next_offset` of the page before.
    #[serde(default)]
    offset: u64,
}

impl CatchUp {
    /// The filters of the query for webhooks that asks for the next page.
    ///
    /// # Errors
    /// `required` without `since`.
    pub fn filters(&self) -> Result<Map<String, Value>, Error> {
        if self.since.is_null() {
            let message = "is required: from when on to catch up, an ISO 8601 date such as 2026-01-31T12:00:00Z";
            return Err(Error::validation("required", "since", message));
        }
        let status = if self.status.is_null() { UNDELIVERED.to_vec().into() } else { self.status.clone() };
        let named = |(name, value): (&str, Value)| (name.to_owned(), value);
        Ok([
            ("status", status),
            ("start", self.since.clone()),
            ("offset", self.offset.into()),
            ("limit", WEBHOOKS_PAGE_MAX.into()),
        ]
        .map(named)
        .into_iter()
        .collect())
    }
}

/// A page of the history.
#[derive(Debug, PartialEq, Serialize)]
pub struct Page {
    /// The webhooks, in the order of the answer.
    pub webhooks: Vec<Record>,
    /// Where the next page begins; nothing after the last one.
    pub next_offset: Option<u64>,
}

/// A webhook in the history.
#[derive(Debug, PartialEq, Serialize)]
pub struct Record {
    /// The id of the request.
    pub id: String,
    /// Its state.
    pub status: String,
    /// The notification that was sent or should have been; nothing when the answer does not hold it.
    pub notification: Option<Notification>,
    /// All that the answer says of it.
    pub record: Value,
}

/// Reads the answer to a query for webhooks that skipped `offset` of them and asked for `limit`, or for as many as the API gives at once.
///
/// # Errors
/// [`Class::UnexpectedResponseError`] with `unexpected_document` when there is no webhook in it and no empty list either.
pub fn page(answer: &Value, offset: u64, limit: Option<u64>) -> Result<Page, Error> {
    let hashes: Vec<&Value> = answer.as_object().into_iter().flat_map(Map::values).collect();
    let lists = hashes.iter().filter_map(|value| value.as_array());
    let Some(list) = lists.max_by_key(|list| list.len()) else {
        let one = hashes.iter().find_map(|value| record(value));
        return one.map(|one| Page { webhooks: vec![one], next_offset: None }).ok_or_else(unexpected);
    };
    let webhooks = list.iter().map(|value| record(value).ok_or_else(unexpected)).collect::<Result<Vec<_>, _>>()?;
    let count = webhooks.len() as u64;
    let full = limit.unwrap_or(WEBHOOKS_PAGE_MAX).clamp(1, WEBHOOKS_PAGE_MAX);
    let next_offset = (count >= full).then_some(offset.saturating_add(count));
    Ok(Page { webhooks, next_offset })
}

fn record(value: &Value) -> Option<Record> {
    let hash = value.as_object()?;
    let text = |name: &str| hash.get(name)?.as_str();
    let (id, status) = (text("id")?, text("status").filter(|status| WEBHOOK_STATES.contains(status))?);
    let notification = hash.values().filter_map(payload).find(|notification| notification.id == id);
    Some(Record { id: id.to_owned(), status: status.to_owned(), notification, record: value.clone() })
}

/// A payload is a hash, or the JSON text of one, that is a notification.
fn payload(value: &Value) -> Option<Notification> {
    match value {
        Value::Object(_) => read(value.clone()).ok(),
        Value::String(text) if text.starts_with('{') => read(serde_json::from_str(text).ok()?).ok(),
        _ => None,
    }
}

fn unexpected() -> Error {
    Error::new(Class::UnexpectedResponseError, "unexpected_document", "", "the answer holds no history of webhooks")
}
