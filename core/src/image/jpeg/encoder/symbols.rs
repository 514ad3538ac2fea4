//! What of coefficients is coded: symbols, each with extra bits, counted for the codes that they are to get.

use super::Block;
use super::code::Code;
use super::writer::BitWriter;

/// One of the four Huffman tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Table(u8);

impl Table {
    /// DC and AC of luma, DC and AC of chroma.
    pub(super) const ALL: [Self; 4] = [Self(0), Self(1), Self(2), Self(3)];

    pub(super) fn dc(kind: usize) -> Self {
        Self(if kind == 0 { 0 } else { 2 })
    }

    pub(super) fn ac(kind: usize) -> Self {
        Self(if kind == 0 { 1 } else { 3 })
    }

    pub(super) fn index(self) -> usize {
        usize::from(self.0 & 3)
    }

    /// As a file names it: class and destination.
    pub(super) fn id(self) -> u8 {
        (self.0 & 1) << 4 | self.0 >> 1
    }
}

/// Symbols in order, and how often each occurs.
pub(super) struct Symbols {
    /// Bits 0..16 the extra bits, 16..24 the symbol, 24..26 the table.
    list: Vec<u32>,
    counts: [[u32; 256]; 4],
}

impl Default for Symbols {
    fn default() -> Self {
        Self { list: Vec::new(), counts: [[0; 256]; 4] }
    }
}

/// Sixteen zeros and no coefficient.
const ZEROS: u8 = 0xF0;
/// The end of the block.
const END: u8 = 0;

impl Symbols {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn counts(&self, table: Table) -> &[u32; 256] {
        &self.counts[table.index()]
    }

    #[inline(always)]
    fn push(&mut self, table: Table, symbol: u8, extra: u32) {
        self.counts[table.index()][usize::from(symbol)] += 1;
        self.list.push(u32::from(table.0) << 24 | u32::from(symbol) << 16 | extra);
    }

    /// A difference of DC coefficients.
    #[inline(always)]
    pub(super) fn dc(&mut self, table: Table, difference: i16) {
        let (size, extra) = sized(difference);
        self.push(table, size as u8, extra);
    }

    /// The AC coefficients of a block.
    #[inline(always)]
    pub(super) fn ac(&mut self, table: Table, block: &Block) {
        let mut zeros = 0;
        let (eights, _) = block.as_chunks::<8>();
        for (at, eight) in eights.iter().enumerate() {
            // Most of the higher coefficients are zero, and eight are seen to be at once.
            if eight.iter().fold(0, |any, value| any | value) == 0 {
                zeros += 8;
                continue;
            }
            for &value in if at == 0 { &eight[1..] } else { eight } {
                zeros = self.coefficient(table, value, zeros);
            }
        }
        if block[63] == 0 {
            self.push(table, END, 0);
        }
    }

    /// A coefficient after `zeros` zeros; how many there are now.
    #[inline(always)]
    fn coefficient(&mut self, table: Table, value: i16, zeros: u32) -> u32 {
        if value == 0 {
            return zeros + 1;
        }
        let mut zeros = zeros;
        while zeros > 15 {
            self.push(table, ZEROS, 0);
            zeros -= 16;
        }
        let (size, extra) = sized(value);
        self.push(table, (zeros << 4 | size) as u8, extra);
        0
    }

    /// Counts every symbol that may come once more, so that each has a code.
    pub(super) fn complete(&mut self) -> &Self {
        for (at, counts) in self.counts.iter_mut().enumerate() {
            let is_dc = at % 2 == 0;
            for (symbol, count) in counts.iter_mut().enumerate() {
                let (zeros, size) = (symbol >> 4, symbol & 15);
                let may_come = match is_dc {
                    true => zeros == 0 && size <= 11,
                    false => (1..=10).contains(&size) || size == 0 && (zeros == 0 || zeros == 15),
                };
                *count += u32::from(may_come);
            }
        }
        self
    }

    /// Writes all symbols and forgets them.
    pub(super) fn write(&mut self, codes: &[Code; 4], bits: &mut BitWriter, file: &mut Vec<u8>) {
        for &packed in &self.list {
            let (table, symbol, extra) = (packed >> 24 & 3, packed >> 16 & 0xFF, packed & 0xFFFF);
            // How many extra bits a symbol has is its low half, but for the ends of bands, whose is the high one.
            let size = match symbol & 15 {
                0 if symbol != u32::from(ZEROS) => symbol >> 4,
                size => size,
            };
            let (word, length) = codes[table as usize].word(symbol as u8);
            bits.put(file, u64::from(word) << size | u64::from(extra), length + size);
        }
        self.list.clear();
    }
}

/// How many bits a value has, and these: of a negative one, those of the value less one.
#[inline(always)]
fn sized(value: i16) -> (u32, u32) {
    let value = i32::from(value);
    let size = 32 - value.unsigned_abs().leading_zeros();
    let bits = value + (value >> 31);
    (size, bits as u32 & ((1 << size) - 1))
}

/// What a progressive scan of AC coefficients holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    pub(super) component: usize,
    pub(super) first: usize,
    pub(super) last: usize,
}

/// The symbols of a progressive scan: blocks without any more coefficients are counted together.
pub(super) fn write_blocks<'a>(
    symbols: &mut Symbols,
    table: Table,
    blocks: impl Iterator<Item = &'a Block>,
    band: Band,
) {
    const MOST: u32 = 0x7FFF;
    let mut ended = 0;
    for block in blocks {
        let part = &block[band.first..=band.last];
        let Some(last) = part.iter().rposition(|&value| value != 0) else {
            ended += 1;
            if ended == MOST {
                push_ends(symbols, table, std::mem::take(&mut ended));
            }
            continue;
        };
        push_ends(symbols, table, std::mem::take(&mut ended));
        let mut zeros = 0;
        for &value in &part[..=last] {
            zeros = symbols.coefficient(table, value, zeros);
        }
        ended = u32::from(last + 1 < part.len());
    }
    push_ends(symbols, table, ended);
}

fn push_ends(symbols: &mut Symbols, table: Table, count: u32) {
    if let Some(size) = count.checked_ilog2() {
        symbols.push(table, (size << 4) as u8, count - (1 << size));
    }
}
