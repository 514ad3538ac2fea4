//! JPEG by `zune-jpeg` itself: the decoder of the `image` crate fills what it cannot read with gray and says nothing.

use image::{DynamicImage, GrayImage, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{Picture, failed};
use crate::Error;
use crate::image::colorspace::Colorspace;
use crate::image::format::Format;
use crate::image::header::Header;

/// Decodes to gray or RGB. CMYK and YCCK become RGB without their profile, as Adobe writes them: inverted.
///
/// # Errors
/// `corrupt_image`, `truncated_image`, `unsupported_image`.
pub(super) fn decode(bytes: &[u8], header: &Header) -> Result<Picture, Error> {
    let color = if header.colorspace == Colorspace::Gray { ColorSpace::Luma } else { ColorSpace::RGB };
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options().jpeg_set_out_colorspace(color));
    let pixels = decoder.decode().map_err(|error| decoding_error(&error))?;
    let (width, height) = (header.size.width, header.size.height);
    let pixels = match color {
        ColorSpace::Luma => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        _ => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
    };
    let pixels = pixels.ok_or_else(|| failed("corrupt_image", Format::Jpeg, "it has too few pixels"))?;
    Ok(Picture { pixels, scale: 1.0, profile: decoder.icc_profile() })
}

pub(super) fn options() -> DecoderOptions {
    DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
}

fn decoding_error(error: &DecodeErrors) -> Error {
    match error {
        DecodeErrors::Unsupported(_) => failed("unsupported_image", Format::Jpeg, error),
        DecodeErrors::ExhaustedData => Error::image("truncated_image", "the image ends too early"),
        _ => failed("corrupt_image", Format::Jpeg, error),
    }
}
