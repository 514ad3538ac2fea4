//! Whole transforms: what comes out is what the operations say.
#![cfg(feature = "image")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod image_samples;

use image::codecs::gif::{GifDecoder, Repeat};
use image::metadata::LoopCount;
use image::{AnimationDecoder, DynamicImage, GenericImageView, ImageDecoder, Rgb, RgbImage, Rgba, RgbaImage};
use image_samples::{
    ANIMATED_WEBP, Jpeg, LOSSY_ALPHA_WEBP, PngHeader, animation, every_kind, gif, gradient, jpeg,
    jpeg_with_orientation, png, profile, raw_png,
};
use jpeg_encoder::ColorType;
use optidash_core::image::{Colorspace, Limits, Transformed, transform};
use optidash_core::{Class, Error};
use serde_json::{Value, json};

const RED: [u8; 3] = [220, 20, 20];
const GREEN: [u8; 3] = [20, 200, 20];
const BLUE: [u8; 3] = [20, 20, 220];
const WHITE: [u8; 3] = [255, 255, 255];

#[expect(clippy::needless_pass_by_value, reason = "json! makes values")]
fn attempt(bytes: &[u8], operations: Value) -> Result<Transformed, Error> {
    transform(bytes, operations.as_object().unwrap(), Some("image.jpg"), &Limits::default())
}

fn run(bytes: &[u8], operations: Value) -> Transformed {
    attempt(bytes, operations).unwrap()
}

fn seen(made: &Transformed) -> DynamicImage {
    image::load_from_memory(&made.bytes).unwrap()
}

/// Four quarters: red and green above, blue and white below.
fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (2 * x < width, 2 * y < height) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
}

/// The colours in the middle of the four quarters, from left to right and down.
fn colors(image: &DynamicImage) -> [[u8; 3]; 4] {
    let (width, height) = image.dimensions();
    let at = |x, y| image.to_rgb8().get_pixel(x, y).0;
    let (left, right, top, bottom) = (width / 4, width * 3 / 4, height / 4, height * 3 / 4);
    [at(left, top), at(right, top), at(left, bottom), at(right, bottom)]
}

fn is_close(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= 12)
}

#[track_caller]
fn assert_colors(image: &DynamicImage, expected: [[u8; 3]; 4]) {
    let found = colors(image);
    assert!(found.iter().zip(expected).all(|(found, expected)| is_close(*found, expected)), "{found:?} {expected:?}");
}

/// What is seen of the four quarters, for the orientations 1 to 8.
const ORIENTED: [[[u8; 3]; 4]; 8] = [
    [RED, GREEN, BLUE, WHITE],
    [GREEN, RED, WHITE, BLUE],
    [WHITE, BLUE, GREEN, RED],
    [BLUE, WHITE, RED, GREEN],
    [RED, BLUE, GREEN, WHITE],
    [BLUE, RED, WHITE, GREEN],
    [WHITE, GREEN, BLUE, RED],
    [GREEN, WHITE, RED, BLUE],
];

#[test]
fn every_orientation_is_applied_and_then_gone() {
    for (orientation, expected) in (1..).zip(ORIENTED) {
        let bytes = jpeg_with_orientation(&quarters(64, 32), orientation);
        let made = run(&bytes, json!({}));
        let size = if orientation < 5 { (64, 32) } else { (32, 64) };
        assert_eq!((made.input.width, made.input.height), size, "orientation {orientation}");
        assert_eq!((made.output.width, made.output.height), size, "orientation {orientation}");
        assert_colors(&seen(&made), expected);
        assert!(!made.bytes.windows(4).any(|window| window == b"Exif"));
    }
}

#[test]
fn operations_count_on_the_image_as_it_is_seen() {
    for (orientation, expected) in (1..).zip(ORIENTED) {
        let bytes = jpeg_with_orientation(&quarters(64, 32), orientation);
        let made = run(&bytes, json!({"resize": {"mode": "exact", "width": 40, "height": 80}}));
        assert_eq!(seen(&made).dimensions(), (40, 80));
        assert_colors(&seen(&made), expected);
        let quarter = json!({"crop": {"width": 8, "height": 8, "x": 4, "y": 4}, "flip": {"mode": "both"}});
        assert_colors(&seen(&run(&bytes, quarter)), [expected[0]; 4]);
        let quarter = json!({"crop": {"width": 12, "height": 12, "gravity": "bottom-left"}, "resize": {"width": 30}});
        assert_colors(&seen(&run(&bytes, quarter)), [expected[2]; 4]);
        let half = json!({"resize": {"mode": "fit", "width": 4, "height": 40, "gravity": "right"}});
        let right = seen(&run(&bytes, half));
        assert!(is_close(colors(&right)[0], expected[1]), "orientation {orientation}");
        assert!(is_close(colors(&right)[3], expected[3]), "orientation {orientation}");
    }
}

