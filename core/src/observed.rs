//! What hooks and logs may see of a request and an answer: all but the secrets.

use serde::{Deserialize, Serialize};

use crate::web_url;

/// What stands where a secret stood.
pub(crate) const BLOT: &str = "***";

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

/// The head of an answer.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseHead {
    status: u16,
    headers: Vec<(String, String)>,
}

impl ResponseHead {
    /// The same as hooks and logs may see it: secret values blotted out.
    #[must_use]
    pub fn observed(&self) -> Self {
        Self { status: self.status, headers: headers(&self.headers) }
    }
}

/// The same headers, secret values blotted out.
pub(crate) fn headers<Name: AsRef<str> + Clone>(headers: &[(Name, String)]) -> Vec<(Name, String)> {
    headers.iter().map(|(name, value)| (name.clone(), header(name.as_ref(), value))).collect()
}

fn header(name: &str, value: &str) -> String {
    if !SECRET_HEADERS.iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
        return web_url::redact(value);
    }
    match value.split_once(' ') {
        // The scheme tells how the key was sent, and is no secret.
        Some((scheme @ ("Basic" | "Bearer"), _)) => format!("{scheme} {BLOT}"),
        _ => BLOT.to_owned(),
    }
}
