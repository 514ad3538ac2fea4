//! Whole transforms: every format in and out, with the metadata of both.
#![cfg(feature = "image")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use image::{DynamicImage, RgbImage};
use optidash_core::image::{Limits, Transformed, transform};
use serde_json::{Value, json};

fn photograph(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| image::Rgb([(x % 256) as u8, (y % 256) as u8, ((x + y) / 2 % 256) as u8]))
        .into()
}

fn jpeg(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(image).unwrap();
    bytes
}

fn run(bytes: &[u8], operations: Value) -> Transformed {
    transform(bytes, operations.as_object().unwrap(), Some("image.jpg"), &Limits::default()).unwrap()
}

#[test]
fn a_photograph_becomes_small_in_every_format() {
    let bytes = jpeg(&photograph(400, 300));
    for (format, name) in [("jpg", "image.jpg"), ("png", "image.png"), ("webp", "image.webp"), ("gif", "image.gif")] {
        let made = run(&bytes, json!({"resize": {"width": 100, "height": 75}, "output": {"format": format}}));
        assert_eq!((made.input.width, made.input.height, made.input.quality), (400, 300, Some(90)));
        assert_eq!((made.output.width, made.output.height), (100, 75));
        assert_eq!(made.output.name, name);
        let seen = image::load_from_memory(&made.bytes).unwrap();
        assert_eq!((seen.width(), seen.height()), (100, 75));
        println!("{}", serde_json::to_string(&made.output).unwrap());
    }
}
