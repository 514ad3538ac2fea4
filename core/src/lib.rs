//! The rules of the Optidash image API, for every language.
//!
//! No I/O, no clock, no randomness and no threads: the peer's address, headers, bodies, the time and random bytes are
//! arguments. So every rule can be tested without a network and means the same in every language.

pub mod address;
#[cfg(feature = "client")]
pub mod answers;
pub mod call;
#[cfg(feature = "client")]
pub mod client;
pub mod endpoint;
pub mod error;
#[cfg(feature = "client")]
pub mod history;
#[cfg(feature = "client")]
pub mod image;
pub mod json;
#[cfg(feature = "client")]
pub mod observed;
#[cfg(feature = "client")]
pub mod operations;
pub mod protocol;
#[cfg(feature = "client")]
pub mod request;
#[cfg(feature = "client")]
pub mod response;
#[cfg(feature = "client")]
pub mod retry;
#[cfg(feature = "client")]
pub mod settings;
pub mod spelling;
#[cfg(feature = "client")]
pub mod transport;
mod vocabulary;
pub mod web_url;
pub mod webhook;

pub use error::{Class, Error};
