//! From the bytes of a file to pixels of 8 bits a channel.

mod jpeg;
mod scaled;

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageError};

pub(super) use self::scaled::Scaled;
use super::format::Format;
use super::geometry::Size;
use super::header::Header;
use super::limits::{Limits, codec_limits};
use crate::Error;

/// Pixels as stored (no orientation applied), and how their colours are meant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Picture {
    /// Gray or RGB, with or without alpha, 8 bits a channel.
    pub(super) pixels: DynamicImage,
    /// How many pixels stand for one of the file, in each direction: 1, or less of what was decoded smaller. Where that does
    /// not divide a side, the last pixel is only covered in part.
    pub(super) scale: f64,
    /// The ICC profile of the file.
    pub(super) profile: Option<Vec<u8>>,
}

/// Decodes an image that the limits allow, all its pixels; of an animation, the first frame.
///
/// # Errors
/// `truncated_image`, `corrupt_image`, `unsupported_image`, `image_too_large`.
pub(super) fn decode(bytes: &[u8], header: &Header, limits: &Limits) -> Result<Picture, Error> {
    limits.check(header)?;
    let input = Cursor::new(bytes);
    let failure = |error| decoding_error(header.format, error);
    let picture = match header.format {
        Format::Jpeg => jpeg::decode(bytes, header)?,
        Format::Png => PngDecoder::with_limits(input, codec_limits()).and_then(read).map_err(failure)?,
        Format::WebP => WebPDecoder::new(input).and_then(read).map_err(failure)?,
        Format::Gif => GifDecoder::new(input).and_then(read).map_err(failure)?,
    };
    let size = Size { width: picture.pixels.width(), height: picture.pixels.height() };
    if size == header.size { Ok(picture) } else { Err(Error::image("corrupt_image", "the image has two sizes")) }
}

fn read(mut decoder: impl ImageDecoder) -> Result<Picture, ImageError> {
    let profile = decoder.icc_profile()?;
    let pixels = narrow(DynamicImage::from_decoder(decoder)?);
    Ok(Picture { pixels: without_idle_alpha(pixels), scale: 1.0, profile })
}

/// Keeps the channels and makes each 8 bits.
fn narrow(pixels: DynamicImage) -> DynamicImage {
    match pixels {
        DynamicImage::ImageLuma16(_) => pixels.into_luma8().into(),
        DynamicImage::ImageLumaA16(_) => pixels.into_luma_alpha8().into(),
        DynamicImage::ImageRgb16(_) => pixels.into_rgb8().into(),
        DynamicImage::ImageRgba16(_) => pixels.into_rgba8().into(),
        _ => pixels,
    }
}

/// Drops an alpha channel that is opaque throughout: it costs time and bytes, and shows nothing.
pub(super) fn without_idle_alpha(pixels: DynamicImage) -> DynamicImage {
    match &pixels {
        DynamicImage::ImageLumaA8(image) if image.pixels().all(|pixel| pixel.0[1] == 255) => pixels.into_luma8().into(),
        DynamicImage::ImageRgba8(image) if image.pixels().all(|pixel| pixel.0[3] == 255) => pixels.into_rgb8().into(),
        _ => pixels,
    }
}

/// What a codec says, in the engine's words.
pub(super) fn decoding_error(format: Format, error: ImageError) -> Error {
    match error {
        ImageError::Limits(_) => Error::image("image_too_large", "the image takes too much memory to decode"),
        ImageError::Unsupported(error) => failed("unsupported_image", format, error),
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Error::image("truncated_image", "the image ends too early")
        }
        error => failed("corrupt_image", format, error),
    }
}

fn failed(code: &'static str, format: Format, error: impl std::fmt::Display) -> Error {
    Error::image(code, format!("this {} cannot be decoded: {error}", format.name()))
}
