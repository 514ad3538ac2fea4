//! Carries out a plan on pixels.

use image::metadata::Orientation;
use image::{DynamicImage, RgbImage, RgbaImage, imageops};

use super::geometry::{Color, Flip, Frame, Plan, Region, Size};
use super::header::Header;
use super::orientation;
use super::resample::resample;
use crate::Error;

/// Makes of a stored image what the plan says of the image as it is seen.
///
/// `scale` is how many of `pixels` stand for one of the file, in each direction. `background` fills a frame of no colour.
///
/// # Errors
/// `unsupported_image` for pixels of more than 8 bits a channel.
pub(super) fn render(
    pixels: DynamicImage,
    scale: f64,
    header: &Header,
    plan: &Plan,
    background: Color,
) -> Result<DynamicImage, Error> {
    let orientation = header.orientation;
    let region = stored_region(plan.region, header, (scale, scale));
    let mut result = resample(pixels, region, orientation::turn(plan.size, orientation))?;
    result.apply_orientation(orientation);
    if let Some(frame) = plan.frame {
        result = surround(result, &frame, frame.background.unwrap_or(background));
    }
    mirror(&mut result, plan.flip);
    Ok(result)
}

/// Where a region of the image as it is seen lies in pixels of which `scale` stand for one of the file, across and down.
pub(super) fn stored_region(seen: Region, header: &Header, (across, down): (f64, f64)) -> Region {
    let Region { x, y, width, height } = orientation::stored_region(seen, header.oriented_size(), header.orientation);
    Region { x: x * across, y: y * down, width: width * across, height: height * down }
}

/// Mirrors an image.
pub(super) fn mirror(pixels: &mut DynamicImage, flip: Flip) {
    if flip.horizontal {
        pixels.apply_orientation(Orientation::FlipHorizontal);
    }
    if flip.vertical {
        pixels.apply_orientation(Orientation::FlipVertical);
    }
}

/// Puts an image in a frame of one colour. Transparent pixels stay so; the frame lies around the image, not behind it.
fn surround(pixels: DynamicImage, frame: &Frame, background: Color) -> DynamicImage {
    let Size { width, height } = frame.size;
    let x = frame.gravity.horizontal.offset(width.saturating_sub(pixels.width()));
    let y = frame.gravity.vertical.offset(height.saturating_sub(pixels.height()));
    let Color([red, green, blue, alpha]) = background;
    if alpha == 255 && !pixels.color().has_alpha() {
        let mut canvas = RgbImage::from_pixel(width, height, image::Rgb([red, green, blue]));
        imageops::replace(&mut canvas, &pixels.into_rgb8(), x.into(), y.into());
        return canvas.into();
    }
    let mut canvas = RgbaImage::from_pixel(width, height, image::Rgba(background.0));
    imageops::replace(&mut canvas, &pixels.into_rgba8(), x.into(), y.into());
    canvas.into()
}
