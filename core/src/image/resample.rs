//! Makes an image of another size.
//!
//! Lanczos with three lobes, widened to the scale when it shrinks, so that every pixel of the source counts. Colours
//! are weighted by their alpha.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageBuffer, Pixel, RgbImage, RgbaImage};

use super::geometry::{Region, Size};
use super::weighted::weighted;
use crate::Error;

/// A region of an image, resampled to a size. A region of just that size is cut out unchanged.
///
/// # Errors
/// `unsupported_image` for pixels of another kind than gray or RGB, with or without alpha, of 8 bits a channel.
pub(super) fn resample(pixels: DynamicImage, region: Region, size: Size) -> Result<DynamicImage, Error> {
    let whole = Size { width: pixels.width(), height: pixels.height() };
    let region = within(region, whole);
    if region == Region::whole(whole) && is_unscaled(region, size) {
        return Ok(pixels);
    }
    if let Some((x, y)) = unscaled_corner(region, size) {
        return Ok(pixels.crop_imm(x, y, size.width, size.height));
    }
    weighted(pixels, |pixels| convolved(pixels, region, size))
}

fn convolved(pixels: DynamicImage, region: Region, size: Size) -> Result<DynamicImage, Error> {
    let Size { width, height } = size;
    let image = match pixels {
        DynamicImage::ImageLuma8(pixels) => {
            GrayImage::from_raw(width, height, convolve::<U8, _>(&pixels, region, size)?).map(Into::into)
        }
        DynamicImage::ImageLumaA8(pixels) => {
            GrayAlphaImage::from_raw(width, height, convolve::<U8x2, _>(&pixels, region, size)?).map(Into::into)
        }
        DynamicImage::ImageRgb8(pixels) => {
            RgbImage::from_raw(width, height, convolve::<U8x3, _>(&pixels, region, size)?).map(Into::into)
        }
        DynamicImage::ImageRgba8(pixels) => {
            RgbaImage::from_raw(width, height, convolve::<U8x4, _>(&pixels, region, size)?).map(Into::into)
        }
        _ => None,
    };
    image.ok_or_else(|| Error::image("unsupported_image", "only pixels of 8 bits a channel can be resampled"))
}

/// A region without what rounding put beyond the edges of its image.
fn within(region: Region, whole: Size) -> Region {
    let (x, y) = (region.x.max(0.0), region.y.max(0.0));
    let width = region.width.min(f64::from(whole.width) - x);
    let height = region.height.min(f64::from(whole.height) - y);
    Region { x, y, width, height }
}

fn is_unscaled(region: Region, size: Size) -> bool {
    #[expect(clippy::float_cmp, reason = "whole numbers are exact")]
    let unscaled = region.width == f64::from(size.width) && region.height == f64::from(size.height);
    unscaled
}

/// The corner of a region that lies on whole pixels and needs no resampling.
fn unscaled_corner(region: Region, size: Size) -> Option<(u32, u32)> {
    let whole = region.x.fract() == 0.0 && region.y.fract() == 0.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the image")]
    (is_unscaled(region, size) && whole).then_some((region.x as u32, region.y as u32))
}

fn convolve<P: PixelTrait, I: Pixel<Subpixel = u8>>(
    source: &ImageBuffer<I, Vec<u8>>,
    region: Region,
    size: Size,
) -> Result<Vec<u8>, Error> {
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(region.x, region.y, region.width, region.height)
        .use_alpha(false);
    let channels = usize::from(I::CHANNEL_COUNT);
    let mut result = vec![0; size.width as usize * size.height as usize * channels];
    let from = TypedImageRef::<P>::from_buffer(source.width(), source.height(), source.as_raw()).map_err(failed)?;
    let mut to = TypedImage::<P>::from_buffer(size.width, size.height, &mut result).map_err(failed)?;
    Resizer::new().resize_typed(&from, &mut to, &options).map_err(failed)?;
    Ok(result)
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::image("unsupported_image", format!("the image cannot be resampled: {error}"))
}
