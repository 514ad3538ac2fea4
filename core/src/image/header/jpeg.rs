//! JPEG: the segments up to the end-of-image marker.

use image::metadata::Orientation;

use super::cursor::Cursor;
use super::{Header, check_plausible, corrupt, exif_orientation, size, truncated, unsupported};
use crate::Error;
use crate::image::colorspace::Colorspace;
use crate::image::format::Format;
use crate::image::geometry::Size;

mod quality;

/// Each scan goes over the whole image, so a file of tiny scans would cost more time than any real one.
const MAX_SCANS: u32 = 100;

/// The smallest share of the compressed bytes: an 8 x 8 block takes at least one bit.
const PIXELS_PER_BYTE: u64 = 8 * 64;

pub(super) fn read(bytes: &[u8]) -> Result<Header, Error> {
    let mut walk = Walk::default();
    let mut cursor = Cursor::new(bytes);
    cursor.take(2)?;
    while let Some(marker) = next_marker(&mut cursor)? {
        walk.segment(marker, &mut cursor)?;
    }
    walk.finish(bytes.len() as u64)
}

/// The next marker with a segment; `None` at the end of the image.
fn next_marker(cursor: &mut Cursor<'_>) -> Result<Option<u8>, Error> {
    loop {
        cursor.skip_past(0xFF)?;
        match leading_marker(cursor)? {
            0xD9 => return Ok(None),
            // Stuffing, restarts and markers without a segment.
            0x00 | 0x01 | 0xD0..=0xD8 => {}
            marker => return Ok(Some(marker)),
        }
    }
}

/// What lies before the next marker with a segment, and that marker; `None` at the end of the image.
pub(super) fn up_to_marker<'a>(cursor: &mut Cursor<'a>) -> Result<(&'a [u8], Option<u8>), Error> {
    let start = *cursor;
    let marker = next_marker(cursor)?;
    let before = start.up_to(cursor);
    Ok((before.get(..before.len().saturating_sub(2)).unwrap_or_default(), marker))
}

/// The byte after `FF`, which may be repeated to fill up.
fn leading_marker(cursor: &mut Cursor<'_>) -> Result<u8, Error> {
    loop {
        let byte = cursor.u8()?;
        if byte != 0xFF {
            return Ok(byte);
        }
    }
}

/// One colour component of the frame.
#[derive(Debug, Clone, Copy, Default)]
struct Component {
    id: u8,
    horizontal: u8,
    vertical: u8,
    table: u8,
}

#[derive(Debug)]
struct Frame {
    progressive: bool,
    size: Size,
    components: Vec<Component>,
}

/// What has been seen so far.
#[derive(Debug, Default)]
struct Walk {
    frame: Option<Frame>,
    tables: [Option<[u16; 64]>; 4],
    jfif: bool,
    adobe_transform: Option<u8>,
    orientation: Option<Orientation>,
    scans: u32,
}

