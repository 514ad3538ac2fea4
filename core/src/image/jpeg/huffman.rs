//! Huffman codes and the tables that decode them.

use std::rc::Rc;

use super::Error;
use super::bits::Bits;

/// A code as the file defines it: how many codes of each length, and their symbols in order.
#[derive(Clone)]
pub(super) struct Code {
    counts: [u8; 16],
    symbols: [u8; 256],
    size: usize,
}

/// One code word: its bits, right-aligned, its length and its symbol.
#[derive(Clone, Copy)]
struct Word {
    bits: u32,
    length: u32,
    symbol: u8,
}

impl Code {
    /// Reads one table of a DHT segment after its class-and-destination byte; also returns what follows it.
    pub(super) fn read(payload: &[u8]) -> Result<(Self, &[u8]), Error> {
        let (counts, rest) = payload.split_first_chunk::<16>().ok_or(Error::Corrupt("a Huffman table is cut short"))?;
        let size = counts.iter().map(|&count| usize::from(count)).sum();
        if size > 256 || size > rest.len() {
            return Err(Error::Corrupt("a Huffman table has more symbols than it can hold"));
        }
        let (listed, rest) = rest.split_at(size);
        let mut symbols = [0; 256];
        symbols[..size].copy_from_slice(listed);
        let code = Self { counts: *counts, symbols, size };
        code.check_prefix_free()?;
        Ok((code, rest))
    }

    /// More codes of a length than there is room for cannot be told apart.
    fn check_prefix_free(&self) -> Result<(), Error> {
        let mut next = 0_u32;
        for (length, &count) in (1..).zip(&self.counts) {
            next = (next << 1) + u32::from(count);
            if next > 1 << length {
                return Err(Error::Corrupt("a Huffman table assigns a code twice"));
            }
        }
        Ok(())
    }

    fn words(&self) -> impl Iterator<Item = Word> + '_ {
        let lengths = (1..).zip(&self.counts).flat_map(|(length, &count)| std::iter::repeat_n(length, count.into()));
        let mut previous = (0, 0);
        lengths.zip(&self.symbols[..self.size]).map(move |(length, &symbol)| {
            let (bits, last) = previous;
            let bits = bits << (length - last);
            previous = (bits + 1, length);
            Word { bits, length, symbol }
        })
    }

    /// A DC symbol is the size of a difference, and no difference has more than 15 bits.
    pub(super) fn check_dc(&self) -> Result<(), Error> {
        match self.symbols[..self.size].iter().any(|&symbol| symbol > 15) {
            true => Err(Error::Corrupt("a DC Huffman table has a symbol over 15")),
            false => Ok(()),
        }
    }
}

/// Finds the symbol of a code of any length; the tables below fall back to it for the long, rare ones.
#[derive(Clone)]
pub(super) struct Canonical {
    /// For each length the end of its codes, left-aligned to 16 bits; a code is as long as the first end above it.
    ends: [u32; 17],
    /// What to add to a code of a length to get the index of its symbol.
    offsets: [i32; 17],
    symbols: [u8; 256],
}

impl Canonical {
    fn new(code: &Code) -> Self {
        let (mut ends, mut offsets) = ([0; 17], [0; 17]);
        let (mut next, mut index) = (0_u32, 0_i32);
        for (length, &count) in code.counts.iter().enumerate().map(|(at, count)| (at + 1, count)) {
            next <<= 1;
            offsets[length] = index - next as i32;
            next += u32::from(count);
            index += i32::from(count);
            ends[length] = next << (16 - length);
        }
        Self { ends, offsets, symbols: code.symbols }
    }

    /// The length and the symbol of the code that the queue starts with. No code: 17 bits, symbol 0, as libjpeg has it.
    #[cold]
    #[inline(never)]
    fn find(&self, queue: u64) -> (u32, u8) {
        let top = (queue >> 48) as u32;
        for length in 1..=16_u32 {
            if top < self.ends[length as usize] {
                let index = (top >> (16 - length)) as i32 + self.offsets[length as usize];
                return (length, self.symbols[(index & 255) as usize]);
            }
        }
        (17, 0)
    }
}

