//! Where a smaller thing lies within a larger one.

use crate::Error;
use crate::image::attributes::Attributes;

/// A place along one axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Anchor {
    /// At the left or the top.
    Start,
    /// In the middle.
    #[default]
    Middle,
    /// At the right or the bottom.
    End,
}

impl Anchor {
    /// How much of `spare` lies before the thing, in whole pixels, rounded down.
    #[must_use]
    pub fn offset(self, spare: u32) -> u32 {
        match self {
            Self::Start => 0,
            Self::Middle => spare / 2,
            Self::End => spare,
        }
    }

    /// How much of `spare` lies before the thing, exactly.
    #[must_use]
    pub fn exact_offset(self, spare: f64) -> f64 {
        match self {
            Self::Start => 0.0,
            Self::Middle => spare / 2.0,
            Self::End => spare,
        }
    }
}

/// A place on both axes; the default is the centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gravity {
    /// From left to right.
    pub horizontal: Anchor,
    /// From top to bottom.
    pub vertical: Anchor,
}

impl Gravity {
    const fn new(horizontal: Anchor, vertical: Anchor) -> Self {
        Self { horizontal, vertical }
    }
}

/// The names of all places. Faces are not looked for: they mean the centre, the API's own fallback when it finds none.
const NAMES: [(&str, Gravity); 11] = [
    ("center", Gravity::new(Anchor::Middle, Anchor::Middle)),
    ("top-left", Gravity::new(Anchor::Start, Anchor::Start)),
    ("top", Gravity::new(Anchor::Middle, Anchor::Start)),
    ("top-right", Gravity::new(Anchor::End, Anchor::Start)),
    ("right", Gravity::new(Anchor::End, Anchor::Middle)),
    ("bottom-right", Gravity::new(Anchor::End, Anchor::End)),
    ("bottom", Gravity::new(Anchor::Middle, Anchor::End)),
    ("bottom-left", Gravity::new(Anchor::Start, Anchor::End)),
    ("left", Gravity::new(Anchor::Start, Anchor::Middle)),
    ("face", Gravity::new(Anchor::Middle, Anchor::Middle)),
    ("faces", Gravity::new(Anchor::Middle, Anchor::Middle)),
];

/// The attribute `gravity`, by default the centre.
pub(super) fn read(attributes: &Attributes<'_>) -> Result<Gravity, Error> {
    Ok(attributes.choice("gravity", &NAMES)?.unwrap_or_default())
}
