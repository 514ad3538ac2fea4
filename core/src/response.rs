//! What the API answers: JSON, or an image whose metadata stands in a header; or a typed error.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::address::header_values;
use crate::error::ApiAnswer;
use crate::protocol::METADATA_HEADERS;
use crate::request::AnswerKind;
use crate::{Class, Error, json, observed, retry, web_url};

/// The most bytes that a JSON answer may have; one is a few hundred bytes long.
pub const DOCUMENT_LIMIT: usize = 1 << 20;

/// The most bytes that a metadata header may have.
const METADATA_HEADER_LIMIT: usize = 64 << 10;

/// The head of an HTTP response, and what was asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// What a success carries, as the description of the request says.
    #[serde(default)]
    answer: Option<AnswerKind>,
    /// Whether a binary response was asked for: the same with less to say.
    #[serde(default)]
    binary: bool,
    /// The time in seconds since 1970, for a `Retry-After` that is a date.
    #[serde(default)]
    now: Option<u64>,
}

impl Head {
    /// The head of an answer to a request whose description says what a success carries; `now` is in seconds since 1970.
    #[must_use]
    pub fn new(status: u16, headers: Vec<(String, String)>, answer: AnswerKind, now: u64) -> Self {
        Self { status, headers, answer: Some(answer), binary: false, now: Some(now) }
    }

    fn asked_for(&self) -> AnswerKind {
        let binary = if self.binary { AnswerKind::Image } else { AnswerKind::Document };
        self.answer.unwrap_or(binary)
    }

    fn is_binary(&self) -> bool {
        self.asked_for() == AnswerKind::Image
    }

    fn retry_after(&self, status: u16) -> Option<f64> {
        if matches!(status, 429 | 503) { retry::retry_after(&self.headers, self.now) } else { None }
    }

    /// What an error tells of the answer.
    fn told(&self, status: u16, metadata: Option<Value>) -> ApiAnswer {
        let id = metadata.as_ref().and_then(|metadata| metadata.get("id")).and_then(Value::as_str);
        ApiAnswer {
            status,
            request_id: id.map(str::to_owned),
            headers: observed::headers(&self.headers),
            retry_after: self.retry_after(status),
            metadata,
        }
    }
}

/// What the body of a response is, so that the host knows what to do with it before reading it.
#[derive(Debug, Serialize, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BodyKind {
    /// The output image; stream it to its destination.
    Image {
        /// What the API says of it.
        metadata: Value,
    },
    /// The file that was to be downloaded; stream it to its destination.
    File {
        /// Storage hosts say nothing of it.
        metadata: (),
    },
    /// A JSON document or nothing; read it whole and hand it to [`read`].
    Document {
        /// The most bytes to read; more of them are an error.
        limit: usize,
    },
}

/// Tells from the head what the body is.
///
/// # Errors
/// As [`read`], when the metadata header of an image is missing, malformed or tells of a failure.
pub fn body_kind(head: &Head) -> Result<BodyKind, Error> {
    if head.asked_for() == AnswerKind::File {
        return file(head).map(|()| BodyKind::File { metadata: () });
    }
    if !head.is_binary() || head.status != 200 {
        return Ok(BodyKind::Document { limit: DOCUMENT_LIMIT });
    }
    match header_metadata(head)? {
        Some(metadata) => succeed(head, metadata).map(|metadata| BodyKind::Image { metadata }),
        None if is_json(head) => Ok(BodyKind::Document { limit: DOCUMENT_LIMIT }),
        None => Err(unexpected(
            head,
            "missing_metadata",
            "the answer carries an image without metadata; is there a proxy that strips the header X-Optidash-Metadata?",
        )),
    }
}

/// Reads an answer whose body is a document: the metadata, or the failure that it tells of.
///
/// # Errors
/// [`Class::AuthenticationError`] for 401 and 403, [`Class::RateLimitError`] for 429, [`Class::ApiError`] for every other failure the API
/// reports, [`Class::UnexpectedResponseError`] for what is no answer of the API.
pub fn read(head: &Head, body: &[u8]) -> Result<Value, Error> {
    if head.asked_for() == AnswerKind::File {
        return file(head).map(|()| Value::Null);
    }
    if body.len() > DOCUMENT_LIMIT {
        return Err(unexpected(head, "response_too_large", "the answer is longer than any the API gives"));
    }
    let document = match header_metadata(head)? {
        Some(metadata) if head.is_binary() => Ok(metadata),
        _ => json::read(body),
    };
    match document {
        Ok(document) => match succeed(head, document)? {
            _ if head.is_binary() => {
                Err(unexpected(head, "missing_image", "the answer carries metadata in place of the image"))
            }
            document => Ok(document),
        },
        Err(_) if head.status >= 400 => Err(failure(head, head.status, None)),
        Err(reason) => Err(unexpected(head, "malformed_json", &format!("the answer {reason}"))),
    }
}

