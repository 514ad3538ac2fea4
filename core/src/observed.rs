//! What hooks and logs may see of a request and an answer: all but the secrets.

use serde::Serialize;

use crate::web_url;

/// What stands where a secret stood.
const BLOT: &str = "***";

/// Headers whose whole value is secret, in lower case.
const SECRET_HEADERS: [&str; 8] = [
    "authorization",
    "proxy-authorization",
    "authentication-info",
    "cookie",
    "set-cookie",
    "set-cookie2",
    "x-api-key",
    "x-amz-security-token",
];

/// The head of an answer as hooks, logs and errors may see it.
#[derive(Debug, PartialEq, Serialize)]
pub struct ObservedResponse {
    /// The HTTP status.
    pub status: u16,
    /// Names and values, secret ones blotted out.
    pub headers: Vec<(String, String)>,
}

/// A URL without credentials and tokens.
pub(crate) fn url(url: &str) -> String {
    web_url::redact(url)
}

/// The same headers, secret values blotted out.
pub(crate) fn headers<Name: AsRef<str> + Clone>(headers: &[(Name, String)]) -> Vec<(Name, String)> {
    headers.iter().map(|(name, value)| (name.clone(), header(name.as_ref(), value))).collect()
}

fn header(name: &str, value: &str) -> String {
    if !SECRET_HEADERS.iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
        return url(value);
    }
    match value.split_once(' ') {
        // The scheme tells how the key was sent, and is no secret.
        Some((scheme @ ("Basic" | "Bearer"), _)) => format!("{scheme} {BLOT}"),
        _ => BLOT.to_owned(),
    }
}
