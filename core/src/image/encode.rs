//! From pixels to the bytes of a file.

mod jpeg;
mod png;

use image::codecs::gif::GifEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, Frame, ImageEncoder, RgbImage, RgbaImage};

pub(super) use self::jpeg::{PlanarImage, encode_planar};
use super::format::Format;
use super::output::Output;
use super::profile::fits;
use crate::Error;

/// Where `gif` balances the time for choosing 256 colours against their fidelity: 1 is slow and best, 30 fast.
const GIF_SPEED: i32 = 10;

/// Writes an image, with its ICC profile if the file can carry it.
///
/// Alpha becomes white in JPEG, and all or nothing in GIF. WebP is the lossless kind.
///
/// # Errors
/// `image_too_large` when the format cannot hold an image of this size.
pub(super) fn encode(pixels: &DynamicImage, profile: Option<&[u8]>, output: &Output) -> Result<Vec<u8>, Error> {
    let profile = profile.filter(|profile| fits(profile, output.format, pixels.color().has_color()));
    match output.format {
        Format::Jpeg => jpeg::encode(pixels, profile, output),
        Format::Png => png::encode(pixels, profile, output.compression),
        Format::WebP => encode_webp(pixels, profile),
        Format::Gif => encode_gif(pixels),
    }
}

/// What is seen through transparent pixels of a JPEG.
fn on_white(pixels: &DynamicImage) -> RgbImage {
    let pixels = pixels.to_rgba8();
    RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let [r, g, b, alpha] = pixels.get_pixel(x, y).0;
        image::Rgb([r, g, b].map(|channel| over_white(channel, alpha)))
    })
}

fn over_white(channel: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    let mixed = (u32::from(channel) * alpha + 255 * (255 - alpha) + 127) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}

fn encode_webp(pixels: &DynamicImage, profile: Option<&[u8]>) -> Result<Vec<u8>, Error> {
    const MAX_SIDE: u32 = 16_383;
    if pixels.width().max(pixels.height()) > MAX_SIDE {
        return Err(Error::image("image_too_large", format!("WebP holds at most {MAX_SIDE} pixels a side")));
    }
    let mut bytes = Vec::new();
    write(Format::WebP, WebPEncoder::new_lossless(&mut bytes), pixels, profile)?;
    Ok(bytes)
}

fn write(
    format: Format,
    mut encoder: impl ImageEncoder,
    pixels: &DynamicImage,
    profile: Option<&[u8]>,
) -> Result<(), Error> {
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile.to_vec()).map_err(|error| failed(format, error))?;
    }
    pixels.write_with_encoder(encoder).map_err(|error| failed(format, error))
}

fn encode_gif(pixels: &DynamicImage) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut encoder = gif_encoder(&mut bytes);
    encode_frame(&mut encoder, pixels, None)?;
    drop(encoder);
    Ok(bytes)
}

/// Something that writes frames into `bytes`; the file is complete when it is dropped.
pub(super) fn gif_encoder(bytes: &mut Vec<u8>) -> GifEncoder<&mut Vec<u8>> {
    GifEncoder::new_with_speed(bytes, GIF_SPEED)
}

/// Writes one frame of a GIF.
pub(super) fn encode_frame(
    encoder: &mut GifEncoder<&mut Vec<u8>>,
    pixels: &DynamicImage,
    delay: Option<image::Delay>,
) -> Result<(), Error> {
    side(pixels.width())?;
    side(pixels.height())?;
    let pixels = all_or_nothing(pixels.to_rgba8());
    let frame = match delay {
        Some(delay) => Frame::from_parts(pixels, 0, 0, delay),
        None => Frame::new(pixels),
    };
    encoder.encode_frame(frame).map_err(|error| failed(Format::Gif, error))
}

/// A pixel of a GIF is there or it is not.
fn all_or_nothing(mut pixels: RgbaImage) -> RgbaImage {
    for image::Rgba([_, _, _, alpha]) in pixels.pixels_mut() {
        *alpha = if *alpha < 128 { 0 } else { 255 };
    }
    pixels
}

/// A side as JPEG and GIF store it.
fn side(pixels: u32) -> Result<u16, Error> {
    u16::try_from(pixels)
        .map_err(|_| Error::image("image_too_large", format!("the format holds at most {} pixels a side", u16::MAX)))
}

fn failed(format: Format, error: impl std::fmt::Display) -> Error {
    Error::image("unsupported_image", format!("the image cannot be written as {}: {error}", format.name()))
}
