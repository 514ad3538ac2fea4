//! The operations of a receiver; a build without the features `client` and `image` has these alone.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

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
struct EndpointInput {
    settings: Map<String, Value>,
    options: EndpointOptions,
    now: u64,
}

fn endpoint(input: &str, nonce: &[u8]) -> Result<Answer, Error> {
    let input: EndpointInput = read(input)?;
    let url = Receiver::new(&input.settings)?.endpoint(&input.options, nonce, input.now)?;
    answer(&json!({"url": url}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiveInput {
    settings: Map<String, Value>,
    request: IncomingRequest,
    #[serde(default)]
    expect: Value,
    #[serde(default)]
    now: u64,
}

fn receive(input: &str, body: &[u8]) -> Result<Answer, Error> {
    let input: ReceiveInput = read(input)?;
    let receiver = Receiver::new(&input.settings)?;
    let ids = expected_ids(&input.expect)?;
    let expectation = Expectation { ids: ids.as_deref(), now: input.now };
    answer(&Decision::from(receiver.receive(&input.request, body, &expectation)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiveHeadInput {
    settings: Map<String, Value>,
    request: IncomingRequest,
    #[serde(default)]
    now: u64,
}

fn receive_head(input: &str) -> Result<Answer, Error> {
    let input: ReceiveHeadInput = read(input)?;
    let decision = Receiver::new(&input.settings)?.receive_head(&input.request, input.now);
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
