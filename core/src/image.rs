//! The embedded engine: what the API does to an image, done here.
//!
//! [`geometry`] is arithmetic and always there. The rest needs the feature `image` and does the work on pixels:
//! [`metadata`] reads what an image says of itself, [`transform`] makes a new image of it.
//!
//! | it does | how |
//! | --- | --- |
//! | `crop`, `resize`, `scale`, `flip` | in this order, after the EXIF orientation; see [`geometry`] |
//! | `filter` (or `stylize`), `adjust`, `auto` | blur, unsharp mask, contrast, in this order, on the image alone |
//! | `border`, `padding` | around the image, in this order; see [`geometry`] |
//! | `mask` | an ellipse, on all that is there by then |
//! | `output` | `format` (`jpg`, `png`, `webp`, `gif`), `quality` and `encoding` for JPEG; see [`transform`] |
//! | `optimize` | a smaller file; what each level gives up is the engine's choice, since the API does not document it |
//! | `url`, `headers`, `response`, `webhook`, `cdn` | nothing: they say how an image travels, not what it looks like |
//! | every other operation | the error `unsupported_operation` |
//!
//! Every failure has a code. Of the image (`ImageError`):
//!
//! | code | meaning |
//! | --- | --- |
//! | `empty_image` | there are no bytes |
//! | `unknown_format` | the bytes are not a JPEG, PNG, WebP or GIF; the file name has no say |
//! | `truncated_image` | the file ends before the image does |
//! | `corrupt_image` | the file breaks the rules of its format, or claims more pixels than its bytes can hold |
//! | `image_too_large` | the image, or the one to be made, is beyond the `Limits` or what the format can hold |
//! | `unsupported_image` | a kind of its format that cannot be decoded, such as arithmetic JPEG |
//! | `unsupported_operation` | an operation or value that the engine does not do; `path` names it |
//!
//! Of the operations (`ValidationError`, with the path of the attribute): `required`, `wrong_type`, `out_of_range` and
//! `unknown_value`.
//!
//! No clock, no randomness, no threads: the same bytes and operations give the same image again.

mod attributes;
pub mod geometry;

#[cfg(feature = "image")]
mod animation;
#[cfg(feature = "image")]
mod canvas;
#[cfg(feature = "image")]
mod colorspace;
#[cfg(feature = "image")]
mod decode;
#[cfg(feature = "image")]
mod effects;
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
mod optimize;
#[cfg(feature = "image")]
mod orientation;
#[cfg(feature = "image")]
mod output;
#[cfg(feature = "image")]
mod planar;
#[cfg(feature = "image")]
mod profile;
#[cfg(feature = "image")]
mod render;
#[cfg(feature = "image")]
mod resample;
#[cfg(feature = "image")]
mod samples;
#[cfg(feature = "image")]
mod transform;
#[cfg(feature = "image")]
mod weighted;

#[cfg(feature = "image")]
pub use {
    colorspace::Colorspace,
    format::Format,
    limits::Limits,
    metadata::{Metadata, metadata, metadata_hashed},
    transform::{Transformed, transform, transform_hashed},
};
