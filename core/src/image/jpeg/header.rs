//! Markers, and what they say before the first scan.

use super::Error;
use super::scale::{Oversampling, Scale};

/// The codes of the markers that the decoder knows by name.
pub(super) mod code {
    pub(in super::super) const SOF_BASELINE: u8 = 0xC0;
    pub(in super::super) const SOF_EXTENDED: u8 = 0xC1;
    pub(in super::super) const SOF_PROGRESSIVE: u8 = 0xC2;
    pub(in super::super) const DHT: u8 = 0xC4;
    pub(in super::super) const RST0: u8 = 0xD0;
    pub(in super::super) const RST7: u8 = 0xD7;
    pub(in super::super) const SOI: u8 = 0xD8;
    pub(in super::super) const EOI: u8 = 0xD9;
    pub(in super::super) const SOS: u8 = 0xDA;
    pub(in super::super) const DQT: u8 = 0xDB;
    pub(in super::super) const DRI: u8 = 0xDD;
    pub(in super::super) const APP0: u8 = 0xE0;
    pub(in super::super) const APP14: u8 = 0xEE;
    pub(in super::super) const TEM: u8 = 0x01;
}

/// A marker and what belongs to it.
#[derive(Clone, Copy)]
pub(super) struct Segment<'a> {
    pub(super) code: u8,
    /// What the length covers, without the length itself; empty for a marker that stands alone.
    pub(super) payload: &'a [u8],
}

/// Walks from marker to marker.
#[derive(Clone)]
pub(super) struct Segments<'a> {
    rest: &'a [u8],
}

impl<'a> Segments<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        match bytes.strip_prefix(&[0xFF, code::SOI]) {
            Some(rest) => Ok(Self { rest }),
            None => Err(Error::NotJpeg),
        }
    }

    /// What follows the last segment.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next segment after the marker at or after `rest`.
    pub(super) fn resume(&mut self, rest: &'a [u8]) {
        self.rest = rest;
    }

    /// The next segment, with stray bytes before it passed over; `None` at the end of the data.
    pub(super) fn next(&mut self) -> Result<Option<Segment<'a>>, Error> {
        let Some((code, rest)) = next_marker(self.rest) else {
            self.rest = &[];
            return Ok(None);
        };
        self.rest = rest;
        if matches!(code, code::TEM | code::RST0..=code::EOI) {
            return Ok(Some(Segment { code, payload: &[] }));
        }
        let Some((length, rest)) = rest.split_first_chunk::<2>() else {
            return Ok(None);
        };
        let length = usize::from(u16::from_be_bytes(*length));
        let length = length.checked_sub(2).ok_or(Error::Corrupt("a segment is shorter than its own length"))?;
        let Some((payload, rest)) = rest.split_at_checked(length) else {
            self.rest = &[];
            return Ok(None);
        };
        self.rest = rest;
        Ok(Some(Segment { code, payload }))
    }

    /// Passes over entropy-coded data, its restart markers, and the reserved codes that only damage puts there.
    pub(super) fn skip_scan(&mut self) {
        let mut rest = self.rest;
        self.rest = loop {
            let Some(at) = find_marker(rest) else { break &[] };
            rest = &rest[at..];
            if !matches!(rest.get(1), Some(code::RST0..=code::RST7 | code::TEM..code::SOF_BASELINE)) {
                break rest;
            }
            rest = &rest[2..];
        };
    }
}

/// The next marker's code and what follows it.
pub(super) fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let mut rest = bytes;
    loop {
        rest = &rest[find_marker(rest)? + 1..];
        let fill = rest.iter().position(|&byte| byte != 0xFF)?;
        let code = rest[fill];
        rest = &rest[fill + 1..];
        if code != 0 {
            return Some((code, rest));
        }
    }
}

