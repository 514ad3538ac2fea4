//! The JPEG decoder against libjpeg, and against damage.
#![cfg(feature = "image")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "the helpers of tests fail as tests do")]

use optidash_core::image::jpeg::{
    Error, Header, Oversampling, Planes, RowSink, Rows, Sampling, Scale, decode, decode_rows,
};

const SCALES: [Scale; 4] = [Scale::Eighth, Scale::Quarter, Scale::Half, Scale::Full];

const FIXTURES: [(&str, Sampling, bool); 12] = [
    ("grey", Sampling::Grey, false),
    ("444", Sampling::S444, false),
    ("422", Sampling::S422, false),
    ("420", Sampling::S420, false),
    ("440", Sampling::S440, false),
    ("mixed", Sampling::Mixed, false),
    ("420-restart", Sampling::S420, false),
    ("422-restart", Sampling::S422, false),
    ("420-scans", Sampling::S420, false),
    ("420-progressive", Sampling::S420, true),
    ("444-progressive-restart", Sampling::S444, true),
    ("grey-progressive", Sampling::Grey, true),
];

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/jpeg/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn decode_at(bytes: &[u8], scale: Scale) -> Result<Planes, Error> {
    decode(bytes, &Header::read(bytes)?, scale)
}

/// What must hold of any picture, however damaged.
fn check_sizes(bytes: &[u8], scale: Scale, planes: &Planes) {
    let sizes = Header::read(bytes).unwrap().plane_sizes(scale);
    assert_eq!(planes.components.len(), sizes.len());
    for (plane, size) in planes.components.iter().zip(sizes) {
        assert_eq!(plane.size, size);
        assert_eq!(plane.samples.len(), (size.width * size.height) as usize);
    }
}

#[test]
fn every_sample_is_libjpegs() {
    for (name, sampling, progressive) in FIXTURES {
        let bytes = fixture(&format!("{name}.jpg"));
        let expected = fixture(&format!("{name}.planes"));
        let header = Header::read(&bytes).unwrap();
        assert_eq!((header.width, header.height), (35, 27), "{name}");
        assert_eq!((header.sampling(), header.progressive), (sampling, progressive), "{name}");
        let mut rest = expected.as_slice();
        for scale in SCALES {
            let planes = decode(&bytes, &header, scale).unwrap();
            check_sizes(&bytes, scale, &planes);
            assert!(!planes.truncated, "{name} {scale:?}");
            for (index, plane) in planes.components.iter().enumerate() {
                let (samples, after) = rest.split_at(plane.samples.len());
                assert_eq!(plane.samples, samples, "{name} {scale:?} component {index}");
                rest = after;
            }
        }
        assert!(rest.is_empty(), "{name}");
    }
}

#[test]
fn rgb_is_libjpeg_turbos() {
    for name in ["420", "422", "440"] {
        let planes = decode_at(&fixture(&format!("{name}.jpg")), Scale::Full).unwrap();
        assert_eq!(planes.to_rgb().unwrap(), fixture(&format!("{name}.rgb")), "{name}");
    }
}

#[test]
fn rgb_of_grey_repeats_it_and_of_subsampled_luma_is_refused() {
    let grey = decode_at(&fixture("grey.jpg"), Scale::Quarter).unwrap();
    let rgb = grey.to_rgb().unwrap();
    assert!(rgb.chunks(3).zip(&grey.components[0].samples).all(|(pixel, &luma)| pixel == [luma; 3]));
    let mut bytes = fixture("444.jpg");
    set_factors(&mut bytes, [0x11, 0x22, 0x22]);
    let planes = decode_at(&bytes, Scale::Full).unwrap();
    assert!(matches!(planes.to_rgb(), Err(Error::Unsupported(_))));
}

/// Checks that rows come in order, each once, and not many at a time.
struct Watcher {
    next: Vec<u32>,
    samples: Vec<Vec<u8>>,
    most: usize,
}

