//! Unsharp mask: the difference from a blurred copy, added.

use image::DynamicImage;

use super::blur::gaussian;
use crate::Error;
use crate::image::samples;

/// How far the copy is blurred, in pixels of standard deviation.
const SIGMA: f64 = 1.0;

/// Sharpens colours, and leaves alpha alone. `amount` is the share of the difference that is added.
///
/// # Errors
/// `unsupported_image` for pixels of more than 8 bits a channel.
pub(super) fn sharpen(mut pixels: DynamicImage, amount: f64) -> Result<DynamicImage, Error> {
    let mut blurred = gaussian(pixels.clone(), SIGMA)?;
    let (channels, colors) = samples::channels(&pixels);
    #[expect(clippy::cast_possible_truncation, reason = "at most 5")]
    let amount = amount as f32;
    let blurred = samples::of(&mut blurred).chunks_exact(channels);
    for (pixel, blurred) in samples::of(&mut pixels).chunks_exact_mut(channels).zip(blurred) {
        for (sample, blurred) in pixel.iter_mut().zip(blurred).take(colors) {
            let (value, blurred) = (f32::from(*sample), f32::from(*blurred));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast clamps")]
            let sharpened = (value + amount * (value - blurred) + 0.5) as u8;
            *sample = sharpened;
        }
    }
    Ok(pixels)
}
