//! Progressive files: every scan adds to coefficients, and only those that the scale needs are kept.

use super::bits::Bits;
use super::header::{Header, Segment, Segments, code};
use super::huffman::Symbols;
use super::planes::{PlaneSize, RowSink, Rows};
use super::scale::Scale;
use super::scan::{self, Layout, ScanHeader, Tables};
use super::{Error, idct};

/// More than any encoder writes; without a limit, a small file of many empty scans keeps a decoder busy for hours.
const MOST_SCANS: usize = 500;

/// Decodes a progressive file; whether its data ended early.
pub(super) fn decode(bytes: &[u8], header: &Header, scale: Scale, sink: &mut dyn RowSink) -> Result<bool, Error> {
    let plan = Plan::new(bytes, header, scale)?;
    match scale {
        Scale::Eighth => Decoder::<1, 8>::new(header, &plan, scale).run(plan, sink),
        Scale::Quarter => Decoder::<2, 8>::new(header, &plan, scale).run(plan, sink),
        Scale::Half => Decoder::<4, 32>::new(header, &plan, scale).run(plan, sink),
        Scale::Full => Decoder::<8, 64>::new(header, &plan, scale).run(plan, sink),
    }
}

/// A segment that matters.
enum Step<'a> {
    Tables(Segment<'a>),
    Scan { scan: ScanHeader, data: &'a [u8], needed: bool },
}

/// What has to be done to decode a file.
struct Plan<'a> {
    steps: Vec<Step<'a>>,
    /// For each component, whether a scan has to know which coefficients are zero so far.
    histories: Vec<bool>,
    /// Whether the file ends without saying so.
    truncated: bool,
}

impl<'a> Plan<'a> {
    fn new(bytes: &'a [u8], header: &Header, scale: Scale) -> Result<Self, Error> {
        let mut segments = Segments::new(bytes)?;
        let mut plan = Self { steps: Vec::new(), histories: vec![false; header.components.len()], truncated: true };
        let mut scans = 0;
        while let Some(segment) = segments.next()? {
            match segment.code {
                code::EOI => {
                    plan.truncated = false;
                    break;
                }
                code::DQT | code::DHT | code::DRI => plan.steps.push(Step::Tables(segment)),
                code::SOS => {
                    let scan = ScanHeader::read(segment.payload, header)?;
                    plan.steps.push(Step::Scan { scan, data: segments.rest(), needed: false });
                    segments.skip_scan();
                    scans += 1;
                    if scans > MOST_SCANS {
                        return Err(Error::Corrupt("it has more scans than any encoder writes"));
                    }
                }
                _ => {}
            }
        }
        plan.mark_needed(scale);
        Ok(plan)
    }

    /// Finds the scans that the scale needs, from the last to the first: a refining scan cannot be read without knowing
    /// which of its coefficients are zero so far, and so needs the scans before it that say so.
    fn mark_needed(&mut self, scale: Scale) {
        let n = scale.block() as usize;
        let mut wanted = vec![kept(&scan::positions(n, 255)); self.histories.len()];
        for step in self.steps.iter_mut().rev() {
            let Step::Scan { scan, needed, .. } = step else { continue };
            for component in &scan.components {
                if wanted[component.index] & band(scan) == 0 {
                    continue;
                }
                *needed = true;
                if scan.high > 0 && scan.first > 0 {
                    wanted[component.index] |= band(scan);
                    self.histories[component.index] = true;
                }
            }
        }
    }
}

/// The coefficients that have a place, a bit each.
fn kept(positions: &[u8; 128]) -> u64 {
    (0..64).filter(|&at| positions[at] != scan::discard(255)).fold(0, |mask, at| mask | 1 << at)
}

/// The coefficients of a scan, a bit each.
fn band(scan: &ScanHeader) -> u64 {
    (u64::MAX >> (63 - scan.last)) & (u64::MAX << scan.first)
}

struct Decoder<'h, const N: usize, const PLACES: usize> {
    header: &'h Header,
    components: Vec<Component<PLACES>>,
    tables: Tables,
    truncated: bool,
}

/// The coefficients of a component.
struct Component<const PLACES: usize> {
    quantization: u8,
    steps: Option<[i32; PLACES]>,
    size: PlaneSize,
    /// Blocks, in the rows of the store.
    across: usize,
    /// N x N for each block.
    coefficients: Vec<i16>,
    /// For each block, which coefficients are not zero, in the file's order; empty if nobody has to know.
    histories: Vec<u64>,
    /// Rows of blocks in an MCU.
    rows: usize,
}

