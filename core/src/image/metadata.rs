//! The metadata that the API answers with, for one image.

use std::fmt::Write;

use serde::Serialize;
use sha1::{Digest, Sha1};

use super::colorspace::Colorspace;
use super::format::Format;
use super::header::Header;
use crate::Error;

/// What the API says of an image, in its order. What a format does not have is null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The file name.
    pub name: String,
    /// `JPEG`, `PNG`, `WEBP` or `GIF`.
    pub format: Format,
    /// Width in pixels of the image as it is seen: an EXIF orientation is applied.
    pub width: u32,
    /// Height in pixels of the image as it is seen: an EXIF orientation is applied.
    pub height: u32,
    /// `YCbCr`, `RGB`, `Gray`, `CMYK` or `YCCK`. A palette is `RGB`, and alpha does not show here but in `depth`.
    pub colorspace: Colorspace,
    /// Whether the image builds up while it loads: progressive JPEG, Adam7 PNG, interlaced GIF.
    pub interlaced: bool,
    /// Chroma subsampling of JPEG and lossy WebP, such as `4:2:0`; null elsewhere.
    pub sampling: Option<String>,
    /// Bits per pixel as stored: 24 for three channels of 8 bits, 8 for an index into 256 colours.
    pub depth: u32,
    /// The quality, 1 to 100, estimated from the quantization tables of a JPEG; null elsewhere.
    pub quality: Option<u8>,
    /// Length of the file in bytes.
    pub bytes: u64,
    /// SHA-1 of the file, 40 hexadecimal digits.
    pub sha1: String,
}

/// Reads the metadata of a JPEG, PNG, WebP or GIF. No pixel is decoded; the file is walked through to its end.
///
/// `name` is the file name to report; without one it is `image` with the extension of the format. The content alone
/// decides about the format.
///
/// # Errors
/// The codes `empty_image`, `unknown_format`, `truncated_image`, `corrupt_image` and `unsupported_image`.
pub fn metadata(bytes: &[u8], name: Option<&str>) -> Result<Metadata, Error> {
    metadata_hashed(bytes, name, None)
}

/// The same for hosts with a faster SHA-1 than WebAssembly can have: `sha1` is what they computed of `bytes`, 40 lowercase
/// hexadecimal digits, and is passed on unseen.
///
/// # Errors
/// As [`metadata`].
pub fn metadata_hashed(bytes: &[u8], name: Option<&str>, sha1: Option<&str>) -> Result<Metadata, Error> {
    Ok(Metadata::new(bytes, &Header::read(bytes)?, name, sha1))
}

impl Metadata {
    pub(super) fn new(bytes: &[u8], header: &Header, name: Option<&str>, known_sha1: Option<&str>) -> Self {
        let size = header.oriented_size();
        let name = name.filter(|name| !name.is_empty());
        Self {
            name: name.map_or_else(|| header.format.rename("image"), str::to_owned),
            format: header.format,
            width: size.width,
            height: size.height,
            colorspace: header.colorspace,
            interlaced: header.interlaced,
            sampling: header.sampling.clone(),
            depth: header.depth,
            quality: header.quality,
            bytes: bytes.len() as u64,
            sha1: known_sha1.map_or_else(|| sha1(bytes), str::to_owned),
        }
    }
}

fn sha1(bytes: &[u8]) -> String {
    Sha1::digest(bytes).iter().fold(String::with_capacity(40), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