/// Where the first 0xFF stands that no zero follows.
fn find_marker(bytes: &[u8]) -> Option<usize> {
    const STEP: usize = 32;
    let is_marker = |pair: &[u8]| matches!(pair, [0xFF, second] if *second != 0);
    let mut at = 0;
    // Comparing every pair of a stretch without leaving early is what the compiler turns into vector instructions.
    while let Some(stretch) = bytes.get(at..at + STEP + 1) {
        let pairs = stretch[..STEP].iter().zip(&stretch[1..]);
        if pairs.fold(0, |found, (&first, &second)| found | u8::from(first == 0xFF) & u8::from(second != 0)) != 0 {
            break;
        }
        at += STEP;
    }
    bytes[at..].windows(2).position(is_marker).map(|found| at + found)
}

/// One component of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Component {
    /// The identifier that scans name it by.
    pub id: u8,
    /// How many blocks it has side by side in an interleaved MCU: 1 or 2.
    pub horizontal: u8,
    /// How many blocks it has one above the other in an interleaved MCU: 1 or 2.
    pub vertical: u8,
    /// Which quantization table it uses, 0 to 3.
    pub(super) quantization: u8,
}

/// How the chroma grid lies on the luma grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampling {
    /// There is no chroma.
    Grey,
    /// Chroma at full resolution.
    S444,
    /// Chroma at half the width.
    S422,
    /// Chroma at half the width and half the height.
    S420,
    /// Chroma at half the height.
    S440,
    /// Anything else that factors of 1 and 2 allow.
    Mixed,
}

/// What a JPEG says about itself before its first scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Columns of the picture as stored, 1 to 65535.
    pub width: u32,
    /// Rows of the picture as stored, 1 to 65535.
    pub height: u32,
    /// One for grey, three for Y, Cb and Cr.
    pub components: Vec<Component>,
    /// Whether it is a progressive JPEG.
    pub progressive: bool,
}

impl Header {
    /// Reads up to the first scan.
    ///
    /// # Errors
    ///
    /// [`Error::NotJpeg`], [`Error::Truncated`] or [`Error::Corrupt`] if nothing can be made of it, and
    /// [`Error::Unsupported`] if a general decoder may: arithmetic, lossless and 12-bit coding, CMYK, RGB, unusual sampling.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let mut segments = Segments::new(bytes)?;
        let mut frame = None;
        let mut marks = ColourMarks::default();
        while let Some(segment) = segments.next()? {
            match segment.code {
                code::SOS => {
                    let header: Self = frame.ok_or(Error::Corrupt("a scan comes before the frame"))?;
                    marks.check_ycbcr(&header.components)?;
                    return Ok(header);
                }
                code::EOI => return Err(Error::Corrupt("there is no scan")),
                code::APP0 => marks.jfif |= segment.payload.starts_with(b"JFIF\0"),
                code::APP14 => marks.read_adobe(segment.payload),
                _ if is_frame(segment.code) => {
                    if frame.is_some() {
                        return Err(Error::Corrupt("there are two frames"));
                    }
                    frame = Some(Self::read_frame(segment)?);
                }
                _ => {}
            }
        }
        Err(Error::Truncated)
    }

    fn read_frame(segment: Segment<'_>) -> Result<Self, Error> {
        let progressive = match segment.code {
            code::SOF_BASELINE | code::SOF_EXTENDED => false,
            code::SOF_PROGRESSIVE => true,
            _ => return Err(Error::Unsupported("its coding process")),
        };
        let [precision, h1, h0, w1, w0, count, listed @ ..] = segment.payload else {
            return Err(Error::Corrupt("the frame header is cut short"));
        };
        let (height, width) = (u16::from_be_bytes([*h1, *h0]), u16::from_be_bytes([*w1, *w0]));
        if *precision != 8 {
            return Err(Error::Unsupported("its sample precision"));
        }
        if height == 0 {
            return Err(Error::Unsupported("its height, which it gives after the first scan"));
        }
        if width == 0 || *count == 0 || listed.len() != 3 * usize::from(*count) {
            return Err(Error::Corrupt("the frame header contradicts itself"));
        }
        if *count != 1 && *count != 3 {
            return Err(Error::Unsupported("its number of components"));
        }
        let mut components = listed.chunks_exact(3).map(Component::read).collect::<Result<Vec<_>, _>>()?;
        if let [grey] = components.as_mut_slice() {
            // A lone component is never interleaved, and its factors mean nothing.
            (grey.horizontal, grey.vertical) = (1, 1);
        }
        check_factors(&components)?;
        Ok(Self { width: width.into(), height: height.into(), components, progressive })
    }

    /// The largest horizontal and vertical sampling factors.
    pub(super) fn largest_factors(&self) -> (u32, u32) {
        let largest = |factor: fn(&Component) -> u8| self.components.iter().map(factor).max().unwrap_or(1).into();
        (largest(|component| component.horizontal), largest(|component| component.vertical))
    }

    /// How the chroma grid lies on the luma grid.
    #[must_use]
    pub fn sampling(&self) -> Sampling {
        let factors: Vec<_> =
            self.components.iter().map(|component| (component.horizontal, component.vertical)).collect();
        match factors.as_slice() {
            [_] => Sampling::Grey,
            [luma, blue, red] if blue == red => match (luma.0 / blue.0, luma.1 / blue.1) {
                (1, 1) if luma == blue => Sampling::S444,
                (2, 1) if luma.1 == blue.1 => Sampling::S422,
                (2, 2) => Sampling::S420,
                (1, 2) if luma.0 == blue.0 => Sampling::S440,
                _ => Sampling::Mixed,
            },
            _ => Sampling::Mixed,
        }
    }

    /// The smallest scale that still has the pixels for a target of `width` x `height` pixels; see [`Oversampling`].
    #[must_use]
    pub fn scale_for(&self, width: u32, height: u32, oversampling: Oversampling) -> Scale {
        Scale::for_target((self.width, self.height), (width, height), oversampling)
    }

    /// The size of the picture at a scale.
    #[must_use]
    pub fn scaled(&self, scale: Scale) -> (u32, u32) {
        (scale.of(self.width), scale.of(self.height))
    }
}

