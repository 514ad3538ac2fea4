//! ICC profiles: what the numbers of an image mean as colours.
//!
//! A profile stays with its image where the output can carry it, and then the pixels stay as they are. Where it cannot
//! (GIF has no profiles, WebP none for grays, a gray image may have been given a coloured border), and for the inks of
//! CMYK, the pixels are converted to sRGB, which is what an image without a profile is taken for. A profile that cannot be
//! read, or is for another kind of pixels, counts as none.
//!
//! Conversion needs the feature `icc`. Without it profiles are only carried along, and count as none where they cannot stay.

use super::format::Format;

#[cfg(feature = "icc")]
pub(super) use self::conversion::{convert_to_srgb, inks_to_srgb};

/// Whether a file of this format can carry a profile with such pixels.
pub(super) fn fits(profile: &[u8], format: Format, has_color: bool) -> bool {
    let space: &[u8] = if has_color || format == Format::WebP { b"RGB " } else { b"GRAY" };
    format != Format::Gif && profile.get(16..20) == Some(space)
}

/// Leaves pixels as they are.
#[cfg(not(feature = "icc"))]
pub(super) fn convert_to_srgb(_: &mut image::DynamicImage, _: &[u8]) {}

/// Knows no profile for inks.
#[cfg(not(feature = "icc"))]
pub(super) fn inks_to_srgb(_: &[u8], _: &[u8]) -> Option<Vec<u8>> {
    None
}

#[cfg(feature = "icc")]
mod conversion;
