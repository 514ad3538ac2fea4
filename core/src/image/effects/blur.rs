//! Gaussian blur in a time that does not depend on how wide it is.
//!
//! Three averages over a window come close to a Gaussian. The window is as wide as gives exactly the wanted variance: the
//! pixels at its two ends count in part ("extended box filter", Gwosdek et al., 2011). Beyond the edges the image goes on
//! as it is there. Colours are weighted by their alpha.

use image::DynamicImage;

use crate::Error;
use crate::image::samples;
use crate::image::weighted::weighted;

const PASSES: usize = 3;

/// How many columns are blurred together, in samples: their lines are worked on as numbers of 32 bits.
const STRIP: usize = 64;

/// Blurs by `sigma`, a standard deviation in pixels.
///
/// # Errors
/// `unsupported_image` for pixels of more than 8 bits a channel.
pub(super) fn gaussian(pixels: DynamicImage, sigma: f64) -> Result<DynamicImage, Error> {
    let window = Window::new(sigma);
    weighted(pixels, |mut pixels| {
        let (channels, _) = samples::channels(&pixels);
        let stride = pixels.width() as usize * channels;
        if stride > 0 {
            blur_rows(samples::of(&mut pixels), stride, channels, window);
            blur_columns(samples::of(&mut pixels), stride, window);
        }
        Ok(pixels)
    })
}

/// An average over `2 * radius + 1` whole pixels and a part, `edge`, of one more at either end.
#[derive(Debug, Clone, Copy)]
struct Window {
    radius: usize,
    edge: f32,
    scale: f32,
}

impl Window {
    fn new(sigma: f64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "3")]
        let variance = sigma * sigma / PASSES as f64;
        let radius = ((12.0 * variance + 1.0).sqrt() / 2.0 - 0.5).floor().max(0.0);
        let width = 2.0 * radius + 1.0;
        // The variance of the window, solved for the part of the pixels at its ends.
        let edge = width * (radius * (radius + 1.0) - 3.0 * variance) / (6.0 * (variance - (radius + 1.0).powi(2)));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a blur has at most 1000 pixels")]
        Self { radius: radius as usize, edge: edge as f32, scale: (1.0 / (width + 2.0 * edge)) as f32 }
    }
}

fn blur_rows(samples: &mut [u8], stride: usize, channels: usize, window: Window) {
    let mut line = Line::new(stride, channels);
    for row in samples.chunks_exact_mut(stride) {
        line.from.iter_mut().zip(&*row).for_each(|(value, sample)| *value = f32::from(*sample));
        line.blur(window);
        row.iter_mut().zip(&line.from).for_each(|(sample, value)| *sample = round(*value));
    }
}

fn blur_columns(samples: &mut [u8], stride: usize, window: Window) {
    let height = samples.len() / stride;
    for start in (0..stride).step_by(STRIP) {
        let lanes = STRIP.min(stride - start);
        let mut line = Line::new(height * lanes, lanes);
        for (values, row) in line.from.chunks_exact_mut(lanes).zip(samples.chunks_exact(stride)) {
            let part = row.iter().skip(start);
            values.iter_mut().zip(part).for_each(|(value, sample)| *value = f32::from(*sample));
        }
        line.blur(window);
        for (values, row) in line.from.chunks_exact(lanes).zip(samples.chunks_exact_mut(stride)) {
            let part = row.iter_mut().skip(start);
            part.zip(values).for_each(|(sample, value)| *sample = round(*value));
        }
    }
}

fn round(value: f32) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast clamps")]
    let sample = (value + 0.5) as u8;
    sample
}

/// Pixels one after the other, of `lanes` values each.
struct Line {
    from: Vec<f32>,
    to: Vec<f32>,
    sums: Vec<f32>,
    lanes: usize,
}

impl Line {
    fn new(length: usize, lanes: usize) -> Self {
        Self { from: vec![0.0; length], to: vec![0.0; length], sums: vec![0.0; lanes], lanes }
    }

    /// Blurs what is in `from`.
    fn blur(&mut self, window: Window) {
        for _ in 0..PASSES {
            self.average(window);
            std::mem::swap(&mut self.from, &mut self.to);
        }
    }

    /// One average, from `from` to `to`.
    fn average(&mut self, window: Window) {
        let Window { radius, edge, scale } = window;
        let pixels = || self.from.chunks_exact(self.lanes);
        let (Some(first), Some(last)) = (pixels().next(), pixels().next_back()) else { return };
        let onwards = |skipped: usize| pixels().skip(skipped).chain(std::iter::repeat(last));
        let delayed = |by: usize| std::iter::repeat_n(first, by).chain(pixels());
        self.sums.fill(0.0);
        for pixel in std::iter::repeat_n(first, radius).chain(onwards(0).take(radius + 1)) {
            self.sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value);
        }
        let neighbours = onwards(radius + 1).zip(delayed(radius + 1)).zip(delayed(radius));
        for (to, ((after, before), leaving)) in self.to.chunks_exact_mut(self.lanes).zip(neighbours) {
            let values = after.iter().zip(before).zip(leaving);
            for ((to, sum), ((after, before), leaving)) in to.iter_mut().zip(&mut self.sums).zip(values) {
                *to = (*sum + edge * (before + after)) * scale;
                *sum += after - leaving;
            }
        }
    }
}
