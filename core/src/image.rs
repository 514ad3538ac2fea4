//! The embedded engine: what the API does to an image, done here.
//!
//! [`geometry`] is arithmetic and always there. The rest needs the feature `image` and does the work on pixels:
//! [`metadata`] reads what an image says of itself, [`transform`] makes a new image of it.
//!
//! | it does | how |
//! | --- | --- |
//! | `crop`, `resize`, `scale`, `flip` | in this order, after the EXIF orientation; see [`geometry`] |
//! | `output` | `format` (`jpg`, `png`, `webp`, `gif`), `quality` and `encoding` for JPEG; see [`transform`] |
//! | `optimize` | nothing: what the engine writes is always as small as its encoders can make it |
//! | `url`, `headers`, `response`, `webhook`, `cdn` | nothing: they say how an image travels, not what it looks like |
//! | every other operation | the error `unsupported_operation` |
//!
//! All of it is deterministic: the same bytes and operations give the same image everywhere.

mod attributes;
pub mod geometry;

#[cfg(feature = "image")]
mod animation;
#[cfg(feature = "image")]
mod colorspace;
#[cfg(feature = "image")]
mod decode;
#[cfg(feature = "image")]
mod encode;
#[cfg(feature = "image")]
mod format;
#[cfg(feature = "image")]
mod header;
#[cfg(feature = "image")]
pub mod jpeg;
#[cfg(feature = "image")]
mod limits;
#[cfg(feature = "image")]
mod metadata;
#[cfg(feature = "image")]
mod orientation;
#[cfg(feature = "image")]
mod output;
#[cfg(feature = "image")]
mod render;
#[cfg(feature = "image")]
mod resample;
#[cfg(feature = "image")]
mod transform;

#[cfg(feature = "image")]
pub use {
    colorspace::Colorspace,
    format::Format,
    limits::Limits,
    metadata::{Metadata, metadata},
    transform::{Transformed, transform},
};
