//! `scale`: a factor on both sides. `ratio` is "height divided by width": a further factor on the height alone.

use super::{Frame, Plan, Size, check_size};
use crate::Error;
use crate::image::attributes::Attributes;

/// Scales what the plan holds, a frame included.
pub(super) fn apply(plan: &mut Plan, attributes: &Attributes<'_>) -> Result<(), Error> {
    let across = read_factor(attributes, "size")?.ok_or_else(|| attributes.required("size"))?;
    let down = across * read_factor(attributes, "ratio")?.unwrap_or(1.0);
    let scaled = |size: Size| Size { width: nearest(size.width, across), height: nearest(size.height, down) };
    plan.size = scaled(plan.size);
    if let Some(frame) = plan.frame {
        let size = scaled(frame.size);
        plan.size.width = plan.size.width.min(size.width);
        plan.size.height = plan.size.height.min(size.height);
        plan.frame = Some(Frame { size, ..frame });
    }
    check_size(plan.output_size(), attributes, Some("size"))
}

fn read_factor(attributes: &Attributes<'_>, name: &str) -> Result<Option<f64>, Error> {
    match attributes.number(name)? {
        Some(factor) if factor <= 0.0 => Err(attributes.out_of_range(name, "write a number greater than 0")),
        factor => Ok(factor),
    }
}

/// To the nearest pixel, at least 1.
fn nearest(side: u32, factor: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to u32")]
    let side = (f64::from(side) * factor).round().clamp(1.0, f64::from(u32::MAX)) as u32;
    side
}
