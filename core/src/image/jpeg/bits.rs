//! The entropy-coded data as a queue of bits.

/// Reads bits most significant first, undoes byte stuffing, stops at a marker and from there on delivers zeros.
///
/// Its slow path is given the fields one by one and gives them back so: a reference to the whole would keep the compiler
/// from holding them in registers.
#[derive(Clone, Copy)]
pub(super) struct Bits<'a> {
    rest: &'a [u8],
    /// The next bits, left-aligned. Bits below `count` are zero or copies of the bytes that `rest` starts with.
    queue: u64,
    /// How many bits of `queue` are valid, at most 63.
    count: u32,
    /// How many bits were made up since the data ended.
    invented: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { rest: data, queue: 0, count: 0, invented: 0 }
    }

    /// What has not been taken into the queue: after [`Bits::starved`] it starts with the marker that ended the data.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The queue, left-aligned: after [`Bits::refill`] at least 56 bits of it are valid.
    #[inline(always)]
    pub(super) fn queue(&self) -> u64 {
        self.queue
    }

    /// Takes `length` bits, at most 63 and no more than the queue holds, off the queue.
    #[inline(always)]
    pub(super) fn consume(&mut self, length: u32) {
        self.queue <<= length & 63;
        self.count = self.count.wrapping_sub(length);
    }

    /// The same with the length in the low byte of `entry`. The shift looks at six bits of it anyway: not to cut them out
    /// first saves a step of the chain of dependent operations that the decoder's speed hangs on.
    #[inline(always)]
    pub(super) fn consume_entry(&mut self, entry: u32) {
        self.queue <<= entry & 63;
        self.count = self.count.wrapping_sub(entry & 0xFF);
    }

    /// The next bit.
    #[inline(always)]
    pub(super) fn bit(&mut self) -> bool {
        self.bits(1) != 0
    }

    /// The next `length` bits, at most 16.
    #[inline(always)]
    pub(super) fn bits(&mut self, length: u32) -> u32 {
        if self.count < length {
            self.refill();
        }
        let value = (self.queue >> 1 >> (63 - (length & 63))) as u32;
        self.consume(length);
        value
    }

    /// Whether more bits were taken than the data has.
    #[inline(always)]
    pub(super) fn starved(&self) -> bool {
        self.invented > self.count
    }

    /// Fills the queue up to at least 56 bits.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if let Some((chunk, _)) = self.rest.split_first_chunk::<8>() {
            let next = u64::from_be_bytes(*chunk);
            if !has_ff(next) {
                let taken = (63 - (self.count & 63)) >> 3;
                self.queue |= next >> (self.count & 63);
                self.count |= 56;
                self.rest = &self.rest[taken as usize..];
                return;
            }
        }
        let slow = refill_bytewise(self.rest, self.queue, self.count);
        (self.rest, self.queue, self.count) = (slow.0, slow.1, slow.2);
        self.invented = self.invented.saturating_add(slow.3);
    }
}

/// Refills near a 0xFF and at the end of the data; the last number is how many bits had to be made up.
#[cold]
#[inline(never)]
fn refill_bytewise(mut rest: &[u8], mut queue: u64, mut count: u32) -> (&[u8], u64, u32, u32) {
    while count < 56 {
        let (byte, after) = match rest {
            [0xFF, after @ ..] => match after.iter().position(|&byte| byte != 0xFF) {
                // Any number of fill bytes may stand before a marker, and so before the zero that says "no marker".
                Some(fill) if after[fill] == 0 => (0xFF, &after[fill + 1..]),
                _ => return (rest, queue, 63, 63 - count),
            },
            [byte, after @ ..] => (*byte, after),
            [] => return (rest, queue, 63, 63 - count),
        };
        queue |= u64::from(byte) << (56 - count);
        count += 8;
        rest = after;
    }
    (rest, queue, count, 0)
}

/// Whether one of the eight bytes is 0xFF.
#[inline(always)]
fn has_ff(bytes: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    (!bytes).wrapping_sub(ONES) & bytes & TOPS != 0
}
