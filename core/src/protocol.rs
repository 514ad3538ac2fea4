//! Names, numbers and limits of the protocol that more than one place needs.
//!
//! Source: the API's documentation, unless a line says otherwise.

use std::ops::RangeInclusive;

/// Where the API lives, without a trailing slash.
pub const API_BASE_URL: &str = "https://api.optidash.ai/1.0";

/// The path below which every endpoint lies.
pub const API_PREFIX: &str = "/1.0";

/// The environment variable that replaces [`API_BASE_URL`] (this project's own).
pub const BASE_URL_VARIABLE: &str = "OPTIDASH_BASE_URL";

/// The request header that, together with `response.mode`, asks for a binary response.
pub const BINARY_HEADER: &str = "X-Optidash-Binary";

/// The response headers that carry the metadata of a binary response: the documented one, then the one most clients read.
pub const METADATA_HEADERS: [&str; 2] = ["X-Optidash-Metadata", "X-Optidash-Meta"];

/// The network that notifications and downloads come from.
pub const SENDER_NETWORK: &str = "212.224.84.128/26";

/// How the service names itself to the servers it calls.
pub const USER_AGENT: &str = "Optidash/1.0";

/// Seconds within which an endpoint has to answer a notification.
pub const WEBHOOK_TIMEOUT_SECONDS: u64 = 10;

/// Seconds that a notification can be delayed by; without the attribute it is sent at once.
pub const WEBHOOK_DELAY_SECONDS: RangeInclusive<u64> = 1..=604_800;

/// Days for which the history of webhooks is kept.
pub const WEBHOOK_HISTORY_DAYS: u64 = 60;

/// The states of a webhook, in the order it passes through them; the last two are final.
pub const WEBHOOK_STATES: [&str; 5] = ["created", "scheduled", "dispatched", "delivered", "failed"];

/// What the states mean, one by one; the documentation has the names alone.
pub const WEBHOOK_STATE_MEANINGS: [&str; WEBHOOK_STATES.len()] = [
    "The request was accepted.",
    "The notification waits for its time.",
    "The notification is on its way.",
    "The endpoint took the notification.",
    "The endpoint did not take the notification.",
];

/// Webhooks that a query answers with when it sets no `limit`: the most recent ones.
pub const WEBHOOKS_PAGE_DEFAULT: u64 = 50;

/// The largest `limit` of a query for webhooks.
pub const WEBHOOKS_PAGE_MAX: u64 = 100;

/// Seconds that a host waits until a connection stands (this project's own).
pub const CONNECT_TIMEOUT: f64 = 10.0;

/// Seconds that a host waits while no byte moves; what the official PHP client waits.
pub const IDLE_TIMEOUT: f64 = 60.0;

/// Seconds that a whole call may take, with every attempt (this project's own).
pub const TOTAL_TIMEOUT: f64 = 600.0;

/// The longest time that can be set for a timeout, in seconds: a day (this project's own).
pub const TIMEOUT_MAXIMUM: f64 = 86_400.0;

/// How often at most a request is repeated (this project's own).
pub const RETRIES: RangeInclusive<u8> = 0..=10;

/// How often at most a request is repeated unless the caller says otherwise (this project's own).
pub const RETRIES_DEFAULT: u8 = 2;

/// How many requests of a batch may be under way at once (this project's own).
pub const CONCURRENCY: RangeInclusive<u8> = 1..=64;

/// How many requests of a batch are under way at once unless the caller says otherwise; the Grunt and Gulp clients' default.
pub const CONCURRENCY_DEFAULT: u8 = 6;
