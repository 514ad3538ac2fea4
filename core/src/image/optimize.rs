//! `optimize` on its own: the same image in a smaller file, never in a larger one.
//!
//! | level | JPEG | PNG | WebP, GIF |
//! | --- | --- | --- | --- |
//! | `lossless` | the same image data | the same pixels, encoded as small as it goes | the same image data; lossless WebP as PNG |
//! | `low` | quality 85 | as `lossless` | as `lossless` |
//! | `medium`, the default | quality 75 | at most 256 colours, dithered | as `lossless` |
//! | `high` | quality 60 | at most 64 colours, dithered | as `lossless` |
//!
//! A quality is never higher than what the JPEG has by estimate. Of what is made and the file itself without metadata, the
//! smaller one is the answer; the input as it is where neither is smaller. Animations keep their image data.
//!
//! Together with operations that change the image, or with another format, the level chooses how the result is encoded:
//! the qualities of the table, for `lossless` 95, and the colours of a PNG.

use super::colorspace::Colorspace;
use super::format::Format;
use super::header::{Header, strip};
use super::output::Compression;
use crate::Error;

/// The smallest of: what `make` makes, where it may change the image data; the file without metadata; the file itself.
///
/// # Errors
/// Those of `make`.
pub(super) fn smallest(
    bytes: &[u8],
    header: &Header,
    compression: Compression,
    make: impl FnOnce() -> Result<Vec<u8>, Error>,
) -> Result<Vec<u8>, Error> {
    let made = if is_encoded_anew(header, compression) { Some(make()?) } else { None };
    let candidates = [made, strip(bytes, header)?];
    let smallest = candidates.into_iter().flatten().min_by_key(Vec::len);
    Ok(smallest.filter(|candidate| candidate.len() < bytes.len()).unwrap_or_else(|| bytes.to_vec()))
}

/// Whether another encoding can be smaller and is what the level allows.
fn is_encoded_anew(header: &Header, compression: Compression) -> bool {
    match header.format {
        _ if header.frames > 1 => false,
        Format::Jpeg => compression != Compression::Lossless,
        Format::Png => true,
        // Lossy WebP cannot be written, and would be larger without loss.
        Format::WebP => header.colorspace != Colorspace::YCbCr,
        // A frame may have more colours than the 256 that one table holds.
        Format::Gif => false,
    }
}
