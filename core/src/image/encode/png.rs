//! PNG: as fast as is reasonable, or as small as it goes.

use std::borrow::Cow;
use std::collections::HashMap;

use color_quant::NeuQuant;
use image::{DynamicImage, GrayImage, RgbaImage, imageops};
use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter, Info};

use super::failed;
use crate::Error;
use crate::image::format::Format;
use crate::image::output::Compression;

/// The most colours of a palette.
const MAX_COLORS: usize = 256;

/// Where quantization balances time against fidelity: 1 is slow and best, 30 fast.
const QUANTIZATION_SPEED: i32 = 3;

/// Writes gray or RGB pixels, with or without alpha, of 8 bits a channel.
///
/// Without a level the channels stay, each row gets the filter that seems best, and only drawings are searched for repetitions. With one the fewest channels and bits that hold the pixels
/// are chosen, several filters are tried, and the smallest file is the answer.
///
/// # Errors
/// `unsupported_image` when the encoder refuses.
pub(super) fn encode(
    pixels: &DynamicImage,
    profile: Option<&[u8]>,
    level: Option<Compression>,
) -> Result<Vec<u8>, Error> {
    let Some(level) = level else {
        return quickly(&Layout::plain(pixels), profile);
    };
    let layouts = Layout::lossless(pixels, profile);
    let lossless = smallest(&layouts, profile)?;
    let known = layouts.iter().map(|layout| layout.palette.len()).max().unwrap_or_default();
    let Some(colors) = level.colors().filter(|colors| known == 0 || known > *colors) else {
        return Ok(lossless);
    };
    // A profile for grays fits no palette.
    let profile = profile.filter(|_| pixels.color().has_color());
    let quantized = match Layout::quantized(pixels, colors) {
        Some(layout) => smallest(&[layout], profile)?,
        None => return Ok(lossless),
    };
    Ok(if quantized.len() < lossless.len() { quantized } else { lossless })
}

/// A photograph gains nothing from a search for repetitions, which takes a hundred times as long; a drawing does, and is known
/// by how small it becomes without.
fn quickly(layout: &Layout<'_>, profile: Option<&[u8]>) -> Result<Vec<u8>, Error> {
    let quick = layout.write(profile, Filter::Adaptive, DeflateCompression::FdeflateUltraFast)?;
    if 4 * quick.len() > layout.samples.len() {
        return Ok(quick);
    }
    let searched = layout.write(profile, Filter::Adaptive, DeflateCompression::default())?;
    Ok(if searched.len() < quick.len() { searched } else { quick })
}

/// The smallest file of several layouts, each with several filters.
fn smallest(layouts: &[Layout<'_>], profile: Option<&[u8]>) -> Result<Vec<u8>, Error> {
    let best = DeflateCompression::Level(9);
    let mut smallest = None::<Vec<u8>>;
    for (layout, filter) in
        layouts.iter().flat_map(|layout| layout.filters().iter().map(move |filter| (layout, filter)))
    {
        let file = layout.write(profile, *filter, best)?;
        if smallest.as_ref().is_none_or(|smallest| file.len() < smallest.len()) {
            smallest = Some(file);
        }
    }
    Ok(smallest.unwrap_or_default())
}

/// Samples as they lie in the file, row by row without filters.
struct Layout<'a> {
    width: u32,
    height: u32,
    color: ColorType,
    depth: BitDepth,
    /// Red, green, blue and alpha of each colour of a palette.
    palette: Vec<[u8; 4]>,
    samples: Cow<'a, [u8]>,
}

impl<'a> Layout<'a> {
    /// The pixels with the channels they have.
    fn plain(pixels: &'a DynamicImage) -> Self {
        let color = match pixels {
            DynamicImage::ImageLuma8(_) => ColorType::Grayscale,
            DynamicImage::ImageLumaA8(_) => ColorType::GrayscaleAlpha,
            DynamicImage::ImageRgba8(_) => ColorType::Rgba,
            _ => ColorType::Rgb,
        };
        let samples = pixels.as_bytes().into();
        Self { width: pixels.width(), height: pixels.height(), color, depth: BitDepth::Eight, palette: vec![], samples }
    }

    /// Every layout that holds the same pixels and may be the smallest. A profile is for colours or for grays, so they
    /// stay what they are with one.
    fn lossless(pixels: &'a DynamicImage, profile: Option<&[u8]>) -> Vec<Self> {
        let is_gray = !pixels.color().has_color();
        let indexed = if profile.is_none() || !is_gray { Self::indexed(&pixels.to_rgba8()) } else { None };
        let other = match pixels {
            DynamicImage::ImageRgb8(image) if profile.is_none() && image.pixels().all(is_shade) => {
                Self::gray(&pixels.to_luma8())
            }
            _ => Self::plain(pixels),
        };
        indexed.into_iter().chain([other]).collect()
    }

