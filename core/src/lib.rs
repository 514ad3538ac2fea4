//! The rules of the Optidash image API, for every language.
//!
//! No I/O, no clock, no randomness and no threads: the peer's address, headers, bodies, the time and random bytes are
//! arguments. So every rule can be tested without a network and means the same in every language.

pub mod address;
pub mod call;
pub mod endpoint;
pub mod error;
pub mod history;
pub mod image;
pub mod json;
pub mod operations;
pub mod protocol;
pub mod request;
pub mod response;
pub mod spelling;
pub mod web_url;
pub mod webhook;

pub use error::{Class, Error};
