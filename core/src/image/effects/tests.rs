use image::{GrayImage, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::json;

use super::*;

#[expect(clippy::needless_pass_by_value, reason = "json! makes values")]
fn read(operations: Value) -> Result<Effects, String> {
    Effects::read(operations.as_object().unwrap()).map_err(|error| format!("{} {}", error.code, error.path))
}

#[expect(clippy::needless_pass_by_value, reason = "json! makes values")]
fn apply(pixels: impl Into<DynamicImage>, operations: Value) -> DynamicImage {
    let effects = Effects::read(operations.as_object().unwrap()).unwrap();
    effects.finish(effects.apply(pixels.into()).unwrap(), Color::TRANSPARENT)
}

#[test]
fn blur_is_written_in_three_ways() {
    let blurred = Ok(Effects { blur: Some(10.0), ..Effects::default() });
    assert_eq!(read(json!({"filter": {"blur": 10}})), blurred);
    assert_eq!(read(json!({"filter": {"blur": "10"}})), blurred);
    assert_eq!(read(json!({"filter": {"blur": {"mode": "gaussian", "value": 10}}})), blurred);
    assert_eq!(read(json!({"stylize": {"blur": {"value": 10.0}}})), blurred);
}

#[test]
fn nothing_is_asked_for_by_nothing() {
    for operations in [
        json!({}),
        json!({"filter": {}, "adjust": {}, "auto": {}, "mask": null}),
        json!({"filter": {"blur": 0}, "adjust": {"unsharp": 0}, "auto": {"enhance": false}}),
        json!({"filter": {"blur": {"value": 0}}}),
    ] {
        assert!(read(operations).unwrap().is_empty());
    }
}

#[test]
fn a_wrong_attribute_is_named() {
    for (operations, expected) in [
        (json!({"filter": {"blur": {"mode": "gaussian"}}}), "required filter.blur.value"),
        (json!({"filter": {"blur": {"mode": "motion", "value": 1}}}), "unknown_value filter.blur.mode"),
        (json!({"filter": {"blur": -1}}), "out_of_range filter.blur"),
        (json!({"filter": {"blur": {"value": 1001}}}), "out_of_range filter.blur.value"),
        (json!({"filter": {"blur": true}}), "wrong_type filter.blur"),
        (json!({"filter": {"sepia": 1}}), "unsupported_operation filter.sepia"),
        (json!({"filter": {"blur": {"value": 1, "angle": 1}}}), "unsupported_operation filter.blur.angle"),
        (json!({"adjust": {"unsharp": 101}}), "out_of_range adjust.unsharp"),
        (json!({"adjust": {"hue": 3}}), "unsupported_operation adjust.hue"),
        (json!({"auto": {"enhance": 3}}), "wrong_type auto.enhance"),
        (json!({"auto": {"rotate": true}}), "unsupported_operation auto.rotate"),
        (json!({"mask": {"shape": "star"}}), "unknown_value mask.shape"),
        (json!({"mask": {"background": "white"}}), "unknown_value mask.background"),
    ] {
        assert_eq!(read(operations).unwrap_err(), expected);
    }
}

/// A white dot in the middle of black.
fn dot(size: u32) -> GrayImage {
    GrayImage::from_fn(size, size, |x, y| Luma([if (x, y) == (size / 2, size / 2) { 255 } else { 0 }]))
}

#[test]
fn blur_has_the_deviation_that_is_asked_for() {
    for sigma in [3.0, 5.5, 12.0] {
        let edge = GrayImage::from_fn(201, 9, |x, _| Luma([if x < 100 { 0 } else { 255 }]));
        let blurred = apply(edge, json!({"filter": {"blur": sigma}})).to_luma8();
        // The slope of a blurred edge is the Gaussian itself.
        let slope = |x: u32| f64::from(blurred.get_pixel(x + 1, 4).0[0]) - f64::from(blurred.get_pixel(x, 4).0[0]);
        let (mut sum, mut squares) = (0.0, 0.0);
        for x in 0..200 {
            sum += slope(x);
            squares += slope(x) * (f64::from(x) - 99.0).powi(2);
        }
        let deviation = (squares / sum).sqrt();
        assert!((deviation - sigma).abs() < 0.05 * sigma + 0.1, "{deviation} for {sigma}");
    }
}

#[test]
fn blur_goes_the_same_in_every_direction() {
    let blurred = apply(
        GrayImage::from_fn(41, 41, |x, y| Luma([if x.abs_diff(20) < 3 && y.abs_diff(20) < 3 { 255 } else { 0 }])),
        json!({"filter": {"blur": 4}}),
    )
    .to_luma8();
    for (x, y, pixel) in blurred.enumerate_pixels() {
        for (x, y) in [(y, x), (40 - x, y), (x, 40 - y)] {
            assert!(pixel.0[0].abs_diff(blurred.get_pixel(x, y).0[0]) <= 1);
        }
    }
}

#[test]
fn blur_keeps_one_colour_whatever_the_size() {
    for (width, height) in [(1, 1), (2, 3), (300, 1), (1, 300), (70, 70)] {
        for sigma in [0.1, 1.0, 50.0, 1000.0] {
            let pixels = RgbImage::from_pixel(width, height, Rgb([10, 200, 255]));
            assert_eq!(apply(pixels.clone(), json!({"filter": {"blur": sigma}})).to_rgb8(), pixels);
        }
    }
}

#[test]
fn blur_takes_no_colour_from_transparent_pixels() {
    let pixels = RgbaImage::from_fn(40, 4, |x, _| Rgba(if x < 20 { [255, 0, 0, 255] } else { [0, 255, 0, 0] }));
    let blurred = apply(pixels, json!({"filter": {"blur": 3}})).to_rgba8();
    assert!(blurred.pixels().filter(|pixel| pixel.0[3] > 8).all(|pixel| pixel.0[0] > 240 && pixel.0[1] < 12));
    assert!((60..200).contains(&blurred.get_pixel(20, 2).0[3]));
}

#[test]
fn unsharp_makes_an_edge_steeper_and_leaves_flat_parts() {
    let edge = GrayImage::from_fn(20, 3, |x, _| Luma([if x < 10 { 100 } else { 150 }]));
    let sharpened = apply(edge.clone(), json!({"adjust": {"unsharp": 10}})).to_luma8();
    assert!(sharpened.get_pixel(9, 1).0[0] < 95 && sharpened.get_pixel(10, 1).0[0] > 155);
    assert_eq!((sharpened.get_pixel(0, 1).0[0], sharpened.get_pixel(19, 1).0[0]), (100, 150));
    let more = apply(edge, json!({"adjust": {"unsharp": 100}})).to_luma8();
    assert!(more.get_pixel(10, 1).0[0] > sharpened.get_pixel(10, 1).0[0]);
}

#[test]
fn unsharp_leaves_alpha_alone() {
    let pixels = RgbaImage::from_fn(20, 20, |x, y| Rgba([100, 150, 200, u8::try_from(x * y % 256).unwrap()]));
    let sharpened = apply(pixels.clone(), json!({"adjust": {"unsharp": 50}})).to_rgba8();
    assert!(pixels.pixels().zip(sharpened.pixels()).all(|(one, other)| one.0[3] == other.0[3]));
}

#[test]
fn enhance_goes_halfway_and_not_too_far() {
    let ramp = |low: u8, high: u8| {
        let pixels = GrayImage::from_fn(u32::from(high - low) + 1, 10, |x, _| Luma([low + u8::try_from(x).unwrap()]));
        let enhanced = apply(pixels, json!({"auto": {"enhance": true}})).to_luma8();
        (
            enhanced.pixels().map(|pixel| pixel.0[0]).min().unwrap(),
            enhanced.pixels().map(|pixel| pixel.0[0]).max().unwrap(),
        )
    };
    let near = |found: (u8, u8), low: u8, high: u8| found.0.abs_diff(low) <= 2 && found.1.abs_diff(high) <= 2;
    assert_eq!(ramp(0, 255), (0, 255));
    assert!(near(ramp(40, 220), 19, 238));
    assert!(near(ramp(0, 60), 0, 90), "{:?}", ramp(0, 60));
    assert!(near(ramp(195, 255), 165, 255), "{:?}", ramp(195, 255));
}

#[test]
fn enhance_leaves_one_colour_and_what_is_not_seen() {
    let flat = RgbImage::from_pixel(9, 9, Rgb([90, 100, 110]));
    assert_eq!(apply(flat.clone(), json!({"auto": {"enhance": true}})).to_rgb8(), flat);
    let hidden = RgbaImage::from_fn(9, 9, |x, _| Rgba(if x < 5 { [0, 0, 0, 0] } else { [90, 100, 110, 255] }));
    assert_eq!(apply(hidden.clone(), json!({"auto": {"enhance": true}})).to_rgba8(), hidden);
}

#[test]
fn the_mask_is_an_ellipse_in_the_bounds() {
    let masked =
        apply(RgbImage::from_pixel(60, 40, Rgb([200, 0, 0])), json!({"mask": {"shape": "ellipse"}})).to_rgba8();
    for (x, y) in [(0, 0), (59, 0), (0, 39), (59, 39), (5, 5)] {
        assert_eq!(masked.get_pixel(x, y).0[3], 0, "{x},{y}");
    }
    for (x, y) in [(30, 20), (30, 0), (1, 20), (58, 19), (30, 39)] {
        assert!(masked.get_pixel(x, y).0[3] > 120, "{x},{y}");
    }
    let area: f64 = masked.pixels().map(|pixel| f64::from(pixel.0[3]) / 255.0).sum();
    let exact = std::f64::consts::PI * 30.0 * 20.0;
    assert!((area - exact).abs() < 0.002 * exact, "{area} {exact}");
    assert!(masked.pixels().filter(|pixel| pixel.0[3] > 0).all(|pixel| pixel.0[..3] == [200, 0, 0]));
}

#[test]
fn the_mask_has_a_background() {
    let masked = |background: &str, pixels: DynamicImage| apply(pixels, json!({"mask": {"background": background}}));
    let red = || DynamicImage::from(RgbImage::from_pixel(20, 20, Rgb([200, 0, 0])));
    let opaque = masked("#00f", red());
    assert_eq!(opaque.color(), image::ColorType::Rgb8);
    assert_eq!(opaque.to_rgb8().get_pixel(0, 0).0, [0, 0, 255]);
    assert_eq!(masked("0000ff80", red()).to_rgba8().get_pixel(0, 0).0, [0, 0, 255, 128]);
    let gray = || DynamicImage::from(dot(20));
    assert_eq!(masked("#fff", gray()).color(), image::ColorType::L8);
    assert_eq!(masked("#00f", gray()).color(), image::ColorType::Rgb8);
}

#[test]
fn a_mask_of_the_smallest_image_keeps_it() {
    for (width, height) in [(1, 1), (1, 2), (2, 1)] {
        let masked = apply(RgbImage::from_pixel(width, height, Rgb([9, 8, 7])), json!({"mask": {}})).to_rgba8();
        assert!(masked.pixels().all(|pixel| pixel.0[3] >= 200), "{masked:?}");
    }
    let line = apply(RgbImage::from_pixel(1, 1000, Rgb([9, 8, 7])), json!({"mask": {}})).to_rgba8();
    assert!(line.get_pixel(0, 500).0[3] > 200);
}
