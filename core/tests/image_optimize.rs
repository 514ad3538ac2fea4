//! `optimize`: smaller files, never larger ones, and what each level promises.
#![cfg(feature = "image")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
#![allow(clippy::cast_possible_truncation, reason = "colours wrap around")]

mod image_samples;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use image_samples::{
    ANIMATED_WEBP, Jpeg, LOSSY_WEBP, PngHeader, animation, every_kind, exif, gif, gradient, jpeg_with_orientation,
    lossless_webp, noise, png, raw_png,
};
use jpeg_encoder::ColorType;
use optidash_core::image::{Limits, Transformed, transform};
use serde_json::{Value, json};

#[expect(clippy::needless_pass_by_value, reason = "json! makes values")]
fn run(bytes: &[u8], operations: Value) -> Transformed {
    transform(bytes, operations.as_object().unwrap(), None, &Limits::default()).unwrap()
}

fn optimized(bytes: &[u8], level: &str) -> Transformed {
    run(bytes, json!({"optimize": {"compression": level}}))
}

const LEVELS: [&str; 4] = ["lossless", "low", "medium", "high"];

fn pixels(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

/// Not quite the gradient: no two files of it are alike in size by chance.
fn photograph(width: u32, height: u32) -> RgbImage {
    let noise = noise(5, (width * height) as usize);
    let mut pixels = gradient(width, height);
    pixels.pixels_mut().zip(noise).for_each(|(pixel, noise)| pixel.0[2] = 100 + noise % 16);
    pixels
}

/// A JPEG that carries a comment, EXIF, XMP and another application's data.
fn loaded_jpeg(orientation: u8) -> Vec<u8> {
    let bytes = jpeg_with_orientation(&photograph(48, 32), orientation);
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], length.as_slice(), content].concat()
    };
    let more =
        [segment(0xFE, b"a comment"), segment(0xED, &[7; 3000]), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0")];
    [&bytes[..2], &more.concat(), &bytes[2..], b"what follows the end"].concat()
}

#[test]
fn nothing_grows_and_every_level_keeps_the_size() {
    for (kind, bytes) in every_kind() {
        for level in LEVELS {
            let made = optimized(&bytes, level);
            assert!(made.bytes.len() <= bytes.len(), "{kind} {level}");
            assert_eq!(
                (made.input.width, made.input.height),
                (made.output.width, made.output.height),
                "{kind} {level}"
            );
            assert_eq!(made.input.format, made.output.format, "{kind} {level}");
        }
    }
}

#[test]
fn lossless_keeps_every_pixel() {
    for (kind, bytes) in every_kind() {
        if kind != "16-bit PNG" {
            let made = optimized(&bytes, "lossless");
            assert_eq!(pixels(&made.bytes).to_rgba8(), pixels(&bytes).to_rgba8(), "{kind}");
        }
    }
}

#[test]
fn lossless_takes_the_metadata_out_of_a_jpeg_and_nothing_else() {
    for orientation in 1..=8 {
        let bytes = loaded_jpeg(orientation);
        let made = optimized(&bytes, "lossless");
        assert!(made.bytes.len() + 3000 < bytes.len());
        for gone in ["a comment", "adobe.com", "what follows"] {
            assert!(!made.bytes.windows(gone.len()).any(|window| window == gone.as_bytes()), "{gone}");
        }
        let exif = made.bytes.windows(4).any(|window| window == b"Exif");
        assert_eq!(exif, orientation != 1, "only an orientation is worth an EXIF block");
        assert_eq!((made.output.width, made.output.height), (made.input.width, made.input.height));
        let seen = |bytes: &[u8]| pixels(&run(bytes, json!({"output": {"format": "png"}})).bytes);
        assert_eq!(seen(&made.bytes), seen(&bytes), "orientation {orientation}");
        assert_eq!(optimized(&made.bytes, "lossless").bytes, made.bytes, "there is nothing more to take out");
    }
}

