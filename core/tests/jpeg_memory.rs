//! The JPEG decoder's memory follows the output, not the input.
#![cfg(all(feature = "image", target_os = "linux"))]
#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

use optidash_core::image::jpeg::{Header, RowSink, Rows, Scale, decode_rows};

/// A grey baseline file of `side` x `side` pixels, all of them 128: each block takes two bits.
fn flat(side: u16) -> Vec<u8> {
    let [high, low] = side.to_be_bytes();
    let table = |class: u8| {
        let mut segment = vec![0xFF, 0xC4, 0, 20, class, 1];
        segment.extend([0; 15]);
        segment.push(0);
        segment
    };
    let blocks = usize::from(side.div_ceil(8)).pow(2);
    [
        b"\xFF\xD8\xFF\xDB\0\x43\0".to_vec(),
        vec![1; 64],
        vec![0xFF, 0xC0, 0, 11, 8, high, low, high, low, 1, 1, 0x11, 0],
        table(0x00),
        table(0x10),
        vec![0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0],
        vec![0; blocks.div_ceil(4)],
        vec![0xFF, 0xD9],
    ]
    .concat()
}

struct Counter {
    rows: u32,
    grey: bool,
}

impl RowSink for Counter {
    fn rows(&mut self, _: usize, first: u32, rows: Rows<'_>) {
        assert_eq!(first, self.rows);
        for row in rows.iter() {
            self.rows += 1;
            self.grey &= row.iter().all(|&sample| sample == 128);
        }
    }
}

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_picture_of_a_thousand_megapixels_streams_through_a_few_hundred_kilobytes() {
    let bytes = flat(32_768);
    let header = Header::read(&bytes).unwrap();
    for scale in [Scale::Eighth, Scale::Quarter] {
        let mut counter = Counter { rows: 0, grey: true };
        let before = peak();
        let truncated = decode_rows(&bytes, &header, scale, &mut counter).unwrap();
        assert_eq!((truncated, counter.grey, counter.rows), (false, true, header.scaled(scale).1));
        assert!(peak() - before < 1024, "{} KiB", peak() - before);
    }
}
