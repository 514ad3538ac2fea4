//! Takes out of a file what is not needed to show its image: EXIF, XMP, comments, texts, thumbnails, what follows the end.
//!
//! Image data are copied as they are. Colour profiles stay, and so does what else says how colours are meant. An
//! orientation other than upright stays in a JPEG, as an EXIF block with nothing else in it; in other formats there is no
//! such place that every viewer looks at, so their files are left as they are.

use image::metadata::Orientation;

use super::cursor::Cursor;
use super::{Header, gif, jpeg, png, webp};
use crate::Error;
use crate::image::format::Format;

/// The file without what is not needed; none when it has to stay as it is.
///
/// # Errors
/// Those of [`Header::read`], which the file has passed.
pub(in super::super) fn strip(bytes: &[u8], header: &Header) -> Result<Option<Vec<u8>>, Error> {
    match header.format {
        Format::Jpeg => strip_jpeg(bytes, header.orientation).map(Some),
        _ if header.orientation != Orientation::NoTransforms => Ok(None),
        Format::Png => strip_png(bytes).map(Some),
        Format::WebP => strip_webp(bytes).map(Some),
        Format::Gif => strip_gif(bytes).map(Some),
    }
}

fn strip_jpeg(bytes: &[u8], orientation: Orientation) -> Result<Vec<u8>, Error> {
    let mut cursor = Cursor::new(bytes);
    let mut kept = cursor.take(2)?.to_vec();
    if orientation != Orientation::NoTransforms {
        kept.extend(exif_segment(orientation));
    }
    let mut scans = false;
    loop {
        let (entropy, marker) = jpeg::up_to_marker(&mut cursor)?;
        // Before the first scan there is nothing between segments but padding.
        kept.extend(if scans { entropy } else { &[] });
        let Some(marker) = marker else { break };
        scans |= marker == 0xDA;
        let segment = segment(&mut cursor)?;
        if is_needed(marker, segment) {
            kept.extend([0xFF, marker]);
            kept.extend(segment);
        }
    }
    kept.extend([0xFF, 0xD9]);
    Ok(kept)
}

/// A segment with its length.
fn segment<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Error> {
    let length = cursor.peek_u16_be()?;
    cursor.take(usize::from(length))
}

/// Whether a segment is needed to decode a JPEG as it is meant. The content follows 2 bytes of length.
fn is_needed(marker: u8, segment: &[u8]) -> bool {
    let content = segment.get(2..).unwrap_or_default();
    match marker {
        0xE0 => content.starts_with(b"JFIF\0"),
        0xE2 => content.starts_with(b"ICC_PROFILE\0"),
        0xEE => content.starts_with(b"Adobe"),
        0xE1..=0xEF | 0xFE => false,
        _ => true,
    }
}

/// An EXIF block of an orientation alone.
fn exif_segment(orientation: Orientation) -> Vec<u8> {
    let entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation.to_exif(), 0, 0];
    let tiff: &[&[u8]] = &[b"MM\0\x2A\0\0\0\x08", &[0, 1], &entry, &[0; 4]];
    let content = [b"Exif\0\0".as_slice(), &tiff.concat()].concat();
    let length = u16::try_from(content.len() + 2).unwrap_or_default();
    [&[0xFF, 0xE1], length.to_be_bytes().as_slice(), &content].concat()
}

fn strip_png(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    const NEEDED: [&[u8; 4]; 17] = [
        b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"mDCV", b"cLLI",
        b"sBIT", b"pHYs", b"acTL", b"fcTL", b"fdAT",
    ];
    let mut cursor = Cursor::new(bytes);
    let mut kept = cursor.take(8)?.to_vec();
    loop {
        let start = cursor;
        let (kind, content) = png::read_chunk(&mut cursor)?;
        if NEEDED.contains(&kind) {
            kept.extend(start.clone().take(content.len() + 12)?);
        }
        if kind == b"IEND" {
            return Ok(kept);
        }
    }
}

fn strip_webp(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    const HEADER: usize = 12;
    // Flags of `VP8X` that announce what is dropped.
    const EXIF_AND_XMP: u8 = 0x08 | 0x04;
    let mut chunks = webp::chunks(bytes)?;
    let mut kept = bytes.get(..HEADER).unwrap_or_default().to_vec();
    while !chunks.is_empty() {
        let (kind, content) = webp::read_chunk(&mut chunks)?;
        if matches!(&kind, b"EXIF" | b"XMP ") {
            continue;
        }
        kept.extend(kind);
        kept.extend(u32::try_from(content.len()).unwrap_or_default().to_le_bytes());
        let start = kept.len();
        kept.extend(content);
        if let (b"VP8X", Some(flags)) = (&kind, kept.get_mut(start)) {
            *flags &= !EXIF_AND_XMP;
        }
        kept.extend(std::iter::repeat_n(0, content.len() % 2));
    }
    let length = u32::try_from(kept.len() - 8).unwrap_or_default().to_le_bytes();
    if let Some(place) = kept.get_mut(4..8) {
        place.copy_from_slice(&length);
    }
    Ok(kept)
}

fn strip_gif(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut cursor = Cursor::new(bytes);
    let mut kept = Vec::new();
    let mut keep = |start: Cursor<'_>, end: &Cursor<'_>| kept.extend(start.up_to(end));
    let start = cursor;
    gif::skip_screen(&mut cursor)?;
    keep(start, &cursor);
    while !cursor.is_empty() {
        let start = cursor;
        match cursor.u8()? {
            0x21 if gif::skip_extension(&mut cursor)? => keep(start, &cursor),
            0x21 => {}
            0x2C => {
                gif::skip_image(&mut cursor)?;
                keep(start, &cursor);
            }
            _ => break,
        }
    }
    kept.push(0x3B);
    Ok(kept)
}