/// The value of the last `size` of the first `total` bits of the queue, in the standard's EXTEND notation.
#[inline(always)]
fn extend(queue: u64, total: u32, size: u32) -> i32 {
    let mask = (1_i32 << (size & 31)) - 1;
    let value = queue.rotate_left(total & 63) as i32 & mask;
    // A first bit of zero, which doubling does not carry beyond the mask, means a negative number.
    value - if 2 * value <= mask { mask } else { 0 }
}

const SYMBOL_BITS: u32 = 10;

/// One symbol a look-up: for what has to be known exactly. A clone shares the table.
#[derive(Clone)]
pub(super) struct Symbols {
    /// By the next 10 bits: zero if the code is longer, else see [`Symbol`].
    table: Rc<[u32; 1 << SYMBOL_BITS]>,
    canonical: Canonical,
}

/// A decoded symbol, packed: bits 0..8 length of code and extra bits, 8..13 length of the code, 13..17 number of extra
/// bits (the low half of the symbol), 17..21 its high half, 24..31 run of zeros before the coefficient: that half, or 64
/// for the end of the block.
#[derive(Clone, Copy)]
pub(super) struct Symbol(u32);

impl Symbol {
    const END: u32 = 64;

    fn new(length: u32, symbol: u8) -> Self {
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        let zeros = if size == 0 && run != 15 { Self::END } else { run };
        Self((length + size) | length << 8 | size << 13 | run << 17 | zeros << 24)
    }

    /// Bits of the code and its extra bits together, at most 32.
    #[inline(always)]
    pub(super) fn total(self) -> u32 {
        self.0 & 0xFF
    }

    /// Its total in the low byte, for [`Bits::consume_entry`].
    #[inline(always)]
    pub(super) fn entry(self) -> u32 {
        self.0
    }

    /// How many zeros precede the coefficient; 64 for the end of the block.
    #[inline(always)]
    pub(super) fn run(self) -> usize {
        (self.0 >> 24) as usize
    }

    /// The coefficient, given the queue as it was when the symbol was found.
    #[inline(always)]
    pub(super) fn value(self, queue: u64) -> i32 {
        extend(queue, self.total(), self.size())
    }

    /// Bits of the code alone.
    #[inline(always)]
    pub(super) fn length(self) -> u32 {
        self.0 >> 8 & 31
    }

    /// The low half of the symbol: how many extra bits a coefficient has.
    #[inline(always)]
    pub(super) fn size(self) -> u32 {
        self.0 >> 13 & 15
    }

    /// The high half of the symbol as it is.
    #[inline(always)]
    pub(super) fn high(self) -> u32 {
        self.0 >> 17 & 15
    }
}

impl Symbols {
    pub(super) fn new(code: &Code) -> Self {
        let mut table = [0; 1 << SYMBOL_BITS];
        for word in code.words().take_while(|word| word.length <= SYMBOL_BITS) {
            let free = SYMBOL_BITS - word.length;
            let first = (word.bits << free) as usize;
            table[first..first + (1 << free)].fill(Symbol::new(word.length, word.symbol).0);
        }
        Self { table: Rc::new(table), canonical: Canonical::new(code) }
    }

    /// The symbol that the queue starts with: 10 bits of the queue are enough for most, 17 for all.
    #[inline(always)]
    pub(super) fn find(&self, queue: u64) -> Symbol {
        match self.table[(queue >> (64 - SYMBOL_BITS)) as usize] {
            0 => {
                let (length, symbol) = self.canonical.find(queue);
                Symbol::new(length, symbol)
            }
            packed => Symbol(packed),
        }
    }
}

const SKIP_BITS: u32 = 13;

/// As many AC symbols a look-up as 13 bits hold: for coefficients that nobody wants.
///
/// An entry has in bits 0..8 how many bits its symbols and their extra bits take, in bits 8..15 how many coefficients
/// they cover (at most 64), and in bit 15 whether the last of them is the end of the block. The codes of an entry lie
/// within the 13 bits; the extra bits of the last one may lie beyond them. An entry never takes more than 28 bits.
///
/// A clone shares the table.
#[derive(Clone)]
pub(super) struct Skips {
    table: Rc<[u16; 1 << SKIP_BITS]>,
    canonical: Canonical,
}