impl RowSink for Watcher {
    fn rows(&mut self, component: usize, first: u32, rows: Rows<'_>) {
        assert_eq!(first, self.next[component]);
        let before = self.samples[component].len();
        for row in rows.iter() {
            self.next[component] += 1;
            self.samples[component].extend_from_slice(row);
        }
        self.most = self.most.max((self.next[component] - first) as usize);
        assert!(self.samples[component].len() > before);
    }
}

#[test]
fn rows_come_one_row_of_blocks_at_a_time() {
    for (name, ..) in FIXTURES {
        let bytes = fixture(&format!("{name}.jpg"));
        let header = Header::read(&bytes).unwrap();
        for scale in SCALES {
            let count = header.components.len();
            let mut watcher = Watcher { next: vec![0; count], samples: vec![Vec::new(); count], most: 0 };
            let truncated = decode_rows(&bytes, &header, scale, &mut watcher).unwrap();
            let planes = decode(&bytes, &header, scale).unwrap();
            assert_eq!(truncated, planes.truncated);
            assert!(watcher.most <= 2 * scale.block() as usize);
            for (plane, samples) in planes.components.iter().zip(&watcher.samples) {
                assert_eq!(&plane.samples, samples, "{name} {scale:?}");
            }
        }
    }
}

#[test]
fn a_file_cut_anywhere_gives_a_picture_or_an_error() {
    for (name, ..) in FIXTURES {
        let bytes = fixture(&format!("{name}.jpg"));
        for scale in SCALES {
            let whole = decode_at(&bytes, scale).unwrap();
            for length in 0..bytes.len() {
                let cut = &bytes[..length];
                let Ok(planes) = decode_at(cut, scale) else { continue };
                check_sizes(cut, scale, &planes);
                assert!(planes.truncated || planes.components == whole.components, "{name} {scale:?} {length}");
            }
        }
    }
}

#[test]
fn what_is_missing_is_grey_and_what_came_before_is_kept() {
    let bytes = fixture("420.jpg");
    let whole = decode_at(&bytes, Scale::Full).unwrap();
    let cut = decode_at(&bytes[..bytes.len() - 60], Scale::Full).unwrap();
    assert!(cut.truncated);
    let (cut, whole) = (&cut.components[0].samples, &whole.components[0].samples);
    assert_eq!(cut[..16], whole[..16]);
    assert_eq!(cut.last(), Some(&128));
}

#[test]
fn data_after_a_lost_interval_is_in_its_place() {
    let bytes = fixture("422-restart.jpg");
    let whole = decode_at(&bytes, Scale::Eighth).unwrap();
    let marker = |number: u8| bytes.windows(2).position(|pair| pair == [0xFF, 0xD0 + number]).unwrap();
    let lost: Vec<u8> = [&bytes[..marker(0)], &bytes[marker(1)..]].concat();
    let planes = decode_at(&lost, Scale::Eighth).unwrap();
    assert!(planes.truncated);
    let rows = |planes: &Planes| planes.components[0].samples.chunks(5).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (rows, expected) = (rows(&planes), rows(&whole));
    assert_eq!((&rows[0], &rows[2..]), (&expected[0], &expected[2..]));
    assert_ne!(rows[1], expected[1]);
}

/// A xorshift generator: the same numbers every time.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % below
    }
}

#[test]
fn a_damaged_file_gives_a_picture_or_an_error() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for (name, ..) in FIXTURES {
        let bytes = fixture(&format!("{name}.jpg"));
        for _ in 0..600 {
            let mut damaged = bytes.clone();
            for _ in 0..=random.next(4) {
                let at = random.next(damaged.len());
                damaged[at] = match random.next(4) {
                    0 => 0xFF,
                    1 => 0,
                    2 => damaged[at] ^ 1 << random.next(8),
                    _ => random.next(256) as u8,
                };
            }
            // A damaged size may be plausible and large; this is about what happens inside.
            let Ok(header) = Header::read(&damaged) else { continue };
            if u64::from(header.width) * u64::from(header.height) > 1 << 17 {
                continue;
            }
            for scale in SCALES {
                if let Ok(planes) = decode(&damaged, &header, scale) {
                    check_sizes(&damaged, scale, &planes);
                }
            }
        }
    }
}

