//! What sequential and progressive scans have in common: tables, scan headers, the order of blocks, restarts.

use super::Error;
use super::bits::Bits;
use super::header::{Header, Segment, code, next_marker};
use super::huffman::Code;
use super::planes::PlaneSize;
use super::scale::Scale;

/// The order in which coefficients are stored: place in the file -> row * 8 + column.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// Where a coefficient that the scale does not need goes, given the number of places.
pub(super) const fn discard(places: usize) -> u8 {
    places as u8 - 1
}

/// Place in the file -> place among the N x N lowest coefficients, or the last place for those that N does not need.
///
/// There are `places` of them. Places beyond 63, which only damaged files have, count as 63, as in libjpeg.
pub(super) const fn positions(n: usize, places: usize) -> [u8; 128] {
    let mut map = [discard(places); 128];
    let mut at = 0;
    while at < 128 {
        let natural = ZIGZAG[if at < 64 { at } else { 63 }] as usize;
        let (row, column) = (natural / 8, natural % 8);
        if row < n && column < n {
            map[at] = (row * n + column) as u8;
        }
        at += 1;
    }
    map
}

/// The place in the file of the last coefficient that a scale needs.
pub(super) const fn last_needed(scale: Scale) -> u32 {
    match scale {
        Scale::Eighth => 0,
        Scale::Quarter => 4,
        Scale::Half => 24,
        Scale::Full => 63,
    }
}

/// The tables in force; each stays until it is defined anew.
#[derive(Default)]
pub(super) struct Tables {
    /// In the file's order.
    quantization: [Option<[u16; 64]>; 4],
    dc: [Option<Code>; 4],
    ac: [Option<Code>; 4],
    restart_interval: u32,
}

impl Tables {
    /// Takes in a segment that defines tables; ignores any other.
    pub(super) fn read(&mut self, segment: Segment<'_>) -> Result<(), Error> {
        match segment.code {
            code::DQT => self.read_quantization(segment.payload),
            code::DHT => self.read_huffman(segment.payload),
            code::DRI => self.read_restart_interval(segment.payload),
            _ => Ok(()),
        }
    }

    fn read_quantization(&mut self, payload: &[u8]) -> Result<(), Error> {
        let mut rest = payload;
        while let [head, tail @ ..] = rest {
            let size = if head >> 4 == 0 { 64 } else { 128 };
            let place = self.quantization.get_mut(usize::from(head & 15));
            let (Some(place), Some((listed, tail))) = (place, tail.split_at_checked(size)) else {
                return Err(Error::Corrupt("a quantization table is cut short or misplaced"));
            };
            let mut table = [0; 64];
            for (at, value) in table.iter_mut().enumerate() {
                *value = match size {
                    64 => listed[at].into(),
                    _ => u16::from_be_bytes([listed[2 * at], listed[2 * at + 1]]),
                };
            }
            *place = Some(table);
            rest = tail;
        }
        Ok(())
    }

