//! The one door for other languages: the name of an operation and a JSON document in, a JSON document out.
//!
//! Image bytes and HTTP bodies pass beside the document, never inside it.
//!
//! | operation | document in | bytes in | document out |
//! | --- | --- | --- | --- |
//! | `request` | `key`, `authentication`, `base_url`, `agent`, `calls`, `response` | | [`Request`](crate::request::Request) |
//! | `account` | `key`, `authentication`, `base_url`, `agent` | | the same |
//! | `webhooks` | these and `filters`: `id`, or `status`, `start`, `end`, `offset`, `limit` | | the same |
//! | `catch_up` | these and `catch_up`: `since`, `status`, `offset` | | the same |
//! | `history` | `answer` (the metadata), `offset` | | [`Page`](crate::history::Page) |
//! | `response_body` | `status`, `headers`, `binary` | | [`BodyKind`](crate::response::BodyKind) |
//! | `response` | the same | the body | `metadata` |
//! | `transport_error` | `kind`, `detail` | | always an error |
//! | `receiver` | the settings | | `networks`, `max_body` in bytes, `deadline` in seconds, `retention` of claims in seconds |
//! | `endpoint` | `settings`, `options`, `now` | 16 random bytes | `url` |
//! | `receive` | `settings`, `request`, `expect`, `now` (seconds since 1970, for signed endpoints) | the body | `notification` or `rejection` |
//! | `receive_head` | `settings`, `request`, `now` | | `rejection` or null: what can be decided before the body is read |
//! | `notification` | nothing | the body | `notification` or `rejection` |
//! | `outcome` | `outcome`: `handled`, `queued`, `running`, `duplicate` or `failed` | | `status` to answer with |
//! | `sender` | `address`, `headers`, `trusted_proxies` | | `address` or null |
//! | `contains` | `address`, `networks` | | `contains` |
//! | `output_size` | `operations`, `width`, `height` | | `width`, `height` |
//! | `transform` | `operations`, `name` | an image | `input`, `output`; and the image |
//! | `metadata` | `name` | an image | the metadata |
//! | `operations` | nothing | | the table of operations |

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::address::{self, Networks, TrustedProxies};
use crate::history::{self, CatchUp};
#[cfg(feature = "image")]
use crate::image;
use crate::image::geometry;
use crate::operations::{OPERATIONS, wrong_type};
use crate::protocol::WEBHOOK_HISTORY_DAYS;
use crate::request::{self, Client, ResponseMethod};
use crate::response::{self, Head, TransportFailure};
use crate::webhook::{self, EndpointOptions, Expectation, IncomingRequest, Notification, Outcome, Receiver, Rejection};
use crate::{Error, json};

/// What an operation answers with.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// A JSON document.
    pub document: String,
    /// The bytes of an image, for the operations that make one.
    pub bytes: Vec<u8>,
}

