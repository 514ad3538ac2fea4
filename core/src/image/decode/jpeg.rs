//! JPEG by `zune-jpeg` itself: the decoder of the `image` crate fills what it cannot read with gray and says nothing.

use image::{DynamicImage, GrayImage, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::scaled::{profile, to_pixels};
use super::{Picture, failed};
use crate::Error;
use crate::image::colorspace::Colorspace;
use crate::image::format::Format;
use crate::image::header::Header;
use crate::image::jpeg::{self, Plane, Planes, Sampling, Scale};
use crate::image::profile::inks_to_srgb;

/// Decodes to gray or RGB. CMYK and YCCK, which Adobe writes inverted and so everyone, become sRGB: by their profile, or
/// without one as if inks were pure.
///
/// # Errors
/// `corrupt_image`, `truncated_image`, `unsupported_image`.
pub(super) fn decode(bytes: &[u8], header: &Header) -> Result<Picture, Error> {
    if let Some(frame) = left_to_us(bytes, header)? {
        return decode_planes(bytes, &frame).map(|pixels| Picture { pixels, scale: 1.0, profile: profile(bytes) });
    }
    if cfg!(feature = "icc")
        && matches!(header.colorspace, Colorspace::Cmyk | Colorspace::Ycck)
        && let Some(pixels) = decode_inks(bytes, header)?
    {
        return Ok(Picture { pixels: pixels.into(), scale: 1.0, profile: None });
    }
    let color = if header.colorspace == Colorspace::Gray { ColorSpace::Luma } else { ColorSpace::RGB };
    let (pixels, profile) = decode_as(bytes, color)?;
    let (width, height) = (header.size.width, header.size.height);
    let pixels = match color {
        ColorSpace::Luma => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        _ => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
    };
    let pixels = pixels.ok_or_else(|| failed("corrupt_image", Format::Jpeg, "it has too few pixels"))?;
    Ok(Picture { pixels, scale: 1.0, profile })
}

/// The frame of a file that `zune-jpeg` takes for another picture without a word: one scan for each component, or chroma
/// that is finer than luma.
fn left_to_us(bytes: &[u8], header: &Header) -> Result<Option<jpeg::Header>, Error> {
    let scans = header.several_scans && !header.interlaced;
    match jpeg::Header::read(bytes) {
        Ok(frame) => Ok(Some(frame).filter(|frame| scans || frame.sampling() == Sampling::Mixed)),
        Err(_) if !scans => Ok(None),
        Err(error) => Err(failed("unsupported_image", Format::Jpeg, error)),
    }
}

/// Pixels by the engine's own decoder, all of them.
fn decode_planes(bytes: &[u8], frame: &jpeg::Header) -> Result<DynamicImage, Error> {
    let damaged = |error| failed("corrupt_image", Format::Jpeg, error);
    let planes = jpeg::decode(bytes, frame, Scale::Full).map_err(damaged)?;
    if planes.truncated {
        return Err(failed("corrupt_image", Format::Jpeg, "its data are damaged"));
    }
    let (width, height) = frame.scaled(Scale::Full);
    let pixels = match frame.sampling() {
        Sampling::Mixed if planes.components.len() > 1 => Some(repeated(&planes, width, height).into()),
        _ => to_pixels(planes),
    };
    pixels.ok_or_else(|| failed("corrupt_image", Format::Jpeg, "it has too few pixels"))
}

/// Pixels of planes on any grids; samples that are too few are repeated.
fn repeated(planes: &Planes, width: u32, height: u32) -> RgbImage {
    let sample = |plane: &Plane, x: u32, y: u32| {
        let at = |position: u32, whole: u32, covered: f64, most: u32| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within a plane")]
            let at = ((f64::from(position) + 0.5) * covered / f64::from(whole)) as u32;
            at.min(most.saturating_sub(1)) as usize
        };
        let x = at(x, width, plane.size.covered_width, plane.size.width);
        let y = at(y, height, plane.size.covered_height, plane.size.height);
        plane.samples.get(y * plane.size.width as usize + x).copied().unwrap_or_default()
    };
    RgbImage::from_fn(width, height, |x, y| match planes.components.as_slice() {
        [luma, blue, red] => image::Rgb(rgb(sample(luma, x, y), sample(blue, x, y), sample(red, x, y))),
        _ => image::Rgb([0; 3]),
    })
}

/// The samples in a colour space, and the ICC profile.
fn decode_as(bytes: &[u8], color: ColorSpace) -> Result<(Vec<u8>, Option<Vec<u8>>), Error> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options().jpeg_set_out_colorspace(color));
    let samples = decoder.decode().map_err(|error| match jpeg::Header::read(bytes) {
        // Both decoders have their limits; such a file may well be sound.
        Err(jpeg::Error::Unsupported(_)) if !matches!(error, DecodeErrors::ExhaustedData) => {
            failed("unsupported_image", Format::Jpeg, error)
        }
        _ => decoding_error(&error),
    })?;
    Ok((samples, decoder.icc_profile()))
}

/// RGB of an image of inks with a profile; nothing without one that can be used.
fn decode_inks(bytes: &[u8], header: &Header) -> Result<Option<RgbImage>, Error> {
    let Some(profile) = profile(bytes) else { return Ok(None) };
    let mixed = header.colorspace == Colorspace::Ycck;
    let (mut inks, _) = decode_as(bytes, if mixed { ColorSpace::YCCK } else { ColorSpace::CMYK })?;
    for pixel in inks.as_chunks_mut::<4>().0 {
        let [one, two, three, black] = *pixel;
        let [cyan, magenta, yellow] = if mixed { rgb(one, two, three) } else { [255 - one, 255 - two, 255 - three] };
        *pixel = [cyan, magenta, yellow, 255 - black];
    }
    let colors = inks_to_srgb(&inks, &profile);
    Ok(colors.and_then(|colors| RgbImage::from_raw(header.size.width, header.size.height, colors)))
}

/// RGB of YCbCr (BT.601, full range).
fn rgb(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let (luma, blue, red) = (f32::from(luma), f32::from(blue) - 128.0, f32::from(red) - 128.0);
    [luma + 1.402 * red, luma - 0.344_136 * blue - 0.714_136 * red, luma + 1.772 * blue].map(|value| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast clamps")]
        let sample = (value + 0.5) as u8;
        sample
    })
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