#[test]
fn noise_after_a_header_gives_a_picture_or_an_error() {
    let mut random = Random(88_172_645_463_325_252);
    for (name, ..) in FIXTURES {
        let mut bytes = fixture(&format!("{name}.jpg"));
        let scan = position(&bytes, 0xDA) + 14;
        for _ in 0..40 {
            bytes[scan..].iter_mut().for_each(|byte| *byte = random.next(256) as u8);
            for scale in SCALES {
                if let Ok(planes) = decode_at(&bytes, scale) {
                    check_sizes(&bytes, scale, &planes);
                }
            }
        }
    }
}

/// Where a marker stands.
fn position(bytes: &[u8], code: u8) -> usize {
    bytes.windows(2).position(|pair| pair == [0xFF, code]).unwrap()
}

fn set_factors(bytes: &mut [u8], factors: [u8; 3]) {
    let frame = position(bytes, 0xC0);
    for (index, factor) in factors.into_iter().enumerate() {
        bytes[frame + 11 + 3 * index] = factor;
    }
}

/// The 4:2:0 fixture with the byte `offset` after its frame marker replaced.
fn with_frame_byte(offset: usize, value: u8) -> Vec<u8> {
    let mut bytes = fixture("420.jpg");
    let frame = position(&bytes, 0xC0);
    bytes[frame + offset] = value;
    bytes
}

#[test]
fn a_size_that_the_bytes_cannot_hold_is_refused() {
    let mut bytes = fixture("420.jpg");
    let frame = position(&bytes, 0xC0);
    bytes[frame + 5..frame + 9].fill(0xFF);
    let header = Header::read(&bytes).unwrap();
    assert_eq!((header.width, header.height), (65_535, 65_535));
    for scale in SCALES {
        assert_eq!(decode(&bytes, &header, scale), Err(Error::Implausible));
    }
}