/// Calls an operation by name.
///
/// # Errors
/// `unknown_operation` for a name that is not in the list, `malformed_json` for an input that is not its document, and
/// what the operation itself answers with.
pub fn call(operation: &str, input: &str, bytes: &[u8]) -> Result<Answer, Error> {
    match operation {
        "request" => {
            let input: RequestInput = read(input)?;
            answer(&request::build(&input.client, &input.calls, input.response)?)
        }
        "account" => answer(&request::account(&read(input)?)?),
        "webhooks" => {
            let input: WebhooksInput = read(input)?;
            answer(&request::webhooks(&input.client, &input.filters)?)
        }
        "catch_up" => {
            let input: CatchUpInput = read(input)?;
            answer(&request::webhooks(&input.client, &input.catch_up.filters()?)?)
        }
        "history" => {
            let input: HistoryInput = read(input)?;
            answer(&history::page(&input.answer, input.offset)?)
        }
        "response_body" => answer(&response::body_kind(&read(input)?)?),
        "response" => {
            let head: Head = read(input)?;
            answer(&json!({"metadata": response::read(&head, bytes)?}))
        }
        "transport_error" => Err(read::<TransportFailure>(input)?.into()),
        "receiver" => {
            let receiver = Receiver::new(&read(input)?)?;
            answer(&json!({
                "networks": receiver.networks(),
                "max_body": receiver.max_body(),
                "deadline": receiver.deadline(),
                "retention": WEBHOOK_HISTORY_DAYS * 86_400,
            }))
        }
        "endpoint" => {
            let input: EndpointInput = read(input)?;
            let url = Receiver::new(&input.settings)?.endpoint(&input.options, bytes, input.now)?;
            answer(&json!({"url": url}))
        }
        "receive" => receive(&read(input)?, bytes),
        "receive_head" => {
            let input: ReceiveHeadInput = read(input)?;
            let decision = Receiver::new(&input.settings)?.receive_head(&input.request, input.now);
            answer(&json!({"rejection": decision.err()}))
        }
        "notification" => answer(&decision(webhook::parse(bytes))),
        "outcome" => answer(&json!({"status": read::<OutcomeInput>(input)?.outcome.status()})),
        "sender" => {
            let input: SenderInput = read(input)?;
            let trusted_proxies = TrustedProxies::read(&input.trusted_proxies, "trusted_proxies")?;
            answer(&json!({"address": trusted_proxies.sender(input.address.as_deref(), &input.headers)}))
        }
        "contains" => {
            let input: ContainsInput = read(input)?;
            let networks = Networks::read(&input.networks, "networks")?;
            answer(
                &json!({"contains": address::parse(&input.address).is_some_and(|address| networks.contain(address))}),
            )
        }
        "output_size" => {
            let input: OutputSizeInput = read(input)?;
            let (width, height) = geometry::output_size(&input.operations, input.width, input.height)?;
            answer(&json!({"width": width, "height": height}))
        }
        #[cfg(feature = "image")]
        "transform" => transform(&read(input)?, bytes),
        #[cfg(feature = "image")]
        "metadata" => {
            let input: MetadataInput = read(input)?;
            answer(&image::metadata(bytes, input.name.as_deref())?)
        }
        "operations" => answer(&OPERATIONS),
        _ => Err(Error::validation(
            "unknown_operation",
            "",
            "the core has no operation of that name; do package and core belong together?",
        )),
    }
}

#[derive(Deserialize)]
struct RequestInput {
    #[serde(flatten)]
    client: Client,
    calls: Vec<Vec<Value>>,
    response: ResponseMethod,
}

#[derive(Deserialize)]
struct WebhooksInput {
    #[serde(flatten)]
    client: Client,
    #[serde(default)]
    filters: Map<String, Value>,
}

#[derive(Deserialize)]
struct CatchUpInput {
    #[serde(flatten)]
    client: Client,
    catch_up: CatchUp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HistoryInput {
    answer: Value,
    #[serde(default)]
    offset: u64,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiveHeadInput {
    settings: Map<String, Value>,
    request: IncomingRequest,
    #[serde(default)]
    now: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointInput {
    settings: Map<String, Value>,
    options: EndpointOptions,
    now: u64,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContainsInput {
    address: String,
    networks: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutputSizeInput {
    operations: Map<String, Value>,
    width: u32,
    height: u32,
}

#[cfg(feature = "image")]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TransformInput {
    operations: Map<String, Value>,
    #[serde(default)]
    name: Option<String>,
}

#[cfg(feature = "image")]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetadataInput {
    #[serde(default)]
    name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Notification(Box<Notification>),
    Rejection(Rejection),
}

fn decision(result: Result<Notification, Rejection>) -> Decision {
    match result {
        Ok(notification) => Decision::Notification(Box::new(notification)),
        Err(rejection) => Decision::Rejection(rejection),
    }
}

fn receive(input: &ReceiveInput, body: &[u8]) -> Result<Answer, Error> {
    let receiver = Receiver::new(&input.settings)?;
    let ids = expected_ids(&input.expect)?;
    let expectation = Expectation { ids: ids.as_deref(), now: input.now };
    answer(&decision(receiver.receive(&input.request, body, &expectation)))
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

#[cfg(feature = "image")]
fn transform(input: &TransformInput, bytes: &[u8]) -> Result<Answer, Error> {
    let made = image::transform(bytes, &input.operations, input.name.as_deref(), &image::Limits::default())?;
    let document = answer(&json!({"input": made.input, "output": made.output}))?;
    Ok(Answer { bytes: made.bytes, ..document })
}

fn read<T: DeserializeOwned>(input: &str) -> Result<T, Error> {
    serde_json::from_str(input).map_err(|error| json::malformed(&json::explain(&error)))
}

fn answer(document: &impl Serialize) -> Result<Answer, Error> {
    let document = serde_json::to_string(document).map_err(|error| json::malformed(&json::explain(&error)))?;
    Ok(Answer { document, bytes: Vec::new() })
}