#[test]
fn flip_mirrors() {
    let bytes = png(&quarters(32, 32).into());
    let flipped = |attributes: Value| seen(&run(&bytes, json!({"flip": attributes})));
    assert_colors(&flipped(json!({"horizontal": true})), [GREEN, RED, WHITE, BLUE]);
    assert_colors(&flipped(json!({"vertical": true})), [BLUE, WHITE, RED, GREEN]);
    assert_colors(&flipped(json!({"mode": "both"})), [WHITE, BLUE, GREEN, RED]);
}

#[test]
fn every_kind_becomes_every_format() {
    for (kind, bytes) in every_kind() {
        for (format, name, file) in [
            ("jpg", "JPEG", "image.jpg"),
            ("png", "PNG", "image.png"),
            ("webp", "WEBP", "image.webp"),
            ("gif", "GIF", "image.gif"),
        ] {
            let made = run(&bytes, json!({"resize": {"width": 12}, "output": {"format": format}}));
            assert_eq!(seen(&made).dimensions(), (12, 8), "{kind} to {format}");
            assert_eq!((made.input.width, made.input.height), (24, 16), "{kind}");
            assert_eq!(made.output.format.name(), name);
            assert_eq!(made.output.name, file);
            assert_eq!(made.output.bytes, made.bytes.len() as u64);
        }
    }
}

#[test]
fn every_kind_keeps_its_colors() {
    for (kind, bytes) in every_kind() {
        if ["CMYK", "palette", "gray", "GIF", "animated", "alpha"].iter().any(|word| kind.contains(word)) {
            continue;
        }
        let made = seen(&run(&bytes, json!({"output": {"format": "png"}}))).to_rgb8();
        for (x, y, pixel) in gradient(24, 16).enumerate_pixels() {
            let difference = pixel.0.iter().zip(made.get_pixel(x, y).0).map(|(one, other)| one.abs_diff(other)).max();
            assert!(difference <= Some(40), "{kind} at {x},{y}: {pixel:?} {:?}", made.get_pixel(x, y));
        }
    }
}

#[test]
fn cmyk_becomes_rgb() {
    // The encoder writes Adobe's inverted CMYK for plain CMYK.
    let ink = |ink: [u8; 4]| {
        let bytes = Jpeg::default().encode(16, 16, ColorType::Cmyk, &ink.repeat(256));
        let ycck = Jpeg::default().encode(16, 16, ColorType::CmykAsYcck, &ink.repeat(256));
        [bytes, ycck].map(|bytes| colors(&seen(&run(&bytes, json!({"output": {"format": "png"}}))))[0])
    };
    for (inks, expected) in [
        ([0, 0, 0, 0], WHITE),
        ([0, 0, 0, 255], [0, 0, 0]),
        ([255, 0, 0, 0], [0, 255, 255]),
        ([0, 255, 255, 0], [255, 0, 0]),
        ([0, 0, 0, 128], [127, 127, 127]),
    ] {
        assert!(ink(inks).iter().all(|found| is_close(*found, expected)), "{inks:?} {:?}", ink(inks));
    }
}

#[test]
fn sixteen_bits_become_eight() {
    let pixels = image::ImageBuffer::<Rgb<u16>, _>::from_pixel(4, 4, Rgb([0x1234, 0x8000, 0xFFFF]));
    let made = run(&png(&pixels.into()), json!({}));
    assert_eq!((made.input.depth, made.output.depth), (48, 24));
    assert_eq!(seen(&made).to_rgb8().get_pixel(0, 0).0, [0x12, 0x80, 0xFF]);
}

