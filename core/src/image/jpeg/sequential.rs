//! Sequential files: every block comes once, and is done with.

use super::bits::Bits;
use super::header::{Header, Segments, code};
use super::huffman::{Skips, Symbols};
use super::planes::{PlaneSize, RowSink, Rows};
use super::scale::Scale;
use super::scan::{self, Layout, ScanHeader, Tables};
use super::{Error, idct};

/// Decodes a sequential file; whether its data ended early.
pub(super) fn decode(bytes: &[u8], header: &Header, scale: Scale, sink: &mut dyn RowSink) -> Result<bool, Error> {
    let mut segments = Segments::new(bytes)?;
    let mut tables = Tables::default();
    let mut missing: Vec<usize> = (0..header.components.len()).collect();
    let mut truncated = false;
    while !missing.is_empty() {
        let Some(segment) = segments.next()?.filter(|segment| segment.code != code::EOI) else {
            break;
        };
        if segment.code != code::SOS {
            tables.read(segment)?;
            continue;
        }
        let scan = ScanHeader::read(segment.payload, header)?;
        if scan.components.iter().all(|component| missing.contains(&component.index)) {
            missing.retain(|index| scan.components.iter().all(|component| component.index != *index));
            let (bits, whole) = decode_scan(segments.rest(), &scan, header, scale, &tables, sink)?;
            segments.resume(bits.rest());
            truncated |= !whole;
        }
        segments.skip_scan();
    }
    let sizes = header.plane_sizes(scale);
    missing.iter().for_each(|&index| scan::grey_rows(index, sizes[index], sink));
    Ok(truncated || !missing.is_empty())
}

fn decode_scan<'a>(
    data: &'a [u8],
    scan: &ScanHeader,
    header: &Header,
    scale: Scale,
    tables: &Tables,
    sink: &mut dyn RowSink,
) -> Result<(Bits<'a>, bool), Error> {
    match scale {
        Scale::Eighth => Decoder::<1, 8>::new(scan, header, scale, tables)?.run(data, sink),
        Scale::Quarter => Decoder::<2, 8>::new(scan, header, scale, tables)?.run(data, sink),
        Scale::Half => Decoder::<4, 32>::new(scan, header, scale, tables)?.run(data, sink),
        Scale::Full => Decoder::<8, 64>::new(scan, header, scale, tables)?.run(data, sink),
    }
}

/// Decodes a scan to blocks of N x N samples, with room for `PLACES` coefficients: a power of two, with one place for
/// those that are not needed.
struct Decoder<const N: usize, const PLACES: usize> {
    members: Vec<Member<PLACES>>,
    layout: Layout,
    restarts: scan::Restarts,
}

/// A component of the scan, with what it needs and the row of blocks in work.
struct Member<const PLACES: usize> {
    component: usize,
    dc: Symbols,
    /// None if no AC coefficient is needed.
    ac: Option<Symbols>,
    /// None if all coefficients are needed.
    skips: Option<Skips>,
    steps: [i32; PLACES],
    size: PlaneSize,
    samples: Vec<u8>,
    stride: usize,
    rows: usize,
    prediction: i32,
}

impl<const N: usize, const PLACES: usize> Decoder<N, PLACES> {
    const POSITIONS: [u8; 128] = scan::positions(N, PLACES);

    fn new(scan: &ScanHeader, header: &Header, scale: Scale, tables: &Tables) -> Result<Self, Error> {
        let layout = Layout::of(scan, header);
        let sizes = header.plane_sizes(scale);
        let mut members = Vec::new();
        for (index, component) in scan.components.iter().enumerate() {
            let (dc_code, ac_code) = (tables.dc(component.dc)?, tables.ac(component.ac)?);
            // Building tables is much of what a small picture costs, and components share codes.
            let before = scan.components.iter().zip(&members).rev();
            let before: Vec<(_, &Member<PLACES>)> = before.collect();
            let same_dc = before.iter().find(|(other, _)| other.dc == component.dc);
            let same_ac = before.iter().find(|(other, _)| other.ac == component.ac);
            let dc = same_dc.map_or_else(|| Symbols::new(dc_code), |(_, member)| member.dc.clone());
            let (ac, skips) = same_ac.map_or_else(
                || ((N > 1).then(|| Symbols::new(ac_code)), (N < 8).then(|| Skips::new(ac_code))),
                |(_, member)| (member.ac.clone(), member.skips.clone()),
            );
            let places = || layout.places.iter().filter(|place| place.member == index);
            let across = places().map(|place| place.across).max().unwrap_or(1);
            let rows = N * places().map(|place| place.row + 1).max().unwrap_or(1);
            let stride = layout.mcus_across as usize * across * N;
            members.push(Member {
                component: component.index,
                dc,
                ac,
                skips,
                steps: tables.steps(header.components[component.index].quantization, N)?,
                size: sizes[component.index],
                samples: vec![128; stride * rows],
                stride,
                rows,
                prediction: 0,
            });
        }
        Ok(Self { members, layout, restarts: tables.restarts() })
    }

