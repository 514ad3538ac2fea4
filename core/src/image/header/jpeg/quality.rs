//! The quality setting that made a JPEG, estimated from its quantization tables.
//!
//! Most encoders scale the example tables of the JPEG standard (ITU-T T.81, Annex K) by a percentage that follows from
//! a quality of 1 to 100, as the library of the Independent JPEG Group does. The estimate is the quality whose tables
//! are nearest: exact for such encoders, a good comparison for others.

/// Annex K.1, luminance, in zigzag order.
const LUMINANCE: [u16; 64] = [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
    60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113,
    121, 112, 100, 120, 92, 101, 103, 99,
];

/// Annex K.2, chrominance, in zigzag order.
const CHROMINANCE: [u16; 64] = [
    17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99,
];

/// The quality, 1 to 100, whose tables differ least from these (in zigzag order).
pub(super) fn estimate(luma: &[u16; 64], chroma: Option<&[u16; 64]>) -> Option<u8> {
    let difference = |quality: &u8| {
        let of_luma = distance(luma, &LUMINANCE, *quality);
        of_luma + chroma.map_or(0, |chroma| distance(chroma, &CHROMINANCE, *quality))
    };
    (1..=100).rev().min_by_key(difference)
}

/// The sum of the differences between a table and the standard one at a quality.
fn distance(table: &[u16; 64], standard: &[u16; 64], quality: u8) -> u32 {
    let percentage = percentage(quality);
    let scaled = standard.iter().map(|value| ((u32::from(*value) * percentage + 50) / 100).clamp(1, 255));
    table.iter().zip(scaled).map(|(value, scaled)| u32::from(*value).abs_diff(scaled)).sum()
}

fn percentage(quality: u8) -> u32 {
    let quality = u32::from(quality);
    if quality < 50 { 5000 / quality } else { 200 - 2 * quality }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(standard: &[u16; 64], quality: u8) -> [u16; 64] {
        let scaled = |value: u16| ((u32::from(value) * percentage(quality) + 50) / 100).clamp(1, 255);
        standard.map(|value| u16::try_from(scaled(value)).unwrap())
    }

    #[test]
    fn finds_the_quality_of_scaled_tables() {
        for quality in 3..=100 {
            let (luma, chroma) = (table(&LUMINANCE, quality), table(&CHROMINANCE, quality));
            assert_eq!(estimate(&luma, Some(&chroma)), Some(quality));
        }
    }

    #[test]
    fn any_table_has_an_estimate() {
        assert_eq!(estimate(&[u16::MAX; 64], Some(&[0; 64])), estimate(&[u16::MAX; 64], Some(&[0; 64])));
        assert!(estimate(&[0; 64], None).is_some());
    }
}
