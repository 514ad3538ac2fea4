//! GIF: the blocks up to the trailer.

use image::metadata::Orientation;

use super::cursor::Cursor;
use super::{Header, check_plausible, corrupt, size};
use crate::Error;
use crate::image::colorspace::Colorspace;
use crate::image::format::Format;
use crate::image::geometry::Size;

/// A code has at most 12 bits and stands for at most 4096 pixels.
const PIXELS_PER_BYTE: u64 = 4096 * 8 / 12;

/// A canvas may be larger than its frames; this much in so small a file.
const SPARE_PIXELS: u64 = 4_000_000;

/// What the walk over the blocks has found.
#[derive(Default)]
struct Walk {
    frames: u32,
    /// In pixels.
    largest_frame: u64,
    interlaced: bool,
    table_bits: Option<u8>,
    repeats: Option<u16>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Header, Error> {
    let mut cursor = Cursor::new(bytes);
    let (size, table_bits) = skip_screen(&mut cursor)?;
    let mut walk = Walk { table_bits, ..Walk::default() };
    // Old encoders leave the trailer out.
    while walk.frames == 0 || !cursor.is_empty() {
        match cursor.u8()? {
            0x21 => walk.extension(&mut cursor)?,
            0x2C => walk.image(&mut cursor)?,
            0x3B => break,
            _ => return Err(corrupt("the GIF has a block of no known kind")),
        }
    }
    if walk.frames == 0 {
        return Err(corrupt("the GIF has no image"));
    }
    let most = (bytes.len() as u64).saturating_mul(PIXELS_PER_BYTE).saturating_add(SPARE_PIXELS);
    check_plausible(size.pixels(), most)?;
    // The canvas, and at the same time one frame, which may be larger.
    let frame_share = walk.largest_frame.div_ceil(size.pixels());
    Ok(Header {
        format: Format::Gif,
        size,
        orientation: Orientation::NoTransforms,
        colorspace: Colorspace::Rgb,
        interlaced: walk.interlaced,
        several_scans: false,
        sampling: None,
        depth: u32::from(walk.table_bits.unwrap_or(8)),
        quality: None,
        bytes_per_pixel: 4 + 4 * frame_share.max(1),
        frames: walk.frames,
        repeats: walk.repeats,
    })
}

/// The size of the canvas and the bits of its table of colours, behind which the blocks begin.
pub(super) fn skip_screen(cursor: &mut Cursor<'_>) -> Result<(Size, Option<u8>), Error> {
    cursor.take(6)?;
    let size = size(u32::from(cursor.u16_le()?), u32::from(cursor.u16_le()?))?;
    let [flags, _background, _aspect] = cursor.array()?;
    Ok((size, skip_table(cursor, flags)?))
}

/// Skips an extension and tells whether the image is another without it.
pub(super) fn skip_extension(cursor: &mut Cursor<'_>) -> Result<bool, Error> {
    const COMMENT: u8 = 0xFE;
    const APPLICATION: u8 = 0xFF;
    let kind = cursor.u8()?;
    let name = read_block(cursor)?;
    if !name.is_empty() {
        read_blocks(cursor)?;
    }
    let loops = name == b"NETSCAPE2.0" || name == b"ANIMEXTS1.0";
    Ok(kind != COMMENT && (kind != APPLICATION || loops))
}

/// Skips a frame.
pub(super) fn skip_image(cursor: &mut Cursor<'_>) -> Result<(), Error> {
    Walk::default().image(cursor)
}

impl Walk {
    fn image(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Error> {
        cursor.take(4)?;
        let pixels = u64::from(cursor.u16_le()?) * u64::from(cursor.u16_le()?);
        let flags = cursor.u8()?;
        let local_bits = skip_table(cursor, flags)?;
        cursor.u8()?;
        check_plausible(pixels, read_blocks(cursor)?.saturating_mul(PIXELS_PER_BYTE))?;
        self.largest_frame = self.largest_frame.max(pixels);
        if self.frames == 0 {
            self.interlaced = flags & 0x40 != 0;
            self.table_bits = local_bits.or(self.table_bits);
        }
        self.frames = self.frames.saturating_add(1);
        Ok(())
    }

    fn extension(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Error> {
        let kind = cursor.u8()?;
        let name = read_block(cursor)?;
        let loops = kind == 0xFF && name == b"NETSCAPE2.0";
        let mut block = name;
        while !block.is_empty() {
            block = read_block(cursor)?;
            if let ([1, low, high], true) = (block, loops) {
                self.repeats.get_or_insert(u16::from_le_bytes([*low, *high]));
            }
        }
        Ok(())
    }
}

/// One block of data; the empty one ends a list.
fn read_block<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Error> {
    let length = cursor.u8()?;
    cursor.take(usize::from(length))
}

/// Skips a list of blocks and tells the bytes in it.
fn read_blocks(cursor: &mut Cursor<'_>) -> Result<u64, Error> {
    let mut bytes = 0;
    loop {
        match read_block(cursor)?.len() as u64 {
            0 => return Ok(bytes),
            length => bytes += length,
        }
    }
}

/// Skips a table of colours, if there is one, and tells the bits of its index.
fn skip_table(cursor: &mut Cursor<'_>, flags: u8) -> Result<Option<u8>, Error> {
    if flags & 0x80 == 0 {
        return Ok(None);
    }
    let bits = (flags & 7) + 1;
    cursor.take(3 << bits)?;
    Ok(Some(bits))
}