    /// Decodes the scan; whether its data was all there.
    fn run<'a>(mut self, data: &'a [u8], sink: &mut dyn RowSink) -> Result<(Bits<'a>, bool), Error> {
        let mut bits = Bits::new(data);
        let (mut fed, mut whole) = (true, true);
        for row in 0..self.layout.mcus_down {
            let mut mcu = 0;
            while mcu < self.layout.mcus_across {
                if self.restarts.due() {
                    let (next, found) = self.restarts.next(bits);
                    bits = next;
                    fed |= found;
                    whole &= found;
                    self.members.iter_mut().for_each(|member| member.prediction = 0);
                }
                let end = mcu + self.restarts.run(self.layout.mcus_across - mcu);
                if fed {
                    let done;
                    (bits, done) = self.decode_mcus(bits, mcu as usize, end as usize);
                    fed = !bits.starved();
                    self.blank(done, end as usize);
                } else {
                    self.blank(mcu as usize, end as usize);
                }
                whole &= fed;
                self.restarts.pass(end - mcu);
                mcu = end;
            }
            self.members.iter().for_each(|member| member.emit(row as usize, sink));
        }
        Ok((bits, whole))
    }

    /// Decodes MCUs `from..to` of a row; stops early after one for which the data did not suffice.
    fn decode_mcus<'a>(&mut self, mut bits: Bits<'a>, from: usize, to: usize) -> (Bits<'a>, usize) {
        for mcu in from..to {
            for place in &self.layout.places {
                let member = &mut self.members[place.member];
                let at = place.row * N * member.stride + (mcu * place.across + place.column) * N;
                member.decode_block::<N>(&mut bits, at, &Self::POSITIONS);
            }
            if bits.starved() {
                return (bits, mcu + 1);
            }
        }
        (bits, to)
    }

    /// Makes MCUs `from..to` of a row grey.
    fn blank(&mut self, from: usize, to: usize) {
        for place in self.layout.places.iter().filter(|place| place.column == 0 && from < to) {
            let member = &mut self.members[place.member];
            let width = place.across * N;
            for row in 0..N {
                let at = (place.row * N + row) * member.stride;
                member.samples[at + from * width..at + to * width].fill(128);
            }
        }
    }
}

impl<const PLACES: usize> Member<PLACES> {
    /// Decodes a block to the samples at `at`.
    #[inline(always)]
    fn decode_block<const N: usize>(&mut self, bits: &mut Bits<'_>, at: usize, positions: &[u8; 128]) {
        bits.refill();
        let symbol = self.dc.find(bits.queue());
        self.prediction = i32::from((self.prediction + symbol.value(bits.queue())) as i16);
        bits.consume_entry(symbol.entry());
        // What follows counts on 28 bits, which only a rare DC code does not leave.
        if symbol.total() > 28 {
            bits.refill();
        }
        let dc = self.prediction.wrapping_mul(self.steps[0]);
        if N == 1 {
            if let Some(skips) = &self.skips {
                skips.skip_all(bits);
            }
            self.samples[at] = idct::to_1x1(dc);
            return;
        }
        let mut coefficients = [0; PLACES];
        coefficients[0] = dc;
        let flat = self.read_ac::<N>(bits, &mut coefficients, positions);
        let target = &mut self.samples[at..];
        // Of four samples it costs more to ask than to compute them.
        if N > 2 && flat {
            let mean = idct::to_1x1(dc);
            for row in 0..N {
                target[row * self.stride..][..N].fill(mean);
            }
            return;
        }
        idct::put::<N, PLACES>(&coefficients, target, self.stride);
    }

    /// Reads the coefficients that N needs and skips the others; whether none but the DC coefficient was there.
    #[inline(always)]
    fn read_ac<const N: usize>(
        &self,
        bits: &mut Bits<'_>,
        coefficients: &mut [i32; PLACES],
        positions: &[u8; 128],
    ) -> bool {
        let last = match N {
            2 => scan::last_needed(Scale::Quarter),
            4 => scan::last_needed(Scale::Half),
            _ => scan::last_needed(Scale::Full),
        } as usize;
        let Some(ac) = &self.ac else { return false };
        let mut at = 1;
        loop {
            // Filled once for two symbols: the table's leave enough of the queue, and a longer one fills it again.
            bits.refill();
            if self.read_one::<N>(ac, bits, &mut at, coefficients, positions) {
                return at == 66;
            }
            if at > last {
                break;
            }
            if self.read_one::<N>(ac, bits, &mut at, coefficients, positions) {
                return at == 66;
            }
            if at > last {
                break;
            }
        }
        if at < 64
            && let Some(skips) = &self.skips
        {
            skips.skip(bits, at as u32);
        }
        N < 8 && at == 66
    }

    /// Reads the coefficient at or after `at`; whether it is known that there was none any more.
    #[inline(always)]
    fn read_one<const N: usize>(
        &self,
        ac: &Symbols,
        bits: &mut Bits<'_>,
        at: &mut usize,
        coefficients: &mut [i32; PLACES],
        positions: &[u8; 128],
    ) -> bool {
        let queue = bits.queue();
        let symbol = ac.find(queue);
        bits.consume_entry(symbol.entry());
        if symbol.total() > 28 {
            bits.refill();
        }
        *at += symbol.run();
        // The end of the block leads beyond the last place needed, and to one to discard unless N is 8: no need to ask each time.
        if N == 8 && symbol.run() >= 64 {
            *at += 1;
            return true;
        }
        let position = usize::from(positions[*at & 127]) & (PLACES - 1);
        coefficients[position] = symbol.value(queue).wrapping_mul(self.steps[position]);
        *at += 1;
        false
    }

    fn emit(&self, mcu_row: usize, sink: &mut dyn RowSink) {
        let first = mcu_row * self.rows;
        let count = self.rows.min((self.size.height as usize).saturating_sub(first));
        if count > 0 {
            let rows = Rows::new(&self.samples[..count * self.stride], self.stride, self.size.width as usize);
            sink.rows(self.component, first as u32, rows);
        }
    }
}