#[test]
fn a_palette_becomes_colors_and_its_transparency_alpha() {
    let header = PngHeader { width: 2, height: 2, bits: 8, color: 3 };
    let rows = [0, 0, 1, 0, 1, 0];
    let bytes = raw_png(header, &[(b"PLTE", &[255, 0, 0, 0, 0, 255]), (b"tRNS", &[255, 0])], &rows);
    let made = run(&bytes, json!({}));
    let image = seen(&made).to_rgba8();
    assert_eq!(image.get_pixel(0, 0).0, [255, 0, 0, 255]);
    assert_eq!(image.get_pixel(1, 0).0[3], 0);
    assert_eq!((made.input.depth, made.output.depth), (8, 32));
}

#[test]
fn gray_stays_gray() {
    let gray = DynamicImage::from(gradient(24, 16)).to_luma8();
    for bytes in [png(&gray.clone().into()), Jpeg::default().encode(24, 16, ColorType::Luma, &gray)] {
        let made = run(&bytes, json!({"resize": {"width": 12}}));
        assert_eq!((made.output.colorspace, made.output.depth), (Colorspace::Gray, 8));
    }
    let alpha = DynamicImage::from(RgbaImage::from_pixel(8, 8, Rgba([90, 90, 90, 100]))).to_luma_alpha8();
    let made = run(&png(&alpha.into()), json!({"resize": {"width": 4}}));
    assert_eq!((made.output.colorspace, made.output.depth), (Colorspace::Gray, 16));
    let [gray, alpha] = seen(&made).to_luma_alpha8().get_pixel(2, 2).0;
    assert!(gray.abs_diff(90) <= 1 && alpha == 100);
}

#[test]
fn alpha_becomes_white_in_a_jpeg() {
    let mut pixels = RgbaImage::from_pixel(32, 32, Rgba([0, 0, 0, 0]));
    for (x, _, pixel) in pixels.enumerate_pixels_mut() {
        if x >= 16 {
            *pixel = Rgba([0, 0, 0, 128]);
        }
    }
    let made = run(&png(&pixels.into()), json!({"output": {"format": "jpg"}}));
    assert_colors(&seen(&made), [WHITE, [127; 3], WHITE, [127; 3]]);
}

#[test]
fn transparent_pixels_lend_no_color_to_their_neighbours() {
    let pixels = RgbaImage::from_fn(40, 40, |x, _| Rgba(if x < 20 { [255, 0, 0, 255] } else { [0, 255, 0, 0] }));
    let made = seen(&run(&png(&pixels.into()), json!({"resize": {"width": 5}}))).to_rgba8();
    for pixel in made.pixels().filter(|pixel| pixel.0[3] > 8) {
        assert!(pixel.0[0] > 240 && pixel.0[1] < 12, "{pixel:?}");
    }
}

#[test]
fn fill_has_a_background() {
    let bytes = jpeg(&RgbImage::from_pixel(40, 20, Rgb(RED)));
    let fill = |background: Value, format: &str| {
        let resize = json!({"mode": "fill", "width": 40, "height": 40, "background": background});
        seen(&run(&bytes, json!({"resize": resize, "output": {"format": format}}))).to_rgba8()
    };
    let corner = |image: &RgbaImage| image.get_pixel(0, 0).0;
    assert_eq!(corner(&fill(Value::Null, "png")), [0; 4], "transparent where the format can be");
    assert!(corner(&fill(Value::Null, "jpg")).iter().all(|channel| *channel >= 254), "white where it cannot");
    assert_eq!(corner(&fill(json!("#00f"), "png")), [0, 0, 255, 255]);
    assert_eq!(corner(&fill(json!("00ff0080"), "png")), [0, 255, 0, 128]);
    assert!(is_close([220, 20, 20], fill(json!("#00f"), "png").get_pixel(20, 20).0[..3].try_into().unwrap()));
}

#[test]
fn flip_comes_after_the_frame() {
    let bytes = png(&RgbImage::from_pixel(20, 40, Rgb(RED)).into());
    let resize = json!({"mode": "fill", "width": 40, "height": 40, "gravity": "left", "background": "#00f"});
    let made = seen(&run(&bytes, json!({"resize": resize, "flip": {"horizontal": true}})));
    assert_colors(&made, [[0, 0, 255], RED, [0, 0, 255], RED]);
}

