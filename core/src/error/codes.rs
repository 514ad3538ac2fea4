//! Every code that an error of the core may have.

use super::Class;
use Class::{ApiError, AuthenticationError, ConnectionError, ImageError, RateLimitError, TimeoutError};
use Class::{UnexpectedResponseError, ValidationError};

/// A code to program against.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// The code.
    pub name: &'static str,
    /// The class that errors with that code have; a download, for which no key is sent, has `ApiError` in place of `AuthenticationError`.
    pub class: Class,
    /// What was wrong.
    pub doc: &'static str,
}

const fn code(name: &'static str, class: Class, doc: &'static str) -> Code {
    Code { name, class, doc }
}

/// The codes, class by class.
pub const CODES: &[Code] = &[
    code("required", ValidationError, "A value without which the rest makes no sense is missing."),
    code("wrong_type", ValidationError, "A value has another type than its attribute takes."),
    code("out_of_range", ValidationError, "A number lies outside its range."),
    code("unknown_value", ValidationError, "A value is none of those that are known, or is written in another form."),
    code("misspelt_attribute", ValidationError, "A name is not known; the message tells which one was probably meant."),
    code("unknown_operation", ValidationError, "The name of an operation is a misspelling of a known one."),
    code("conflict", ValidationError, "Two things that exclude each other were asked for."),
    code("missing_source", ValidationError, "The request has no image."),
    code("two_sources", ValidationError, "The request has more than one image."),
    code("invalid_url", ValidationError, "A URL is not one that RFC 3986 allows, or not absolute."),
    code("unsupported_scheme", ValidationError, "A URL has another scheme than `http` and `https`."),
    code("insecure_url", ValidationError, "A download would travel unencrypted."),
    code("invalid_key", ValidationError, "The API key cannot be one."),
    code("invalid_base_url", ValidationError, "The base URL holds a query, a fragment or credentials."),
    code("insecure_base_url", ValidationError, "The API key would travel unencrypted."),
    code("invalid_header", ValidationError, "A header is not one that RFC 9110 allows."),
    code("invalid_network", ValidationError, "A network is not an IP address with a prefix length."),
    code("weak_secret", ValidationError, "The secret of signed endpoints is too short."),
    code(
        "malformed_json",
        ValidationError,
        "Values cannot be written as JSON, or, as `UnexpectedResponseError`, an answer is not JSON.",
    ),
    code("file", ValidationError, "A file or stream of the caller's cannot be read or written."),
    code(
        "unavailable",
        ValidationError,
        "The runtime cannot do what an option asks for; the message says what it takes.",
    ),
    code("unauthorized", AuthenticationError, "The API does not know the key (401)."),
    code("forbidden", AuthenticationError, "The key may not do that (403)."),
    code("payment_required", ApiError, "The quota is used up, or the plan does not include that (402)."),
    code("not_found", ApiError, "There is no such thing (404)."),
    code("request_timeout", ApiError, "The API did not get the request in time (408)."),
    code("payload_too_large", ApiError, "The image is too large (413)."),
    code("unsupported_media_type", ApiError, "The API does not read that format (415)."),
    code("unprocessable", ApiError, "The API cannot do what was asked for (422)."),
    code("server_error", ApiError, "The API failed (500 and above)."),
    code("api_error", ApiError, "The API refused the request with another status."),
    code(
        "rate_limited",
        RateLimitError,
        "There were too many requests (429); `retry_after` tells when to come back, if the API does.",
    ),
    code("connection_failed", ConnectionError, "No connection stood, or it broke before the answer came."),
    code("incomplete_body", ConnectionError, "The connection broke in the middle of the answer."),
    code("timed_out", TimeoutError, "A time limit passed: `connect`, `idle` or `total`."),
    code("response_too_large", UnexpectedResponseError, "The answer is longer than any that the API gives."),
    code("unexpected_document", UnexpectedResponseError, "The answer is JSON of another shape."),
    code("unexpected_status", UnexpectedResponseError, "A download was answered with neither a file nor an error."),
    code(
        "malformed_metadata",
        UnexpectedResponseError,
        "The header that carries the metadata is not JSON, or too long.",
    ),
    code("missing_metadata", UnexpectedResponseError, "An image came without its metadata."),
    code("missing_image", UnexpectedResponseError, "The metadata came without the image."),
    code("empty_image", ImageError, "There are no bytes."),
    code("unknown_format", ImageError, "The bytes are no image that the embedded engine reads."),
    code("truncated_image", ImageError, "The file ends before the image does."),
    code("corrupt_image", ImageError, "The file breaks the rules of its format."),
    code("image_too_large", ImageError, "The image, or the one to be made, is beyond the limits."),
    code("unsupported_image", ImageError, "A kind of its format that the embedded engine does not decode."),
    code("unsupported_operation", ImageError, "An operation or a value that the embedded engine does not do."),
];
