//! The operations of a receiver; a build without the features `client` and `image` has these alone.

use std::cell::RefCell;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Answer, Attempt, answer, read};
use crate::Error;
use crate::address::{self, Networks, TrustedProxies};
use crate::json::wrong_type;
use crate::protocol::WEBHOOK_HISTORY_DAYS;
use crate::webhook::{self, EndpointOptions, Expectation, IncomingRequest, Notification, Outcome, Receiver, Rejection};

pub(super) fn call(operation: &str, input: &str, bytes: &[u8]) -> Attempt {
    Some(match operation {
        "receiver" => receiver(input),
        "endpoint" => endpoint(input, bytes),
        "receive" => receive(input, bytes),
        "receive_head" => receive_head(input),
        "notification" => answer(&Decision::from(webhook::parse(bytes))),
        "outcome" => read::<OutcomeInput>(input).and_then(|input| answer(&json!({"status": input.outcome.status()}))),
        "sender" => sender(input),
        "contains" => contains(input),
        _ => return None,
    })
}

/// How many receivers are kept.
const KEPT: usize = 4;

/// The most bytes that the settings of a kept receiver have.
const KEPT_SETTINGS: usize = 16 << 10;

thread_local! {
    /// The receivers used last, the latest first, with their settings as text: a program has few, and asks each over and over.
    static RECEIVERS: RefCell<Vec<(Box<str>, Rc<Receiver>)>> = const { RefCell::new(Vec::new()) };
}

/// The receiver with these settings; read anew unless it is one of those used last.
fn receiver_of(settings: &RawValue) -> Result<Rc<Receiver>, Error> {
    let text = settings.get();
    RECEIVERS.with_borrow_mut(|receivers| {
        let kept = match receivers.iter().position(|(known, _)| **known == *text) {
            Some(index) => receivers.remove(index),
            None => (text.into(), Rc::new(Receiver::new(&read(text)?)?)),
        };
        let receiver = Rc::clone(&kept.1);
        if text.len() <= KEPT_SETTINGS {
            receivers.truncate(KEPT - 1);
            receivers.insert(0, kept);
        }
        Ok(receiver)
    })
}

fn receiver(settings: &str) -> Result<Answer, Error> {
    let receiver = Receiver::new(&read(settings)?)?;
    answer(&json!({
        "networks": receiver.networks(),
        "max_body": receiver.max_body(),
        "deadline": receiver.deadline(),
        "retention": WEBHOOK_HISTORY_DAYS * 86_400,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointInput<'a> {
    #[serde(borrow)]
    settings: &'a RawValue,
    options: EndpointOptions,
    now: u64,
}

fn endpoint(input: &str, nonce: &[u8]) -> Result<Answer, Error> {
    let input: EndpointInput<'_> = read(input)?;
    let url = receiver_of(input.settings)?.endpoint(&input.options, nonce, input.now)?;
    answer(&json!({"url": url}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiveInput<'a> {
    #[serde(borrow)]
    settings: &'a RawValue,
    request: IncomingRequest,
    #[serde(default)]
    expect: Value,
    #[serde(default)]
    now: u64,
}

fn receive(input: &str, body: &[u8]) -> Result<Answer, Error> {
    let input: ReceiveInput<'_> = read(input)?;
    let receiver = receiver_of(input.settings)?;
    let ids = expected_ids(&input.expect)?;
    let expectation = Expectation { ids: ids.as_deref(), now: input.now };
    answer(&Decision::from(receiver.receive(&input.request, body, &expectation)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiveHeadInput<'a> {
    #[serde(borrow)]
    settings: &'a RawValue,
    request: IncomingRequest,
    #[serde(default)]
    now: u64,
}

fn receive_head(input: &str) -> Result<Answer, Error> {
    let input: ReceiveHeadInput<'_> = read(input)?;
    let decision = receiver_of(input.settings)?.receive_head(&input.request, input.now);
    answer(&json!({"rejection": decision.err()}))
}

fn expected_ids(value: &Value) -> Result<Option<Vec<String>>, Error> {
    let ids = match value {
        Value::Null => return Ok(None),
        Value::Array(ids) => ids.as_slice(),
        one => std::slice::from_ref(one),
    };
    let id =
        |id: &Value| id.as_str().map(str::to_owned).ok_or_else(|| wrong_type("expect", "an id or a list of ids", id));
    ids.iter().map(id).collect::<Result<_, _>>().map(Some)
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Notification(Box<Notification>),
    Rejection(Rejection),
}

impl From<Result<Notification, Rejection>> for Decision {
    fn from(result: Result<Notification, Rejection>) -> Self {
        match result {
            Ok(notification) => Self::Notification(Box::new(notification)),
            Err(rejection) => Self::Rejection(rejection),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeInput {
    outcome: Outcome,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SenderInput {
    #[serde(default)]
    address: Option<String>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    trusted_proxies: Value,
}

fn sender(input: &str) -> Result<Answer, Error> {
    let input: SenderInput = read(input)?;
    let trusted_proxies = TrustedProxies::read(&input.trusted_proxies, "trusted_proxies")?;
    answer(&json!({"address": trusted_proxies.sender(input.address.as_deref(), &input.headers)}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContainsInput {
    address: String,
    networks: Value,
}

fn contains(input: &str) -> Result<Answer, Error> {
    let input: ContainsInput = read(input)?;
    let networks = Networks::read(&input.networks, "networks")?;
    let contains = address::parse(&input.address).is_some_and(|address| networks.contain(address));
    answer(&json!({"contains": contains}))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn status(user: usize, password: &str) -> Value {
        let credentials = STANDARD.encode(format!("user{user}:secret{user}"));
        let input = json!({
            "settings": {"endpoint": format!("https://user{user}:{password}@host/"), "networks": ["192.0.2.1"]},
            "request": {"method": "POST", "address": "192.0.2.1", "headers": [["Authorization", format!("Basic {credentials}")]]},
        });
        let answer = receive_head(&input.to_string()).unwrap();
        let document: Value = serde_json::from_str(&answer.document).unwrap();
        document.pointer("/rejection/status").cloned().unwrap_or_default()
    }

    #[test]
    fn a_kept_receiver_is_not_taken_for_another() {
        for user in (0..3 * KEPT).chain(0..KEPT).chain([0, 0, 1]) {
            assert_eq!(status(user, &format!("secret{user}")), Value::Null);
            assert_eq!(status(user, "another"), json!(401));
        }
        RECEIVERS.with_borrow(|receivers| assert_eq!(receivers.len(), KEPT));
    }

    #[test]
    fn settings_without_end_are_not_kept() {
        status(0, &"p".repeat(8000));
        let kept = RECEIVERS.with_borrow(Vec::len);
        let endpoints = vec![format!("https://user:{}@host/", "p".repeat(8000)); 3];
        let settings = RawValue::from_string(json!({"endpoint": endpoints}).to_string()).unwrap();
        receiver_of(&settings).unwrap();
        assert_eq!(RECEIVERS.with_borrow(Vec::len), kept);
    }
}
