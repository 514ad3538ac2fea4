//! The one door for other languages: the name of an operation and a JSON document in, a JSON document out.
//!
//! Image bytes and HTTP bodies pass beside the document, never inside it.
//!
//! | operation | document in | bytes in | document out |
//! | --- | --- | --- | --- |
//! | `client` | the settings of a client, see below | | [`Settings`](crate::client::Settings) |
//! | `request` | these and `calls`, `response` | | [`Request`](crate::request::Request) |
//! | `account` | the settings | | the same |
//! | `webhooks` | these and `filters`: `id`, or `status`, `start`, `end`, `offset`, `limit` | | the same |
//! | `webhook_page` | these and `filters` without `id`, `offset` | | the same |
//! | `catch_up` | these and `catch_up`: `since`, `status`, `offset` | | the same |
//! | `create_key` | these and `name` | | the same |
//! | `rename_key` | these and `api_key`, `name` | | the same |
//! | `download` | these and `source`: a URL, or metadata with `output.url` | | the same |
//! | `history` | `answer` (the metadata), `offset`, `limit` | | [`Page`](crate::history::Page) |
//! | `response_body` | `status`, `headers`, `answer` (or `binary`), `now` | | [`BodyKind`](crate::response::BodyKind) |
//! | `response` | the same | the body | `metadata` |
//! | `observed_response` | `status`, `headers` | | the same without secrets |
//! | `transport_error` | `kind`, `detail`, `phase` of a timeout | | always an error |
//! | `retry` | [`Attempt`](crate::retry::Attempt) | | [`Decision`](crate::retry::Decision) |
//! | `receiver` | the settings | | `networks`, `max_body` in bytes, `deadline` in seconds, `retention` of claims in seconds |
//! | `endpoint` | `settings`, `options`, `now` | 16 random bytes | `url` |
//! | `receive` | `settings`, `request`, `expect`, `now` (seconds since 1970, for signed endpoints) | the body | `notification` or `rejection` |
//! | `receive_head` | `settings`, `request`, `now` | | `rejection` or null: what can be decided before the body is read |
//! | `notification` | nothing | the body | `notification` or `rejection` |
//! | `outcome` | `outcome`: `handled`, `queued`, `running`, `duplicate` or `failed` | | `status` to answer with |
//! | `sender` | `address`, `headers`, `trusted_proxies` | | `address` or null |
//! | `contains` | `address`, `networks` | | `contains` |
//! | `output_size` | `operations`, `width`, `height` | | `width`, `height` |
//! | `transform` | `operations`, `name`, `sha1` of the image if the host has it | an image | `input`, `output`; and the image |
//! | `metadata` | `name`, `sha1` if the host has it | an image | the metadata |
//! | `operations` | nothing | | the table of [operations](crate::operations::OPERATIONS) |
//! | `answers` | nothing | | what [answers](crate::answers::Answers) are made of |
//!
//! The settings of a client: `key`, `authentication` (`basic` or `bearer`), `base_url`, `agent`, `timeout` (seconds for the whole call, or
//! a hash of `connect`, `idle` and `total`), `retries`, `concurrency`, and `options` (`timeout`, `retries`) for one call. All but `key` may be left out.
//! `client` also takes `hooks`, a hash whose names are checked, and all take `host`: in `options` and `call_options` the names of what
//! the host itself has options for.

use serde::{Deserialize, Serialize};

use crate::{Error, json};

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "image")]
mod engine;
mod receiver;
#[cfg(feature = "client")]
mod size;

/// What an operation answers with.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// A JSON document.
    pub document: String,
    /// The bytes of an image, for the operations that make one.
    pub bytes: Vec<u8>,
}

/// What a group of operations makes of a call: nothing when the operation is not one of its own.
type Attempt = Option<Result<Answer, Error>>;

/// Calls an operation by name.
///
/// # Errors
/// `unknown_operation` for a name that is not in the list or left out of this build, `malformed_json` for an input that is not
/// its document, and what the operation itself answers with.
pub fn call(operation: &str, input: &str, bytes: &[u8]) -> Result<Answer, Error> {
    let attempt = receiver::call(operation, input, bytes);
    #[cfg(feature = "client")]
    let attempt = attempt.or_else(|| client::call(operation, input, bytes));
    #[cfg(feature = "image")]
    let attempt = attempt.or_else(|| engine::call(operation, input, bytes));
    attempt.unwrap_or_else(|| Err(unknown_operation()))
}

/// Calls one of the operations on images: `transform`, `metadata`, `output_size`. What calls only this is built without the
/// rest of the protocol, which is a quarter of the engine's WebAssembly module.
///
/// # Errors
/// As [`call`].
#[cfg(feature = "image")]
pub fn call_on_images(operation: &str, input: &str, bytes: &[u8]) -> Result<Answer, Error> {
    match operation {
        "output_size" => size::output(input),
        _ => engine::call(operation, input, bytes).unwrap_or_else(|| Err(unknown_operation())),
    }
}

fn unknown_operation() -> Error {
    let message = "the core has no operation of that name; do package and core belong together?";
    Error::validation("unknown_operation", "", message)
}

fn read<'a, Document: Deserialize<'a>>(input: &'a str) -> Result<Document, Error> {
    serde_json::from_str(input).map_err(|error| json::malformed(&json::explain(&error)))
}

fn answer(document: &impl Serialize) -> Result<Answer, Error> {
    let document = serde_json::to_string(document).map_err(|error| json::malformed(&json::explain(&error)))?;
    Ok(Answer { document, bytes: Vec::new() })
}
