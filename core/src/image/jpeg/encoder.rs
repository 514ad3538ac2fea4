//! Writes JPEG files from planes: grey, or Y, Cb and Cr at 4:2:0, baseline or progressive, with Huffman tables of their own.

mod code;
mod dct;
mod symbols;
mod writer;

use self::code::Code;
use self::dct::{Quantizer, step_table};
use self::symbols::{Band, Symbols, Table, write_blocks};
use self::writer::{BitWriter, Marker};
use super::scan::ZIGZAG;

/// A plane as the encoder takes it: row by row, without gaps.
#[derive(Debug, Clone, Copy)]
pub struct Samples<'a> {
    /// Samples in a row.
    pub width: usize,
    /// `width` x height samples.
    pub samples: &'a [u8],
}

/// How a file is written.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// 1 to 100, as libjpeg counts: it scales the tables of the standard's Annex K.
    pub quality: u8,
    /// Several scans, from coarse to fine, in place of one.
    pub progressive: bool,
    /// An ICC profile.
    pub profile: Option<&'a [u8]>,
}

/// The planes cannot make a JPEG: a side is 0 or over 65,535, or a plane does not fit its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unencodable;

/// The coefficients of a block, quantized, in the file's order.
type Block = [i16; 64];

/// After so many symbols of a baseline file their tables are settled, and what follows is written as it comes: 4 MB.
const MOST_SYMBOLS: usize = (1 << 20) - (1 << 12);

/// Writes a picture of `width` x `height` pixels: `planes` is luma, alone or followed by Cb and Cr at half the width and
/// half the height, both rounded up.
///
/// # Errors
/// [`Unencodable`].
pub fn encode(
    width: u32,
    height: u32,
    planes: &[Samples<'_>],
    settings: &Settings<'_>,
) -> Result<Vec<u8>, Unencodable> {
    let encoder = Encoder::new(width, height, planes, settings)?;
    // A tenth of the samples is more than most files take.
    let mut file = Vec::with_capacity(1024 + planes.iter().map(|plane| plane.samples.len()).sum::<usize>() / 10);
    writer::put_header(&mut file, settings.profile);
    for (id, table) in encoder.tables.iter().enumerate().take(planes.len().min(2)) {
        put_quantization(&mut file, id as u8, table);
    }
    encoder.put_frame(&mut file, settings.progressive);
    if settings.progressive {
        encoder.put_scans(&mut file)
    } else {
        encoder.put_scan(&mut file)
    }
    Marker::END.put(&mut file, &[]);
    Ok(file)
}

/// A component: its plane, in blocks.
struct Component<'a> {
    plane: Samples<'a>,
    height: usize,
    /// Blocks of an MCU, across and down.
    factor: usize,
    /// 0: luma's tables, 1: chroma's.
    kind: usize,
}

struct Encoder<'a> {
    size: [u16; 2],
    components: Vec<Component<'a>>,
    tables: [[u8; 64]; 2],
    quantizers: [Quantizer; 2],
}

