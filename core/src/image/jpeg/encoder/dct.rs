//! Samples to quantized coefficients: the forward transform of Arai, Agui and Nakajima, whose scale factors are part of the
//! quantization. Eight lanes at a time in single precision, which compilers turn into vector instructions of any width.

use super::super::scan::ZIGZAG;
use super::Block;

/// The standard's example tables (Annex K), which libjpeg scales by the quality: luma and chroma, row by row.
const STEPS: [[u8; 64]; 2] = [
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
        51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
        120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ],
    [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
    ],
];

/// The steps for a quality of 1 to 100, row by row.
pub(super) fn step_table(kind: usize, quality: u8) -> [u8; 64] {
    let quality = u32::from(quality.clamp(1, 100));
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    STEPS[kind & 1].map(|step| ((u32::from(step) * percent + 50) / 100).clamp(1, 255) as u8)
}

/// Divides coefficients by their steps.
pub(super) struct Quantizer {
    /// What to multiply by: the step and the transform's scale factors in one; columns in place of rows, as below.
    factors: [[f32; 8]; 8],
}

/// What the transform leaves each row and column multiplied by, beside a factor of 8 for the whole.
const SCALES: [f64; 8] = [
    1.0,
    1.387_039_845_322_148,
    1.306_562_964_876_377,
    1.175_875_602_419_359,
    1.0,
    0.785_694_958_387_102,
    0.541_196_100_146_197,
    0.275_899_379_282_943,
];

/// The file's order, for columns in place of rows.
const ORDER: [u8; 64] = {
    let mut order = ZIGZAG;
    let mut at = 0;
    while at < 64 {
        order[at] = ZIGZAG[at] % 8 * 8 + ZIGZAG[at] / 8;
        at += 1;
    }
    order
};

impl Quantizer {
    pub(super) fn new(steps: &[u8; 64]) -> Self {
        let mut factors = [[0.0; 8]; 8];
        for (at, &step) in steps.iter().enumerate() {
            let (row, column) = (at / 8, at % 8);
            factors[column][row] = (1.0 / (8.0 * SCALES[row] * SCALES[column] * f64::from(step))) as f32;
        }
        Self { factors }
    }

    /// The quantized coefficients of a block, in the file's order.
    #[inline(always)]
    pub(super) fn coefficients(&self, block: &[[u8; 8]; 8]) -> Block {
        let mut samples = [[0.0; 8]; 8];
        for (values, row) in samples.iter_mut().zip(block) {
            for (value, &sample) in values.iter_mut().zip(row) {
                *value = f32::from(sample) - 128.0;
            }
        }
        // What comes out are columns; the order of the file, in which they are read, puts that right.
        let columns = eight_point(&transposed(&eight_point(&samples)));
        let mut levels = [0_i16; 64];
        for at in 0..8 {
            for lane in 0..8 {
                levels[8 * at + lane] = nearest(columns[at][lane] * self.factors[at][lane]);
            }
        }
        let mut ordered = [0; 64];
        for (level, place) in ordered.iter_mut().zip(ORDER) {
            *level = levels[usize::from(place & 63)];
        }
        ordered
    }
}

/// The nearest whole number of less than 2^22 in size.
#[inline(always)]
fn nearest(value: f32) -> i16 {
    // So large a number has no bits left for a fraction, and the number itself in its lowest.
    const SHIFT: f32 = 12_582_912.0;
    (value + SHIFT).to_bits() as i16
}

#[inline(always)]
fn transposed(rows: &[[f32; 8]; 8]) -> [[f32; 8]; 8] {
    let mut columns = [[0.0; 8]; 8];
    for (at, row) in rows.iter().enumerate() {
        for (column, &value) in columns.iter_mut().zip(row) {
            column[at] = value;
        }
    }
    columns
}

/// The scaled transform of eight columns at once.
#[inline(always)]
fn eight_point(input: &[[f32; 8]; 8]) -> [[f32; 8]; 8] {
    let mut output = [[0.0; 8]; 8];
    for lane in 0..8 {
        let value = |row: usize| input[row][lane];
        let sums = [0, 1, 2, 3].map(|at| value(at) + value(7 - at));
        let differences = [0, 1, 2, 3].map(|at| value(at) - value(7 - at));

        let (outer, inner) = (sums[0] + sums[3], sums[1] + sums[2]);
        let (slope, bend) = (sums[0] - sums[3], sums[1] - sums[2]);
        output[0][lane] = outer + inner;
        output[4][lane] = outer - inner;
        let turned = (bend + slope) * 0.707_106_77;
        output[2][lane] = slope + turned;
        output[6][lane] = slope - turned;

        let (a, b, c) =
            (differences[3] + differences[2], differences[2] + differences[1], differences[1] + differences[0]);
        let shared = (a - c) * 0.382_683_43;
        let (slow, fast) = (0.541_196_1 * a + shared, 1.306_563 * c + shared);
        let middle = b * 0.707_106_77;
        let (plus, minus) = (differences[0] + middle, differences[0] - middle);
        output[5][lane] = minus + slow;
        output[3][lane] = minus - slow;
        output[1][lane] = plus + fast;
        output[7][lane] = plus - fast;
    }
    output
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    /// The transform as the standard defines it.
    fn coefficient(block: &[[u8; 8]; 8], row: usize, column: usize) -> f64 {
        let basis = |at: usize, frequency: usize| {
            let scale = if frequency == 0 { 0.5_f64.sqrt() } else { 1.0 };
            scale * ((2 * at + 1) as f64 * frequency as f64 * PI / 16.0).cos() / 2.0
        };
        let places = (0..8).flat_map(|y| (0..8).map(move |x| (y, x)));
        places.map(|(y, x)| (f64::from(block[y][x]) - 128.0) * basis(y, row) * basis(x, column)).sum()
    }

    #[test]
    fn coefficients_are_those_of_the_standard() {
        let mut seed = 7_u32;
        for _ in 0..200 {
            let block = [(); 8].map(|()| {
                [(); 8].map(|()| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 24) as u8
                })
            });
            let found = Quantizer::new(&[1; 64]).coefficients(&block);
            for (at, &place) in ZIGZAG.iter().enumerate() {
                let exact = coefficient(&block, usize::from(place) / 8, usize::from(place) % 8);
                assert!((f64::from(found[at]) - exact).abs() < 0.501, "{} is not {exact}", found[at]);
            }
        }
    }

    #[test]
    fn quality_scales_the_steps_as_in_libjpeg() {
        assert_eq!(step_table(0, 50), STEPS[0]);
        assert_eq!(step_table(1, 100), [1; 64]);
        assert_eq!(step_table(0, 80)[..4], [6, 4, 4, 6]);
        assert_eq!(step_table(0, 1), [255; 64]);
    }
}
