//! The memory that hostile images take. One test only: the allocator counts for the whole process.
#![cfg(feature = "image")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod image_samples;

use image_samples::{Jpeg, PngHeader, animation, deflate, gif, gradient, jpeg, lossless_webp, noise, png, raw_png};
use jpeg_encoder::{ColorType, SamplingFactor};
use optidash_core::image::{Limits, transform};
use peak_alloc::PeakAlloc;
use serde_json::json;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const MIB: usize = 1 << 20;

/// The bytes that a transform takes at its peak, beside what was there before.
fn peak(bytes: &[u8], limits: &Limits) -> (usize, String) {
    let operations = json!({"resize": {"width": 100}, "output": {"format": "jpg"}});
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let outcome = transform(bytes, operations.as_object().unwrap(), None, limits);
    (ALLOCATOR.peak_usage() - before, outcome.map_or_else(|error| error.code.to_string(), |_| "ok".to_owned()))
}

/// Files of a few kilobytes that claim to be huge.
fn liars() -> Vec<(&'static str, Vec<u8>)> {
    let claim = |mut bytes: Vec<u8>, position: usize, sides: &[u8]| {
        bytes[position..position + sides.len()].copy_from_slice(sides);
        bytes
    };
    let baseline = jpeg(&gradient(64, 64));
    let frame = baseline.windows(2).position(|window| window == [0xFF, 0xC0]).unwrap();
    let progressive = Jpeg { progressive: true, ..Jpeg::default() }.encode(64, 64, ColorType::Rgb, &gradient(64, 64));
    let progressive_frame = progressive.windows(2).position(|window| window == [0xFF, 0xC2]).unwrap();
    let header = |width, height, bits, color| PngHeader { width, height, bits, color };
    let animated = gif(&animation(64, 64), None);
    let webp = lossless_webp(&gradient(64, 64).into());
    let bomb = [b"bomb\0\0".as_slice(), &deflate(&vec![0; 64 * MIB])].concat();
    vec![
        ("JPEG of 65535 x 65535", claim(baseline, frame + 5, &[0xFF; 4])),
        ("progressive JPEG of 65535 x 65535", claim(progressive, progressive_frame + 5, &[0xFF; 4])),
        ("PNG of 65535 x 65535", raw_png(header(65_535, 65_535, 8, 6), &[], &[0; 5000])),
        ("PNG of all sides", raw_png(header(u32::MAX, u32::MAX, 16, 6), &[], &[0; 5000])),
        ("PNG of 400 million pixels", raw_png(header(20_000, 20_000, 1, 0), &[], &vec![0; 2_501 * 20_000])),
        ("PNG with a profile that unpacks to 64 MiB", raw_png(header(1, 1, 8, 0), &[(b"iCCP", &bomb)], &[0, 0])),
        ("PNG with a text that unpacks to 64 MiB", raw_png(header(1, 1, 8, 0), &[(b"zTXt", &bomb)], &[0, 0])),
        ("GIF of 65535 x 65535", claim(animated.clone(), 6, &[0xFF; 4])),
        ("WebP of 16384 x 16384", claim(webp, 21, &[0xFF, 0xFF, 0xFF, 0x0F])),
        ("random bytes", noise(3, 100_000)),
        ("random bytes in a JPEG", [b"\xFF\xD8\xFF\xDA\0\x08".as_slice(), &noise(4, 100_000)].concat()),
        ("random bytes in a GIF", [b"GIF89a".as_slice(), &noise(5, 100_000)].concat()),
        ("no bytes", Vec::new()),
    ]
}

/// Honest images of about 4 million pixels, the worst that the limits of this test let through.
fn honest() -> Vec<(&'static str, Vec<u8>)> {
    let picture = gradient(2_000, 2_000);
    let full = |progressive| Jpeg { progressive, sampling: SamplingFactor::F_1_1, ..Jpeg::default() };
    let encode = |jpeg: Jpeg| jpeg.encode(2_000, 2_000, ColorType::Rgb, &picture);
    let dynamic = image::DynamicImage::from(picture.clone());
    let mut alpha = dynamic.to_rgba8();
    alpha.pixels_mut().for_each(|pixel| pixel.0[3] = pixel.0[0]);
    let palette_rows: Vec<u8> = (0..2_000).flat_map(|_| [0].into_iter().chain(noise(9, 2_000))).collect();
    let palette = PngHeader { width: 2_000, height: 2_000, bits: 8, color: 3 };
    let chunks: [(&[u8; 4], &[u8]); 2] = [(b"PLTE", &noise(1, 768)), (b"tRNS", &noise(2, 256))];
    vec![
        ("baseline JPEG", encode(full(false))),
        ("progressive JPEG", encode(full(true))),
        ("PNG with alpha", png(&alpha.clone().into())),
        ("16-bit PNG with alpha", png(&image::DynamicImage::from(alpha.clone()).to_rgba16().into())),
        ("palette PNG with alpha", raw_png(palette, &chunks, &palette_rows)),
        ("GIF", gif(&[(alpha.clone(), 100)], None)),
        ("WebP", lossless_webp(&dynamic)),
        ("WebP with alpha", lossless_webp(&alpha.into())),
    ]
}

#[test]
fn memory_is_bounded() {
    for (kind, bytes) in liars() {
        let (peak, code) = peak(&bytes, &Limits::default());
        assert!(peak < 20 * MIB, "{kind}: {peak} bytes, {code}");
    }
    for (kind, bytes) in honest() {
        let limits = Limits { bytes: 64 * MIB, ..Limits::default() };
        let (peak, code) = peak(&bytes, &limits);
        println!("{kind}: {} KiB {code}", peak >> 10);
        assert!(peak < limits.bytes + 16 * MIB, "{kind}: {peak} bytes, {code}");
        assert_eq!(code, "ok", "{kind}");
    }
}