impl<'a> Encoder<'a> {
    fn new(width: u32, height: u32, planes: &[Samples<'a>], settings: &Settings<'_>) -> Result<Self, Unencodable> {
        let side = |side: u32| u16::try_from(side).ok().filter(|&side| side > 0).ok_or(Unencodable);
        let size = [side(width)?, side(height)?];
        if planes.len() != 1 && planes.len() != 3 {
            return Err(Unencodable);
        }
        let mut components = Vec::new();
        for (index, &plane) in planes.iter().enumerate() {
            let halving = if index == 0 { 1 } else { 2 };
            let [across, down] = size.map(|side| usize::from(side).div_ceil(halving));
            if plane.width != across || plane.samples.len() != across * down {
                return Err(Unencodable);
            }
            let factor = if index == 0 && planes.len() == 3 { 2 } else { 1 };
            components.push(Component { plane, height: down, factor, kind: usize::from(index > 0) });
        }
        let tables = [0, 1].map(|kind| step_table(kind, settings.quality));
        Ok(Self { size, components, tables, quantizers: tables.map(|table| Quantizer::new(&table)) })
    }

    fn put_frame(&self, file: &mut Vec<u8>, progressive: bool) {
        let [[w1, w0], [h1, h0]] = self.size.map(u16::to_be_bytes);
        let mut frame = vec![8, h1, h0, w1, w0, self.components.len() as u8];
        for (index, component) in self.components.iter().enumerate() {
            let factor = component.factor as u8;
            frame.extend([index as u8 + 1, factor << 4 | factor, component.kind as u8]);
        }
        let marker = if progressive { Marker::PROGRESSIVE_FRAME } else { Marker::BASELINE_FRAME };
        marker.put(file, &frame);
    }

    /// MCUs across and down.
    fn mcus(&self) -> [usize; 2] {
        let side = 8 * self.components.first().map_or(1, |component| component.factor);
        self.size.map(|length| usize::from(length).div_ceil(side))
    }

    /// Calls `take` with each block of an interleaved scan: the index of its component, and its row and column there.
    fn each_block(&self, mut take: impl FnMut(usize, usize, usize)) {
        let [across, down] = self.mcus();
        for (y, x) in (0..down).flat_map(|y| (0..across).map(move |x| (y, x))) {
            for (index, component) in self.components.iter().enumerate() {
                let factor = component.factor;
                for row in 0..factor {
                    (0..factor).for_each(|column| take(index, y * factor + row, x * factor + column));
                }
            }
        }
    }

    /// The one scan of a baseline file.
    fn put_scan(&self, file: &mut Vec<u8>) {
        let mut symbols = Symbols::default();
        let mut before = [0_i16; 3];
        let mut codes: Option<[Code; 4]> = None;
        let mut bits = BitWriter::default();
        self.each_block(|index, row, column| {
            let component = &self.components[index];
            let block = self.quantizers[component.kind].coefficients(&component.block(row, column));
            symbols
                .dc(Table::dc(component.kind), block[0].wrapping_sub(std::mem::replace(&mut before[index], block[0])));
            symbols.ac(Table::ac(component.kind), &block);
            if symbols.len() > MOST_SYMBOLS {
                // Codes for what has not come yet, too.
                let codes = codes.get_or_insert_with(|| self.start_scan(file, symbols.complete()));
                symbols.write(codes, &mut bits, file);
            }
        });
        let codes = codes.unwrap_or_else(|| self.start_scan(file, &symbols));
        symbols.write(&codes, &mut bits, file);
        bits.finish(file);
    }

    /// Writes the tables and the header of the baseline scan.
    fn start_scan(&self, file: &mut Vec<u8>, symbols: &Symbols) -> [Code; 4] {
        let codes = Table::ALL.map(|table| Code::new(symbols.counts(table)));
        for (table, code) in Table::ALL.iter().zip(&codes).take(if self.components.len() == 1 { 2 } else { 4 }) {
            put_code(file, *table, code);
        }
        let all: Vec<usize> = (0..self.components.len()).collect();
        self.put_scan_header(file, &all, 0, 63);
        codes
    }

    /// The scans of a progressive file: all DC coefficients, a little of luma, chroma, the rest of luma.
    fn put_scans(&self, file: &mut Vec<u8>) {
        let mut blocks: Vec<Vec<Block>> = self.components.iter().map(|_| Vec::new()).collect();
        for (component, blocks) in self.components.iter().zip(&mut blocks) {
            let [across, down] = component.padded(self.mcus());
            blocks.reserve_exact(across * down);
            for (row, column) in (0..down).flat_map(|row| (0..across).map(move |column| (row, column))) {
                blocks.push(self.quantizers[component.kind].coefficients(&component.block(row, column)));
            }
        }
        self.put_dc_scan(file, &blocks);
        let luma = |first, last| Band { component: 0, first, last };
        let chroma = (1..self.components.len()).map(|component| Band { component, first: 1, last: 63 });
        for band in [luma(1, 5)].into_iter().chain(chroma).chain([luma(6, 63)]) {
            self.put_ac_scan(file, &blocks[band.component], band);
        }
    }

    fn put_dc_scan(&self, file: &mut Vec<u8>, blocks: &[Vec<Block>]) {
        let mut symbols = Symbols::default();
        let mut before = [0_i16; 3];
        let mcus = self.mcus();
        self.each_block(|index, row, column| {
            let component = &self.components[index];
            let value = blocks[index][row * component.padded(mcus)[0] + column][0];
            symbols.dc(Table::dc(component.kind), value.wrapping_sub(std::mem::replace(&mut before[index], value)));
        });
        let codes = Table::ALL.map(|table| Code::new(symbols.counts(table)));
        for kind in 0..self.components.len().min(2) {
            put_code(file, Table::dc(kind), &codes[Table::dc(kind).index()]);
        }
        let all: Vec<usize> = (0..self.components.len()).collect();
        self.put_scan_header(file, &all, 0, 0);
        let mut bits = BitWriter::default();
        symbols.write(&codes, &mut bits, file);
        bits.finish(file);
    }

    fn put_ac_scan(&self, file: &mut Vec<u8>, blocks: &[Block], band: Band) {
        let component = &self.components[band.component];
        let stride = component.padded(self.mcus())[0];
        // A scan of one component has only the blocks that the picture covers.
        let across = component.plane.width.div_ceil(8);
        let rows = blocks.chunks_exact(stride).take(component.height.div_ceil(8)).map(|row| &row[..across]);
        let table = Table::ac(component.kind);
        let mut symbols = Symbols::default();
        write_blocks(&mut symbols, table, rows.flatten(), band);
        let codes = Table::ALL.map(|table| Code::new(symbols.counts(table)));
        put_code(file, table, &codes[table.index()]);
        self.put_scan_header(file, &[band.component], band.first as u8, band.last as u8);
        let mut bits = BitWriter::default();
        symbols.write(&codes, &mut bits, file);
        bits.finish(file);
    }

    fn put_scan_header(&self, file: &mut Vec<u8>, components: &[usize], first: u8, last: u8) {
        let mut header = vec![components.len() as u8];
        for &index in components {
            let kind = self.components[index].kind as u8;
            header.extend([index as u8 + 1, kind << 4 | kind]);
        }
        header.extend([first, last, 0]);
        Marker::SCAN.put(file, &header);
    }
}

impl Component<'_> {
    /// Blocks across and down, with those that fill up the last MCUs.
    fn padded(&self, [across, down]: [usize; 2]) -> [usize; 2] {
        [across * self.factor, down * self.factor]
    }

