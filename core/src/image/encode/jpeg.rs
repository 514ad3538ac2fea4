//! JPEG by the engine's own encoder: grey, or Y, Cb and Cr at 4:2:0.

use image::{DynamicImage, RgbImage};

use super::{failed, on_white};
use crate::Error;
use crate::image::format::Format;
use crate::image::geometry::Size;
use crate::image::jpeg::{self, Samples, Settings};
use crate::image::output::Output;
use crate::image::profile::fits;

/// Luma, and chroma at half the width and half the height, both rounded up.
pub(in super::super) struct PlanarImage {
    pub(in super::super) size: Size,
    pub(in super::super) luma: Vec<u8>,
    /// None of gray; else Cb and Cr.
    pub(in super::super) chroma: Vec<Vec<u8>>,
}

/// Writes pixels.
///
/// # Errors
/// `image_too_large` when JPEG cannot hold an image of this size.
pub(super) fn encode(pixels: &DynamicImage, profile: Option<&[u8]>, output: &Output) -> Result<Vec<u8>, Error> {
    let size = Size { width: pixels.width(), height: pixels.height() };
    let image = match pixels {
        DynamicImage::ImageLuma8(pixels) => PlanarImage { size, luma: pixels.as_raw().clone(), chroma: Vec::new() },
        DynamicImage::ImageRgb8(pixels) => to_planes(pixels),
        pixels => to_planes(&on_white(pixels)),
    };
    encode_planar(&image, profile, output)
}

/// Writes a JPEG of planes, as [`encode`](super::encode) writes one of pixels.
///
/// # Errors
/// `image_too_large` when JPEG cannot hold an image of this size.
pub(in super::super) fn encode_planar(
    image: &PlanarImage,
    profile: Option<&[u8]>,
    output: &Output,
) -> Result<Vec<u8>, Error> {
    let Size { width, height } = image.size;
    super::side(width)?;
    super::side(height)?;
    let profile = profile.filter(|profile| fits(profile, Format::Jpeg, !image.chroma.is_empty()));
    let luma = Samples { width: width as usize, samples: &image.luma };
    let halved = width.div_ceil(2) as usize;
    let chroma = image.chroma.iter().map(|samples| Samples { width: halved, samples });
    let planes: Vec<_> = std::iter::once(luma).chain(chroma).collect();
    let settings = Settings { quality: output.quality, progressive: output.progressive, profile };
    jpeg::encode(width, height, &planes, &settings).map_err(|_| failed(Format::Jpeg, "its planes do not fit its size"))
}

/// Converts to YCbCr as JFIF has it; a chroma sample is the mean of the four pixels, or as many as there are, that it covers.
fn to_planes(pixels: &RgbImage) -> PlanarImage {
    let size = Size { width: pixels.width(), height: pixels.height() };
    let (width, halved) = (size.width as usize, size.width.div_ceil(2) as usize);
    let mut luma = Vec::with_capacity(width * size.height as usize);
    let chroma_length = halved * size.height.div_ceil(2) as usize;
    let mut chroma = vec![Vec::with_capacity(chroma_length), Vec::with_capacity(chroma_length)];
    // Red, green and blue of four pixels each.
    let mut sums = vec![[0; 3]; halved];
    for two_rows in pixels.as_raw().chunks(2 * 3 * width) {
        sums.fill([0; 3]);
        let rows = two_rows.len() / (3 * width);
        for row in two_rows.chunks_exact(3 * width) {
            let (pixels, _) = row.as_chunks::<3>();
            luma.extend(pixels.iter().map(|pixel| to_luma(*pixel)));
            for (sum, pair) in sums.iter_mut().zip(pixels.chunks(2)) {
                // The last pixel of an odd row stands for its neighbour too.
                let pair = [pair.first(), pair.last()].map(|pixel| pixel.copied().unwrap_or_default());
                for (total, (one, other)) in sum.iter_mut().zip(pair[0].iter().zip(pair[1])) {
                    *total += i32::from(*one) + i32::from(other);
                }
            }
        }
        let weight = if rows == 1 { 2 } else { 1 };
        for (plane, weights) in chroma.iter_mut().zip([BLUE_DIFFERENCE, RED_DIFFERENCE]) {
            plane.extend(sums.iter().map(|sum| to_chroma(sum.map(|total| total * weight), weights)));
        }
    }
    PlanarImage { size, luma, chroma }
}

/// Weights of red, green and blue with 16 fractional bits.
const LUMA: [i32; 3] = [19_595, 38_470, 7_471];
const BLUE_DIFFERENCE: [i32; 3] = [-11_059, -21_709, 32_768];
const RED_DIFFERENCE: [i32; 3] = [32_768, -27_439, -5_329];

fn to_luma(pixel: [u8; 3]) -> u8 {
    narrow(weighted(pixel.map(i32::from), LUMA) + (1 << 15), 16)
}

/// Of the sums of four pixels.
fn to_chroma(sums: [i32; 3], weights: [i32; 3]) -> u8 {
    narrow(weighted(sums, weights) + (128 << 18) + (1 << 17), 18)
}

fn weighted(values: [i32; 3], weights: [i32; 3]) -> i32 {
    values.iter().zip(weights).map(|(value, weight)| value * weight).sum()
}

fn narrow(value: i32, shift: u32) -> u8 {
    u8::try_from((value >> shift).clamp(0, 255)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_what_jfif_says() {
        let planes = |pixel: [u8; 3]| {
            let planes = to_planes(&RgbImage::from_pixel(3, 3, image::Rgb(pixel)));
            assert_eq!([planes.luma.len(), planes.chroma[0].len(), planes.chroma[1].len()], [9, 4, 4]);
            let flat = |plane: &[u8]| {
                assert!(plane.iter().all(|sample| *sample == plane[0]), "{plane:?}");
                plane[0]
            };
            [flat(&planes.luma), flat(&planes.chroma[0]), flat(&planes.chroma[1])]
        };
        assert_eq!(planes([255, 255, 255]), [255, 128, 128]);
        assert_eq!(planes([0, 0, 0]), [0, 128, 128]);
        assert_eq!(planes([255, 0, 0]), [76, 85, 255]);
        assert_eq!(planes([0, 255, 0]), [150, 44, 21]);
        assert_eq!(planes([0, 0, 255]), [29, 255, 107]);
    }
}
