//! The settings of a client and of a receiver, described: ranges and defaults come from the constants that the checks use.

use crate::protocol::{
    API_BASE_URL, BASE_URL_VARIABLE, CONCURRENCY, CONCURRENCY_DEFAULT, CONNECT_TIMEOUT, IDLE_TIMEOUT, RETRIES,
    RETRIES_DEFAULT, SENDER_NETWORK, TIMEOUT_MAXIMUM, TOTAL_TIMEOUT, WEBHOOK_TIMEOUT_SECONDS,
};
use crate::webhook::{DEFAULT_DEADLINE, DEFAULT_MAX_BODY};

/// A setting, in words.
#[derive(Debug)]
pub struct Setting {
    /// Its name, as the core spells it.
    pub name: &'static str,
    /// What it may hold.
    pub range: String,
    /// What it is when left out.
    pub default: String,
    /// What it means.
    pub doc: &'static str,
}

fn setting(name: &'static str, range: impl ToString, default: impl ToString, doc: &'static str) -> Setting {
    Setting { name, range: range.to_string(), default: default.to_string(), doc }
}

/// Those of a client.
#[must_use]
pub fn client() -> Vec<Setting> {
    let seconds = format!("seconds, more than 0 and at most {TIMEOUT_MAXIMUM}, or null for no limit");
    let base_url = format!("`{API_BASE_URL}`, or what the environment variable `{BASE_URL_VARIABLE}` names");
    let range = |range: std::ops::RangeInclusive<u8>| format!("{} to {}", range.start(), range.end());
    vec![
        setting("key", "ASCII without blanks and colons", "required", "The API key."),
        setting("authentication", "`basic`, `bearer`", "`basic`", "How the key is sent."),
        setting("base_url", "a URL with `https`; with `http` on this machine only", base_url, "Where the API is."),
        setting("timeout.connect", &seconds, CONNECT_TIMEOUT, "Until the connection stands, TLS included."),
        setting(
            "timeout.idle",
            &seconds,
            IDLE_TIMEOUT,
            "While no byte moves in either direction; the API's thinking counts.",
        ),
        setting(
            "timeout.total",
            &seconds,
            TOTAL_TIMEOUT,
            "For the whole call: every attempt and the waits between them, to the last byte. A plain number in place of the three sets this one.",
        ),
        setting("retries", range(RETRIES), RETRIES_DEFAULT, "How often at most a request is repeated."),
        setting(
            "concurrency",
            range(CONCURRENCY),
            CONCURRENCY_DEFAULT,
            "How many requests of a batch are under way at once.",
        ),
    ]
}

/// Those of a receiver.
#[must_use]
pub fn receiver() -> Vec<Setting> {
    vec![
        setting(
            "endpoint",
            "a URL, or several",
            "none",
            "The endpoints, with the Basic Auth credentials that are accepted.",
        ),
        setting("secret", "16 bytes or more, or several of these", "none", "What signed endpoints are signed with."),
        setting(
            "networks",
            "IP addresses with or without a prefix length",
            format!("`{SENDER_NETWORK}`"),
            "Where notifications may come from.",
        ),
        setting(
            "trusted_proxies",
            "networks, a number of hops, or the header of a platform",
            "none",
            "Which proxies may say who sent a request.",
        ),
        setting("max_body", "bytes", DEFAULT_MAX_BODY, "The most that a notification may have."),
        setting(
            "deadline",
            format!("seconds, below the {WEBHOOK_TIMEOUT_SECONDS} that the API waits"),
            DEFAULT_DEADLINE,
            "When an adapter answers while your code runs on.",
        ),
    ]
}
