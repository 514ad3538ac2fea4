//! Colours weighted by their alpha: only so do averages let transparent pixels lend no colour to their neighbours.

use fast_image_resize::images::TypedImage;
use fast_image_resize::pixels::{U8x2, U8x4};
use fast_image_resize::{MulDiv, PixelTrait};
use image::DynamicImage;

use super::samples;
use crate::Error;

/// What `work` makes of pixels with weighted colours, weighted no more.
///
/// # Errors
/// `unsupported_image` for pixels that cannot be weighted, and what `work` answers with.
pub(super) fn weighted(
    mut pixels: DynamicImage,
    work: impl FnOnce(DynamicImage) -> Result<DynamicImage, Error>,
) -> Result<DynamicImage, Error> {
    weigh(&mut pixels, false)?;
    let mut pixels = work(pixels)?;
    weigh(&mut pixels, true)?;
    Ok(pixels)
}

fn weigh(pixels: &mut DynamicImage, undo: bool) -> Result<(), Error> {
    match samples::channels(pixels) {
        (2, 1) => weigh_typed::<U8x2>(pixels, undo),
        (4, 3) => weigh_typed::<U8x4>(pixels, undo),
        _ => Ok(()),
    }
}

fn weigh_typed<P: PixelTrait>(pixels: &mut DynamicImage, undo: bool) -> Result<(), Error> {
    let (width, height) = (pixels.width(), pixels.height());
    let mut view = TypedImage::<P>::from_buffer(width, height, samples::of(pixels)).map_err(failed)?;
    let done = if undo {
        MulDiv::new().divide_alpha_inplace_typed(&mut view)
    } else {
        MulDiv::new().multiply_alpha_inplace_typed(&mut view)
    };
    done.map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::image("unsupported_image", format!("the colours cannot be weighted by alpha: {error}"))
}
