//! What the engine says of images of every kind, without decoding them.
#![cfg(feature = "image")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod image_samples;

use image::DynamicImage;
use image_samples::{ANIMATED_WEBP, Jpeg, PngHeader, every_kind, gradient, jpeg, jpeg_with_orientation, png, raw_png};
use jpeg_encoder::{ColorType, SamplingFactor};
use optidash_core::image::Colorspace::{Cmyk, Gray, Rgb, YCbCr};
use optidash_core::image::{Colorspace, Format, Metadata, metadata};

/// Colour space, interlaced, sampling, depth, quality.
type Facts = (Colorspace, bool, Option<&'static str>, u32, Option<u8>);

fn read(bytes: &[u8]) -> Metadata {
    metadata(bytes, None).unwrap()
}

#[test]
fn every_kind_has_its_facts() {
    let expected: [Facts; 14] = [
        (YCbCr, false, Some("4:2:0"), 24, Some(90)),
        (YCbCr, true, Some("4:4:4"), 24, Some(90)),
        (Gray, false, None, 8, Some(90)),
        (Cmyk, false, Some("4:4:4"), 32, Some(90)),
        (Rgb, false, None, 24, None),
        (Rgb, false, None, 64, None),
        (Rgb, false, None, 8, None),
        (Gray, false, None, 16, None),
        (Rgb, false, None, 1, None),
        (Rgb, false, None, 1, None),
        (Rgb, false, None, 24, None),
        (YCbCr, false, Some("4:2:0"), 24, None),
        (YCbCr, false, Some("4:2:0"), 32, None),
        (YCbCr, false, Some("4:2:0"), 24, None),
    ];
    for ((kind, bytes), expected) in every_kind().iter().zip(expected) {
        let found = read(bytes);
        let facts = (found.colorspace, found.interlaced, found.sampling.as_deref(), found.depth, found.quality);
        assert_eq!(facts, expected, "{kind}");
        assert_eq!((found.width, found.height, found.bytes), (24, 16, bytes.len() as u64), "{kind}");
    }
}

#[test]
fn the_document_has_the_keys_of_the_api_in_its_order() {
    let bytes = raw_png(PngHeader { width: 1, height: 1, bits: 8, color: 0 }, &[], &[0, 255]);
    let document = serde_json::to_string(&metadata(&bytes, Some("dot.png")).unwrap()).unwrap();
    let sha1 = read(&bytes).sha1;
    assert_eq!(
        document,
        format!(
            r#"{{"name":"dot.png","format":"PNG","width":1,"height":1,"colorspace":"Gray","interlaced":false,"sampling":null,"depth":8,"quality":null,"bytes":{},"sha1":"{sha1}"}}"#,
            bytes.len()
        )
    );
}

#[test]
fn the_checksum_is_that_of_the_file() {
    assert_eq!(read(&jpeg(&gradient(8, 8))).sha1.len(), 40);
    // SHA-1 of the 202 bytes, as sha1sum tells it.
    assert_eq!(read(ANIMATED_WEBP).sha1, "68f9fae7efb9ce91a6ccdeaa76f795a63f4ecfcc");
}

#[test]
fn without_a_name_there_is_one() {
    assert_eq!(read(&jpeg(&gradient(8, 8))).name, "image.jpg");
    assert_eq!(read(ANIMATED_WEBP).name, "image.webp");
    assert_eq!(metadata(ANIMATED_WEBP, Some("")).unwrap().name, "image.webp");
    assert_eq!(metadata(ANIMATED_WEBP, Some("photo.JPG")).unwrap().name, "photo.JPG");
}

#[test]
fn an_orientation_turns_the_size() {
    let picture = gradient(64, 32);
    for orientation in 1..=8 {
        let found = read(&jpeg_with_orientation(&picture, orientation));
        let size = if orientation < 5 { (64, 32) } else { (32, 64) };
        assert_eq!((found.width, found.height), size, "orientation {orientation}");
    }
    for nonsense in [0, 9, 255] {
        assert_eq!(read(&jpeg_with_orientation(&picture, nonsense)).width, 64);
    }
}

#[test]
fn a_png_can_have_an_orientation() {
    let header = PngHeader { width: 2, height: 1, bits: 8, color: 0 };
    let bytes = raw_png(header, &[(b"eXIf", &image_samples::exif(6))], &[0, 1, 2]);
    assert_eq!((read(&bytes).width, read(&bytes).height), (1, 2));
}

#[test]
fn sampling_is_told_in_the_usual_notation() {
    let picture = gradient(32, 32);
    for (sampling, expected) in [
        (SamplingFactor::F_1_1, "4:4:4"),
        (SamplingFactor::F_2_1, "4:2:2"),
        (SamplingFactor::F_1_2, "4:4:0"),
        (SamplingFactor::F_2_2, "4:2:0"),
        (SamplingFactor::F_4_1, "4:1:1"),
        (SamplingFactor::F_4_2, "4:1:0"),
        (SamplingFactor::F_1_4, "1x4,1x1,1x1"),
    ] {
        let bytes = Jpeg { sampling, ..Jpeg::default() }.encode(32, 32, ColorType::Rgb, &picture);
        assert_eq!(read(&bytes).sampling.as_deref(), Some(expected));
    }
}

#[test]
fn the_quality_of_a_jpeg_is_found() {
    let picture = gradient(16, 16);
    for quality in 5..=100 {
        for color in [ColorType::Rgb, ColorType::Luma] {
            let samples = &picture.as_raw()[..256 * if color == ColorType::Rgb { 3 } else { 1 }];
            let bytes = Jpeg { quality, ..Jpeg::default() }.encode(16, 16, color, samples);
            assert_eq!(read(&bytes).quality, Some(quality));
        }
    }
}

#[test]
fn an_interlaced_png_is_known() {
    let mut bytes = png(&DynamicImage::from(gradient(8, 8)));
    bytes[28] = 1;
    assert!(read(&bytes).interlaced);
}

#[test]
fn the_name_does_not_decide_about_the_format() {
    let found = metadata(&jpeg(&gradient(8, 8)), Some("image.png")).unwrap();
    assert_eq!((found.format, found.name.as_str()), (Format::Jpeg, "image.png"));
}
