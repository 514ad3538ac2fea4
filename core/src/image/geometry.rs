//! The arithmetic of `crop`, `resize`, `scale`, `flip`, `border` and `padding`: which part of an image is used, and how
//! large it becomes.
//!
//! # Order
//! EXIF orientation, then `crop`, `resize`, `scale`, `flip`, `border`, `padding`, whatever the order in the request: JSON
//! objects carry none, so one is fixed here. The API does not document its own. Cropping first means that `crop` counts in
//! pixels of the image as the caller sees it; `scale` comes after `resize` because it is a factor on the size there is;
//! what lies around the image comes last, in the pixels of the result. The one documented hint, a `mask` drawn on the
//! image that `resize` made, fits.
//!
//! # Rounding
//! A side that follows from another is rounded to the nearest pixel, halves up, and is at least 1. Positions of a crop
//! rectangle are rounded down. `fit` resamples the exact rectangle, which may begin and end between two pixels.
//!
//! # Range
//! `resize`, `scale`, `border` and `padding` make sides of at most [`MAX_SIDE`] and images of at most [`MAX_PIXELS`];
//! beyond is `out_of_range`. Nothing here overflows or panics, whatever the numbers.

mod around;
mod color;
mod crop;
mod gravity;
mod resize;
mod scale;

use serde_json::{Map, Value};

pub use around::{Border, Padding};
pub use color::Color;
pub use gravity::{Anchor, Gravity};

use super::attributes::Attributes;
use crate::Error;

/// The longest side that `resize` and `scale` make, in pixels. JPEG and GIF cannot hold a longer one.
pub const MAX_SIDE: u32 = 65_535;

/// The largest image that `resize` and `scale` make, in pixels.
pub const MAX_PIXELS: u64 = 100_000_000;

/// Width and height, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Pixels from left to right, at least 1.
    pub width: u32,
    /// Pixels from top to bottom, at least 1.
    pub height: u32,
}

impl Size {
    /// How many pixels there are.
    #[must_use]
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// The same size lying on its side.
    #[must_use]
    pub fn turned(self) -> Self {
        Self { width: self.height, height: self.width }
    }
}

/// A part of an image, in pixels from its top-left corner. Edges may lie between two pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// Distance from the left edge.
    pub x: f64,
    /// Distance from the top edge.
    pub y: f64,
    /// Width, more than 0.
    pub width: f64,
    /// Height, more than 0.
    pub height: f64,
}

impl Region {
    /// The whole of an image.
    #[must_use]
    pub fn whole(size: Size) -> Self {
        Self { x: 0.0, y: 0.0, width: f64::from(size.width), height: f64::from(size.height) }
    }
}

/// What `fill` puts around the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// The size of the image with its frame.
    pub size: Size,
    /// Where the image lies in its frame.
    pub gravity: Gravity,
    /// The colour of the frame; without one it is transparent where the output format can be, and white elsewhere.
    pub background: Option<Color>,
}

/// Mirroring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flip {
    /// Left and right change places.
    pub horizontal: bool,
    /// Top and bottom change places.
    pub vertical: bool,
}

/// All that `crop`, `resize`, `scale`, `flip`, `border` and `padding` do to an image, in one step: take `region`, resample
/// it to `size`, put it in `frame`, mirror it, draw `border` around it and leave `padding` around that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// The part of the (oriented) image that is used.
    pub region: Region,
    /// What the region is resampled to.
    pub size: Size,
    /// What is put around it, if anything.
    pub frame: Option<Frame>,
    /// How it is mirrored.
    pub flip: Flip,
    /// What is drawn around all that.
    pub border: Border,
    /// What is left around the border.
    pub padding: Padding,
}

impl Plan {
    /// Works out what the operations do to an image of `size`, its EXIF orientation applied.
    ///
    /// Other operations have no say, nor have attributes that `crop`, `resize`, `scale` and `flip` do not know.
    ///
    /// # Errors
    /// `required`, `wrong_type`, `out_of_range` and `unknown_value`, with the path of the attribute; `unsupported_operation`
    /// for what only faces could tell, and for an attribute that `border` or `padding` does not know.
    pub fn new(operations: &Map<String, Value>, size: Size) -> Result<Self, Error> {
        let mut plan = Self {
            region: Region::whole(size),
            size,
            frame: None,
            flip: Flip::default(),
            border: Border::default(),
            padding: Padding::default(),
        };
        if let Some(attributes) = Attributes::of(operations, "crop")? {
            crop::apply(&mut plan, &attributes)?;
        }
        if let Some(attributes) = Attributes::of(operations, "resize")? {
            resize::apply(&mut plan, &attributes)?;
        }
        if let Some(attributes) = Attributes::of(operations, "scale")? {
            scale::apply(&mut plan, &attributes)?;
        }
        if let Some(attributes) = Attributes::of(operations, "flip")? {
            plan.flip = read_flip(&attributes)?;
        }
        if let Some(attributes) = Attributes::of(operations, "border")? {
            plan.border = around::read_border(&attributes)?;
            check_size(plan.output_size(), &attributes, Some("size"))?;
        }
        if let Some(attributes) = Attributes::of(operations, "padding")? {
            plan.padding = around::read_padding(&attributes)?;
            check_size(plan.output_size(), &attributes, None)?;
        }
        Ok(plan)
    }

