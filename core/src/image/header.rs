//! What an image says of itself, read without decoding a pixel.
//!
//! Every reader walks its file to the end: so a file that was cut off is known before anything is decoded, and what
//! comes after the end of the image does not matter. The walk allocates nothing that grows with what the file claims.

mod cursor;
mod gif;
mod jpeg;
mod png;
mod strip;
mod webp;

use image::metadata::Orientation;

pub(super) use self::strip::strip;
use super::colorspace::Colorspace;
use super::format::Format;
use super::geometry::Size;
use super::orientation;
use crate::Error;

/// The facts of one image file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Header {
    pub(crate) format: Format,
    /// As stored, before the orientation is applied.
    pub(crate) size: Size,
    pub(crate) orientation: Orientation,
    pub(crate) colorspace: Colorspace,
    /// Progressive JPEG, Adam7 PNG, interlaced GIF.
    pub(crate) interlaced: bool,
    /// Whether the data of a JPEG lie in more than one scan.
    pub(crate) several_scans: bool,
    /// Chroma subsampling, such as `4:2:0`.
    pub(crate) sampling: Option<String>,
    /// Bits per pixel, as stored.
    pub(crate) depth: u32,
    /// Estimated JPEG quality, 1 to 100.
    pub(crate) quality: Option<u8>,
    /// The most memory that decoding takes, per pixel.
    pub(crate) bytes_per_pixel: u64,
    /// 1, or the number of frames of an animation.
    pub(crate) frames: u32,
    /// How often an animation repeats: never, or this often, 0 being for ever.
    pub(crate) repeats: Option<u16>,
}

impl Header {
    /// Reads the facts of an image.
    ///
    /// # Errors
    /// `empty_image`, `unknown_format`, `truncated_image`, `corrupt_image`, `unsupported_image`.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Error> {
        match Format::of(bytes)? {
            Format::Jpeg => jpeg::read(bytes),
            Format::Png => png::read(bytes),
            Format::Gif => gif::read(bytes),
            Format::WebP => webp::read(bytes),
        }
    }

    /// The size of the image as it is seen, its orientation applied.
    pub(crate) fn oriented_size(&self) -> Size {
        orientation::turn(self.size, self.orientation)
    }
}

fn truncated() -> Error {
    Error::image("truncated_image", "the image ends too early")
}

fn corrupt(message: &str) -> Error {
    Error::image("corrupt_image", message)
}

fn unsupported(message: impl Into<String>) -> Error {
    Error::image("unsupported_image", message)
}

/// The orientation in an EXIF block that begins with its TIFF header; upright when it says none.
fn exif_orientation(exif: &[u8]) -> Orientation {
    Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms)
}

/// A size of which no side is 0.
fn size(width: u32, height: u32) -> Result<Size, Error> {
    if width == 0 || height == 0 { Err(corrupt("the image has no pixels")) } else { Ok(Size { width, height }) }
}

/// Refuses more pixels than the compressed bytes can make, before memory is taken for them.
fn check_plausible(pixels: u64, most: u64) -> Result<(), Error> {
    if pixels <= most { Ok(()) } else { Err(corrupt("the image claims more pixels than its bytes can hold")) }
}
