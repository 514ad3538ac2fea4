//! Pixels of 8 bits a channel as plain samples.

use image::{ColorType, DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};

use super::geometry::{Color, Size};

/// The samples of gray or RGB pixels, with or without alpha; none of any other kind.
pub(super) fn of(pixels: &mut DynamicImage) -> &mut [u8] {
    match pixels {
        DynamicImage::ImageLuma8(image) => image,
        DynamicImage::ImageLumaA8(image) => image,
        DynamicImage::ImageRgb8(image) => image,
        DynamicImage::ImageRgba8(image) => image,
        _ => &mut [],
    }
}

/// How many samples a pixel has, and how many of these are colour.
pub(super) fn channels(pixels: &DynamicImage) -> (usize, usize) {
    let kind = pixels.color();
    let every = usize::from(kind.channel_count());
    (every, every - usize::from(kind.has_alpha()))
}

/// Pixels with all the channels that a colour needs, among their own.
pub(super) fn with_room_for(pixels: DynamicImage, color: Color) -> DynamicImage {
    let alpha = pixels.color().has_alpha() || color.is_transparent();
    match (pixels.color().has_color() || color.is_colorful(), alpha) {
        (false, false) => pixels.into_luma8().into(),
        (false, true) => pixels.into_luma_alpha8().into(),
        (true, false) => pixels.into_rgb8().into(),
        (true, true) => pixels.into_rgba8().into(),
    }
}

/// An image of one colour, of the kind of `like`.
pub(super) fn filled(size: Size, color: Color, like: &DynamicImage) -> DynamicImage {
    let Size { width, height } = size;
    let Color([red, green, blue, alpha]) = color;
    match like.color() {
        ColorType::L8 => GrayImage::from_pixel(width, height, image::Luma([red])).into(),
        ColorType::La8 => GrayAlphaImage::from_pixel(width, height, image::LumaA([red, alpha])).into(),
        ColorType::Rgb8 => RgbImage::from_pixel(width, height, image::Rgb([red, green, blue])).into(),
        _ => RgbaImage::from_pixel(width, height, image::Rgba(color.0)).into(),
    }
}
