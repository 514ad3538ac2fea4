//! A gentle stretch of the contrast.
//!
//! The darkest and the brightest half percent of the pixels, by luma, are left out. What is left goes halfway towards
//! filling the whole range: from `low..=high` to `low / 2..=(high + 255) / 2`, but its contrast grows by no more than a
//! half. All colours get the same factor, so hues stay. Transparent pixels neither count nor matter; alpha stays.

use image::DynamicImage;

use crate::image::samples;

/// The share of the pixels that is left out at either end: one in so many.
const LEFT_OUT: u64 = 200;

/// The most that the contrast grows.
const MOST: f64 = 1.5;

/// Stretches the contrast of the colours.
pub(super) fn stretch(pixels: &mut DynamicImage) {
    let (channels, colors) = samples::channels(pixels);
    let Some(levels) = levels(&histogram(samples::of(pixels), channels, colors)) else { return };
    for pixel in samples::of(pixels).chunks_exact_mut(channels) {
        for sample in pixel.iter_mut().take(colors) {
            *sample = levels.get(usize::from(*sample)).copied().unwrap_or(*sample);
        }
    }
}

/// How many pixels there are of each luma.
fn histogram(samples: &[u8], channels: usize, colors: usize) -> [u64; 256] {
    let mut histogram = [0; 256];
    for pixel in samples.chunks_exact(channels) {
        let luma = match *pixel {
            [.., 0] if channels > colors => continue,
            [red, green, blue, ..] => luma(red, green, blue),
            [gray, ..] => gray,
            [] => continue,
        };
        if let Some(count) = histogram.get_mut(usize::from(luma)) {
            *count += 1;
        }
    }
    histogram
}

/// Luma of BT.601, as in JPEG.
fn luma(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    u8::try_from((sum + 500) / 1000).unwrap_or(u8::MAX)
}

/// What each level becomes; nothing where there is no contrast to stretch.
fn levels(histogram: &[u64; 256]) -> Option<[u8; 256]> {
    let least = histogram.iter().sum::<u64>() / LEFT_OUT + 1;
    let low = f64::from(reached(histogram.iter(), least)?);
    let high = 255.0 - f64::from(reached(histogram.iter().rev(), least)?);
    if high <= low {
        return None;
    }
    let gain = (255.0 + high - low) / (2.0 * (high - low));
    if gain <= 1.0 {
        return None;
    }
    // The level that stays as it is, whatever the gain.
    let fixed = low / 2.0 * (1.0 - gain).recip() - low * gain * (1.0 - gain).recip();
    let gain = gain.min(MOST);
    let mut levels = [0; 256];
    for (level, value) in levels.iter_mut().zip(0..=u8::MAX) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast clamps")]
        let stretched = (fixed + gain * (f64::from(value) - fixed)).round() as u8;
        *level = stretched;
    }
    Some(levels)
}

/// How far one has to go for so many pixels.
fn reached<'a>(counts: impl Iterator<Item = &'a u64>, least: u64) -> Option<u8> {
    let mut seen = 0;
    let position = counts.into_iter().position(|count| {
        seen += count;
        seen >= least
    })?;
    u8::try_from(position).ok()
}