const END: u16 = 1 << 15;
/// Covers more than any block has left, but does not look like its end: the careful path is taken.
const LONG_CODE: u16 = 64 << 8;

impl Skips {
    pub(super) fn new(code: &Code) -> Self {
        let words: Vec<Word> = code.words().take_while(|word| word.length <= SKIP_BITS).collect();
        // By number of known bits: what can be told from so many bits alone. Each is built from the shorter ones.
        let mut known: Vec<Vec<u16>> = vec![vec![0]];
        for bits in 1..=SKIP_BITS {
            known.push(skips_of(bits, &words, &known));
        }
        let mut table = [LONG_CODE; 1 << SKIP_BITS];
        let last = known.pop().unwrap_or_default();
        for (entry, found) in table.iter_mut().zip(last).filter(|(_, found)| *found != 0) {
            *entry = found;
        }
        Self { table: Rc::new(table), canonical: Canonical::new(code) }
    }

    /// Skips all coefficients of a block but the first. At least 28 bits must be in the queue.
    #[inline(always)]
    pub(super) fn skip_all(&self, bits: &mut Bits<'_>) {
        let mut at = 1;
        if !self.step(bits, &mut at) {
            self.skip(bits, at);
        }
    }

    /// Skips the coefficients from `at` (1..64) to the end of the block.
    #[inline(always)]
    pub(super) fn skip(&self, bits: &mut Bits, at: u32) {
        let mut at = at;
        loop {
            bits.refill();
            if self.step(bits, &mut at) || self.step(bits, &mut at) {
                return;
            }
        }
    }

    /// One look-up; whether it was the last of the block.
    #[inline(always)]
    fn step(&self, bits: &mut Bits, at: &mut u32) -> bool {
        let entry = u32::from(self.table[(bits.queue() >> (64 - SKIP_BITS)) as usize]);
        let next = *at + (entry >> 8);
        if next < 64 {
            bits.consume_entry(entry);
            *at = next;
            return false;
        }
        // Beyond 64 the entry has read into the next block: take its symbols one by one.
        if next == 64 || (128..192).contains(&next) {
            bits.consume_entry(entry);
            return true;
        }
        bits.refill();
        let (length, symbol) = self.canonical.find(bits.queue());
        let symbol = Symbol::new(length, symbol);
        bits.consume(symbol.total());
        *at += symbol.run() as u32 + 1;
        // The caller's second look-up counts on 28 bits.
        bits.refill();
        *at >= 64
    }
}

/// The skip table over `bits` known bits, given the tables over fewer.
fn skips_of(bits: u32, words: &[Word], known: &[Vec<u16>]) -> Vec<u16> {
    let mut table = vec![0; 1 << bits];
    for word in words.iter().take_while(|word| word.length <= bits) {
        let free = bits - word.length;
        let first = (word.bits << free) as usize;
        let range = &mut table[first..first + (1 << free)];
        let (run, size) = (u16::from(word.symbol >> 4), u32::from(word.symbol & 15));
        if size == 0 && run != 15 {
            range.fill(END | word.length as u16);
            continue;
        }
        let entry = (run + 1) << 8 | (word.length + size) as u16;
        match free.checked_sub(size).filter(|&left| left > 0) {
            None => range.fill(entry),
            Some(left) => append(range, entry, &known[left as usize]),
        }
    }
    table
}

/// Fills `range` with `entry` followed by what `next` knows of the bits after it, for every value of the extra bits.
fn append(range: &mut [u16], entry: u16, next: &[u16]) {
    for chunk in range.chunks_exact_mut(next.len()) {
        for (target, &following) in chunk.iter_mut().zip(next) {
            let joined = entry + following;
            *target = if joined & !END > 64 << 8 | 0xFF { entry } else { joined };
        }
    }
}
