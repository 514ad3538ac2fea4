//! A JPEG that is decoded at a scale looks like one that was decoded whole and resampled.
#![cfg(feature = "image")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod image_samples;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};
use image_samples::{Jpeg, gradient, png, profile, with_orientation};
use jpeg_encoder::{ColorType, SamplingFactor};
use optidash_core::image::{Limits, transform};
use serde_json::{Value, json};

const PHOTOGRAPHS: [&[u8]; 2] =
    [include_bytes!("../../tests/images/coffee.jpg"), include_bytes!("../../tests/images/rocket.jpg")];

fn run(bytes: &[u8], operations: &Value) -> DynamicImage {
    let made = transform(bytes, operations.as_object().unwrap(), None, &Limits::default()).unwrap();
    image::load_from_memory(&made.bytes).unwrap()
}

/// The same picture in each kind of file that the scaled decoder reads, by name.
fn files(picture: &RgbImage) -> Vec<(&'static str, Vec<u8>)> {
    let (width, height) = picture.dimensions();
    let gray = DynamicImage::from(picture.clone()).to_luma8();
    let mut files = Vec::new();
    for (name, sampling, progressive) in [
        ("4:4:4", SamplingFactor::F_1_1, false),
        ("4:2:2", SamplingFactor::F_2_1, false),
        ("4:4:0", SamplingFactor::F_1_2, false),
        ("4:2:0", SamplingFactor::F_2_2, false),
        ("progressive", SamplingFactor::F_2_2, true),
    ] {
        let jpeg = Jpeg { quality: 90, sampling, progressive };
        files.push((name, jpeg.encode(width, height, ColorType::Rgb, picture)));
    }
    files.push(("gray", Jpeg::default().encode(width, height, ColorType::Luma, &gray)));
    files
}

/// Decibels of the peak signal over the difference.
fn psnr(one: &DynamicImage, other: &DynamicImage) -> f64 {
    assert_eq!((one.width(), one.height()), (other.width(), other.height()));
    let (one, other) = (one.to_rgb8(), other.to_rgb8());
    let squares = one.iter().zip(other.iter()).map(|(one, other)| f64::from(one.abs_diff(*other)).powi(2));
    let mean = squares.sum::<f64>() / f64::from(u32::try_from(one.len()).unwrap());
    10.0 * (255.0 * 255.0 / mean.max(1e-9)).log10()
}

/// How near a transformed JPEG comes to what becomes of all its pixels without loss.
fn closeness(bytes: &[u8], orientation: u8, operations: &Value, output: &Value) -> f64 {
    let mut whole = image::load_from_memory(bytes).unwrap();
    whole.apply_orientation(Orientation::from_exif(orientation).unwrap());
    let with = |output: &Value| {
        let mut operations = operations.clone();
        operations["output"] = output.clone();
        operations
    };
    let expected = run(&png(&whole), &with(&json!({"format": "png"})));
    psnr(&run(&with_orientation(bytes, orientation), &with(output)), &expected)
}

/// Reductions of all kinds; of a picture of 532 x 399 at 1/2, 1/4, 1/8, and of parts of it.
fn reductions() -> [Value; 6] {
    [
        json!({"resize": {"width": 201}}),
        json!({"resize": {"width": 105, "height": 77, "mode": "exact"}, "flip": {"mode": "both"}}),
        json!({"resize": {"width": 50}}),
        json!({"resize": {"width": 77, "height": 31, "mode": "fit", "gravity": "bottom-right"}, "flip": {"mode": "vertical"}}),
        json!({"crop": {"x": 61, "y": 35, "width": 301, "height": 203}, "resize": {"width": 64}}),
        json!({"crop": {"x": 3, "y": 111, "width": 277, "height": 251}, "scale": {"size": 0.4}, "flip": {"mode": "horizontal"}}),
    ]
}

#[test]
fn photographs_look_as_if_decoded_whole() {
    for photograph in PHOTOGRAPHS {
        let picture = image::load_from_memory(photograph).unwrap().to_rgb8();
        for (kind, bytes) in files(&picture) {
            for operations in reductions() {
                let found = closeness(&bytes, 1, &operations, &json!({"format": "png"}));
                let written = closeness(&bytes, 1, &operations, &json!({"format": "jpg", "quality": 100}));
                // The chroma of the written file has half the resolution.
                assert!(found > 32.0 && written > 30.0, "{kind}, {operations}: {found} and {written} dB");
            }
        }
    }
}

#[test]
fn regions_lie_where_they_should_in_every_orientation() {
    // Of a picture without details nothing is lost, and a shift by half a pixel shows.
    let files = files(&gradient(401, 403)).into_iter().filter(|(kind, _)| ["4:2:2", "4:2:0", "gray"].contains(kind));
    for ((kind, bytes), orientation) in
        files.flat_map(|file| (1..=8).map(move |orientation| (file.clone(), orientation)))
    {
        for operations in reductions() {
            let found = closeness(&bytes, orientation, &operations, &json!({"format": "png"}));
            let written = closeness(&bytes, orientation, &operations, &json!({"format": "jpg", "quality": 100}));
            assert!(
                found.min(written) > 42.0,
                "{kind}, orientation {orientation}, {operations}: {found} and {written} dB"
            );
        }
    }
}

#[test]
fn odd_sides_and_single_pixels_have_their_colors() {
    for (width, height) in [(1, 1), (1, 40), (41, 1), (9, 7), (17, 33)] {
        let picture = RgbImage::from_pixel(width, height, image::Rgb([200, 60, 30]));
        for (kind, bytes) in files(&picture).into_iter().filter(|(kind, _)| *kind != "gray") {
            for side in 1..=9 {
                let resize = json!({"width": side, "height": 10 - side, "mode": "exact"});
                let made = run(&bytes, &json!({"resize": resize, "flip": {"mode": "both"}})).to_rgb8();
                assert_eq!(made.dimensions(), (side, 10 - side));
                for image::Rgb([red, green, blue]) in made.pixels() {
                    let differences = [red.abs_diff(200), green.abs_diff(60), blue.abs_diff(30)];
                    assert!(differences.iter().all(|difference| *difference < 6), "{kind} {side} {red} {green} {blue}");
                }
            }
        }
    }
}

#[test]
fn the_profile_of_a_jpeg_stays() {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    // Longer than a segment, so that it takes two.
    let profile = [profile(b"RGB "), vec![7; 70_000]].concat();
    encoder.add_icc_profile(&profile).unwrap();
    encoder.encode(&gradient(64, 48), 64, 48, ColorType::Rgb).unwrap();
    for format in ["jpg", "png", "webp"] {
        let operations = json!({"resize": {"width": 8}, "output": {"format": format}});
        let made = transform(&bytes, operations.as_object().unwrap(), None, &Limits::default()).unwrap().bytes;
        let reader = ImageReader::new(std::io::Cursor::new(made)).with_guessed_format().unwrap();
        assert_eq!(reader.into_decoder().unwrap().icc_profile().unwrap().as_ref(), Some(&profile), "{format}");
    }
}