    /// The filters worth trying. Neighbouring indices have nothing to do with each other.
    fn filters(&self) -> &'static [Filter] {
        match self.color {
            ColorType::Indexed => &[Filter::NoFilter],
            _ => &[Filter::Adaptive, Filter::MinEntropy, Filter::NoFilter],
        }
    }

    fn gray(pixels: &GrayImage) -> Layout<'static> {
        Layout {
            width: pixels.width(),
            height: pixels.height(),
            color: ColorType::Grayscale,
            depth: BitDepth::Eight,
            palette: vec![],
            samples: pixels.as_raw().clone().into(),
        }
    }

    /// A palette of all the colours there are, those with transparency first; none when there are too many.
    fn indexed(pixels: &RgbaImage) -> Option<Layout<'static>> {
        let mut palette: Vec<[u8; 4]> = Vec::new();
        let mut known = HashMap::new();
        for pixel in pixels.pixels() {
            if known.insert(pixel.0, 0_u8).is_none() {
                palette.push(pixel.0);
            }
            if palette.len() > MAX_COLORS {
                return None;
            }
        }
        palette.sort_unstable_by_key(|color| (color[3] == 255, *color));
        known.extend(palette.iter().copied().zip(0..=u8::MAX));
        let indices = pixels.pixels().map(|pixel| known.get(&pixel.0).copied().unwrap_or_default());
        Some(Self::packed(pixels, palette, indices.collect()))
    }

    /// A palette of colours that come closest, with the errors spread among the neighbours.
    fn quantized(pixels: &DynamicImage, colors: usize) -> Option<Layout<'static>> {
        let mut pixels = pixels.to_rgba8();
        let quantizer = NeuQuant::new(QUANTIZATION_SPEED, colors, &pixels);
        // The dithering of `image` looks at a neighbour to the right, whatever the width.
        if pixels.width() > 1 {
            imageops::dither(&mut pixels, &quantizer);
        } else {
            pixels.pixels_mut().for_each(|pixel| image::imageops::ColorMap::map_color(&quantizer, pixel));
        }
        Self::indexed(&pixels)
    }

    /// Indices in as few bits as the palette needs.
    fn packed(pixels: &RgbaImage, palette: Vec<[u8; 4]>, indices: Vec<u8>) -> Layout<'static> {
        let (depth, bits) = match palette.len() {
            0..=2 => (BitDepth::One, 1),
            3..=4 => (BitDepth::Two, 2),
            5..=16 => (BitDepth::Four, 4),
            _ => (BitDepth::Eight, 8),
        };
        let rows = indices.chunks(pixels.width().max(1) as usize);
        let samples: Vec<u8> = if bits == 8 { indices } else { rows.flat_map(|row| pack(row, bits)).collect() };
        Layout {
            width: pixels.width(),
            height: pixels.height(),
            color: ColorType::Indexed,
            depth,
            palette,
            samples: samples.into(),
        }
    }

    fn write(&self, profile: Option<&[u8]>, filter: Filter, deflate: DeflateCompression) -> Result<Vec<u8>, Error> {
        let mut info = Info::with_size(self.width, self.height);
        info.color_type = self.color;
        info.bit_depth = self.depth;
        info.icc_profile = profile.map(Cow::Borrowed);
        if self.color == ColorType::Indexed {
            let [colors, alphas] = self.chunks();
            info.palette = Some(colors.into());
            info.trns = Some(alphas).filter(|alphas| !alphas.is_empty()).map(Cow::Owned);
        }
        let mut bytes = Vec::new();
        self.write_into(&mut bytes, info, filter, deflate).map_err(|error| failed(Format::Png, error))?;
        Ok(bytes)
    }

    fn write_into(
        &self,
        bytes: &mut Vec<u8>,
        info: Info<'_>,
        filter: Filter,
        deflate: DeflateCompression,
    ) -> Result<(), png::EncodingError> {
        let mut encoder = Encoder::with_info(bytes, info)?;
        encoder.set_filter(filter);
        encoder.set_deflate_compression(deflate);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.samples)?;
        writer.finish()
    }

    /// `PLTE` and `tRNS` of the palette; opaque colours at the end need no alpha.
    fn chunks(&self) -> [Vec<u8>; 2] {
        let colors = self.palette.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect();
        let alphas = self.palette.iter().map(|color| color[3]).take_while(|alpha| *alpha < 255).collect();
        [colors, alphas]
    }
}

fn is_shade(image::Rgb([red, green, blue]): &image::Rgb<u8>) -> bool {
    red == green && green == blue
}

/// A row of indices, the first in the highest bits of a byte.
fn pack(row: &[u8], bits: usize) -> Vec<u8> {
    row.chunks(8 / bits)
        .map(|indices| {
            let byte = indices.iter().fold(0, |byte, index| byte << bits | index);
            byte << (bits * (8 / bits - indices.len()))
        })
        .collect()
}