    /// The samples of a block; beyond the edges the last ones are repeated.
    #[inline(always)]
    fn block(&self, row: usize, column: usize) -> [[u8; 8]; 8] {
        let (width, left) = (self.plane.width, 8 * column);
        let mut block = [[0; 8]; 8];
        if left + 8 <= width && 8 * row + 8 <= self.height {
            let samples = &self.plane.samples[8 * row * width + left..];
            for (target, line) in block.iter_mut().zip(samples.chunks(width)) {
                target.copy_from_slice(&line[..8]);
            }
            return block;
        }
        for (at, target) in block.iter_mut().enumerate() {
            let line = &self.plane.samples[(8 * row + at).min(self.height - 1) * width..][..width];
            for (at, sample) in target.iter_mut().enumerate() {
                *sample = line[(left + at).min(width - 1)];
            }
        }
        block
    }
}

fn put_quantization(file: &mut Vec<u8>, id: u8, table: &[u8; 64]) {
    let listed = ZIGZAG.map(|place| table[usize::from(place)]);
    Marker::QUANTIZATION.put(file, &[&[id], listed.as_slice()].concat());
}

fn put_code(file: &mut Vec<u8>, table: Table, code: &Code) {
    Marker::CODE.put(file, &[&[table.id()], code.lengths(), code.symbols()].concat());
}
