//! Images that are cut off, that lie, or that are none: each a typed error, never a panic.
#![cfg(feature = "image")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod image_samples;

use image_samples::{PngHeader, every_kind, gif, gradient, jpeg, lossless_webp, noise, raw_png};
use optidash_core::Class;
use optidash_core::image::{Limits, metadata, transform};
use serde_json::json;

/// The code of the error, or `ok`.
fn outcome(bytes: &[u8], limits: &Limits) -> String {
    let operations = json!({"resize": {"width": 8}, "output": {"format": "png"}});
    match transform(bytes, operations.as_object().unwrap(), None, limits) {
        Ok(_) => "ok".to_owned(),
        Err(error) => {
            assert_eq!(error.class, Class::ImageError, "{error}");
            error.code.to_string()
        }
    }
}

fn code(bytes: &[u8]) -> String {
    outcome(bytes, &Limits::default())
}

fn patched(bytes: &[u8], marker: &[u8], offset: usize, patch: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let start = bytes.windows(marker.len()).position(|window| window == marker).unwrap() + offset;
    bytes[start..start + patch.len()].copy_from_slice(patch);
    bytes
}

#[test]
fn no_bytes_are_no_image() {
    assert_eq!(code(b""), "empty_image");
    assert_eq!(metadata(b"", None).unwrap_err().code, "empty_image");
}

#[test]
fn other_bytes_are_no_image() {
    for bytes in [&b"\0"[..], b"<svg/>", b"BM", b"%PDF-1.7", b"\xFF\xD8", b"GIF88a", b"RIFF\0\0\0\0WAVE", &[0; 4096]] {
        assert_eq!(code(bytes), "unknown_format");
    }
}