    /// The size to which the whole image, of `source`, may be reduced beforehand and still hold every pixel that the
    /// result needs; never larger than `source`.
    #[must_use]
    pub fn least_source(&self, source: Size) -> Size {
        let least = |side: u32, result: u32, part: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to u32")]
            let least = (f64::from(side) * f64::from(result) / part).ceil().clamp(1.0, f64::from(side)) as u32;
            least
        };
        Size {
            width: least(source.width, self.size.width, self.region.width),
            height: least(source.height, self.size.height, self.region.height),
        }
    }

    /// The size of the resulting image.
    #[must_use]
    pub fn output_size(&self) -> Size {
        self.padding.enlarge(self.border.enlarge(self.framed_size()))
    }

    /// The size of the image with the frame of `fill`, which border and padding lie around.
    #[must_use]
    pub fn framed_size(&self) -> Size {
        self.frame.map_or(self.size, |frame| frame.size)
    }

    /// Whether a colour that is no gray lies around the image.
    #[must_use]
    pub fn is_colorful(&self) -> bool {
        let frame = self.frame.and_then(|frame| frame.background);
        let border = Some(self.border.color).filter(|_| self.border.size > 0);
        [frame, border, self.padding.background].into_iter().flatten().any(Color::is_colorful)
    }

    /// Whether an image of `source` stays as it is.
    #[must_use]
    pub fn changes_nothing(&self, source: Size) -> bool {
        let unchanged = self.size == source && self.region == Region::whole(source);
        unchanged && self.frame.is_none() && self.flip == Flip::default() && self.output_size() == source
    }
}

/// The size of the image that the operations make of one with these sides (in pixels, EXIF orientation applied).
///
/// # Errors
/// `out_of_range` at `width` or `height` for a side of 0; all else as for [`Plan::new`].
pub fn output_size(operations: &Map<String, Value>, width: u32, height: u32) -> Result<(u32, u32), Error> {
    for (name, side) in [("width", width), ("height", height)] {
        if side == 0 {
            return Err(Error::validation("out_of_range", name, "an image is at least 1 pixel wide and high"));
        }
    }
    let size = Plan::new(operations, Size { width, height })?.output_size();
    Ok((size.width, size.height))
}

/// The attributes of `flip` are not documented: `{"horizontal": true}`, `{"vertical": true}`, both, and
/// `{"mode": "horizontal" | "vertical" | "both"}` are understood.
fn read_flip(attributes: &Attributes<'_>) -> Result<Flip, Error> {
    let modes = [
        ("horizontal", Flip { horizontal: true, vertical: false }),
        ("vertical", Flip { horizontal: false, vertical: true }),
        ("both", Flip { horizontal: true, vertical: true }),
    ];
    let mode = attributes.choice("mode", &modes)?.unwrap_or_default();
    Ok(Flip {
        horizontal: attributes.boolean("horizontal")?.unwrap_or(mode.horizontal),
        vertical: attributes.boolean("vertical")?.unwrap_or(mode.vertical),
    })
}

/// `side` × `numerator` / `denominator` to the nearest pixel, halves up, at least 1.
fn proportion(side: u32, numerator: u32, denominator: u32) -> u32 {
    let denominator = u128::from(denominator.max(1));
    let doubled = 2 * u128::from(side) * u128::from(numerator);
    let nearest = (doubled + denominator) / (2 * denominator);
    u32::try_from(nearest).unwrap_or(u32::MAX).max(1)
}

/// Refuses a size beyond [`MAX_SIDE`] or [`MAX_PIXELS`], blaming the attribute `name` or all of them.
fn check_size(size: Size, attributes: &Attributes<'_>, name: Option<&str>) -> Result<(), Error> {
    if size.width <= MAX_SIDE && size.height <= MAX_SIDE && size.pixels() <= MAX_PIXELS {
        return Ok(());
    }
    let Size { width, height } = size;
    Err(attributes.out_of_range(
        name,
        &format!("the result would be {width} x {height}; a side has at most {MAX_SIDE} pixels, an image {MAX_PIXELS}"),
    ))
}

#[cfg(test)]
mod tests;
