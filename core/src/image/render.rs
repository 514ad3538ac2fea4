//! Carries out a plan and effects on pixels.
//!
//! Filters work on the image itself: what lies around it comes after them, so that its colours stay and do not run into
//! the image. The mask comes last, on all of it.

use image::DynamicImage;
use image::metadata::Orientation;

use super::canvas::surround;
use super::effects::Effects;
use super::geometry::{Color, Flip, Plan, Region};
use super::header::Header;
use super::orientation;
use super::resample::resample;
use crate::Error;

/// Makes of a stored image what the plan says of the image as it is seen.
///
/// `scale` is how many of `pixels` stand for one of the file, in each direction. `background` is for all that has no colour
/// of its own.
///
/// # Errors
/// `unsupported_image` for pixels of more than 8 bits a channel.
pub(super) fn render(
    pixels: DynamicImage,
    scale: f64,
    header: &Header,
    plan: &Plan,
    effects: &Effects,
    background: Color,
) -> Result<DynamicImage, Error> {
    let orientation = header.orientation;
    let region = stored_region(plan.region, header, (scale, scale));
    let mut result = resample(pixels, region, orientation::turn(plan.size, orientation))?;
    result.apply_orientation(orientation);
    mirror(&mut result, plan.flip);
    let result = surround(effects.apply(result)?, plan, background);
    Ok(effects.finish(result, background))
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