#[test]
fn border_and_padding_lie_around_the_image() {
    let bytes = jpeg(&RgbImage::from_pixel(40, 20, Rgb(RED)));
    let operations = |format: &str| {
        json!({
            "border": {"size": 2, "color": "#00f"}, "padding": {"size": 3, "left": 8}, "output": {"format": format},
        })
    };
    let made = seen(&run(&bytes, operations("png"))).to_rgba8();
    assert_eq!(made.dimensions(), (40 + 4 + 11, 20 + 4 + 6));
    let at = |x, y| made.get_pixel(x, y).0;
    assert_eq!((at(0, 0), at(7, 15), at(54, 29)), ([0; 4], [0; 4], [0; 4]));
    assert_eq!((at(8, 3), at(9, 15), at(51, 26)), ([0, 0, 255, 255], [0, 0, 255, 255], [0, 0, 255, 255]));
    assert!(is_close(RED, at(10, 5)[..3].try_into().unwrap()) && is_close(RED, at(49, 24)[..3].try_into().unwrap()));
    let made = seen(&run(&bytes, operations("jpg"))).to_rgb8();
    assert!(is_close(WHITE, made.get_pixel(1, 1).0), "white where nothing is transparent");
}

#[test]
fn filters_leave_what_lies_around_alone() {
    let bytes = png(&RgbImage::from_pixel(20, 20, Rgb(RED)).into());
    let made = run(
        &bytes,
        json!({
            "resize": {"mode": "fill", "width": 40, "height": 20, "background": "#00ff00"}, "border": {"size": 1},
            "filter": {"blur": 5}, "adjust": {"unsharp": 50}, "auto": {"enhance": true},
        }),
    );
    let made = seen(&made).to_rgb8();
    assert_eq!(made.dimensions(), (42, 22));
    assert_eq!(made.get_pixel(0, 10).0, [0, 0, 0]);
    assert_eq!(made.get_pixel(10, 10).0, [0, 255, 0]);
    assert_eq!(made.get_pixel(11, 10).0, RED);
}

#[test]
fn the_mask_is_drawn_on_all_that_is_there() {
    let bytes = jpeg(&RgbImage::from_pixel(40, 40, Rgb(RED)));
    let operations = |format: &str, background: Value| {
        json!({
            "resize": {"mode": "fit", "width": 20, "height": 20}, "padding": {"size": 10, "background": "#00f"},
            "mask": {"shape": "ellipse", "background": background}, "output": {"format": format},
        })
    };
    let made = seen(&run(&bytes, operations("png", Value::Null))).to_rgba8();
    assert_eq!(made.dimensions(), (40, 40));
    assert_eq!(made.get_pixel(0, 0).0[3], 0);
    assert_eq!(made.get_pixel(20, 2).0, [0, 0, 255, 255]);
    // Blue lies in the same block, and some of it shows here after quantization.
    let corner = seen(&run(&bytes, operations("jpg", Value::Null))).to_rgb8().get_pixel(0, 0).0;
    assert!(corner.iter().all(|&channel| channel > 220), "{corner:?}");
    let green = seen(&run(&bytes, operations("png", json!("#00ff00")))).to_rgb8();
    assert_eq!(green.get_pixel(0, 0).0, [0, 255, 0]);
}

#[test]
fn gray_stays_gray_among_grays() {
    let gray = DynamicImage::from(gradient(24, 16)).to_luma8();
    let bytes = Jpeg::default().encode(24, 16, ColorType::Luma, &gray);
    let depth = |operations: Value| run(&bytes, operations).output.depth;
    assert_eq!(depth(json!({"padding": {"size": 2}, "border": {"size": 1, "color": "#888"}, "mask": {}})), 8);
    assert_eq!(depth(json!({"border": {"size": 1, "color": "#f00"}})), 24);
    assert_eq!(depth(json!({"padding": {"size": 2}, "output": {"format": "png"}})), 16);
}

#[test]
fn a_shrunken_picture_is_smooth() {
    let checkers = RgbImage::from_fn(400, 300, |x, y| Rgb([if (x + y) % 2 == 0 { 255 } else { 0 }; 3]));
    let made = seen(&run(&png(&checkers.into()), json!({"resize": {"width": 40}}))).to_rgb8();
    assert!(made.pixels().all(|pixel| pixel.0[0].abs_diff(127) <= 3), "every pixel of the source counts");
}