impl<'h, const N: usize, const PLACES: usize> Decoder<'h, N, PLACES> {
    fn new(header: &'h Header, plan: &Plan<'_>, scale: Scale) -> Self {
        let sizes = header.plane_sizes(scale);
        let new_component = |(index, size): (usize, PlaneSize)| {
            let (across, down) = scan::padded_blocks(header, index);
            let component = header.components[index];
            Component {
                quantization: component.quantization,
                steps: None,
                size,
                across,
                coefficients: vec![0; across * down * N * N],
                histories: vec![0; if plan.histories[index] { across * down } else { 0 }],
                rows: component.vertical.into(),
            }
        };
        let components = sizes.into_iter().enumerate().map(new_component).collect();
        Self { header, components, tables: Tables::default(), truncated: plan.truncated }
    }

    fn run(mut self, plan: Plan<'_>, sink: &mut dyn RowSink) -> Result<bool, Error> {
        for step in plan.steps {
            match step {
                Step::Tables(segment) => self.tables.read(segment)?,
                Step::Scan { scan, data, needed } => {
                    self.latch_steps(&scan)?;
                    if needed {
                        self.truncated |= !self.decode_scan(&scan, data)?;
                    }
                }
            }
        }
        self.emit(sink);
        Ok(self.truncated)
    }

    /// A component's quantization table is the one in force when its first scan begins.
    fn latch_steps(&mut self, scan: &ScanHeader) -> Result<(), Error> {
        for member in &scan.components {
            let component = &mut self.components[member.index];
            if component.steps.is_none() {
                component.steps = Some(self.tables.steps(component.quantization, N)?);
            }
        }
        Ok(())
    }

    /// Decodes a scan; whether its data was all there.
    fn decode_scan(&mut self, scan: &ScanHeader, data: &[u8]) -> Result<bool, Error> {
        match (scan.first, scan.high) {
            (0, 0) => {
                let mut codes = Vec::new();
                for member in &scan.components {
                    codes.push(Symbols::new(self.tables.dc(member.dc)?));
                }
                Ok(self.walk(scan, data, DcFirst { codes, predictions: [0; 4], low: scan.low }))
            }
            (0, _) => Ok(self.walk(scan, data, DcRefine { low: scan.low })),
            (_, high) => {
                let code = Symbols::new(self.tables.ac(scan.components[0].ac)?);
                let band = Band::new::<N>(code, scan);
                match high {
                    0 => Ok(self.walk(scan, data, AcFirst(band))),
                    _ => Ok(self.walk(scan, data, AcRefine(band))),
                }
            }
        }
    }

    /// Visits the blocks of a scan in their order; whether its data was all there.
    fn walk(&mut self, scan: &ScanHeader, data: &[u8], mut process: impl Process) -> bool {
        let layout = Layout::of(scan, self.header);
        let mut restarts = self.tables.restarts();
        let mut bits = Bits::new(data);
        let (mut fed, mut whole) = (true, true);
        for row in 0..layout.mcus_down as usize {
            let mut mcu = 0;
            while mcu < layout.mcus_across {
                if restarts.due() {
                    let (next, found) = restarts.next(bits);
                    bits = next;
                    fed |= found;
                    whole &= found;
                    process.restart();
                }
                let end = mcu + restarts.run(layout.mcus_across - mcu);
                if fed {
                    bits = self.walk_mcus(scan, &layout, row, mcu as usize..end as usize, bits, &mut process);
                    fed = !bits.starved();
                }
                whole &= fed;
                restarts.pass(end - mcu);
                mcu = end;
            }
            if !fed && restarts.run(u32::MAX) == u32::MAX {
                break;
            }
        }
        whole
    }