    fn read_huffman(&mut self, payload: &[u8]) -> Result<(), Error> {
        let mut rest = payload;
        while let [head, tail @ ..] = rest {
            let class = match head >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(Error::Corrupt("a Huffman table is of no known class")),
            };
            let place = class.get_mut(usize::from(head & 15)).ok_or(Error::Corrupt("a Huffman table is misplaced"))?;
            let (code, tail) = Code::read(tail)?;
            *place = Some(code);
            rest = tail;
        }
        Ok(())
    }

    fn read_restart_interval(&mut self, payload: &[u8]) -> Result<(), Error> {
        let interval: &[u8; 2] = payload.try_into().map_err(|_| Error::Corrupt("a restart interval has two bytes"))?;
        self.restart_interval = u16::from_be_bytes(*interval).into();
        Ok(())
    }

    /// The DC code that a scan names.
    pub(super) fn dc(&self, index: u8) -> Result<&Code, Error> {
        let code = find(&self.dc, index).ok_or(Error::Corrupt("a scan names a DC table that is not there"))?;
        code.check_dc()?;
        Ok(code)
    }

    /// The AC code that a scan names.
    pub(super) fn ac(&self, index: u8) -> Result<&Code, Error> {
        find(&self.ac, index).ok_or(Error::Corrupt("a scan names an AC table that is not there"))
    }

    /// The steps of a component's coefficients, at the places where [`positions`] puts them.
    pub(super) fn steps<const PLACES: usize>(&self, index: u8, n: usize) -> Result<[i32; PLACES], Error> {
        let table = find(&self.quantization, index).ok_or(Error::Corrupt("a quantization table is not there"))?;
        let map = positions(n, PLACES);
        let mut steps = [0; PLACES];
        for (&position, &step) in map.iter().zip(table) {
            steps[usize::from(position)] = step.into();
        }
        Ok(steps)
    }

    /// The restarts of a scan that begins now.
    pub(super) fn restarts(&self) -> Restarts {
        Restarts { interval: self.restart_interval, left: self.restart_interval, expected: 0 }
    }
}

fn find<T>(tables: &[Option<T>; 4], index: u8) -> Option<&T> {
    tables.get(usize::from(index))?.as_ref()
}

/// A component of a scan.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScanComponent {
    /// Which of the frame's components it is.
    pub(super) index: usize,
    /// Which DC table it uses.
    pub(super) dc: u8,
    /// Which AC table it uses.
    pub(super) ac: u8,
}

/// What a scan says about itself.
#[derive(Debug, Clone)]
pub(super) struct ScanHeader {
    pub(super) components: Vec<ScanComponent>,
    /// The first and the last coefficient of the scan.
    pub(super) first: u32,
    pub(super) last: u32,
    /// Down to which bit former scans came (0: there were none), and down to which this one comes.
    pub(super) high: u32,
    pub(super) low: u32,
}

impl ScanHeader {
    pub(super) fn read(payload: &[u8], header: &Header) -> Result<Self, Error> {
        const BROKEN: Error = Error::Corrupt("a scan header contradicts itself");
        let [count, rest @ ..] = payload else { return Err(BROKEN) };
        let (listed, rest) = rest.split_at_checked(2 * usize::from(*count)).ok_or(BROKEN)?;
        let [first, last, approximation] = *rest else { return Err(BROKEN) };
        let mut components: Vec<ScanComponent> = Vec::new();
        for pair in listed.chunks_exact(2) {
            let index = header.components.iter().position(|component| component.id == pair[0]).ok_or(BROKEN)?;
            if components.iter().any(|other| other.index == index) {
                return Err(BROKEN);
            }
            components.push(ScanComponent { index, dc: pair[1] >> 4, ac: pair[1] & 15 });
        }
        let scan = Self {
            components,
            first: first.into(),
            last: last.into(),
            high: (approximation >> 4).into(),
            low: (approximation & 15).into(),
        };
        let blocks: u8 = scan.components.iter().map(|it| blocks_of(header, it.index)).sum();
        let fits = !scan.components.is_empty() && (scan.components.len() == 1 || blocks <= 10);
        if fits && (!header.progressive || scan.is_progression()) { Ok(scan) } else { Err(BROKEN) }
    }

    /// Whether a progressive file may have such a scan.
    fn is_progression(&self) -> bool {
        let band = match self.first {
            0 => self.last == 0,
            first => first <= self.last && self.last < 64 && self.components.len() == 1,
        };
        band && self.low <= 13 && (self.high == 0 || self.high == self.low + 1)
    }
}

fn blocks_of(header: &Header, index: usize) -> u8 {
    header.components[index].horizontal * header.components[index].vertical
}

/// The order of a scan's blocks.
pub(super) struct Layout {
    pub(super) mcus_across: u32,
    pub(super) mcus_down: u32,
    /// The blocks of an MCU.
    pub(super) places: Vec<Place>,
}

