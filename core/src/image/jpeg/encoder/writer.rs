//! Bytes of the file: markers with their segments, and bits with stuffed bytes.

/// The code of a marker.
#[derive(Clone, Copy)]
pub(super) struct Marker(u8);

impl Marker {
    pub(super) const BASELINE_FRAME: Self = Self(0xC0);
    pub(super) const PROGRESSIVE_FRAME: Self = Self(0xC2);
    pub(super) const CODE: Self = Self(0xC4);
    const START: Self = Self(0xD8);
    pub(super) const END: Self = Self(0xD9);
    pub(super) const SCAN: Self = Self(0xDA);
    pub(super) const QUANTIZATION: Self = Self(0xDB);
    const JFIF: Self = Self(0xE0);
    const PROFILE: Self = Self(0xE2);

    /// Writes the marker with a segment of at most 65,533 bytes, or alone without one.
    pub(super) fn put(self, file: &mut Vec<u8>, segment: &[u8]) {
        file.extend([0xFF, self.0]);
        if !segment.is_empty() {
            file.extend((segment.len() as u16 + 2).to_be_bytes());
            file.extend(segment);
        }
    }
}

/// Writes what comes before the tables.
pub(super) fn put_header(file: &mut Vec<u8>, profile: Option<&[u8]>) {
    const LARGEST: usize = 65_533 - 14;
    Marker::START.put(file, &[]);
    Marker::JFIF.put(file, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0");
    let parts = profile.unwrap_or_default().chunks(LARGEST);
    // More than 255 parts cannot be numbered; such a profile is none that anybody has seen.
    let Ok(count) = u8::try_from(parts.len()) else { return };
    for (number, part) in (1..=count).zip(parts) {
        Marker::PROFILE.put(file, &[b"ICC_PROFILE\0", [number, count].as_slice(), part].concat());
    }
}

/// Collects bits, most significant first.
#[derive(Default)]
pub(super) struct BitWriter {
    /// The last `count` bits, right-aligned, at most 31 between two calls.
    queue: u64,
    count: u32,
}

impl BitWriter {
    /// Writes the low `length` bits of `bits`, at most 32.
    #[inline(always)]
    pub(super) fn put(&mut self, file: &mut Vec<u8>, bits: u64, length: u32) {
        self.queue = self.queue << (length & 63) | bits;
        self.count += length;
        if self.count >= 32 {
            self.count -= 32;
            put_stuffed(file, (self.queue >> (self.count & 63)) as u32);
        }
    }

    /// Fills the last byte up with ones.
    pub(super) fn finish(&mut self, file: &mut Vec<u8>) {
        self.put(file, 0x7F, 7);
        while self.count >= 8 {
            self.count -= 8;
            put_byte(file, (self.queue >> self.count) as u8);
        }
        *self = Self::default();
    }
}

#[inline(always)]
fn put_stuffed(file: &mut Vec<u8>, bits: u32) {
    // Whether one of the four bytes is 0xFF.
    if (!bits).wrapping_sub(0x0101_0101) & bits & 0x8080_8080 == 0 {
        file.extend_from_slice(&bits.to_be_bytes());
    } else {
        bits.to_be_bytes().into_iter().for_each(|byte| put_byte(file, byte));
    }
}

fn put_byte(file: &mut Vec<u8>, byte: u8) {
    file.push(byte);
    if byte == 0xFF {
        file.push(0);
    }
}