impl Walk {
    fn segment(&mut self, marker: u8, cursor: &mut Cursor<'_>) -> Result<(), Error> {
        let length = usize::from(cursor.u16_be()?);
        let content = cursor.take(length.checked_sub(2).ok_or_else(|| corrupt("a JPEG segment has no length"))?)?;
        match marker {
            0xC0..=0xC2 => self.frame(marker, content),
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                Err(unsupported("lossless, hierarchical and arithmetic JPEG cannot be decoded"))
            }
            0xDA => self.scan(),
            0xDB => self.quantization(content),
            0xE0 => {
                self.jfif |= content.starts_with(b"JFIF\0");
                Ok(())
            }
            0xE1 => {
                self.exif(content);
                Ok(())
            }
            0xEE => {
                self.adobe(content);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn frame(&mut self, marker: u8, content: &[u8]) -> Result<(), Error> {
        if self.frame.is_some() {
            return Err(corrupt("the JPEG has two frames"));
        }
        let mut cursor = Cursor::new(content);
        if cursor.u8()? != 8 {
            return Err(unsupported("JPEG with more than 8 bits per sample cannot be decoded"));
        }
        let (height, width, count) = (cursor.u16_be()?, cursor.u16_be()?, cursor.u8()?);
        if !matches!(count, 1 | 3 | 4) {
            return Err(unsupported(format!("JPEG with {count} components cannot be decoded")));
        }
        let components = (0..count).map(|_| component(&mut cursor)).collect::<Result<_, _>>()?;
        let size = size(u32::from(width), u32::from(height))?;
        self.frame = Some(Frame { progressive: marker == 0xC2, size, components });
        Ok(())
    }

    fn scan(&mut self) -> Result<(), Error> {
        if self.frame.is_none() {
            return Err(corrupt("the JPEG has a scan before its frame"));
        }
        self.scans += 1;
        if self.scans > MAX_SCANS {
            return Err(corrupt("the JPEG has too many scans"));
        }
        Ok(())
    }

    fn quantization(&mut self, content: &[u8]) -> Result<(), Error> {
        let mut cursor = Cursor::new(content);
        while !cursor.is_empty() {
            let kind = cursor.u8()?;
            let mut table = [0; 64];
            for value in &mut table {
                *value = if kind >> 4 == 0 { u16::from(cursor.u8()?) } else { cursor.u16_be()? };
            }
            let slot =
                self.tables.get_mut(usize::from(kind & 15)).ok_or_else(|| corrupt("a JPEG table has no place"))?;
            slot.get_or_insert(table);
        }
        Ok(())
    }

    /// The first EXIF block counts.
    fn exif(&mut self, content: &[u8]) {
        if let Some(exif) = content.strip_prefix(b"Exif\0\0") {
            self.orientation.get_or_insert(exif_orientation(exif));
        }
    }

    fn adobe(&mut self, content: &[u8]) {
        if content.starts_with(b"Adobe") {
            self.adobe_transform = content.get(11).copied();
        }
    }

    fn finish(self, length: u64) -> Result<Header, Error> {
        let frame = self.frame.as_ref().ok_or_else(|| corrupt("the JPEG has no frame"))?;
        if self.scans == 0 {
            return Err(truncated());
        }
        check_plausible(frame.size.pixels(), length.saturating_mul(PIXELS_PER_BYTE))?;
        let components = frame.components.len() as u64;
        // An image of several scans is kept as 16-bit coefficients until the last one, a progressive one in any case.
        let coefficients = if self.scans > 1 || frame.progressive { 2 * components } else { 0 };
        Ok(Header {
            format: Format::Jpeg,
            size: frame.size,
            orientation: self.orientation.unwrap_or(Orientation::NoTransforms),
            colorspace: self.colorspace(&frame.components),
            interlaced: frame.progressive,
            several_scans: self.scans > 1,
            sampling: sampling(&frame.components),
            depth: 8 * u32::try_from(components).unwrap_or_default(),
            quality: self.quality(&frame.components),
            // Inks are kept while RGB is made of them.
            bytes_per_pixel: if components == 4 { 4 + 3 } else { components } + coefficients,
            frames: 1,
            repeats: None,
        })
    }

    fn colorspace(&self, components: &[Component]) -> Colorspace {
        let ids: Vec<u8> = components.iter().map(|component| component.id).collect();
        match (components.len(), self.adobe_transform) {
            (1, _) => Colorspace::Gray,
            (3, Some(0)) => Colorspace::Rgb,
            (3, None) if !self.jfif && ids == *b"RGB" => Colorspace::Rgb,
            (3, _) => Colorspace::YCbCr,
            (_, Some(2)) => Colorspace::Ycck,
            _ => Colorspace::Cmyk,
        }
    }

    fn quality(&self, components: &[Component]) -> Option<u8> {
        let table = |component: &Component| self.tables.get(usize::from(component.table)).copied().flatten();
        let luma = table(components.first()?)?;
        quality::estimate(&luma, components.get(1).and_then(table).as_ref())
    }
}

fn component(cursor: &mut Cursor<'_>) -> Result<Component, Error> {
    let [id, factors, table] = cursor.array()?;
    let component = Component { id, horizontal: factors >> 4, vertical: factors & 15, table };
    if !(1..=4).contains(&component.horizontal) || !(1..=4).contains(&component.vertical) {
        return Err(corrupt("a JPEG component has no valid sampling factor"));
    }
    Ok(component)
}

/// The usual J:a:b notation, for what it can express; the factors of all components otherwise.
fn sampling(components: &[Component]) -> Option<String> {
    let (first, second) = (components.first()?, components.get(1)?);
    let plain = components.iter().skip(1).take(2).all(|chroma| chroma.horizontal == 1 && chroma.vertical == 1);
    let name = match (first.horizontal, first.vertical) {
        _ if !plain => None,
        (1, 1) => Some("4:4:4"),
        (2, 1) => Some("4:2:2"),
        (2, 2) => Some("4:2:0"),
        (1, 2) => Some("4:4:0"),
        (4, 1) => Some("4:1:1"),
        (4, 2) => Some("4:1:0"),
        _ => None,
    };
    let same = first.horizontal == second.horizontal && first.vertical == second.vertical;
    if same && !plain {
        return Some("4:4:4".to_owned());
    }
    let factors = || {
        let each: Vec<String> = components.iter().map(|c| format!("{}x{}", c.horizontal, c.vertical)).collect();
        each.join(",")
    };
    Some(name.map_or_else(factors, str::to_owned))
}