#[test]
fn output_settings_are_kept() {
    let bytes = jpeg(&gradient(64, 48));
    for quality in [1, 30, 75, 100] {
        let made = run(&bytes, json!({"output": {"quality": quality}}));
        assert_eq!(made.output.quality, Some(quality));
    }
    let baseline = run(&bytes, json!({"output": {"encoding": "baseline"}}));
    assert_eq!((baseline.output.interlaced, baseline.output.sampling.as_deref()), (false, Some("4:2:0")));
    let default = run(&bytes, json!({}));
    assert_eq!((default.output.interlaced, default.output.quality), (true, Some(85)));
}

#[test]
fn the_same_input_gives_the_same_output() {
    for (kind, bytes) in every_kind() {
        for format in ["jpg", "png", "webp", "gif"] {
            let operations = json!({"resize": {"mode": "fit", "width": 9, "height": 9}, "output": {"format": format}});
            let one = run(&bytes, operations.clone());
            assert_eq!(one, run(&bytes, operations), "{kind} to {format}");
        }
    }
}

#[test]
fn a_profile_stays_where_it_fits() {
    let header = PngHeader { width: 2, height: 1, bits: 8, color: 2 };
    let file = |space: &[u8; 4]| {
        let chunk = [b"p\0\0".as_slice(), &image_samples::deflate(&profile(space))].concat();
        raw_png(header, &[(b"iCCP", &chunk)], &[0, 1, 2, 3, 4, 5, 6])
    };
    let kept = |bytes: &[u8], format: &str| {
        let made = run(bytes, json!({"output": {"format": format}}));
        decoder_profile(&made.bytes)
    };
    for format in ["png", "jpg", "webp"] {
        assert_eq!(kept(&file(b"RGB "), format), Some(profile(b"RGB ")), "{format}");
        assert_eq!(kept(&file(b"GRAY"), format), None, "{format}");
    }
}

fn decoder_profile(bytes: &[u8]) -> Option<Vec<u8>> {
    let reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().unwrap();
    reader.into_decoder().unwrap().icc_profile().unwrap()
}

#[test]
fn an_animated_gif_stays_animated() {
    for (repeat, expected) in [(Repeat::Infinite, 0), (Repeat::Finite(7), 7)] {
        let bytes = gif(&animation(40, 20), Some(repeat));
        let made = run(&bytes, json!({"resize": {"width": 20}, "flip": {"horizontal": true}}));
        let decoder = GifDecoder::new(std::io::Cursor::new(&made.bytes)).unwrap();
        let LoopCount::Finite(count) = decoder.loop_count() else {
            assert_eq!(expected, 0);
            continue;
        };
        assert_eq!(count.get(), expected);
        let frames = decoder.into_frames().collect_frames().unwrap();
        assert_eq!(frames.len(), 3);
        for (frame, (original, delay)) in frames.iter().zip(animation(20, 10)) {
            assert_eq!(frame.delay().numer_denom_ms(), (delay, 1));
            assert_eq!(frame.buffer().dimensions(), (20, 10));
            assert_eq!(frame.buffer().get_pixel(3, 3), original.get_pixel(3, 3));
        }
    }
}

#[test]
fn another_format_takes_the_first_frame() {
    let bytes = gif(&animation(40, 20), Some(Repeat::Infinite));
    for format in ["png", "webp"] {
        let made = seen(&run(&bytes, json!({"output": {"format": format}})));
        assert_eq!(made.to_rgb8().get_pixel(0, 0).0, [200, 30, 30]);
    }
    let made = seen(&run(ANIMATED_WEBP, json!({"output": {"format": "png"}})));
    assert!(is_close(made.to_rgb8().get_pixel(12, 8).0, [200, 30, 30]));
}

#[test]
fn transparency_of_a_gif_is_all_or_nothing() {
    let made = run(LOSSY_ALPHA_WEBP, json!({"output": {"format": "gif"}}));
    let pixels = seen(&made).to_rgba8();
    assert_eq!(pixels.get_pixel(12, 0).0[3], 0);
    assert_eq!(pixels.get_pixel(12, 15).0[3], 255);
    assert!(pixels.pixels().all(|pixel| matches!(pixel.0[3], 0 | 255)));
}

