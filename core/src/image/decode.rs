//! From the bytes of a file to pixels of 8 bits a channel.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageError};

use super::format::Format;
use super::geometry::Size;
use super::header::Header;
use super::limits::Limits;
use crate::Error;

/// Pixels as stored (no orientation applied), and how their colours are meant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Picture {
    /// Gray or RGB, with or without alpha, 8 bits a channel.
    pub(super) pixels: DynamicImage,
    /// An ICC profile for the channels that `pixels` has.
    pub(super) profile: Option<Vec<u8>>,
}

/// Decodes an image that the limits allow; of an animation, the first frame.
///
/// A decoder that can make a smaller image for less work may do so, but makes at least `wanted` of it.
///
/// # Errors
/// `truncated_image`, `corrupt_image`, `unsupported_image`, `image_too_large`.
pub(super) fn decode(bytes: &[u8], header: &Header, limits: &Limits, wanted: Size) -> Result<Picture, Error> {
    let _ = wanted;
    limits.check(header)?;
    let codec = limits.for_codec();
    let format = header.format;
    let input = Cursor::new(bytes);
    match format {
        Format::Jpeg => JpegDecoder::new(input).and_then(read),
        Format::Png => PngDecoder::with_limits(input, codec).and_then(read),
        Format::WebP => WebPDecoder::new(input).and_then(read),
        Format::Gif => GifDecoder::new(input).and_then(read),
    }
    .map_err(|error| decoding_error(format, error))
}

fn read(mut decoder: impl ImageDecoder) -> Result<Picture, ImageError> {
    let profile = decoder.icc_profile()?;
    let pixels = narrow(DynamicImage::from_decoder(decoder)?);
    Ok(Picture { pixels, profile })
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

/// What a codec says, in the engine's words.
pub(super) fn decoding_error(format: Format, error: ImageError) -> Error {
    let name = format.extension();
    match error {
        ImageError::Limits(_) => Error::image("image_too_large", format!("the {name} image takes too much memory")),
        ImageError::Unsupported(error) => {
            Error::image("unsupported_image", format!("this {name} cannot be decoded: {error}"))
        }
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Error::image("truncated_image", "the image ends too early")
        }
        error => Error::image("corrupt_image", format!("this {name} cannot be decoded: {error}")),
    }
}
