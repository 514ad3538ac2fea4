//! `border` and `padding`: what lies around the image. The API documents neither, so their attributes are the engine's own.
//!
//! | operation | attribute | meaning |
//! | --- | --- | --- |
//! | `border` | `size` | pixels on each side, 0 or more; required |
//! | | `color` | black by default |
//! | `padding` | `size` | pixels on each side, 0 or more |
//! | | `top`, `right`, `bottom`, `left` | pixels on that side, in place of `size` |
//! | | `background` | by default transparent where the output format can be, and white elsewhere |
//!
//! Both make the image larger; nothing of it is covered.

use super::{Color, MAX_SIDE, Size};
use crate::Error;
use crate::image::attributes::Attributes;

/// A line of one colour around the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Border {
    /// Its width in pixels; 0 is none.
    pub size: u32,
    /// Its colour.
    pub color: Color,
}

impl Default for Border {
    fn default() -> Self {
        Self { size: 0, color: Color::BLACK }
    }
}

impl Border {
    /// The size of an image with its border.
    pub(super) fn enlarge(self, size: Size) -> Size {
        let both = self.size.saturating_mul(2);
        Size { width: size.width.saturating_add(both), height: size.height.saturating_add(both) }
    }
}

/// Room around the image and its border, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Padding {
    /// Above.
    pub top: u32,
    /// To the right.
    pub right: u32,
    /// Below.
    pub bottom: u32,
    /// To the left.
    pub left: u32,
    /// Its colour; without one it is transparent where the output format can be, and white elsewhere.
    pub background: Option<Color>,
}

impl Padding {
    /// The size of an image with its padding.
    pub(super) fn enlarge(self, size: Size) -> Size {
        Size {
            width: size.width.saturating_add(self.left).saturating_add(self.right),
            height: size.height.saturating_add(self.top).saturating_add(self.bottom),
        }
    }
}

pub(super) fn read_border(attributes: &Attributes<'_>) -> Result<Border, Error> {
    attributes.only(&["size", "color"])?;
    let size = attributes.integer("size", 0..=MAX_SIDE)?.ok_or_else(|| attributes.required("size"))?;
    Ok(Border { size, color: attributes.color("color")?.unwrap_or(Color::BLACK) })
}

pub(super) fn read_padding(attributes: &Attributes<'_>) -> Result<Padding, Error> {
    attributes.only(&["size", "top", "right", "bottom", "left", "background"])?;
    let every = attributes.integer("size", 0..=MAX_SIDE)?;
    let [top, right, bottom, left] =
        ["top", "right", "bottom", "left"].map(|name| attributes.integer(name, 0..=MAX_SIDE));
    let (top, right, bottom, left) = (top?, right?, bottom?, left?);
    if [every, top, right, bottom, left].iter().all(Option::is_none) {
        return Err(attributes.required("size"));
    }
    let or_every = |side: Option<u32>| side.or(every).unwrap_or(0);
    Ok(Padding {
        top: or_every(top),
        right: or_every(right),
        bottom: or_every(bottom),
        left: or_every(left),
        background: attributes.color("background")?,
    })
}