#[test]
fn the_content_decides_about_the_format() {
    let bytes = png(&gradient(8, 8).into());
    let made = run(&bytes, json!({}));
    assert_eq!((made.input.name.as_str(), made.input.format.name()), ("image.jpg", "PNG"));
    assert_eq!(made.output.name, "image.png");
}

#[test]
fn what_the_engine_cannot_do_is_an_error() {
    let bytes = jpeg(&gradient(8, 8));
    for name in ["watermark", "store", "sharpen"] {
        let error = attempt(&bytes, json!({name: {}})).unwrap_err();
        assert_eq!((error.class, error.code, error.path.as_str()), (Class::ImageError, "unsupported_operation", name));
        assert!(attempt(&bytes, json!({name: null})).is_ok(), "null asks for nothing");
    }
}

#[test]
fn what_touches_no_pixels_is_left_out() {
    let bytes = jpeg(&gradient(8, 8));
    let operations = json!({
        "url": "https://www.website.com/image.jpg", "headers": {}, "response": {"mode": "binary"},
        "webhook": {"url": "https://www.website.com"}, "cdn": {"push": false},
    });
    assert_eq!(run(&bytes, operations).bytes, run(&bytes, json!({})).bytes);
}

#[test]
fn a_wrong_attribute_is_an_error_with_its_path() {
    let bytes = jpeg(&gradient(8, 8));
    let error = attempt(&bytes, json!({"resize": {"mode": "fit", "width": 4}})).unwrap_err();
    assert_eq!((error.class, error.code, error.path.as_str()), (Class::ValidationError, "required", "resize.height"));
    let error = attempt(&bytes, json!({"output": {"format": "jp2"}})).unwrap_err();
    assert_eq!(
        (error.class, error.code, error.path.as_str()),
        (Class::ImageError, "unsupported_operation", "output.format")
    );
}

#[test]
fn a_format_has_a_largest_size() {
    let bytes = png(&gradient(2, 2).into());
    let wide =
        |format: &str| json!({"resize": {"mode": "exact", "width": 20_000, "height": 1}, "output": {"format": format}});
    assert_eq!(attempt(&bytes, wide("webp")).unwrap_err().code, "image_too_large");
    for format in ["jpg", "png", "gif"] {
        assert_eq!(run(&bytes, wide(format)).output.width, 20_000);
    }
}

/// A gray or RGB PNG of one colour with a profile.
#[cfg(feature = "icc")]
fn png_with_profile(color: &[u8], profile: &[u8]) -> Vec<u8> {
    let header = PngHeader { width: 4, height: 4, bits: 8, color: if color.len() == 1 { 0 } else { 2 } };
    let row = [&[0], color.repeat(4).as_slice()].concat();
    let chunk = [b"p\0\0".as_slice(), &image_samples::deflate(profile)].concat();
    raw_png(header, &[(b"iCCP", &chunk)], &row.repeat(4))
}

#[test]
#[cfg(feature = "icc")]
fn colors_become_srgb_where_a_profile_cannot_stay() {
    let wide = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let bytes = png_with_profile(&[200, 100, 50], &wide);
    let made = run(&bytes, json!({"output": {"format": "gif"}}));
    // What lcms makes of it: sRGB of Display P3 is more saturated.
    assert!(is_close([213, 96, 37], colors(&seen(&made))[0]), "{:?}", colors(&seen(&made))[0]);
    let made = run(&bytes, json!({"output": {"format": "webp"}}));
    assert_eq!((colors(&seen(&made))[0], decoder_profile(&made.bytes)), ([200, 100, 50], Some(wide)));
}

#[test]
#[cfg(feature = "icc")]
fn grays_become_srgb_where_their_profile_cannot_stay() {
    let linear = moxcms::ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let bytes = png_with_profile(&[55], &linear);
    let at = |operations: Value| seen(&run(&bytes, operations)).to_rgb8().get_pixel(3, 3).0;
    assert_eq!(at(json!({})), [55; 3]);
    for operations in [
        json!({"output": {"format": "gif"}}),
        json!({"output": {"format": "webp"}}),
        json!({"border": {"size": 1, "color": "#f00"}}),
    ] {
        let found = at(operations);
        assert!(is_close([128; 3], found), "{found:?}");
    }
}