/// An error that the host ran into while it carried out a request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransportFailure {
    kind: TransportFailureKind,
    /// Which limit a timeout passed.
    #[serde(default)]
    phase: Option<TimeoutPhase>,
    #[serde(default)]
    detail: String,
}

impl TransportFailure {
    /// A failure; `detail` is what the host knows of it, from which secrets are taken out.
    #[must_use]
    pub fn new(kind: TransportFailureKind, phase: Option<TimeoutPhase>, detail: &str) -> Self {
        Self { kind, phase, detail: detail.to_owned() }
    }
}

/// What failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransportFailureKind {
    /// The connection never stood: no address, refused, no TLS, or not in time.
    Connect,
    /// The connection broke before an answer came.
    Connection,
    /// A time limit passed.
    Timeout,
    /// A document longer than any that the API answers with.
    ResponseTooLarge,
    /// The connection broke in the middle of an answer.
    IncompleteBody,
    /// The caller's file or stream failed.
    File,
    /// The host cannot do what an option asks for; the detail says what it takes.
    Unavailable,
}

/// The limits of [`Timeout`](crate::transport::Timeout).
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeoutPhase {
    /// `connect`.
    Connect,
    /// `idle`.
    Idle,
    /// `total`.
    Total,
}

impl From<TransportFailure> for Error {
    fn from(failure: TransportFailure) -> Self {
        let (class, code, sentence) = match failure.kind {
            TransportFailureKind::Connect => {
                (Class::ConnectionError, "connection_failed", "no connection to the server could be made")
            }
            TransportFailureKind::Connection => {
                (Class::ConnectionError, "connection_failed", "the connection failed before the answer came")
            }
            TransportFailureKind::Timeout => (Class::TimeoutError, "timed_out", timed_out(failure.phase)),
            TransportFailureKind::ResponseTooLarge => {
                (Class::UnexpectedResponseError, "response_too_large", "the answer is longer than any the API gives")
            }
            TransportFailureKind::IncompleteBody => {
                (Class::ConnectionError, "incomplete_body", "the connection broke before the answer was complete")
            }
            TransportFailureKind::File => (Class::ValidationError, "file", "the file cannot be read or written"),
            TransportFailureKind::Unavailable => {
                (Class::ValidationError, "unavailable", "what is asked for is not to be had here")
            }
        };
        let detail = web_url::redact(&failure.detail);
        let message = if detail.is_empty() { sentence.to_owned() } else { format!("{sentence}: {detail}") };
        Error::new(class, code, "", message)
    }
}

fn timed_out(phase: Option<TimeoutPhase>) -> &'static str {
    match phase {
        None => "there was no answer in time",
        Some(TimeoutPhase::Connect) => "there was no connection in time (`timeout.connect`)",
        Some(TimeoutPhase::Idle) => "nothing was sent or received for too long (`timeout.idle`)",
        Some(TimeoutPhase::Total) => "the call took longer than it may in all (`timeout.total`)",
    }
}

fn header_metadata(head: &Head) -> Result<Option<Value>, Error> {
    let Some(text) = METADATA_HEADERS.iter().find_map(|name| header(head, name)) else {
        return Ok(None);
    };
    if text.len() > METADATA_HEADER_LIMIT {
        return Err(unexpected(head, "malformed_metadata", "the metadata header is too long"));
    }
    match json::read(text.as_bytes()) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(reason) => Err(unexpected(head, "malformed_metadata", &format!("the metadata header {reason}"))),
    }
}

fn header<'a>(head: &'a Head, name: &str) -> Option<&'a str> {
    header_values(&head.headers, name).next()
}

fn is_json(head: &Head) -> bool {
    header(head, "content-type").is_some_and(crate::webhook::is_json_media_type)
}

