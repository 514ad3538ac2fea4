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

use super::{Frame, Gravity, MAX_SIDE, Plan, Region, Size, check_size, gravity, proportion};
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
    let background = attributes.color("background")?;
    check_sides(mode, width, height, attributes)?;
    let source = plan.size;
    let frame = frame(source, width, height);
    match mode {
        Mode::Fit => cover(plan, frame, upscale, gravity),
        Mode::Exact => plan.size = if upscale { frame } else { smaller(frame, source) },
        Mode::Auto | Mode::Fill | Mode::Landscape | Mode::Portrait => {
            let size = keep_proportions(mode, source, width, height);
            let enlarges = size.width > source.width || size.height > source.height;
            plan.size = if enlarges && !upscale { source } else { size };
        }
    }
    if let Mode::Fill = mode {
        plan.frame = Some(Frame { size: frame, gravity, background });
    }
    check_size(plan.output_size(), attributes, Some(if width.is_some() { "width" } else { "height" }))
}

fn check_sides(mode: Mode, width: Option<u32>, height: Option<u32>, attributes: &Attributes<'_>) -> Result<(), Error> {
    match (mode, width, height) {
        (_, None, None) | (Mode::Fit, None, _) => Err(attributes.required("width")),
        (Mode::Fit, _, None) => Err(attributes.required("height")),
        _ => Ok(()),
    }
}

/// The frame that `width` and `height` ask for; a side that is missing follows from the other.
fn frame(source: Size, width: Option<u32>, height: Option<u32>) -> Size {
    match (width, height) {
        (Some(width), Some(height)) => Size { width, height },
        (Some(width), None) => by_width(source, width),
        (None, Some(height)) => by_height(source, height),
        (None, None) => source,
    }
}

/// The size with the proportions of `source` that a mode makes of `width` and `height`.
fn keep_proportions(mode: Mode, source: Size, width: Option<u32>, height: Option<u32>) -> Size {
    match (mode, width, height) {
        (Mode::Landscape, Some(width), _) => by_width(source, width),
        (Mode::Portrait, _, Some(height)) => by_height(source, height),
        (_, Some(width), Some(height)) => contain(source, Size { width, height }),
        _ => frame(source, width, height),
    }
}

fn by_width(source: Size, width: u32) -> Size {
    Size { width, height: proportion(source.height, width, source.width) }
}

fn by_height(source: Size, height: u32) -> Size {
    Size { width: proportion(source.width, height, source.height), height }
}

/// The largest size with the proportions of `source` within `frame`.
fn contain(source: Size, frame: Size) -> Size {
    if wider(source, frame) { by_width(source, frame.width) } else { by_height(source, frame.height) }
}

/// Whether `source` is at least as wide, for its height, as `frame`.
fn wider(source: Size, frame: Size) -> bool {
    u64::from(source.width) * u64::from(frame.height) >= u64::from(frame.width) * u64::from(source.height)
}

fn smaller(one: Size, other: Size) -> Size {
    Size { width: one.width.min(other.width), height: one.height.min(other.height) }
}

/// `fit`: takes the largest part of the image with the proportions of the frame. An image that may not be enlarged is
/// only cut, on whole pixels.
fn cover(plan: &mut Plan, frame: Size, upscale: bool, gravity: Gravity) {
    let source = plan.size;
    let within = smaller(frame, source);
    if within != frame && !upscale {
        plan.size = within;
        plan.region = Region {
            x: plan.region.x + f64::from(gravity.horizontal.offset(source.width - within.width)),
            y: plan.region.y + f64::from(gravity.vertical.offset(source.height - within.height)),
            ..Region::whole(within)
        };
        return;
    }
    let part = largest_part(source, frame);
    plan.size = frame;
    plan.region = Region {
        x: plan.region.x + gravity.horizontal.exact_offset(plan.region.width - part.width),
        y: plan.region.y + gravity.vertical.exact_offset(plan.region.height - part.height),
        ..part
    };
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
