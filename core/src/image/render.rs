//! Carries out a plan on pixels.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};

use super::geometry::{Color, Flip, Frame, Plan, Region, Size};
use super::orientation;
use crate::Error;

/// Makes of a stored image what the plan says of the image as it is seen. `background` fills a frame of no colour.
///
/// # Errors
/// `unsupported_image` when the pixels have no resampler: never for pixels of 8 bits.
pub(super) fn render(
    pixels: &DynamicImage,
    orientation: Orientation,
    plan: &Plan,
    background: Color,
) -> Result<DynamicImage, Error> {
    let stored = Size { width: pixels.width(), height: pixels.height() };
    let region = orientation::stored_region(plan.region, orientation::turn(stored, orientation), orientation);
    let mut result = resample(pixels, region, orientation::turn(plan.size, orientation))?;
    result.apply_orientation(orientation);
    mirror(&mut result, plan.flip);
    Ok(match plan.frame {
        Some(frame) => surround(&result, &frame, frame.background.unwrap_or(background)),
        None => result,
    })
}

fn mirror(pixels: &mut DynamicImage, flip: Flip) {
    if flip.horizontal {
        pixels.apply_orientation(Orientation::FlipHorizontal);
    }
    if flip.vertical {
        pixels.apply_orientation(Orientation::FlipVertical);
    }
}

/// A region, resampled to a size. A region of just that size is cut out unchanged.
fn resample(pixels: &DynamicImage, region: Region, size: Size) -> Result<DynamicImage, Error> {
    if let Some((x, y)) = unscaled_corner(region, size) {
        return Ok(pixels.crop_imm(x, y, size.width, size.height));
    }
    let channels = Channels::of(pixels)?;
    let mut result = Image::new(size.width, size.height, channels.pixel_type());
    let source = ImageRef::new(pixels.width(), pixels.height(), pixels.as_bytes(), channels.pixel_type());
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).crop(
        region.x,
        region.y,
        region.width,
        region.height,
    );
    source
        .map_err(|error| error.to_string())
        .and_then(|source| Resizer::new().resize(&source, &mut result, &options).map_err(|error| error.to_string()))
        .map_err(|error| Error::image("unsupported_image", format!("the image cannot be resampled: {error}")))?;
    channels.image(size, result.into_vec())
}

/// The corner of a region that lies on whole pixels and needs no resampling.
fn unscaled_corner(region: Region, size: Size) -> Option<(u32, u32)> {
    #[expect(clippy::float_cmp, reason = "whole numbers are exact")]
    let unscaled = region.width == f64::from(size.width) && region.height == f64::from(size.height);
    let whole = region.x.fract() == 0.0 && region.y.fract() == 0.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the image")]
    (unscaled && whole).then_some((region.x as u32, region.y as u32))
}

/// The kinds of pixels that the engine works on.
#[derive(Clone, Copy)]
enum Channels {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
}

impl Channels {
    fn of(pixels: &DynamicImage) -> Result<Self, Error> {
        match pixels {
            DynamicImage::ImageLuma8(_) => Ok(Self::Gray),
            DynamicImage::ImageLumaA8(_) => Ok(Self::GrayAlpha),
            DynamicImage::ImageRgb8(_) => Ok(Self::Rgb),
            DynamicImage::ImageRgba8(_) => Ok(Self::Rgba),
            _ => Err(Error::image("unsupported_image", "only pixels of 8 bits a channel can be resampled")),
        }
    }

    fn pixel_type(self) -> PixelType {
        match self {
            Self::Gray => PixelType::U8,
            Self::GrayAlpha => PixelType::U8x2,
            Self::Rgb => PixelType::U8x3,
            Self::Rgba => PixelType::U8x4,
        }
    }

    fn image(self, size: Size, bytes: Vec<u8>) -> Result<DynamicImage, Error> {
        let Size { width, height } = size;
        let image = match self {
            Self::Gray => GrayImage::from_raw(width, height, bytes).map(DynamicImage::from),
            Self::GrayAlpha => GrayAlphaImage::from_raw(width, height, bytes).map(DynamicImage::from),
            Self::Rgb => RgbImage::from_raw(width, height, bytes).map(DynamicImage::from),
            Self::Rgba => RgbaImage::from_raw(width, height, bytes).map(DynamicImage::from),
        };
        image.ok_or_else(|| Error::image("unsupported_image", "the pixels do not make an image"))
    }
}

/// Puts an image in a frame of one colour.
fn surround(pixels: &DynamicImage, frame: &Frame, background: Color) -> DynamicImage {
    let mut canvas = RgbaImage::from_pixel(frame.size.width, frame.size.height, image::Rgba(background.0));
    let x = frame.gravity.horizontal.offset(frame.size.width.saturating_sub(pixels.width()));
    let y = frame.gravity.vertical.offset(frame.size.height.saturating_sub(pixels.height()));
    image::imageops::replace(&mut canvas, &pixels.to_rgba8(), x.into(), y.into());
    let opaque = background.0[3] == 255 && !pixels.color().has_alpha();
    let canvas = DynamicImage::from(canvas);
    if opaque { canvas.into_rgb8().into() } else { canvas }
}
