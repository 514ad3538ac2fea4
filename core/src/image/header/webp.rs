//! WebP: the chunks of its RIFF container.

use image::metadata::Orientation;

use super::cursor::Cursor;
use super::{Header, corrupt, exif_orientation, size, truncated};
use crate::Error;
use crate::image::colorspace::Colorspace;
use crate::image::format::Format;
use crate::image::geometry::Size;

/// A WebP of one colour takes no bits for a pixel, so there is no bound on what its bytes can hold. Real ones keep well
/// below this one: so many pixels, and more for each byte.
const SPARE_PIXELS: u64 = 16_000_000;
const PIXELS_PER_BYTE: u64 = 1024;

/// The content of `VP8X`.
#[derive(Clone, Copy)]
struct Canvas {
    size: Size,
    alpha: bool,
    animated: bool,
}

/// How the pixels are coded.
#[derive(Clone, Copy)]
struct Coding {
    size: Size,
    lossy: bool,
    alpha: bool,
}

/// What the walk over the chunks has found.
#[derive(Default)]
struct Walk {
    canvas: Option<Canvas>,
    /// The image of a file that is not animated.
    still: Option<Coding>,
    /// The first frame of one that is, and how many there are.
    frame: Option<Coding>,
    frames: u32,
    repeats: Option<u16>,
    orientation: Option<Orientation>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Header, Error> {
    let mut chunks = chunks(bytes)?;
    let mut walk = Walk::default();
    while !chunks.is_empty() {
        let (kind, content) = read_chunk(&mut chunks)?;
        walk.chunk(kind, content)?;
    }
    walk.finish(bytes.len() as u64)
}

/// The chunks of the container.
pub(super) fn chunks(bytes: &[u8]) -> Result<Cursor<'_>, Error> {
    let mut cursor = Cursor::new(bytes);
    cursor.take(4)?;
    let length = usize::try_from(cursor.u32_le()?).map_err(|_| truncated())?;
    let mut chunks = Cursor::new(cursor.take(length)?);
    chunks.take(4)?;
    Ok(chunks)
}

/// The type and the content of the next chunk, which is padded to an even length.
pub(super) fn read_chunk<'a>(cursor: &mut Cursor<'a>) -> Result<([u8; 4], &'a [u8]), Error> {
    let kind = cursor.array()?;
    let length = usize::try_from(cursor.u32_le()?).map_err(|_| truncated())?;
    let content = cursor.take(length)?;
    if length % 2 == 1 && !cursor.is_empty() {
        cursor.u8()?;
    }
    Ok((kind, content))
}

impl Walk {
    fn chunk(&mut self, kind: [u8; 4], content: &[u8]) -> Result<(), Error> {
        match &kind {
            b"VP8X" => self.canvas = Some(read_canvas(content)?),
            b"VP8 " | b"VP8L" if self.still.is_none() => self.still = read_coding(kind, content)?,
            b"ANIM" => self.repeats = content.get(4..6).and_then(|count| count.try_into().ok()).map(u16::from_le_bytes),
            b"ANMF" => {
                self.frames = self.frames.saturating_add(1);
                if self.frame.is_none() {
                    self.frame = read_frame(content)?;
                }
            }
            b"EXIF" => {
                let exif = content.strip_prefix(b"Exif\0\0").unwrap_or(content);
                self.orientation.get_or_insert(exif_orientation(exif));
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self, length: u64) -> Result<Header, Error> {
        let animated = self.canvas.is_some_and(|canvas| canvas.animated);
        let coding = if animated { self.frame } else { self.still };
        let coding = coding.ok_or_else(|| corrupt("the WebP has no image"))?;
        let (size, alpha) = match self.canvas {
            None => (coding.size, coding.alpha),
            Some(canvas) => (canvas.size, canvas.alpha),
        };
        if coding.size.width > size.width || coding.size.height > size.height {
            return Err(corrupt("the WebP has an image that is larger than its canvas"));
        }
        let most = length.saturating_mul(PIXELS_PER_BYTE).saturating_add(SPARE_PIXELS);
        if size.pixels() > most {
            return Err(Error::image("image_too_large", "the WebP has too many pixels for so few bytes"));
        }
        Ok(Header {
            format: Format::WebP,
            size,
            orientation: self.orientation.unwrap_or(Orientation::NoTransforms),
            colorspace: if coding.lossy { Colorspace::YCbCr } else { Colorspace::Rgb },
            interlaced: false,
            several_scans: false,
            sampling: coding.lossy.then(|| "4:2:0".to_owned()),
            depth: if alpha { 32 } else { 24 },
            quality: None,
            // The pixels, and beside them planes of a lossy image, or a canvas, or a plane of alpha.
            bytes_per_pixel: if alpha || animated { 12 } else { 8 },
            frames: if animated { self.frames.max(1) } else { 1 },
            repeats: self.repeats,
        })
    }
}

fn read_canvas(content: &[u8]) -> Result<Canvas, Error> {
    let mut cursor = Cursor::new(content);
    let [flags, _, _, _] = cursor.array()?;
    let size = Size { width: cursor.u24_le()? + 1, height: cursor.u24_le()? + 1 };
    Ok(Canvas { size, alpha: flags & 0x10 != 0, animated: flags & 2 != 0 })
}

/// The frame of an animation holds chunks of its own.
fn read_frame(content: &[u8]) -> Result<Option<Coding>, Error> {
    let mut cursor = Cursor::new(content);
    cursor.take(16)?;
    while !cursor.is_empty() {
        let (kind, content) = read_chunk(&mut cursor)?;
        if let Some(coding) = read_coding(kind, content)? {
            return Ok(Some(coding));
        }
    }
    Ok(None)
}

fn read_coding(kind: [u8; 4], content: &[u8]) -> Result<Option<Coding>, Error> {
    match &kind {
        b"VP8 " => read_lossy(content).map(Some),
        b"VP8L" => read_lossless(content).map(Some),
        _ => Ok(None),
    }
}

fn read_lossy(content: &[u8]) -> Result<Coding, Error> {
    let mut cursor = Cursor::new(content);
    cursor.take(3)?;
    if cursor.array()? != [0x9D, 0x01, 0x2A] {
        return Err(corrupt("the WebP does not begin with a key frame"));
    }
    let size = size(u32::from(cursor.u16_le()? & 0x3FFF), u32::from(cursor.u16_le()? & 0x3FFF))?;
    Ok(Coding { size, lossy: true, alpha: false })
}

fn read_lossless(content: &[u8]) -> Result<Coding, Error> {
    let mut cursor = Cursor::new(content);
    if cursor.u8()? != 0x2F {
        return Err(corrupt("the WebP has no lossless signature"));
    }
    let bits = cursor.u32_le()?;
    let size = Size { width: (bits & 0x3FFF) + 1, height: (bits >> 14 & 0x3FFF) + 1 };
    Ok(Coding { size, lossy: false, alpha: bits >> 28 & 1 == 1 })
}
