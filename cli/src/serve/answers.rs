//! The shapes of the API's answers: JSON, binary, and failures in both.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use optidash_core::{Error, json, protocol};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::console;

// Messages repeat names that callers chose, and have to fit into a header.
const MAX_MESSAGE: usize = 1000;

/// How the caller wants to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Everything in a JSON body.
    Json,
    /// The image as the body, the JSON in a header.
    Binary,
}

impl Shape {
    /// What the request's headers ask for. The header alone is enough: one client sends nothing else.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let asked = headers.get(protocol::BINARY_HEADER).and_then(|value| value.to_str().ok());
        match asked.map(|value| value.trim().to_ascii_lowercase()).as_deref() {
            Some("1" | "true") => Self::Binary,
            _ => Self::Json,
        }
    }
}

/// A call that did not succeed, as the caller is told.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let message = message.into().chars().take(MAX_MESSAGE).collect();
        Self { status, message }
    }

    /// What was asked for cannot be done as written.
    pub(crate) fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    pub(crate) fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    /// The JSON of the API for this failure.
    pub(crate) fn document(&self, id: Uuid) -> Value {
        json!({ "success": false, "code": self.status.as_u16(), "id": id, "message": self.message })
    }

    pub(crate) fn answer(&self, id: Uuid, shape: Shape) -> Response<Body> {
        let document = self.document(id);
        match shape {
            Shape::Json => json_answer(self.status, &document),
            Shape::Binary => binary_answer(self.status, &document, Body::empty(), None),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::unprocessable(error.to_string())
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        console::log(format_args!("the data directory cannot be used: {error}"));
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the local API cannot use its data directory; its log says why")
    }
}

/// A JSON document as the whole answer.
pub(crate) fn json_answer(status: StatusCode, document: &Value) -> Response<Body> {
    let body = Body::from(document.to_string());
    with_status(status, Response::new(body), HeaderValue::from_static("application/json"))
}

/// The document of a call that succeeded, or the failure.
pub(crate) fn json_result(result: Result<Value, Failure>) -> Response<Body> {
    match result {
        Ok(document) => json_answer(StatusCode::OK, &document),
        Err(failure) => failure.answer(Uuid::new_v4(), Shape::Json),
    }
}

/// An image, or nothing, as the body, and the JSON document in the headers that clients look for.
pub(crate) fn binary_answer(
    status: StatusCode,
    document: &Value,
    body: Body,
    content_type: Option<&'static str>,
) -> Response<Body> {
    let content_type = HeaderValue::from_static(content_type.unwrap_or("application/octet-stream"));
    let mut response = with_status(status, Response::new(body), content_type);
    // Escaped JSON is printable ASCII, which every header value can be.
    if let Ok(value) = HeaderValue::from_str(&ascii_json(document)) {
        for name in protocol::METADATA_HEADERS {
            if let Ok(name) = HeaderName::try_from(name) {
                response.headers_mut().insert(name, value.clone());
            }
        }
    }
    response
}

fn with_status(status: StatusCode, mut response: Response<Body>, content_type: HeaderValue) -> Response<Body> {
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// JSON with everything outside printable ASCII escaped: header values are not UTF-8.
fn ascii_json(document: &Value) -> String {
    // DEL is ASCII, but no header value.
    json::to_wire(document).replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_in_headers_is_ascii_and_the_same_json() {
        let document = json!({ "name": "Größe \u{7f}\u{1f600}\n.jpg" });
        let ascii = ascii_json(&document);
        assert!(ascii.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{ascii}");
        assert_eq!(serde_json::from_str::<Value>(&ascii).unwrap(), document);
    }

    #[test]
    fn every_spelling_of_the_binary_header_counts() {
        let shape = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-optidash-binary", HeaderValue::from_static(value));
            Shape::of(&headers)
        };
        for value in ["1", "true", "True", " 1 "] {
            assert_eq!(shape(value), Shape::Binary, "{value}");
        }
        for value in ["0", "false", ""] {
            assert_eq!(shape(value), Shape::Json, "{value}");
        }
        assert_eq!(Shape::of(&HeaderMap::new()), Shape::Json);
    }
}