#[test]
fn a_stripped_png_webp_and_gif_has_its_pixels_and_no_texts() {
    let header = PngHeader { width: 2, height: 1, bits: 8, color: 2 };
    let text = [b"Comment\0".as_slice(), &noise(3, 500)].concat();
    let bytes =
        raw_png(header, &[(b"tEXt", &text), (b"eXIf", &exif(1)), (b"gAMA", &[0, 0, 177, 143])], &[0, 1, 2, 3, 4, 5, 6]);
    let made = optimized(&bytes, "lossless");
    assert!(made.bytes.len() < 150 && pixels(&made.bytes) == pixels(&bytes));

    let webp = lossless_webp(&photograph(20, 20).into());
    let xmp = [b"XMP \x05\0\0\0hello\0".as_slice(), b"EXIF\x02\0\0\0II"].concat();
    let canvas = b"VP8X\x0A\0\0\0\x0C\0\0\0\x13\0\0\x13\0\0";
    let length = u32::try_from(4 + canvas.len() + webp.len() - 12 + xmp.len()).unwrap().to_le_bytes();
    let bytes = [b"RIFF", length.as_slice(), b"WEBP", canvas, &webp[12..], &xmp].concat();
    let made = optimized(&bytes, "lossless");
    assert!(made.bytes.len() < bytes.len() && !made.bytes.windows(4).any(|window| window == b"EXIF"));
    assert_eq!(pixels(&made.bytes).to_rgb8(), photograph(20, 20));
    let lossy = optimized(&[LOSSY_WEBP, b"tail"].concat(), "high");
    assert_eq!(lossy.bytes, LOSSY_WEBP);

    let frames = animation(12, 8);
    let plain = gif(&frames, Some(image::codecs::gif::Repeat::Finite(3)));
    let end = plain.len() - 1;
    let bytes = [&plain[..end], b"\x21\xFE\x05hello\0", b"\x21\xFF\x0BXMP DataXMP\x01x\0", &plain[end..]].concat();
    assert_eq!(optimized(&bytes, "medium").bytes, plain);
}

#[test]
fn the_levels_of_a_jpeg_are_qualities() {
    let bytes = Jpeg { quality: 98, ..Jpeg::default() }.encode(48, 32, ColorType::Rgb, &photograph(48, 32));
    let quality = |level: &str| optimized(&bytes, level).output.quality;
    assert_eq!(LEVELS.map(quality), [Some(98), Some(85), Some(75), Some(60)]);
    let sizes = LEVELS.map(|level| optimized(&bytes, level).bytes.len());
    assert!(sizes.is_sorted_by(|one, other| one > other), "{sizes:?}");
    let resized =
        |level: &str| run(&bytes, json!({"resize": {"width": 24}, "optimize": {"compression": level}})).output.quality;
    assert_eq!(LEVELS.map(resized), [Some(95), Some(85), Some(75), Some(60)]);
    let chosen = json!({"optimize": {"compression": "high"}, "output": {"quality": 90, "encoding": "baseline"}});
    let made = run(&bytes, chosen).output;
    assert_eq!((made.quality, made.interlaced), (Some(90), false));
}

#[test]
fn the_levels_of_a_png_are_colors() {
    let bytes = png(&photograph(80, 60).into());
    let colors = |level: &str| {
        let made = pixels(&optimized(&bytes, level).bytes).to_rgb8();
        made.pixels().map(|pixel| pixel.0).collect::<std::collections::HashSet<_>>().len()
    };
    let all = photograph(80, 60).pixels().map(|pixel| pixel.0).collect::<std::collections::HashSet<_>>().len();
    assert_eq!([colors("lossless"), colors("low")], [all, all]);
    assert!((100..=256).contains(&colors("medium")), "{}", colors("medium"));
    assert!((30..=64).contains(&colors("high")), "{}", colors("high"));
    let made = pixels(&optimized(&bytes, "medium").bytes).to_rgb8();
    let distance: u64 =
        made.iter().zip(photograph(80, 60).iter()).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
    assert!(distance < 80 * 60 * 3 * 8, "{distance}");
}

