//! `resize`: a new size by one of six modes.
//!
//! | mode | needs | result |
//! | --- | --- | --- |
//! | `auto` (default) | a side | keeps the proportions; the other side follows, or both are the frame that the image fits in |
//! | `fit` | both sides | exactly the frame; the image covers it and is cut by `gravity` |
//! | `exact` | a side | exactly the frame, stretched; a side that is missing follows |
//! | `fill` | a side | exactly the frame; the image fits in, `background` is put around it; a side that is missing follows |
//! | `landscape` | a side | the width, the height follows; the height counts only without a width |
//! | `portrait` | a side | the height, the width follows; the width counts only without a height |
//!
//! `"upscale": false` keeps every mode from enlarging: a smaller image stays as it is, `fit` cuts it to the frame,
//! `exact` shrinks each side by itself, `fill` still makes the whole frame.

use super::{Color, Frame, Gravity, MAX_SIDE, Plan, Region, Size, check_size, gravity, proportion};
use crate::Error;
use crate::image::attributes::Attributes;

#[derive(Clone, Copy)]
enum Mode {
    Auto,
    Fit,
    Exact,
    Fill,
    Landscape,
    Portrait,
}

const MODES: [(&str, Mode); 6] = [
    ("auto", Mode::Auto),
    ("fit", Mode::Fit),
    ("exact", Mode::Exact),
    ("fill", Mode::Fill),
    ("landscape", Mode::Landscape),
    ("portrait", Mode::Portrait),
];

/// Resizes what the plan holds.
pub(super) fn apply(plan: &mut Plan, attributes: &Attributes<'_>) -> Result<(), Error> {
    let mode = attributes.choice("mode", &MODES)?.unwrap_or(Mode::Auto);
    let width = attributes.integer("width", 1..=MAX_SIDE)?;
    let height = attributes.integer("height", 1..=MAX_SIDE)?;
    let upscale = attributes.boolean("upscale")?.unwrap_or(true);
    let gravity = gravity::read(attributes)?;
    let background = read_background(attributes)?;
    if width.is_none() && (height.is_none() || matches!(mode, Mode::Fit)) {
        return Err(attributes.required("width"));
    }
    if height.is_none() && matches!(mode, Mode::Fit) {
        return Err(attributes.required("height"));
    }
    let source = plan.size;
    let frame = frame(source, width, height);
    match mode {
        Mode::Auto => plan.size = unless_larger(contain(source, frame), source, upscale),
        Mode::Landscape if width.is_some() => plan.size = unless_larger(by_width(source, frame), source, upscale),
        Mode::Portrait if height.is_some() => plan.size = unless_larger(by_height(source, frame), source, upscale),
        Mode::Landscape | Mode::Portrait => plan.size = unless_larger(frame, source, upscale),
        Mode::Exact => plan.size = if upscale { frame } else { smaller(frame, source) },
        Mode::Fit => cover(plan, frame, upscale, gravity),
        Mode::Fill => {
            plan.size = unless_larger(contain(source, frame), source, upscale);
            plan.frame = Some(Frame { size: frame, gravity, background });
        }
    }
    check_size(plan.output_size(), attributes, if width.is_some() { "width" } else { "height" })
}

/// The frame that `width` and `height` ask for; a side that is missing follows from the other.
fn frame(source: Size, width: Option<u32>, height: Option<u32>) -> Size {
    match (width, height) {
        (Some(width), Some(height)) => Size { width, height },
        (Some(width), None) => by_width(source, Size { width, height: 1 }),
        (None, Some(height)) => by_height(source, Size { width: 1, height }),
        (None, None) => source,
    }
}

fn by_width(source: Size, frame: Size) -> Size {
    Size { width: frame.width, height: proportion(source.height, frame.width, source.width) }
}

fn by_height(source: Size, frame: Size) -> Size {
    Size { width: proportion(source.width, frame.height, source.height), height: frame.height }
}

/// The largest size with the proportions of `source` within `frame`.
fn contain(source: Size, frame: Size) -> Size {
    if wider(source, frame) { by_width(source, frame) } else { by_height(source, frame) }
}

/// Whether `source` is at least as wide, for its height, as `frame`.
fn wider(source: Size, frame: Size) -> bool {
    u64::from(source.width) * u64::from(frame.height) >= u64::from(frame.width) * u64::from(source.height)
}

fn unless_larger(size: Size, source: Size, upscale: bool) -> Size {
    let enlarges = size.width > source.width || size.height > source.height;
    if enlarges && !upscale { source } else { size }
}

fn smaller(one: Size, other: Size) -> Size {
    Size { width: one.width.min(other.width), height: one.height.min(other.height) }
}

/// `fit`: takes the largest part of the image with the proportions of the frame.
fn cover(plan: &mut Plan, frame: Size, upscale: bool, gravity: Gravity) {
    let source = plan.size;
    let enlarges = frame.width > source.width || frame.height > source.height;
    let part = if enlarges && !upscale {
        plan.size = smaller(frame, source);
        Region::whole(plan.size)
    } else {
        plan.size = frame;
        largest_part(source, frame)
    };
    plan.region = Region {
        x: plan.region.x + gravity.horizontal.exact_offset(plan.region.width - part.width),
        y: plan.region.y + gravity.vertical.exact_offset(plan.region.height - part.height),
        ..part
    };
    if enlarges && !upscale {
        // Nothing is resampled, so the cut lies on whole pixels.
        plan.region.x = plan.region.x.floor();
        plan.region.y = plan.region.y.floor();
    }
}

/// The largest part of `source` with the proportions of `frame`; exact, so its edges may lie between two pixels.
fn largest_part(source: Size, frame: Size) -> Region {
    let whole = Region::whole(source);
    if wider(source, frame) {
        Region { width: f64::from(frame.width) * whole.height / f64::from(frame.height), ..whole }
    } else {
        Region { height: f64::from(frame.height) * whole.width / f64::from(frame.width), ..whole }
    }
}

/// `background`: a colour in hexadecimal digits.
fn read_background(attributes: &Attributes<'_>) -> Result<Option<Color>, Error> {
    let Some(text) = attributes.text("background")? else { return Ok(None) };
    match Color::parse(text) {
        Some(color) => Ok(Some(color)),
        None => Err(Error::validation(
            "unknown_value",
            attributes.path("background"),
            "write a colour in hexadecimal digits: #RGB, #RRGGBB or #RRGGBBAA",
        )),
    }
}
