//! Conversion to sRGB by `moxcms`.

use image::DynamicImage;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use crate::image::samples;

/// Converts pixels to sRGB; grays stay grays. Without a profile that is for them they stay as they are.
pub(in super::super) fn convert_to_srgb(pixels: &mut DynamicImage, profile: &[u8]) {
    let (channels, _) = samples::channels(pixels);
    let (space, from, to) = match channels {
        1 => (DataColorSpace::Gray, Layout::Gray, Layout::Rgb),
        2 => (DataColorSpace::Gray, Layout::GrayAlpha, Layout::Rgba),
        3 => (DataColorSpace::Rgb, Layout::Rgb, Layout::Rgb),
        _ => (DataColorSpace::Rgb, Layout::Rgba, Layout::Rgba),
    };
    let Some(conversion) = Conversion::new(profile, space, from, to) else { return };
    let made = if channels == 1 || channels == 3 { 3 } else { 4 };
    let stride = pixels.width() as usize * channels;
    let mut row_made = vec![0; pixels.width() as usize * made];
    for row in samples::of(pixels).chunks_exact_mut(stride) {
        if conversion.convert(row, &mut row_made).is_none() {
            return;
        }
        for (pixel, converted) in row.chunks_exact_mut(channels).zip(row_made.chunks_exact(made)) {
            // Of a gray all three colours are alike; alpha is the last in both.
            let kept = converted.iter().skip(made - channels);
            pixel.iter_mut().zip(kept).for_each(|(sample, converted)| *sample = *converted);
        }
    }
}

/// RGB of inks, 0 being none; nothing without a profile for inks.
pub(in super::super) fn inks_to_srgb(inks: &[u8], profile: &[u8]) -> Option<Vec<u8>> {
    let conversion = Conversion::new(profile, DataColorSpace::Cmyk, Layout::Rgba, Layout::Rgb)?;
    let mut colors = vec![0; inks.len() / 4 * 3];
    conversion.convert(inks, &mut colors)?;
    Some(colors)
}

struct Conversion(std::sync::Arc<moxcms::Transform8BitExecutor>);

impl Conversion {
    fn new(profile: &[u8], space: DataColorSpace, from: Layout, to: Layout) -> Option<Self> {
        let profile = ColorProfile::new_from_slice(profile).ok().filter(|profile| profile.color_space == space)?;
        let srgb = ColorProfile::new_srgb();
        profile.create_transform_8bit(from, &srgb, to, TransformOptions::default()).ok().map(Self)
    }

    fn convert(&self, from: &[u8], to: &mut [u8]) -> Option<()> {
        self.0.transform(from, to).ok()
    }
}