#[test]
fn what_a_general_decoder_may_know_is_left_to_it() {
    let unsupported = [
        ("12 bits", with_frame_byte(4, 12)),
        ("arithmetic coding", with_frame_byte(1, 0xC9)),
        ("lossless", with_frame_byte(1, 0xC3)),
        ("a height of zero", {
            let mut bytes = with_frame_byte(5, 0);
            let frame = position(&bytes, 0xC0);
            bytes[frame + 6] = 0;
            bytes
        }),
        ("three by one", with_frame_byte(11, 0x31)),
        ("RGB by its identifiers", {
            let mut bytes = fixture("444.jpg");
            let (start, frame) = (position(&bytes, 0xE0), position(&bytes, 0xC0));
            for (index, id) in b"RGB".iter().enumerate() {
                bytes[frame + 10 + 3 * index] = *id;
            }
            bytes[start + 1] = 0xEF;
            bytes
        }),
        ("RGB by Adobe", {
            let mut bytes = fixture("444.jpg");
            let start = position(&bytes, 0xE0);
            let adobe = [b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0\0".as_slice(), &bytes[start + 18..]].concat();
            bytes.splice(start.., adobe);
            bytes
        }),
    ];
    for (what, bytes) in unsupported {
        let error = Header::read(&bytes).unwrap_err();
        assert!(matches!(error, Error::Unsupported(_)), "{what}: {error}");
    }
}

#[test]
fn a_header_that_contradicts_itself_is_refused() {
    let (whole, frame) = (fixture("420.jpg"), position(&fixture("420.jpg"), 0xC0));
    let scan = position(&whole, 0xDA);
    let broken = [
        ("no component", with_frame_byte(9, 0)),
        ("more components than listed", with_frame_byte(9, 4)),
        ("a factor of zero", with_frame_byte(11, 0x20)),
        ("a factor of five", with_frame_byte(11, 0x52)),
        ("a quantization table that cannot be", with_frame_byte(12, 4)),
        ("two components of one name", with_frame_byte(13, 1)),
        ("two frames", [&whole[..scan], &whole[frame..]].concat()),
        ("a scan before the frame", [&whole[..frame], &whole[scan..]].concat()),
        ("nothing but an end", b"\xFF\xD8\xFF\xD9".to_vec()),
        ("a segment shorter than its length", b"\xFF\xD8\xFF\xE1\0\x01\xFF\xD9".to_vec()),
    ];
    for (what, bytes) in broken {
        let error = Header::read(&bytes).unwrap_err();
        assert!(matches!(error, Error::Corrupt(_)), "{what}: {error}");
    }
    assert_eq!(Header::read(b""), Err(Error::NotJpeg));
    assert_eq!(Header::read(b"\x89PNG"), Err(Error::NotJpeg));
    assert_eq!(Header::read(b"\xFF\xD8"), Err(Error::Truncated));
}

#[test]
fn a_scan_that_names_what_is_not_there_is_refused() {
    let whole = fixture("420.jpg");
    let scan = position(&whole, 0xDA);
    let with = |offset: usize, value: u8| {
        let mut bytes = whole.clone();
        bytes[scan + offset] = value;
        bytes
    };
    let without = |code: u8| {
        let at = position(&whole, code);
        let length = usize::from(u16::from_be_bytes([whole[at + 2], whole[at + 3]]));
        [&whole[..at], &whole[at + 2 + length..]].concat()
    };
    let broken = [
        ("an unknown component", with(5, 9)),
        ("a component twice", with(7, 1)),
        ("no component", with(4, 0)),
        ("a table that cannot be", with(6, 0x40)),
        ("no quantization table", without(0xDB)),
        ("no Huffman table", without(0xC4)),
    ];
    for (what, bytes) in broken {
        for scale in SCALES {
            let error = decode_at(&bytes, scale).unwrap_err();
            assert!(matches!(error, Error::Corrupt(_)), "{what}: {error}");
        }
    }
}

#[test]
fn scans_without_end_are_refused() {
    let whole = fixture("grey-progressive.jpg");
    let scan = position(&whole, 0xDA);
    let header = &whole[scan..scan + 10];
    let bytes = [&whole[..scan], &header.repeat(501), &[0xFF, 0xD9]].concat();
    assert!(matches!(decode_at(&bytes, Scale::Full), Err(Error::Corrupt(_))));
}

#[test]
fn the_scale_is_the_smallest_with_enough_pixels() {
    let mut bytes = fixture("420.jpg");
    let frame = position(&bytes, 0xC0);
    bytes[frame + 5..frame + 9].copy_from_slice(&[0x0B, 0xB8, 0x0F, 0xA0]);
    let header = Header::read(&bytes).unwrap();
    assert_eq!((header.width, header.height), (4000, 3000));
    let (single, double) = (Oversampling::Single, Oversampling::Double);
    let cases = [
        (100, 75, single, Scale::Eighth),
        (500, 375, single, Scale::Eighth),
        (501, 375, single, Scale::Quarter),
        (500, 376, single, Scale::Quarter),
        (250, 187, double, Scale::Eighth),
        (251, 10, double, Scale::Quarter),
        (800, 600, single, Scale::Quarter),
        (800, 600, double, Scale::Half),
        (1001, 1, single, Scale::Half),
        (2001, 1, single, Scale::Full),
        (9000, 9000, single, Scale::Full),
        (0, 0, double, Scale::Eighth),
    ];
    for (width, height, oversampling, scale) in cases {
        assert_eq!(header.scale_for(width, height, oversampling), scale, "{width}x{height} {oversampling:?}");
    }
    assert_eq!(header.scaled(Scale::Eighth), (500, 375));
}

#[test]
fn planes_say_how_much_of_them_the_picture_covers() {
    let header = Header::read(&fixture("420.jpg")).unwrap();
    let sizes = header.plane_sizes(Scale::Eighth);
    let luma = (sizes[0].width, sizes[0].height, sizes[0].covered_width, sizes[0].covered_height);
    let chroma = (sizes[1].width, sizes[1].height, sizes[1].covered_width, sizes[1].covered_height);
    assert_eq!(luma, (5, 4, 35.0 / 8.0, 27.0 / 8.0));
    assert_eq!(chroma, (3, 2, 35.0 / 16.0, 27.0 / 16.0));
}
