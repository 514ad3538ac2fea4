//! What changes the look of an image and not its size: `filter`, `adjust`, `auto` and `mask`.
//!
//! | operation | attribute | what it does |
//! | --- | --- | --- |
//! | `filter` | `blur`: a number, or `{"mode": "gaussian", "value": number}` | Gaussian blur; the number is the standard deviation in pixels of the result, 0 (none) to [`MAX_BLUR`] |
//! | `adjust` | `unsharp`: a number, 0 (none) to 100 | unsharp mask: adds a twentieth of the number times the difference from a copy that is blurred by 1 pixel |
//! | `auto` | `enhance`: `true` | stretches the contrast, gently; see [`enhance`] |
//! | `mask` | `shape`: `ellipse`, `background` | what lies outside the ellipse in the bounds of the image becomes the background |
//!
//! Of these the API documents `mask` alone; for the others only an example each is known, and their units are the engine's.
//! An attribute that is not in the table is `unsupported_operation`.

mod blur;
mod enhance;
mod mask;
mod unsharp;

use image::DynamicImage;
use serde_json::{Map, Value};

use super::attributes::Attributes;
use super::geometry::Color;
use crate::Error;

/// The widest blur, in pixels of standard deviation.
const MAX_BLUR: f64 = 1000.0;

/// Effects in the order in which they are applied.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Effects {
    /// Standard deviation in pixels, more than 0.
    blur: Option<f64>,
    /// How much of the difference from a blurred copy is added, more than 0.
    unsharp: Option<f64>,
    enhance: bool,
    mask: Option<Mask>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Mask {
    /// None is transparent where the output format can be, and white elsewhere.
    background: Option<Color>,
}

impl Effects {
    /// Reads the effects that are asked for. `stylize` is the old name of `filter`.
    ///
    /// # Errors
    /// `wrong_type`, `out_of_range`, `unknown_value`; `unsupported_operation` for an attribute that is not in the table.
    pub(super) fn read(operations: &Map<String, Value>) -> Result<Self, Error> {
        let mut effects = Self::default();
        for name in ["stylize", "filter"] {
            if let Some(attributes) = Attributes::of(operations, name)? {
                effects.blur = read_blur(&attributes)?.or(effects.blur);
            }
        }
        if let Some(attributes) = Attributes::of(operations, "adjust")? {
            attributes.only(&["unsharp"])?;
            effects.unsharp = read_strength(&attributes, "unsharp", 100.0)?.map(|strength| strength / 20.0);
        }
        if let Some(attributes) = Attributes::of(operations, "auto")? {
            attributes.only(&["enhance"])?;
            effects.enhance = attributes.boolean("enhance")?.unwrap_or(false);
        }
        if let Some(attributes) = Attributes::of(operations, "mask")? {
            attributes.only(&["shape", "background"])?;
            attributes.choice("shape", &[("ellipse", ())])?;
            effects.mask = Some(Mask { background: attributes.color("background")? });
        }
        Ok(effects)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether they bring a colour that is no gray into the image.
    pub(super) fn is_colorful(&self) -> bool {
        self.mask.and_then(|mask| mask.background).is_some_and(Color::is_colorful)
    }

    /// What is done to the image itself, before anything lies around it.
    ///
    /// # Errors
    /// `unsupported_image` for pixels of more than 8 bits a channel.
    pub(super) fn apply(&self, mut pixels: DynamicImage) -> Result<DynamicImage, Error> {
        if let Some(sigma) = self.blur {
            pixels = blur::gaussian(pixels, sigma)?;
        }
        if let Some(amount) = self.unsharp {
            pixels = unsharp::sharpen(pixels, amount)?;
        }
        if self.enhance {
            enhance::stretch(&mut pixels);
        }
        Ok(pixels)
    }

    /// What is done to the image with all that lies around it. A mask without a colour of its own gets `background`.
    pub(super) fn finish(&self, pixels: DynamicImage, background: Color) -> DynamicImage {
        match self.mask {
            Some(mask) => mask::ellipse(pixels, mask.background.unwrap_or(background)),
            None => pixels,
        }
    }
}

/// `blur`: a number or an object.
fn read_blur(attributes: &Attributes<'_>) -> Result<Option<f64>, Error> {
    attributes.only(&["blur"])?;
    match attributes.nested("blur") {
        None => read_strength(attributes, "blur", MAX_BLUR),
        Some(blur) => {
            blur.only(&["mode", "value"])?;
            blur.choice("mode", &[("gaussian", ())])?;
            match read_strength(&blur, "value", MAX_BLUR)? {
                None if blur.number("value")?.is_none() => Err(blur.required("value")),
                sigma => Ok(sigma),
            }
        }
    }
}

/// A number from 0 to `most`; 0 asks for nothing.
fn read_strength(attributes: &Attributes<'_>, name: &str, most: f64) -> Result<Option<f64>, Error> {
    match attributes.number(name)? {
        Some(number) if !(0.0..=most).contains(&number) => {
            Err(attributes.out_of_range(name, &format!("write a number from 0 to {most}")))
        }
        number => Ok(number.filter(|number| *number > 0.0)),
    }
}

#[cfg(test)]
mod tests;
