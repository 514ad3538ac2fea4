//! From JPEG to JPEG without leaving YCbCr.
//!
//! Luma is resampled to the size of the result, and chroma straight to the grid that 4:2:0 gives it there: nothing is
//! interpolated to full resolution and subsampled again, and no colour is converted. Only a frame needs pixels.

use image::{DynamicImage, GrayImage};

use super::decode::Scaled;
use super::encode::{PlanarImage, encode_planar};
use super::geometry::{Flip, Plan, Region, Size};
use super::header::Header;
use super::jpeg::Plane;
use super::orientation;
use super::output::Output;
use super::render::{mirror, stored_region};
use super::resample::resample;
use crate::Error;

/// Makes a JPEG of a decoded one, as a plan without a frame says.
///
/// # Errors
/// `image_too_large` when JPEG cannot hold an image of this size.
pub(super) fn transform(scaled: Scaled, header: &Header, plan: &Plan, output: &Output) -> Result<Vec<u8>, Error> {
    let Scaled { planes, profile, .. } = scaled;
    let size = plan.size;
    let mut planes = planes.components.into_iter();
    let luma = planes.next().map(|plane| render(plane, header, plan, plan.region, size)).transpose()?;
    let halved = Size { width: size.width.div_ceil(2), height: size.height.div_ceil(2) };
    let region = chroma_region(plan, halved);
    let chroma = planes.map(|plane| render(plane, header, plan, region, halved)).collect::<Result<_, _>>()?;
    let image = PlanarImage { size, luma: luma.unwrap_or_default(), chroma };
    encode_planar(&image, profile.as_deref(), output)
}

/// What a plan makes of one plane: its part that is seen in `region`, at `size`.
fn render(plane: Plane, header: &Header, plan: &Plan, region: Region, size: Size) -> Result<Vec<u8>, Error> {
    let measures = plane.size;
    let across = measures.covered_width / f64::from(header.size.width);
    let down = measures.covered_height / f64::from(header.size.height);
    let region = stored_region(region, header, (across, down));
    let (plane, region) = extend(plane, region);
    let whole = Size { width: plane.size.width, height: plane.size.height };
    let pixels = GrayImage::from_raw(whole.width, whole.height, plane.samples).unwrap_or_default();
    let mut result = resample(pixels.into(), region, orientation::turn(size, header.orientation))?;
    result.apply_orientation(header.orientation);
    mirror(&mut result, plan.flip);
    Ok(DynamicImage::into_luma8(result).into_raw())
}

/// The part of the image that chroma covers: of an odd side, a pixel more than there is, at the end as written.
fn chroma_region(plan: &Plan, halved: Size) -> Region {
    let Flip { horizontal, vertical } = plan.flip;
    let part = plan.region;
    let width = part.width * f64::from(2 * halved.width) / f64::from(plan.size.width);
    let height = part.height * f64::from(2 * halved.height) / f64::from(plan.size.height);
    let x = if horizontal { part.x - (width - part.width) } else { part.x };
    let y = if vertical { part.y - (height - part.height) } else { part.y };
    Region { x, y, width, height }
}

/// Repeats the samples at the edges of a plane until it holds a region.
fn extend(plane: Plane, region: Region) -> (Plane, Region) {
    let (width, height) = (plane.size.width, plane.size.height);
    let (left, right) = missing(region.x, region.width, width);
    let (top, bottom) = missing(region.y, region.height, height);
    if [left, right, top, bottom] == [0; 4] {
        return (plane, region);
    }
    let size = Size { width: width + left + right, height: height + top + bottom };
    let mut samples = Vec::with_capacity(size.width as usize * size.height as usize);
    let mut push = |row: &[u8]| {
        let (first, last) = (row.first().copied().unwrap_or_default(), row.last().copied().unwrap_or_default());
        samples.extend(std::iter::repeat_n(first, left as usize));
        samples.extend_from_slice(row);
        samples.extend(std::iter::repeat_n(last, right as usize));
    };
    let rows = || plane.samples.chunks_exact(width as usize);
    (0..top).for_each(|_| rows().next().into_iter().for_each(&mut push));
    rows().for_each(&mut push);
    (0..bottom).for_each(|_| rows().next_back().into_iter().for_each(&mut push));
    let mut measures = plane.size;
    (measures.width, measures.height) = (size.width, size.height);
    let region = Region { x: region.x + f64::from(left), y: region.y + f64::from(top), ..region };
    (Plane { size: measures, samples }, region)
}

/// How many samples a plane of `length` lacks before and after a part of it.
fn missing(start: f64, part: f64, length: u32) -> (u32, u32) {
    // Less than that is what rounding leaves.
    const NOTHING: f64 = 1e-6;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a side of an image")]
    let whole = |samples: f64| (samples - NOTHING).ceil().clamp(0.0, f64::from(u16::MAX)) as u32;
    (whole(-start), whole(start + part - f64::from(length)))
}
