//! An ellipse inscribed in the image, with a smooth edge.

use image::DynamicImage;

use crate::image::geometry::Color;
use crate::image::samples;

/// Keeps what lies within the ellipse; the rest becomes the background.
pub(super) fn ellipse(pixels: DynamicImage, background: Color) -> DynamicImage {
    let mut pixels = samples::with_room_for(pixels, background);
    let (channels, colors) = samples::channels(&pixels);
    let ellipse = Ellipse { across: f64::from(pixels.width()) / 2.0, down: f64::from(pixels.height()) / 2.0 };
    let stride = pixels.width() as usize * channels;
    for (row, y) in samples::of(&mut pixels).chunks_exact_mut(stride).zip(0_u32..) {
        for (pixel, x) in row.chunks_exact_mut(channels).zip(0_u32..) {
            mix(pixel, colors, background, ellipse.covers(x, y));
        }
    }
    pixels
}

/// Its two half axes, in pixels.
struct Ellipse {
    across: f64,
    down: f64,
}

impl Ellipse {
    /// How much of a pixel lies within, by the distance of its middle from the edge.
    fn covers(&self, x: u32, y: u32) -> f64 {
        let x = f64::from(x) + 0.5 - self.across;
        let y = f64::from(y) + 0.5 - self.down;
        let (across, down) = (self.across * self.across, self.down * self.down);
        let value = x * x / across + y * y / down - 1.0;
        let slope = 2.0 * ((x / across).powi(2) + (y / down).powi(2)).sqrt();
        if slope == 0.0 { 1.0 } else { (0.5 - value / slope).clamp(0.0, 1.0) }
    }
}

/// A pixel, of which a part is the image's and the rest the background's.
fn mix(pixel: &mut [u8], colors: usize, Color(background): Color, covered: f64) {
    let Some((samples, alpha)) = pixel.split_at_mut_checked(colors) else { return };
    let own = covered * alpha.first().map_or(1.0, |alpha| f64::from(*alpha) / 255.0);
    let other = (1.0 - covered) * f64::from(background[3]) / 255.0;
    let opacity = own + other;
    if opacity > 0.0 {
        for (sample, background) in samples.iter_mut().zip(background) {
            *sample = round((f64::from(*sample) * own + f64::from(background) * other) / opacity);
        }
    }
    if let Some(alpha) = alpha.first_mut() {
        *alpha = round(opacity * 255.0);
    }
}

fn round(value: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast clamps")]
    let sample = (value + 0.5) as u8;
    sample
}
