//! One error type for the whole core.
//!
//! Every error has a class that a package turns into its language's exception, a stable `code` to program against,
//! the `path` of the attribute at fault, and a sentence that says what to write instead. None ever holds a secret.

use serde::Serialize;

use crate::vocabulary::vocabulary;

mod codes;

pub use codes::{CODES, Code};

vocabulary! {
    /// The class of an error; packages name their exception types after it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum Class {
        /// What the caller wrote cannot be sent.
        ValidationError,
        /// The API does not accept the key.
        AuthenticationError,
        /// The API refused the request.
        ApiError,
        /// The API asks to slow down.
        RateLimitError,
        /// The API could not be reached, or the connection broke.
        ConnectionError,
        /// The API did not answer in time.
        TimeoutError,
        /// The answer is not one the API gives.
        UnexpectedResponseError,
        /// The embedded engine cannot read or produce the image.
        ImageError,
    }
}

/// What went wrong, for programs (`class`, `code`, `path`) and for people (`message`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Error {
    /// The class of the error.
    #[serde(rename = "type")]
    pub class: Class,
    /// A stable, machine-readable name such as `out_of_range`.
    pub code: &'static str,
    /// Where the fault is, such as `resize.width`; empty when it is not in one attribute.
    pub path: String,
    /// What was wrong and what to write instead.
    pub message: String,
    /// What the API answered, when it did.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Box<ApiAnswer>>,
}

/// The answer of the API that an error stems from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ApiAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The id of the request, to be quoted to support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Names and values of the headers, secret ones blotted out.
    pub headers: Vec<(String, String)>,
    /// The seconds after which the API asks to come back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<f64>,
    /// The JSON of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<serde_json::Value>,
}

impl Error {
    /// An error of a class, with its code, path and message.
    #[must_use]
    pub fn new(class: Class, code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        debug_assert!(CODES.iter().any(|known| known.name == code), "`{code}` is missing in the table of codes");
        Self { class, code, path: path.into(), message: message.into(), answer: None }
    }

    /// The same error with the answer of the API that it stems from.
    #[must_use]
    pub fn with_answer(self, answer: ApiAnswer) -> Self {
        Self { answer: Some(Box::new(answer)), ..self }
    }

    /// An error in what the caller wrote.
    #[must_use]
    pub fn validation(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Class::ValidationError, code, path, message)
    }

    /// An error of the embedded engine.
    #[must_use]
    pub fn image(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Class::ImageError, code, "", message)
    }

    /// The JSON document that the bindings hand to the packages.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.path.is_empty() {
            formatter.write_str(&self.message)
        } else {
            write!(formatter, "{}: {}", self.path, self.message)
        }
    }
}

impl std::error::Error for Error {}