#[test]
fn random_bytes_are_no_image() {
    let magics: [&[u8]; 5] = [b"", b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\xFF\xFF\0\0WEBP"];
    for (seed, magic) in (0..40).flat_map(|seed| magics.map(|magic| (seed, magic))) {
        let bytes = [magic, &noise(seed, 2000)].concat();
        assert_ne!(code(&bytes), "ok");
    }
}

#[test]
fn every_truncation_is_noticed() {
    for (kind, bytes) in every_kind() {
        assert_eq!(code(&bytes), "ok", "{kind}");
        for length in 0..bytes.len() {
            let cut = &bytes[..length];
            // A GIF may do without its trailer, so it may end after any list of blocks.
            if kind.ends_with("GIF") && cut.ends_with(&[0]) {
                continue;
            }
            let code = code(cut);
            let codes = ["empty_image", "unknown_format", "truncated_image", "corrupt_image"];
            assert!(codes.contains(&code.as_str()), "{kind} of {length} bytes: {code}");
            assert_eq!(metadata(cut, None).unwrap_err().code, code, "{kind} of {length} bytes");
        }
    }
}

#[test]
fn a_gif_may_end_without_its_trailer() {
    let frames = image_samples::animation(6, 4);
    let bytes = gif(&frames, None);
    assert_eq!(code(&bytes[..bytes.len() - 1]), "ok");
}

#[test]
fn what_follows_the_image_does_not_matter() {
    for (kind, bytes) in every_kind() {
        for tail in [&[0; 3][..], &[0xFF; 100], b"trailing garbage", &noise(7, 5000)] {
            assert_eq!(code(&[&bytes, tail].concat()), "ok", "{kind}");
        }
    }
}

#[test]
fn every_changed_byte_has_an_outcome() {
    let limits = Limits { pixels: 1_000_000, bytes: 16 << 20 };
    for (_, bytes) in every_kind() {
        for (position, value) in (0..bytes.len()).flat_map(|position| [(position, 0), (position, 0xFF)]) {
            let mut bytes = bytes.clone();
            bytes[position] = value;
            outcome(&bytes, &limits);
        }
    }
}

#[test]
fn a_jpeg_cannot_claim_more_than_its_bytes_hold() {
    let bytes = jpeg(&gradient(16, 16));
    let sides = [0xFF; 4];
    assert_eq!(code(&patched(&bytes, &[0xFF, 0xC0], 5, &sides)), "corrupt_image");
    assert_eq!(metadata(&patched(&bytes, &[0xFF, 0xC0], 5, &sides), None).unwrap_err().code, "corrupt_image");
}

#[test]
fn a_png_cannot_claim_more_than_its_bytes_hold() {
    let header = PngHeader { width: 65_535, height: 65_535, bits: 8, color: 6 };
    assert_eq!(code(&raw_png(header, &[], &[0; 5])), "corrupt_image");
    let header = PngHeader { width: u32::MAX, height: u32::MAX, bits: 16, color: 6 };
    assert_eq!(code(&raw_png(header, &[], &[0; 5])), "corrupt_image");
    let header = PngHeader { width: 1000, height: 1000, bits: 8, color: 2 };
    assert_eq!(code(&raw_png(header, &[], &[0; 5000])), "corrupt_image");
}

#[test]
fn a_webp_or_gif_cannot_claim_more_than_its_bytes_hold() {
    let webp = lossless_webp(&gradient(16, 16).into());
    assert_eq!(code(&patched(&webp, b"VP8L", 9, &[0xFF, 0xFF, 0xFF, 0x0F])), "image_too_large");
    let gif = gif(&image_samples::animation(6, 4), None);
    assert_eq!(code(&patched(&gif, b"GIF89a", 6, &[0xFF; 4])), "corrupt_image");
    assert_eq!(code(&patched(&gif, &[0x2C, 0, 0, 0, 0, 6, 0, 4, 0], 5, &[0xFF; 4])), "corrupt_image");
}

#[test]
fn a_bomb_is_refused_by_its_size() {
    // 400 million pixels of 1 bit, in well under 100 kB.
    let header = PngHeader { width: 20_000, height: 20_000, bits: 1, color: 0 };
    let bytes = raw_png(header, &[], &vec![0; 2_501 * 20_000]);
    assert!(bytes.len() < 100_000);
    assert_eq!(code(&bytes), "image_too_large");
    let header = PngHeader { width: 70_000, height: 1, bits: 1, color: 0 };
    assert_eq!(code(&raw_png(header, &[], &[0; 8_751])), "image_too_large");
}

#[test]
fn the_limits_are_the_callers() {
    let bytes = jpeg(&gradient(100, 100));
    let pixels = |pixels| Limits { pixels, ..Limits::default() };
    assert_eq!(outcome(&bytes, &pixels(10_000)), "ok");
    assert_eq!(outcome(&bytes, &pixels(9_999)), "image_too_large");
    let limit = |bytes| Limits { bytes, ..Limits::default() };
    assert_eq!(outcome(&bytes, &limit(30_000)), "ok");
    assert_eq!(outcome(&bytes, &limit(29_999)), "image_too_large");
    let tiny = jpeg(&gradient(1, 1));
    let operations = json!({"resize": {"width": 101, "height": 100, "mode": "exact"}});
    let error = transform(&tiny, operations.as_object().unwrap(), None, &pixels(10_000)).unwrap_err();
    assert_eq!(error.code, "image_too_large");
}

#[test]
fn a_compressed_profile_can_be_a_bomb() {
    let header = PngHeader { width: 1, height: 1, bits: 8, color: 0 };
    let profile = [b"bomb\0\0".as_slice(), &image_samples::deflate(&vec![0; 64 << 20])].concat();
    assert_eq!(code(&raw_png(header, &[(b"iCCP", &profile)], &[0, 0])), "ok", "it is left out, the image is not");
}

#[test]
fn an_animation_is_bounded() {
    let frames = vec![image_samples::animation(1, 1)[0].clone(); 2_001];
    let bytes = gif(&frames, None);
    let operations = json!({"resize": {"width": 8}});
    let error = transform(&bytes, operations.as_object().unwrap(), None, &Limits::default()).unwrap_err();
    assert_eq!(error.code, "image_too_large");
    let bytes = gif(&frames[..1_000], None);
    let operations = json!({"resize": {"width": 1_000}});
    let error = transform(&bytes, operations.as_object().unwrap(), None, &Limits::default()).unwrap_err();
    assert_eq!(error.code, "image_too_large");
}

#[test]
fn scans_without_end_are_refused() {
    let bytes = jpeg(&gradient(16, 16));
    let start = bytes.windows(2).position(|window| window == [0xFF, 0xDA]).unwrap();
    let scan = &bytes[start..bytes.len() - 2];
    let many = [&bytes[..start], &scan.repeat(101), &[0xFF, 0xD9]].concat();
    assert_eq!(code(&many), "corrupt_image");
}

#[test]
fn data_that_do_not_decode_are_no_image() {
    let bytes = jpeg(&gradient(200, 200));
    let start = bytes.windows(2).position(|window| window == [0xFF, 0xDA]).unwrap() + 14;
    let nonsense = [&bytes[..start], &[0xFF, 0x00].repeat(200), &[0xFF, 0xD9]].concat();
    assert_eq!(code(&nonsense), "corrupt_image");
}