    /// Visits MCUs of a row; stops after one for which the data did not suffice.
    fn walk_mcus<'a>(
        &mut self,
        scan: &ScanHeader,
        layout: &Layout,
        row: usize,
        mcus: std::ops::Range<usize>,
        mut bits: Bits<'a>,
        process: &mut impl Process,
    ) -> Bits<'a> {
        let is_lone = scan.components.len() == 1;
        for mcu in mcus {
            for place in &layout.places {
                let component = &mut self.components[scan.components[place.member].index];
                let rows = if is_lone { 1 } else { component.rows };
                let block = (row * rows + place.row) * component.across + mcu * place.across + place.column;
                let coefficients = &mut component.coefficients[block * N * N..][..N * N];
                process.block(&mut bits, place.member, coefficients, component.histories.get_mut(block));
            }
            if bits.starved() {
                break;
            }
        }
        bits
    }

    fn emit(&self, sink: &mut dyn RowSink) {
        let (_, down) = self.header.largest_factors();
        for row in 0..self.header.height.div_ceil(8 * down) as usize {
            for (index, component) in self.components.iter().enumerate() {
                component.emit::<N>(index, row * component.rows, sink);
            }
        }
    }
}

impl<const PLACES: usize> Component<PLACES> {
    /// Hands out the samples of an MCU's rows of blocks.
    fn emit<const N: usize>(&self, index: usize, first_row: usize, sink: &mut dyn RowSink) {
        let stride = self.across * N;
        let mut samples = vec![0; stride * N];
        let steps = self.steps.unwrap_or([0; PLACES]);
        for row in first_row..first_row + self.rows {
            let blocks = self.coefficients[row * self.across * N * N..][..self.across * N * N].chunks_exact(N * N);
            for (at, block) in blocks.enumerate() {
                let mut coefficients = [0; PLACES];
                for ((target, &value), step) in coefficients.iter_mut().zip(block).zip(steps) {
                    *target = i32::from(value).wrapping_mul(step);
                }
                idct::put::<N, PLACES>(&coefficients, &mut samples[at * N..], stride);
            }
            let count = N.min((self.size.height as usize).saturating_sub(row * N));
            if count > 0 {
                let rows = Rows::new(&samples[..count * stride], stride, self.size.width as usize);
                sink.rows(index, (row * N) as u32, rows);
            }
        }
    }
}

/// What a kind of scan does with a block.
trait Process {
    /// Reads what the scan says about a block of the scan's component `member`.
    fn block(&mut self, bits: &mut Bits<'_>, member: usize, coefficients: &mut [i16], history: Option<&mut u64>);

    /// Forgets what a restart marker says to forget.
    fn restart(&mut self) {}
}

struct DcFirst {
    codes: Vec<Symbols>,
    predictions: [i32; 4],
    low: u32,
}

impl Process for DcFirst {
    #[inline(always)]
    fn block(&mut self, bits: &mut Bits<'_>, member: usize, coefficients: &mut [i16], _: Option<&mut u64>) {
        bits.refill();
        let symbol = self.codes[member].find(bits.queue());
        let prediction = &mut self.predictions[member & 3];
        *prediction = prediction.wrapping_add(symbol.value(bits.queue()));
        bits.consume(symbol.total());
        coefficients[0] = (*prediction << self.low) as i16;
    }

    fn restart(&mut self) {
        self.predictions = [0; 4];
    }
}

struct DcRefine {
    low: u32,
}

impl Process for DcRefine {
    #[inline(always)]
    fn block(&mut self, bits: &mut Bits<'_>, _: usize, coefficients: &mut [i16], _: Option<&mut u64>) {
        coefficients[0] |= (bits.bits(1) << self.low) as i16;
    }
}

/// What the scans of AC coefficients have in common.
struct Band {
    code: Symbols,
    first: u32,
    last: u32,
    low: u32,
    /// Where to keep a coefficient, beyond all places if nowhere.
    positions: [u8; 128],
    /// Those coefficients that are kept, a bit each.
    kept: u64,
    /// For how many more blocks the band has ended.
    ended: u32,
}

impl Band {
    fn new<const N: usize>(code: Symbols, scan: &ScanHeader) -> Self {
        let positions = scan::positions(N, 255);
        let kept = kept(&positions);
        Self { code, first: scan.first, last: scan.last, low: scan.low, positions, kept, ended: 0 }
    }

    /// Reads for how many blocks, this one included, the band has ended.
    fn read_end(&mut self, bits: &mut Bits<'_>, size: u32) {
        self.ended = (1 << size) + if size == 0 { 0 } else { bits.bits(size) };
    }

    /// Sets a coefficient that was zero.
    #[inline(always)]
    fn set(&self, at: u32, value: i32, coefficients: &mut [i16], history: &mut u64) {
        *history |= 1 << at.min(63);
        if let Some(coefficient) = coefficients.get_mut(usize::from(self.positions[at as usize & 127])) {
            *coefficient = (value << self.low) as i16;
        }
    }

