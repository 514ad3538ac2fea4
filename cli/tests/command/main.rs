//! The command as its users meet it: a real process, spoken to over real sockets.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the settings for tests do not reach the helpers of integration tests"
)]

mod account;
mod api;
mod clients;
mod commands;
mod crashes;
mod endpoint;
mod errors;
mod failures;
mod history;
mod http;
mod keys;
#[cfg(unix)]
mod readme;
mod run;
mod sources;
mod storage;
mod webhooks;