impl Component {
    fn read(listed: &[u8]) -> Result<Self, Error> {
        let [id, factors, quantization] = *listed else {
            return Err(Error::Corrupt("the frame header is cut short"));
        };
        let (horizontal, vertical) = (factors >> 4, factors & 15);
        if !(1..=4).contains(&horizontal) || !(1..=4).contains(&vertical) || quantization > 3 {
            return Err(Error::Corrupt("a component of the frame is out of range"));
        }
        Ok(Self { id, horizontal, vertical, quantization })
    }
}

fn check_factors(components: &[Component]) -> Result<(), Error> {
    if components.iter().any(|component| component.horizontal > 2 || component.vertical > 2) {
        return Err(Error::Unsupported("its sampling factors"));
    }
    let twins = |one: &Component| components.iter().filter(|other| other.id == one.id).count() > 1;
    if components.iter().any(twins) {
        return Err(Error::Corrupt("two components have the same identifier"));
    }
    Ok(())
}

/// SOF0 to SOF15, without DHT (C4), JPG (C8) and DAC (CC).
fn is_frame(code: u8) -> bool {
    matches!(code, 0xC0..=0xCF) && !matches!(code, 0xC4 | 0xC8 | 0xCC)
}

/// What tells YCbCr from RGB, in the order in which libjpeg believes it.
#[derive(Default)]
struct ColourMarks {
    jfif: bool,
    adobe_transform: Option<u8>,
}

impl ColourMarks {
    fn read_adobe(&mut self, payload: &[u8]) {
        if let [b'A', b'd', b'o', b'b', b'e', _, _, _, _, _, _, transform, ..] = payload {
            self.adobe_transform = Some(*transform);
        }
    }

    fn check_ycbcr(&self, components: &[Component]) -> Result<(), Error> {
        let [first, second, third] = components else {
            return Ok(());
        };
        let is_rgb = match self.adobe_transform {
            _ if self.jfif => false,
            Some(transform) => transform == 0,
            None => [first.id, second.id, third.id] == *b"RGB",
        };
        if is_rgb { Err(Error::Unsupported("its colour space, RGB")) } else { Ok(()) }
    }
}
