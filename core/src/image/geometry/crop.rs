//! `crop`: a rectangle, or the largest rectangle of a ratio.
//!
//! Without `mode` the attributes decide: `ratio` when there is one, else `rect`. A rectangle that reaches beyond the
//! image ends at its edge; one that begins beyond it is `out_of_range`. Faces are not looked for: mode `face` cuts out
//! the centre, by `width` and `height` or by `ratio`, and is refused with neither.

use super::{Plan, Region, Size, gravity};
use crate::image::attributes::Attributes;
use crate::{Class, Error};

#[derive(Clone, Copy)]
enum Mode {
    Rect,
    Ratio,
    Face,
}

const MODES: [(&str, Mode); 3] = [("rect", Mode::Rect), ("ratio", Mode::Ratio), ("face", Mode::Face)];

/// Narrows the plan, which still holds the whole image.
pub(super) fn apply(plan: &mut Plan, attributes: &Attributes<'_>) -> Result<(), Error> {
    let ratio = read_ratio(attributes)?;
    let sides = Sides::read(attributes)?;
    let mode = attributes.choice("mode", &MODES)?;
    let size = match (mode, ratio) {
        (Some(Mode::Ratio), None) => return Err(attributes.required("ratio")),
        (Some(Mode::Face), None) if sides.none() => return Err(no_faces()),
        (Some(Mode::Ratio | Mode::Face) | None, Some(ratio)) => largest(plan.size, ratio),
        (Some(Mode::Rect), _) | (_, None) => sides.within(plan.size, attributes)?,
    };
    let (x, y, size) = place(plan.size, size, attributes)?;
    plan.region =
        Region { x: f64::from(x), y: f64::from(y), width: f64::from(size.width), height: f64::from(size.height) };
    plan.size = size;
    Ok(())
}

/// The sides of a rectangle.
struct Sides {
    width: Option<u32>,
    height: Option<u32>,
}

impl Sides {
    fn read(attributes: &Attributes<'_>) -> Result<Self, Error> {
        let side = |name| attributes.integer(name, 1..=u32::MAX);
        Ok(Self { width: side("width")?, height: side("height")? })
    }

    fn none(&self) -> bool {
        self.width.is_none() && self.height.is_none()
    }

    /// The rectangle, no larger than the image.
    fn within(&self, image: Size, attributes: &Attributes<'_>) -> Result<Size, Error> {
        let width = self.width.ok_or_else(|| attributes.required("width"))?;
        let height = self.height.ok_or_else(|| attributes.required("height"))?;
        Ok(Size { width: width.min(image.width), height: height.min(image.height) })
    }
}

/// The largest rectangle with a ratio of width to height within an image.
fn largest(image: Size, (across, down): (f64, f64)) -> Size {
    let (width, height) = (f64::from(image.width), f64::from(image.height));
    if width * down <= height * across {
        Size { width: image.width, height: nearest(width * down / across, image.height) }
    } else {
        Size { width: nearest(height * across / down, image.width), height: image.height }
    }
}

/// To the nearest pixel, at least 1, at most `limit`.
fn nearest(side: f64, limit: u32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to u32")]
    let side = side.round().clamp(1.0, f64::from(limit)) as u32;
    side
}

/// The corner of a rectangle, by `x` and `y` or else by `gravity`, and what of the rectangle is within the image.
fn place(image: Size, size: Size, attributes: &Attributes<'_>) -> Result<(u32, u32, Size), Error> {
    let gravity = gravity::read(attributes)?;
    let x = read_corner(attributes, "x", image.width)?;
    let y = read_corner(attributes, "y", image.height)?;
    if x.is_none() && y.is_none() {
        let x = gravity.horizontal.offset(image.width - size.width);
        let y = gravity.vertical.offset(image.height - size.height);
        return Ok((x, y, size));
    }
    let (x, y) = (x.unwrap_or(0), y.unwrap_or(0));
    let size = Size { width: size.width.min(image.width - x), height: size.height.min(image.height - y) };
    Ok((x, y, size))
}

/// `x` or `y`: a pixel of the image.
fn read_corner(attributes: &Attributes<'_>, name: &str, side: u32) -> Result<Option<u32>, Error> {
    attributes.integer(name, 0..=side.saturating_sub(1))
}

/// `ratio`: `"W:H"`, two numbers greater than 0.
fn read_ratio(attributes: &Attributes<'_>) -> Result<Option<(f64, f64)>, Error> {
    let Some(text) = attributes.text("ratio")? else { return Ok(None) };
    let sides = text.split_once(':').and_then(|(across, down)| Some((parse(across)?, parse(down)?)));
    let Some((across, down)) = sides else {
        let remedy = r#"write width and height with a colon, such as "4:3""#;
        return Err(Error::validation("unknown_value", attributes.path("ratio"), remedy));
    };
    let range = 1e-6..=1e6;
    if !range.contains(&across) || !range.contains(&down) {
        return Err(attributes.out_of_range("ratio", "both sides of the colon are numbers from 0.000001 to 1000000"));
    }
    Ok(Some((across, down)))
}

fn parse(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// Without a size or a ratio only a face could tell what to cut, and the engine sees none.
fn no_faces() -> Error {
    let remedy = "the embedded engine finds no faces; give `width` and `height`, or `ratio`, to crop around the centre";
    Error::new(Class::ImageError, "unsupported_operation", "crop.mode", remedy)
}