#[test]
fn a_png_becomes_as_narrow_as_its_pixels_allow() {
    let depth = |pixels: DynamicImage| {
        let made = optimized(&png(&pixels), "lossless");
        assert_eq!(image::load_from_memory(&made.bytes).unwrap().to_rgba8(), pixels.to_rgba8());
        made.output.depth
    };
    let with_colors = |count: u32| {
        let noise = noise(9, 60 * 50);
        RgbImage::from_fn(60, 50, |x, y| Rgb([(u32::from(noise[(x + 60 * y) as usize]) % count) as u8, 7, 250]))
    };
    assert_eq!([1, 2, 4, 16, 256].map(|count| depth(with_colors(count).into())), [1, 1, 2, 4, 8]);
    assert_eq!(depth(gradient(70, 50).into()), 24);
    let half_gray = RgbaImage::from_fn(30, 30, |x, y| {
        Rgba([(x * y % 251) as u8, (x * y % 251) as u8, (x * y % 251) as u8, if x > y { 255 } else { 90 }])
    });
    assert_eq!(depth(half_gray.into()), 32);
    let noise = noise(11, 64 * 64);
    let transparent = RgbaImage::from_fn(64, 64, |x, y| Rgba([255, 0, 0, 255 * (noise[(x + 64 * y) as usize] & 1)]));
    assert_eq!(depth(transparent.into()), 1);
}

#[test]
fn quantizing_keeps_transparency() {
    let pixels =
        RgbaImage::from_fn(64, 64, |x, y| Rgba([(x * 4) as u8, (y * 4) as u8, 90, if x < 32 { 0 } else { 255 }]));
    let made = image::load_from_memory(&optimized(&png(&pixels.into()), "high").bytes).unwrap().to_rgba8();
    assert!(
        made.enumerate_pixels()
            .filter(|(x, ..)| x.abs_diff(32) > 2)
            .all(|(x, _, pixel)| { if x < 32 { pixel.0[3] < 20 } else { pixel.0[3] > 235 } })
    );
}

#[test]
fn quantizing_does_the_narrowest_image() {
    for (width, height) in [(1, 600), (600, 1), (2, 300)] {
        let pixels = DynamicImage::from(RgbImage::from_fn(width, height, |x, y| {
            Rgb([(x + y) as u8, (x * 7 + y * 3) as u8, (y / 3) as u8])
        }));
        let made = optimized(&png(&pixels), "high").output;
        assert_eq!((made.width, made.height), (width, height));
    }
}

#[test]
fn animations_stay_animated() {
    let made = optimized(ANIMATED_WEBP, "high");
    assert_eq!(made.bytes, ANIMATED_WEBP);
    let header = PngHeader { width: 1, height: 1, bits: 8, color: 0 };
    let control = [0, 0, 0, 2, 0, 0, 0, 0];
    let frame = [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0];
    let next = [[0, 0, 0, 1].as_slice(), &frame[4..]].concat();
    let data = [[0, 0, 0, 2].as_slice(), &image_samples::deflate(&[0, 9])].concat();
    let bytes = raw_png(header, &[(b"acTL", &control), (b"fcTL", &frame)], &[0, 5]);
    let end = bytes.len() - 12;
    let tail = raw_png(header, &[(b"fcTL", &next), (b"fdAT", &data)], &[0, 5]);
    let chunks = &tail[33..tail.len() - 12];
    let animated = [&bytes[..end], &chunks[..38 + 12 + data.len()], &bytes[end..]].concat();
    assert_eq!(optimized(&animated, "high").bytes, animated);
    assert_eq!(image::guess_format(&animated).unwrap(), ImageFormat::Png);
}

#[test]
fn the_same_again_is_no_smaller() {
    for (kind, bytes) in every_kind() {
        let once = optimized(&bytes, "lossless").bytes;
        assert_eq!(optimized(&once, "lossless").bytes.len(), once.len(), "{kind}");
    }
}