    /// Reads a correction bit for each of the coefficients `which`, none of which is zero.
    #[inline(always)]
    fn correct(&self, bits: &mut Bits<'_>, which: u64, coefficients: &mut [i16]) {
        let mut left = which;
        if left & self.kept == 0 {
            return skip_bits(bits, left.count_ones());
        }
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            left &= left - 1;
            let corrected = bits.bits(1) != 0;
            if let Some(coefficient) = coefficients.get_mut(usize::from(self.positions[at & 127])) {
                let step = 1_i16 << self.low;
                if corrected && *coefficient & step == 0 {
                    let away_from_zero = if *coefficient < 0 { step.wrapping_neg() } else { step };
                    *coefficient = coefficient.wrapping_add(away_from_zero);
                }
            }
        }
    }
}

fn skip_bits(bits: &mut Bits<'_>, count: u32) {
    let mut left = count;
    while left > 0 {
        let length = left.min(16);
        bits.bits(length);
        left -= length;
    }
}

struct AcFirst(Band);

impl Process for AcFirst {
    #[inline(always)]
    fn block(&mut self, bits: &mut Bits<'_>, _: usize, coefficients: &mut [i16], history: Option<&mut u64>) {
        let band = &mut self.0;
        if band.ended > 0 {
            band.ended -= 1;
            return;
        }
        let mut unused = 0;
        let history = history.unwrap_or(&mut unused);
        let mut at = band.first;
        while at <= band.last {
            bits.refill();
            let queue = bits.queue();
            let symbol = band.code.find(queue);
            if symbol.size() == 0 {
                bits.consume(symbol.length());
                if symbol.high() < 15 {
                    band.read_end(bits, symbol.high());
                    band.ended -= 1;
                    return;
                }
                at += 16;
                continue;
            }
            bits.consume(symbol.total());
            at += symbol.high();
            band.set(at, symbol.value(queue), coefficients, history);
            at += 1;
        }
    }

    fn restart(&mut self) {
        self.0.ended = 0;
    }
}

struct AcRefine(Band);

impl AcRefine {
    /// Reads up to the end of the block or of the band; where it stopped.
    #[inline(always)]
    fn read(&mut self, bits: &mut Bits<'_>, coefficients: &mut [i16], history: &mut u64) -> u32 {
        let band = &mut self.0;
        let mut at = band.first;
        while at <= band.last {
            bits.refill();
            let symbol = band.code.find(bits.queue());
            bits.consume(symbol.length());
            let mut value = 0;
            if symbol.size() != 0 {
                value = if bits.bit() { 1 } else { -1 };
            } else if symbol.high() < 15 {
                band.read_end(bits, symbol.high());
                return at;
            }
            let stop = nth_zero(*history, at, band.last, symbol.high());
            band.correct(bits, *history & span(at, stop), coefficients);
            at = stop;
            if value != 0 {
                band.set(at, value, coefficients, history);
            }
            at += 1;
        }
        at
    }
}

/// The first place at or after `from` with `zeros` zeros before it that is itself zero, or the one after `last`.
#[inline(always)]
fn nth_zero(history: u64, from: u32, last: u32, zeros: u32) -> u32 {
    let mut free = !history & span(from, last + 1);
    for _ in 0..zeros {
        free &= free.wrapping_sub(1);
    }
    free.trailing_zeros().min(last + 1)
}

/// The places from `from`, below 64, to before `end`, at most 64, a bit each.
#[inline(always)]
fn span(from: u32, end: u32) -> u64 {
    if from >= end { 0 } else { (u64::MAX >> (64 - end)) & (u64::MAX << from) }
}

impl Process for AcRefine {
    #[inline(always)]
    fn block(&mut self, bits: &mut Bits<'_>, _: usize, coefficients: &mut [i16], history: Option<&mut u64>) {
        let mut unused = 0;
        let history = history.unwrap_or(&mut unused);
        let mut at = self.0.first;
        if self.0.ended == 0 {
            at = self.read(bits, coefficients, history);
        }
        if self.0.ended > 0 {
            self.0.correct(bits, *history & span(at, self.0.last + 1), coefficients);
            self.0.ended -= 1;
        }
    }

    fn restart(&mut self) {
        self.0.ended = 0;
    }
}
