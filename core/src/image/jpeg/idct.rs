//! Inverse transforms of an 8x8 block to 8x8, 4x4, 2x2 and 1x1 samples.
//!
//! Fixed point with the precision and the rounding of libjpeg's accurate integer method, so that results are the same to
//! the bit: constants with 13 fractional bits, two extra bits between the passes. The reduced transforms are those of
//! libjpeg 7 and later: an N-point transform of the N x N lowest coefficients. Sums wrap, since a hostile file's may overflow.

use std::num::Wrapping;

type Number = Wrapping<i32>;

const CONSTANT_BITS: usize = 13;
const PASS_BITS: usize = 2;

/// A constant as a fixed-point number.
const fn fix(value: f64) -> Number {
    Wrapping((value * (1 << CONSTANT_BITS) as f64 + 0.5) as i32)
}

fn round_shift(value: Number, shift: usize) -> Number {
    (value + Wrapping(1 << (shift - 1))) >> shift
}

/// A sample from a value around zero.
#[inline(always)]
fn sample(value: i32) -> u8 {
    value.wrapping_add(128).clamp(0, 255) as u8
}

/// Turns the dequantized N x N lowest coefficients, row by row, into N x N samples at the start of `target`.
#[inline(always)]
pub(super) fn put<const N: usize, const PLACES: usize>(coefficients: &[i32; PLACES], target: &mut [u8], stride: usize) {
    match (N, coefficients.as_slice()) {
        (1, [dc, ..]) => target[0] = to_1x1(*dc),
        (2, &[dc, across, down, both, ..]) => put_rows(target, stride, &to_2x2([dc, across, down, both])),
        (4, low) => {
            if let Some(low) = low.first_chunk() {
                put_rows(target, stride, &to_4x4(low));
            }
        }
        (_, all) => {
            if let Some(all) = all.first_chunk() {
                put_rows(target, stride, &to_8x8(all));
            }
        }
    }
}

#[inline(always)]
fn put_rows<const N: usize>(target: &mut [u8], stride: usize, block: &[[u8; N]; N]) {
    for (row, samples) in block.iter().enumerate() {
        target[row * stride..][..N].copy_from_slice(samples);
    }
}

/// The mean of a block from its dequantized DC coefficient.
#[inline(always)]
pub(super) fn to_1x1(dc: i32) -> u8 {
    sample(dc.wrapping_add(4) >> 3)
}

/// The quarters of a block from its four lowest coefficients, row by row.
#[inline(always)]
fn to_2x2(coefficients: [i32; 4]) -> [[u8; 2]; 2] {
    let [dc, across, down, both] = coefficients.map(Wrapping);
    let (top, bottom) = (dc + Wrapping(4) + down, dc + Wrapping(4) - down);
    let (top_slope, bottom_slope) = (across + both, across - both);
    let rows = [[top + top_slope, top - top_slope], [bottom + bottom_slope, bottom - bottom_slope]];
    rows.map(|row| row.map(|value| sample(value.0 >> 3)))
}

/// 4x4 samples from the sixteen lowest coefficients, row by row.
#[inline(always)]
fn to_4x4(coefficients: &[i32; 16]) -> [[u8; 4]; 4] {
    let mut columns = [[Wrapping(0); 4]; 4];
    for at in 0..4 {
        let column = [0, 4, 8, 12].map(|row| Wrapping(coefficients[at + row]));
        let (even, odd) = four_point(column);
        let even = even.map(|value| value << PASS_BITS);
        let odd = odd.map(|value| round_shift(value, CONSTANT_BITS - PASS_BITS));
        columns[at] = [even[0] + odd[0], even[1] + odd[1], even[1] - odd[1], even[0] - odd[0]];
    }
    let rounding = Wrapping(1 << (PASS_BITS + 2));
    [0, 1, 2, 3].map(|at| {
        let (even, odd) = four_point([columns[0][at] + rounding, columns[1][at], columns[2][at], columns[3][at]]);
        let even = even.map(|value| value << CONSTANT_BITS);
        let row = [even[0] + odd[0], even[1] + odd[1], even[1] - odd[1], even[0] - odd[0]];
        row.map(|value| sample((value >> (CONSTANT_BITS + PASS_BITS + 3)).0))
    })
}

/// The even part as it is, the odd part with 13 fractional bits.
#[inline(always)]
fn four_point(input: [Number; 4]) -> ([Number; 2], [Number; 2]) {
    let shared = (input[1] + input[3]) * fix(0.541_196_100);
    let odd = [shared + input[1] * fix(0.765_366_865), shared - input[3] * fix(1.847_759_065)];
    ([input[0] + input[2], input[0] - input[2]], odd)
}

/// All 8x8 samples, row by row.
#[inline(always)]
fn to_8x8(coefficients: &[i32; 64]) -> [[u8; 8]; 8] {
    let mut rows = [[Wrapping(0); 8]; 8];
    for (row, values) in rows.iter_mut().zip(coefficients.as_chunks::<8>().0) {
        *row = values.map(Wrapping);
    }
    let columns = transposed(&eight_point(&rows, CONSTANT_BITS - PASS_BITS));
    let rows = transposed(&eight_point(&columns, CONSTANT_BITS + PASS_BITS + 3));
    rows.map(|row| row.map(|value| sample(value.0)))
}

fn transposed(rows: &[[Number; 8]; 8]) -> [[Number; 8]; 8] {
    let mut columns = [[Wrapping(0); 8]; 8];
    for (at, row) in rows.iter().enumerate() {
        for (column, &value) in columns.iter_mut().zip(row) {
            column[at] = value;
        }
    }
    columns
}

/// Loeffler, Ligtenberg and Moschytz' 8-point transform, of eight columns at once: 11 multiplications each.
#[inline(always)]
fn eight_point(input: &[[Number; 8]; 8], shift: usize) -> [[Number; 8]; 8] {
    let mut output = [[Wrapping(0); 8]; 8];
    for lane in 0..8 {
        let value = |row: usize| input[row][lane];
        let shared = (value(2) + value(6)) * fix(0.541_196_100);
        let (slow, fast) = (shared - value(6) * fix(1.847_759_065), shared + value(2) * fix(0.765_366_865));
        let (sum, difference) = ((value(0) + value(4)) << CONSTANT_BITS, (value(0) - value(4)) << CONSTANT_BITS);
        let even = [sum + fast, difference + slow, difference - slow, sum - fast];

        let (a, b, c, d) = (value(7), value(5), value(3), value(1));
        let (outer, inner, ac, bd) = (a + d, b + c, a + c, b + d);
        let shared = (ac + bd) * fix(1.175_875_602);
        let outer = outer * fix(0.899_976_223);
        let inner = inner * fix(2.562_915_447);
        let ac = shared - ac * fix(1.961_570_560);
        let bd = shared - bd * fix(0.390_180_644);
        let odd = [
            d * fix(1.501_321_110) - outer + bd,
            c * fix(3.072_711_026) - inner + ac,
            b * fix(2.053_119_869) - inner + bd,
            a * fix(0.298_631_336) - outer + ac,
        ];
        for at in 0..4 {
            output[at][lane] = round_shift(even[at] + odd[at], shift);
            output[7 - at][lane] = round_shift(even[at] - odd[at], shift);
        }
    }
    output
}
