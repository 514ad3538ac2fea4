//! Animations: every frame is transformed by itself, delays and repeats are kept.

use std::io::Cursor;

use image::codecs::gif::{GifDecoder, Repeat};
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, Frames, ImageDecoder, ImageResult};

use super::decode::{decoding_error, without_idle_alpha};
use super::effects::Effects;
use super::encode;
use super::format::Format;
use super::geometry::{Color, Plan};
use super::header::Header;
use super::limits::Limits;
use super::profile::convert_to_srgb;
use super::render::render;
use crate::Error;

/// Transforms an animated GIF or WebP into an animated GIF. One frame at a time is in memory.
///
/// # Errors
/// `truncated_image`, `corrupt_image`; `image_too_large` when the frames, read or written, have too many pixels together.
pub(super) fn transform(
    bytes: &[u8],
    header: &Header,
    limits: &Limits,
    plan: &Plan,
    effects: &Effects,
) -> Result<Vec<u8>, Error> {
    limits.check(header)?;
    limits.check_frames(header.frames, header.size.pixels())?;
    limits.check_frames(header.frames, plan.output_size().pixels())?;
    let failed = |error| decoding_error(header.format, error);
    let mut result = Vec::new();
    let mut encoder = encode::gif_encoder(&mut result);
    if let Some(repeat) = repeat(header) {
        encoder.set_repeat(repeat).map_err(failed)?;
    }
    let (profile, frames) = frames(bytes, header).map_err(failed)?;
    for frame in frames.take(header.frames as usize) {
        let frame = frame.map_err(failed)?;
        let delay = frame.delay();
        let mut pixels = without_idle_alpha(frame.into_buffer().into());
        if let Some(profile) = &profile {
            convert_to_srgb(&mut pixels, profile);
        }
        let pixels = render(pixels, 1.0, header, plan, effects, Color::TRANSPARENT)?;
        encode::encode_frame(&mut encoder, &pixels, Some(delay))?;
    }
    drop(encoder);
    Ok(result)
}

/// The ICC profile of an animation, and its frames.
fn frames<'a>(bytes: &'a [u8], header: &Header) -> ImageResult<(Option<Vec<u8>>, Frames<'a>)> {
    let input = Cursor::new(bytes);
    match header.format {
        Format::WebP => {
            let mut decoder = WebPDecoder::new(input)?;
            Ok((decoder.icc_profile()?, decoder.into_frames()))
        }
        _ => Ok((None, GifDecoder::new(input)?.into_frames())),
    }
}

fn repeat(header: &Header) -> Option<Repeat> {
    match header.repeats? {
        0 => Some(Repeat::Infinite),
        count => Some(Repeat::Finite(count)),
    }
}
