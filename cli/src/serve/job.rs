//! A call as the server works on it: where the image comes from, what is done to it, how the answer goes out.

use bytes::Bytes;
use optidash_core::protocol::WEBHOOK_DELAY_SECONDS;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::answers::{Failure, Shape};
use super::clock::{Milliseconds, SECOND};
use super::request_body::Upload;
use super::source::request_headers;
use crate::rules;

/// What has to be processed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) source: Source,
    pub(crate) operations: Map<String, Value>,
}

/// Where the image comes from.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// An address, and the extra headers to ask it with.
    Fetch { url: String, headers: Map<String, Value> },
    /// Bytes that came with the call; they are stored beside the job.
    Upload {
        name: Option<String>,
        #[serde(skip)]
        bytes: Bytes,
    },
}

/// How the answer goes out.
#[derive(Debug, PartialEq)]
pub(crate) enum Reply {
    Json,
    Binary,
    Webhook { endpoint: String, delay: Milliseconds },
}

impl Reply {
    pub(crate) fn shape(&self) -> Shape {
        if *self == Self::Binary { Shape::Binary } else { Shape::Json }
    }
}

/// A call that has been checked.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) job: Job,
    pub(crate) reply: Reply,
}

impl Call {
    /// Reads the JSON of a `fetch`.
    pub(crate) fn fetch(mut body: Map<String, Value>, shape: Shape) -> Result<Self, Failure> {
        let url = body.remove("url").unwrap_or_default();
        let headers = body.remove("headers").unwrap_or_else(|| json!({}));
        // As with operations, an empty PHP array.
        let headers = if headers.as_array().is_some_and(Vec::is_empty) { json!({}) } else { headers };
        let source = vec![json!("fetch"), url.clone(), json!({ "headers": headers })];
        let url = url.as_str().unwrap_or_default().to_owned();
        let headers = headers.as_object().cloned().unwrap_or_default();
        let call = Self::read(source, body, shape, || Source::Fetch { url, headers: headers.clone() })?;
        request_headers(&headers)?;
        Ok(call)
    }

    /// Reads the parts of an `upload`.
    pub(crate) fn upload(upload: Upload, shape: Shape) -> Result<Self, Failure> {
        let Upload { name, bytes, data } = upload;
        if data.contains_key("url") {
            return Err(Failure::unprocessable(
                "url: an upload brings its image along; send the URL to `fetch` instead",
            ));
        }
        Self::read(vec![json!("upload"), json!({})], data, shape, || Source::Upload { name, bytes })
    }

    fn read(
        source: Vec<Value>,
        mut body: Map<String, Value>,
        shape: Shape,
        image: impl FnOnce() -> Source,
    ) -> Result<Self, Failure> {
        let binary = asks_for_binary(body.remove("response"))? || shape == Shape::Binary;
        rules::normalize(&mut body)?;
        rules::check(source, &body, binary)?;
        let webhook = body.remove("webhook");
        if body.contains_key("store") {
            return Err(Failure::unprocessable("store: the local API has no external storage; leave `store` out"));
        }
        leave_out_misplaced_border(&mut body);
        let reply = match webhook {
            Some(webhook) => webhook_reply(&webhook),
            None if binary => Reply::Binary,
            None => Reply::Json,
        };
        Ok(Self { job: Job { source: image(), operations: body }, reply })
    }
}

// One client sends the attributes of `border` under the name `auto`, and gets no border from the real service either.
fn leave_out_misplaced_border(operations: &mut Map<String, Value>) {
    let enhances = |auto: &Value| auto.get("enhance").is_some_and(|enhance| *enhance != json!(false));
    if operations.get("auto").is_some_and(|auto| !enhances(auto)) {
        operations.remove("auto");
    }
}

fn asks_for_binary(response: Option<Value>) -> Result<bool, Failure> {
    let mode = response.as_ref().and_then(|response| response.get("mode"));
    match mode.map(Value::as_str) {
        None | Some(Some("json")) => Ok(false),
        Some(Some("binary")) => Ok(true),
        Some(_) => Err(Failure::unprocessable("response.mode: write \"binary\", or leave it out for JSON")),
    }
}

// The core has checked both attributes.
fn webhook_reply(webhook: &Value) -> Reply {
    let endpoint = webhook.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
    let seconds = webhook.get("delay").and_then(Value::as_f64).unwrap_or_default() as Milliseconds;
    let longest = Milliseconds::try_from(*WEBHOOK_DELAY_SECONDS.end()).unwrap_or(Milliseconds::MAX / SECOND);
    Reply::Webhook { endpoint, delay: seconds.clamp(0, longest) * SECOND }
}