/// A block of an MCU.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Which of the scan's components it belongs to.
    pub(super) member: usize,
    /// Its row and column among the component's blocks of the MCU.
    pub(super) row: usize,
    pub(super) column: usize,
    /// How many columns of blocks the component has in an MCU.
    pub(super) across: usize,
}

impl Layout {
    pub(super) fn of(scan: &ScanHeader, header: &Header) -> Self {
        if let [lone] = scan.components.as_slice() {
            let size = header.plane_sizes(Scale::Full)[lone.index];
            let places = vec![Place { member: 0, row: 0, column: 0, across: 1 }];
            return Self { mcus_across: size.width.div_ceil(8), mcus_down: size.height.div_ceil(8), places };
        }
        let (across, down) = header.largest_factors();
        let mut places = Vec::new();
        for (member, component) in scan.components.iter().enumerate() {
            let factors = header.components[component.index];
            let (across, down) = (usize::from(factors.horizontal), usize::from(factors.vertical));
            let grid = (0..down).flat_map(|row| (0..across).map(move |column| (row, column)));
            places.extend(grid.map(|(row, column)| Place { member, row, column, across }));
        }
        Self { mcus_across: header.width.div_ceil(8 * across), mcus_down: header.height.div_ceil(8 * down), places }
    }
}

/// How many blocks a component has across and down, those included that only fill up its last MCUs.
pub(super) fn padded_blocks(header: &Header, index: usize) -> (usize, usize) {
    let (across, down) = header.largest_factors();
    let component = header.components[index];
    let mcus = (header.width.div_ceil(8 * across) as usize, header.height.div_ceil(8 * down) as usize);
    (mcus.0 * usize::from(component.horizontal), mcus.1 * usize::from(component.vertical))
}

/// Counts MCUs between restart markers.
pub(super) struct Restarts {
    /// MCUs between two markers; 0: there are none.
    interval: u32,
    left: u32,
    expected: u8,
}

impl Restarts {
    /// How many of the next `wanted` MCUs come before the next marker.
    pub(super) fn run(&self, wanted: u32) -> u32 {
        if self.interval == 0 { wanted } else { wanted.min(self.left) }
    }

    /// Whether a marker has to come now.
    pub(super) fn due(&self) -> bool {
        self.interval != 0 && self.left == 0
    }

    /// Notes that MCUs are done.
    pub(super) fn pass(&mut self, mcus: u32) {
        self.left = self.left.saturating_sub(mcus);
    }

    /// Goes to the data after the next restart marker, or stays before a marker that belongs further on: then there is
    /// no data for this interval, and `None` says so. The strategy is libjpeg's: a marker one or two ahead of the expected one
    /// means that data is missing, one or two behind that it is a repetition, any other number that it was damaged.
    pub(super) fn next<'a>(&mut self, bits: Bits<'a>) -> (Bits<'a>, bool) {
        let expected = self.expected;
        self.left = self.interval;
        self.expected = (expected + 1) & 7;
        let mut rest = bits.rest();
        while let Some((found, after)) = next_marker(rest) {
            let ahead = match found {
                code::RST0..=code::RST7 => (found - code::RST0).wrapping_sub(expected) & 7,
                code::TEM..code::SOF_BASELINE => 7,
                _ => 1,
            };
            match ahead {
                1 | 2 => return (Bits::new(&rest[rest.len() - after.len() - 2..]), false),
                6 | 7 => rest = after,
                _ => return (Bits::new(after), true),
            }
        }
        (Bits::new(&[]), false)
    }
}

/// Hands out grey rows for a component that never came.
pub(super) fn grey_rows(component: usize, size: PlaneSize, sink: &mut dyn super::RowSink) {
    let row = vec![128; size.width as usize];
    for at in 0..size.height {
        sink.rows(component, at, super::Rows::new(&row, row.len(), row.len()));
    }
}
