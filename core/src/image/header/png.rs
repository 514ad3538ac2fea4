//! PNG: the chunks up to `IEND`.

use image::metadata::Orientation;

use super::cursor::Cursor;
use super::{Header, check_plausible, corrupt, exif_orientation, size, unsupported};
use crate::Error;
use crate::image::colorspace::Colorspace;
use crate::image::format::Format;
use crate::image::geometry::Size;

/// Deflate expands to at most 1032 times its size.
const BYTES_PER_BYTE: u64 = 1032;

/// The content of `IHDR`.
struct Frame {
    size: Size,
    bits: u8,
    color: Color,
    interlaced: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Color {
    Gray,
    Rgb,
    Palette,
    GrayAlpha,
    Rgba,
}

impl Color {
    fn channels(self) -> u32 {
        match self {
            Self::Gray | Self::Palette => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }

    /// A transparent colour becomes alpha, a palette becomes RGB.
    fn decoded_channels(self) -> u64 {
        match self {
            Self::Gray | Self::GrayAlpha => 2,
            Self::Rgb | Self::Palette | Self::Rgba => 4,
        }
    }

    fn colorspace(self) -> Colorspace {
        match self {
            Self::Gray | Self::GrayAlpha => Colorspace::Gray,
            Self::Rgb | Self::Palette | Self::Rgba => Colorspace::Rgb,
        }
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Header, Error> {
    let mut cursor = Cursor::new(bytes);
    cursor.take(8)?;
    let frame = read_frame(&mut cursor)?;
    let (mut compressed, mut orientation, mut frames) = (0_u64, Orientation::NoTransforms, 1);
    loop {
        let (kind, content) = read_chunk(&mut cursor)?;
        match kind {
            b"IDAT" => compressed += content.len() as u64,
            b"eXIf" => orientation = exif_orientation(content),
            b"acTL" => frames = Cursor::new(content).u32_be()?.max(1),
            b"IEND" => break,
            _ => {}
        }
    }
    if compressed == 0 {
        return Err(corrupt("the PNG has no image data"));
    }
    let depth = u32::from(frame.bits) * frame.color.channels();
    let row = 1 + (u64::from(frame.size.width) * u64::from(depth)).div_ceil(8);
    check_plausible(row.saturating_mul(frame.size.height.into()), compressed.saturating_mul(BYTES_PER_BYTE))?;
    Ok(Header {
        format: Format::Png,
        size: frame.size,
        orientation,
        colorspace: frame.color.colorspace(),
        interlaced: frame.interlaced,
        several_scans: false,
        sampling: None,
        depth,
        quality: None,
        bytes_per_pixel: frame.color.decoded_channels() * if frame.bits == 16 { 3 } else { 1 },
        frames,
        repeats: None,
    })
}

fn read_frame(cursor: &mut Cursor<'_>) -> Result<Frame, Error> {
    let (kind, content) = read_chunk(cursor)?;
    if kind != b"IHDR" {
        return Err(corrupt("the PNG does not begin with IHDR"));
    }
    let mut cursor = Cursor::new(content);
    let size = size(cursor.u32_be()?, cursor.u32_be()?)?;
    let [bits, color, _compression, _filter, interlace] = cursor.array()?;
    let color = match (color, bits) {
        (0, 1 | 2 | 4 | 8 | 16) => Color::Gray,
        (2, 8 | 16) => Color::Rgb,
        (3, 1 | 2 | 4 | 8) => Color::Palette,
        (4, 8 | 16) => Color::GrayAlpha,
        (6, 8 | 16) => Color::Rgba,
        _ => return Err(unsupported(format!("there is no PNG of colour type {color} with {bits} bits"))),
    };
    Ok(Frame { size, bits, color, interlaced: interlace == 1 })
}

/// The type and the content of the next chunk; its checksum is the decoder's business.
pub(super) fn read_chunk<'a>(cursor: &mut Cursor<'a>) -> Result<(&'a [u8; 4], &'a [u8]), Error> {
    let length = cursor.u32_be()?;
    let length = usize::try_from(length).map_err(|_| corrupt("a PNG chunk is too long"))?;
    let kind = cursor.take(4)?;
    let content = cursor.take(length)?;
    cursor.take(4)?;
    let kind = kind.try_into().map_err(|_| corrupt("a PNG chunk has no type"))?;
    Ok((kind, content))
}
