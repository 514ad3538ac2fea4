//! From planes to RGB.

use super::Error;
use super::planes::Plane;

/// Interpolates chroma to the luma grid and converts to RGB.
pub(super) fn to_rgb(luma: &Plane, blue: &Plane, red: &Plane) -> Result<Vec<u8>, Error> {
    let width = luma.size.width as usize;
    let (blue, red) = (Chroma::new(luma, blue)?, Chroma::new(luma, red)?);
    let mut rgb = Vec::with_capacity(3 * luma.samples.len());
    let (mut blue_row, mut red_row) = (vec![0; width], vec![0; width]);
    for (y, luma_row) in luma.samples.chunks_exact(width).enumerate() {
        blue.fill_row(y, &mut blue_row);
        red.fill_row(y, &mut red_row);
        for ((&luma, &blue), &red) in luma_row.iter().zip(&blue_row).zip(&red_row) {
            rgb.extend_from_slice(&pixel(luma, blue, red));
        }
    }
    Ok(rgb)
}

/// The JFIF conversion with 16 fractional bits, rounded as libjpeg does.
fn pixel(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (luma, blue, red) = (i32::from(luma), i32::from(blue) - 128, i32::from(red) - 128);
    let channels = [
        luma + ((91_881 * red + HALF) >> 16),
        luma + ((-22_554 * blue - 46_802 * red + HALF) >> 16),
        luma + ((116_130 * blue + HALF) >> 16),
    ];
    channels.map(|value| value.clamp(0, 255) as u8)
}

/// A chroma plane, to be interpolated.
struct Chroma<'a> {
    plane: &'a Plane,
    halved_width: bool,
    halved_height: bool,
}

impl<'a> Chroma<'a> {
    fn new(luma: &Plane, plane: &'a Plane) -> Result<Self, Error> {
        let is_halved = |luma: f64, chroma: f64| match luma / chroma {
            1.0 => Ok(false),
            2.0 => Ok(true),
            _ => Err(Error::Unsupported("its sampling factors")),
        };
        let halved_width = is_halved(luma.size.covered_width, plane.size.covered_width)?;
        let halved_height = is_halved(luma.size.covered_height, plane.size.covered_height)?;
        Ok(Self { plane, halved_width, halved_height })
    }

    /// The row of chroma samples that belongs to luma row `y`.
    fn fill_row(&self, y: usize, row: &mut [u8]) {
        let width = self.plane.size.width as usize;
        let rows = || self.plane.samples.chunks_exact(width);
        if !self.halved_height {
            let near = rows().nth(y).unwrap_or_default();
            let value = |x: usize| i32::from(near[x]);
            return if self.halved_width { stretch(width, value, (1, 2), 2, row) } else { row.copy_from_slice(near) };
        }
        // Three quarters of the nearer row and one of the next, which the edges repeat.
        let next = if y.is_multiple_of(2) { (y / 2).saturating_sub(1) } else { (y / 2 + 1).min(rows().len() - 1) };
        let (near, next) = (rows().nth(y / 2).unwrap_or_default(), rows().nth(next).unwrap_or_default());
        let value = |x: usize| 3 * i32::from(near[x]) + i32::from(next[x]);
        if self.halved_width {
            return stretch(width, value, (8, 7), 4, row);
        }
        // Rounding alternates so that the picture does not become brighter.
        let rounding = if y.is_multiple_of(2) { 1 } else { 2 };
        row.iter_mut().enumerate().for_each(|(x, sample)| *sample = ((value(x) + rounding) >> 2) as u8);
    }
}

/// Doubles the width: each sample is three quarters of the nearer value and one of the next.
fn stretch(width: usize, value: impl Fn(usize) -> i32, rounding: (i32, i32), shift: u32, row: &mut [u8]) {
    for (x, pair) in row.chunks_mut(2).enumerate() {
        let here = value(x);
        let (before, after) = (value(x.saturating_sub(1)), value((x + 1).min(width - 1)));
        let both = [(3 * here + before + rounding.0) >> shift, (3 * here + after + rounding.1) >> shift];
        pair.iter_mut().zip(both).for_each(|(sample, value)| *sample = value as u8);
    }
}
