//! Scaled decoding of JPEG files to planes, and encoding of planes, in safe Rust. How it works stands in `README.md` beside this file.
//!
//! Baseline, extended sequential and progressive files with Huffman coding and 8-bit samples, grey or YCbCr with sampling
//! factors of 1 and 2, at 1/8, 1/4, 1/2 and 1/1 of their size. Everything else is [`Error::Unsupported`]: the caller has a
//! general decoder for it. Input may be hostile: damaged data gives a picture with `truncated` set or a typed error, and
//! never costs more memory than a fixed multiple of the input's length and of the size it is decoded to.
#![expect(
    clippy::indexing_slicing,
    reason = "indexes are masked, or bounded by sizes fixed before; `get` would hide a mistake in the inner loops"
)]

mod bits;
mod colour;
mod encoder;
mod header;
mod huffman;
mod idct;
mod planes;
mod progressive;
mod scale;
mod scan;
mod sequential;

pub use encoder::{Samples, Settings, Unencodable, encode};
pub use header::{Component, Header, Sampling};
pub use planes::{Plane, PlaneSize, Planes, RowSink, Rows};
pub use scale::{Oversampling, Scale};

/// Why a picture could not be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// It does not start like a JPEG.
    NotJpeg,
    /// It is a JPEG whose feature of that name this decoder leaves to a general one.
    Unsupported(&'static str),
    /// It ends before the first scan.
    Truncated,
    /// It breaks the rule of the format that the text names.
    Corrupt(&'static str),
    /// It claims more pixels than so few bytes can hold.
    Implausible,
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotJpeg => formatter.write_str("this is not a JPEG file"),
            Self::Unsupported(feature) => write!(formatter, "the JPEG decoder does not know {feature}"),
            Self::Truncated => formatter.write_str("the JPEG file ends before its picture begins"),
            Self::Corrupt(rule) => write!(formatter, "the JPEG file is damaged: {rule}"),
            Self::Implausible => formatter.write_str("the JPEG file is too short for the size it claims"),
        }
    }
}

impl std::error::Error for Error {}

/// Decodes a picture at a scale.
///
/// `header` is what [`Header::read`] made of the same bytes.
///
/// # Errors
///
/// See [`Error`]; a file that merely ends early or has damaged data gives a picture with [`Planes::truncated`] set.
pub fn decode(bytes: &[u8], header: &Header, scale: Scale) -> Result<Planes, Error> {
    check_plausible(bytes, header)?;
    let mut collector = planes::Collector::new(header, scale);
    let truncated = decode_rows(bytes, header, scale, &mut collector)?;
    Ok(Planes { components: collector.planes, sampling: header.sampling(), truncated })
}

/// Decodes a picture at a scale and hands out its rows as they come, so that no more than a row of blocks is in memory
/// at a time (of a progressive file: the coefficients that the scale needs).
///
/// Returns whether the data ended early or was damaged. Every row of every component is handed out, unless there is an error.
///
/// # Errors
///
/// See [`Error`]. Rows may have been handed out before.
pub fn decode_rows(bytes: &[u8], header: &Header, scale: Scale, sink: &mut dyn RowSink) -> Result<bool, Error> {
    check_plausible(bytes, header)?;
    if header.progressive {
        progressive::decode(bytes, header, scale, sink)
    } else {
        sequential::decode(bytes, header, scale, sink)
    }
}

/// Every block takes at least one bit, so a file cannot have more blocks than bits.
fn check_plausible(bytes: &[u8], header: &Header) -> Result<(), Error> {
    let blocks: u64 = header.plane_sizes(Scale::Full).iter().map(|size| size.blocks()).sum();
    if blocks > 8 * bytes.len() as u64 { Err(Error::Implausible) } else { Ok(()) }
}