fn succeed(head: &Head, document: Value) -> Result<Value, Error> {
    let success = document.get("success").and_then(Value::as_bool);
    match (success, head.status) {
        (Some(true), 200..=299) => Ok(document),
        (Some(false), _) => {
            let code = document.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
            let status = if head.status < 400 { code.unwrap_or(head.status) } else { head.status };
            Err(failure(head, status, Some(document)))
        }
        (_, 400..) => Err(failure(head, head.status, Some(document))),
        _ => Err(unexpected(
            head,
            "unexpected_document",
            "the answer is JSON, but does not say whether the call succeeded",
        )),
    }
}

fn failure(head: &Head, status: u16, document: Option<Value>) -> Error {
    let (class, code) = classify(status);
    let text = document.as_ref().and_then(|document| document.get("message")).and_then(Value::as_str);
    let mut message = match text {
        Some(text) => web_url::redact(text),
        None => format!("the API answered with status {status} and gave no reason"),
    };
    if let Some(seconds) = head.retry_after(status) {
        message.push_str(&format!(" (it asks to come back in {seconds} seconds)"));
    }
    Error::new(class, code, "", message).with_answer(head.told(status, document))
}

/// What statuses of the API mean.
#[derive(Debug)]
pub struct Status {
    /// The statuses.
    pub statuses: RangeInclusive<u16>,
    /// The class of the error.
    pub class: Class,
    /// Its code.
    pub code: &'static str,
}

const fn status(statuses: RangeInclusive<u16>, class: Class, code: &'static str) -> Status {
    Status { statuses, class, code }
}

/// The statuses of failures; the first that fits counts.
pub const STATUSES: [Status; 12] = [
    status(401..=401, Class::AuthenticationError, "unauthorized"),
    status(402..=402, Class::ApiError, "payment_required"),
    status(403..=403, Class::AuthenticationError, "forbidden"),
    status(404..=404, Class::ApiError, "not_found"),
    status(408..=408, Class::ApiError, "request_timeout"),
    status(413..=413, Class::ApiError, "payload_too_large"),
    status(415..=415, Class::ApiError, "unsupported_media_type"),
    status(422..=422, Class::ApiError, "unprocessable"),
    status(429..=429, Class::RateLimitError, "rate_limited"),
    status(400..=499, Class::ApiError, "api_error"),
    status(503..=503, Class::ApiError, "server_error"),
    status(500..=599, Class::ApiError, "server_error"),
];

fn classify(status: u16) -> (Class, &'static str) {
    let known = STATUSES.iter().find(|known| known.statuses.contains(&status));
    known.map_or((Class::ApiError, "api_error"), |known| (known.class, known.code))
}

/// Whether the answer of a storage host is the file; what else it says has no shape that is known.
fn file(head: &Head) -> Result<(), Error> {
    let status = head.status;
    let (class, code) = match classify(status) {
        _ if status == 200 => return Ok(()),
        _ if status < 400 => (Class::UnexpectedResponseError, "unexpected_status"),
        // No key was sent, so none is at fault.
        (Class::AuthenticationError, code) => (Class::ApiError, code),
        other => other,
    };
    let hint = if matches!(status, 401 | 403 | 404 | 410) {
        "; outputs stay in temporary storage for a while only"
    } else {
        ""
    };
    let message = format!("the download was answered with status {status}{hint}");
    Err(Error::new(class, code, "", message).with_answer(head.told(status, None)))
}

fn unexpected(head: &Head, code: &'static str, message: &str) -> Error {
    let message = format!("{message} (status {})", head.status);
    Error::new(Class::UnexpectedResponseError, code, "", message).with_answer(head.told(head.status, None))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_error_tells_the_headers_without_their_secrets() {
        let head: Head = serde_json::from_value(json!({
            "status": 429,
            "headers": [["Retry-After", "7"], ["Set-Cookie", "a=b"], ["Location", "https://user:pass@host/?sig=c"]],
        }))
        .unwrap();
        let error: Value = serde_json::from_str(&read(&head, b"").unwrap_err().to_json()).unwrap();
        let shown = json!([["Retry-After", "7"], ["Set-Cookie", "***"], ["Location", "https://***@host/?sig=***"]]);
        assert_eq!(error.get("headers"), Some(&shown));
    }
}
