use serde_json::json;

use super::*;

type Outcome = Result<(u32, u32), String>;

fn sized(operations: &Value, width: u32, height: u32) -> Outcome {
    let operations = operations.as_object().unwrap();
    output_size(operations, width, height).map_err(|error| format!("{} {}", error.code, error.path))
}

#[expect(clippy::needless_pass_by_value, reason = "json! makes values")]
fn resized(attributes: Value, width: u32, height: u32) -> Outcome {
    sized(&json!({"resize": attributes}), width, height)
}

#[expect(clippy::needless_pass_by_value, reason = "json! makes values")]
fn cropped(attributes: Value, width: u32, height: u32) -> Outcome {
    sized(&json!({"crop": attributes}), width, height)
}

#[expect(clippy::needless_pass_by_value, reason = "json! makes values")]
fn scaled(attributes: Value, width: u32, height: u32) -> Outcome {
    sized(&json!({"scale": attributes}), width, height)
}

#[expect(clippy::needless_pass_by_value, reason = "json! makes values")]
fn plan(operations: Value, width: u32, height: u32) -> Plan {
    Plan::new(operations.as_object().unwrap(), Size { width, height }).unwrap()
}

fn refused(code: &str, path: &str) -> Outcome {
    Err(format!("{code} {path}"))
}

fn region(x: f64, y: f64, width: f64, height: f64) -> Region {
    Region { x, y, width, height }
}

#[test]
fn nothing_asked_for_changes_nothing() {
    assert_eq!(sized(&json!({}), 4000, 3000), Ok((4000, 3000)));
    assert_eq!(sized(&json!({}), u32::MAX, u32::MAX), Ok((u32::MAX, u32::MAX)));
    assert_eq!(sized(&json!({"resize": null, "output": {"format": "png"}}), 4, 3), Ok((4, 3)));
}

#[test]
fn an_image_has_at_least_one_pixel() {
    assert_eq!(sized(&json!({}), 0, 3), refused("out_of_range", "width"));
    assert_eq!(sized(&json!({}), 3, 0), refused("out_of_range", "height"));
}

#[test]
fn auto_keeps_the_proportions() {
    assert_eq!(resized(json!({"width": 100, "height": 75}), 4000, 3000), Ok((100, 75)));
    assert_eq!(resized(json!({"width": 100}), 4000, 3000), Ok((100, 75)));
    assert_eq!(resized(json!({"height": 75}), 4000, 3000), Ok((100, 75)));
    assert_eq!(resized(json!({"width": 100, "height": 100}), 3000, 4000), Ok((75, 100)));
    assert_eq!(resized(json!({"width": 100, "height": 100}), 4000, 3000), Ok((100, 75)));
    assert_eq!(resized(json!({"mode": "auto", "width": 640, "height": 480}), 1920, 1080), Ok((640, 360)));
}

#[test]
fn auto_enlarges_unless_told_not_to() {
    assert_eq!(resized(json!({"width": 1600}), 400, 300), Ok((1600, 1200)));
    assert_eq!(resized(json!({"width": 1600, "upscale": false}), 400, 300), Ok((400, 300)));
    assert_eq!(resized(json!({"width": 100, "upscale": false}), 400, 300), Ok((100, 75)));
}

#[test]
fn a_side_that_follows_is_rounded_to_the_nearest_pixel() {
    assert_eq!(resized(json!({"width": 100}), 300, 200), Ok((100, 67)));
    assert_eq!(resized(json!({"width": 100}), 300, 199), Ok((100, 66)));
    assert_eq!(resized(json!({"width": 5}), 10, 3), Ok((5, 2)));
    assert_eq!(resized(json!({"width": 1}), 10_000, 1), Ok((1, 1)));
    assert_eq!(resized(json!({"height": 1}), 1, 10_000), Ok((1, 1)));
}

#[test]
fn fit_is_exactly_the_frame() {
    assert_eq!(resized(json!({"mode": "fit", "width": 100, "height": 100}), 4000, 3000), Ok((100, 100)));
    assert_eq!(resized(json!({"mode": "fit", "width": 800, "height": 10}), 40, 30), Ok((800, 10)));
}

#[test]
fn fit_keeps_what_gravity_says() {
    let fit = |gravity: &str, width, height| {
        plan(json!({"resize": {"mode": "fit", "width": 100, "height": 100, "gravity": gravity}}), width, height).region
    };
    assert_eq!(fit("center", 4000, 3000), region(500.0, 0.0, 3000.0, 3000.0));
    assert_eq!(fit("left", 4000, 3000), region(0.0, 0.0, 3000.0, 3000.0));
    assert_eq!(fit("top-right", 4000, 3000), region(1000.0, 0.0, 3000.0, 3000.0));
    assert_eq!(fit("top", 3000, 4000), region(0.0, 0.0, 3000.0, 3000.0));
    assert_eq!(fit("bottom-left", 3000, 4000), region(0.0, 1000.0, 3000.0, 3000.0));
    assert_eq!(fit("face", 3000, 4000), fit("center", 3000, 4000));
    assert_eq!(fit("faces", 3000, 4000), region(0.0, 500.0, 3000.0, 3000.0));
}

#[test]
fn fit_cuts_between_two_pixels_where_it_must() {
    let plan = plan(json!({"resize": {"mode": "fit", "width": 2, "height": 3}}), 101, 99);
    assert_eq!(plan.region, region(17.5, 0.0, 66.0, 99.0));
    assert_eq!(plan.size, Size { width: 2, height: 3 });
}

#[test]
fn fit_without_upscale_only_cuts_a_smaller_image() {
    let fit = |width: u32, height: u32| json!({"mode": "fit", "width": width, "height": height, "upscale": false});
    assert_eq!(resized(fit(800, 200), 400, 300), Ok((400, 200)));
    assert_eq!(resized(fit(800, 800), 400, 300), Ok((400, 300)));
    assert_eq!(resized(fit(100, 100), 400, 300), Ok((100, 100)));
    let plan = plan(json!({"resize": fit(800, 200)}), 400, 301);
    assert_eq!(plan.region, region(0.0, 50.0, 400.0, 200.0));
}

#[test]
fn fit_needs_both_sides() {
    assert_eq!(resized(json!({"mode": "fit", "height": 100}), 4, 3), refused("required", "resize.width"));
    assert_eq!(resized(json!({"mode": "fit", "width": 100}), 4, 3), refused("required", "resize.height"));
    assert_eq!(resized(json!({"mode": "fit"}), 4, 3), refused("required", "resize.width"));
}

#[test]
fn every_mode_needs_a_side() {
    for mode in ["auto", "exact", "fill", "landscape", "portrait"] {
        assert_eq!(resized(json!({"mode": mode}), 4, 3), refused("required", "resize.width"));
    }
    assert_eq!(resized(json!([]), 4, 3), refused("required", "resize.width"));
}

#[test]
fn exact_stretches() {
    assert_eq!(resized(json!({"mode": "exact", "width": 100, "height": 10}), 40, 30), Ok((100, 10)));
    assert_eq!(resized(json!({"mode": "exact", "width": 100}), 40, 30), Ok((100, 75)));
    assert_eq!(resized(json!({"mode": "exact", "width": 100, "height": 10, "upscale": false}), 40, 30), Ok((40, 10)));
}

#[test]
fn fill_puts_a_frame_around_the_image() {
    let plan = plan(
        json!({"resize": {"mode": "fill", "width": 100, "height": 100, "background": "#f00", "gravity": "top"}}),
        400,
        300,
    );
    assert_eq!(plan.size, Size { width: 100, height: 75 });
    let frame = plan.frame.unwrap();
    assert_eq!(frame.size, Size { width: 100, height: 100 });
    assert_eq!(frame.gravity, Gravity { horizontal: Anchor::Middle, vertical: Anchor::Start });
    assert_eq!(frame.background, Some(Color([255, 0, 0, 255])));
}

#[test]
fn fill_does_not_enlarge_the_image_without_upscale() {
    let plan = plan(json!({"resize": {"mode": "fill", "width": 100, "height": 80, "upscale": false}}), 40, 30);
    assert_eq!(plan.size, Size { width: 40, height: 30 });
    assert_eq!(plan.output_size(), Size { width: 100, height: 80 });
}

#[test]
fn landscape_takes_the_width_and_portrait_the_height() {
    assert_eq!(resized(json!({"mode": "landscape", "width": 100, "height": 9}), 400, 300), Ok((100, 75)));
    assert_eq!(resized(json!({"mode": "portrait", "width": 9, "height": 75}), 400, 300), Ok((100, 75)));
    assert_eq!(resized(json!({"mode": "landscape", "height": 75}), 400, 300), Ok((100, 75)));
    assert_eq!(resized(json!({"mode": "portrait", "width": 100}), 400, 300), Ok((100, 75)));
    assert_eq!(resized(json!({"mode": "landscape", "width": 800, "upscale": false}), 400, 300), Ok((400, 300)));
}

#[test]
fn resize_says_what_is_wrong() {
    for (attributes, code, path) in [
        (json!({"width": 0}), "out_of_range", "resize.width"),
        (json!({"width": -5}), "out_of_range", "resize.width"),
        (json!({"height": 65_536}), "out_of_range", "resize.height"),
        (json!({"width": u64::MAX}), "out_of_range", "resize.width"),
        (json!({"width": 10.5}), "wrong_type", "resize.width"),
        (json!({"width": "wide"}), "wrong_type", "resize.width"),
        (json!({"width": [10]}), "wrong_type", "resize.width"),
        (json!({"width": 10, "mode": "cover"}), "unknown_value", "resize.mode"),
        (json!({"width": 10, "mode": 1}), "wrong_type", "resize.mode"),
        (json!({"width": 10, "gravity": "north"}), "unknown_value", "resize.gravity"),
        (json!({"width": 10, "upscale": 1}), "wrong_type", "resize.upscale"),
        (json!({"width": 10, "background": "red"}), "unknown_value", "resize.background"),
        (json!("100x75"), "wrong_type", "resize"),
    ] {
        assert_eq!(resized(attributes.clone(), 400, 300), refused(code, path), "{attributes}");
    }
}

#[test]
fn numbers_may_be_strings() {
    assert_eq!(resized(json!({"width": "1024", "height": "768"}), 400, 300), Ok((1024, 768)));
    assert_eq!(scaled(json!({"size": "0.5"}), 400, 300), Ok((200, 150)));
}

#[test]
fn the_result_has_a_largest_size() {
    assert_eq!(resized(json!({"width": 10_000, "height": 10_000, "mode": "exact"}), 4, 3), Ok((10_000, 10_000)));
    assert_eq!(
        resized(json!({"width": 10_000, "height": 10_001, "mode": "exact"}), 4, 3),
        refused("out_of_range", "resize.width")
    );
    assert_eq!(resized(json!({"width": 1000}), 1, 10_000), refused("out_of_range", "resize.width"));
    assert_eq!(resized(json!({"height": 1000}), 10_000, 1), refused("out_of_range", "resize.height"));
    assert_eq!(resized(json!({"height": 6}), 10_000, 1), Ok((60_000, 6)));
}

#[test]
fn any_input_has_an_outcome() {
    let sides = [1, 2, 3, 9_999, 10_000, 65_535, 65_536, u32::MAX - 1, u32::MAX];
    let modes = ["auto", "fit", "exact", "fill", "landscape", "portrait"];
    for (width, height) in sides.iter().flat_map(|width| sides.map(|height| (*width, height))) {
        for (mode, upscale) in modes.iter().flat_map(|mode| [(mode, true), (mode, false)]) {
            for (across, down) in [(1, 1), (1, 65_535), (65_535, 1), (100, 75), (65_535, 65_535)] {
                let attributes = json!({"mode": mode, "upscale": upscale, "width": across, "height": down});
                let operations = json!({"resize": attributes, "crop": {"ratio": "16:9"}, "scale": {"size": 0.75}});
                let Ok((out_width, out_height)) = sized(&operations, width, height) else { continue };
                assert!(out_width >= 1 && out_height >= 1);
                assert!(u64::from(out_width) * u64::from(out_height) <= MAX_PIXELS);
                check_within(plan(operations, width, height), width, height);
            }
        }
    }
}

fn check_within(plan: Plan, width: u32, height: u32) {
    let Region { x, y, width: across, height: down } = plan.region;
    assert!(x >= 0.0 && y >= 0.0 && across > 0.0 && down > 0.0, "{plan:?}");
    assert!(x + across <= f64::from(width) && y + down <= f64::from(height), "{plan:?}");
    let frame = plan.output_size();
    assert!(plan.size.width <= frame.width && plan.size.height <= frame.height, "{plan:?}");
}

#[test]
fn scale_is_a_factor() {
    assert_eq!(scaled(json!({"size": 0.5}), 400, 300), Ok((200, 150)));
    assert_eq!(scaled(json!({"size": 0.5}), 401, 301), Ok((201, 151)));
    assert_eq!(scaled(json!({"size": 1.5}), 400, 300), Ok((600, 450)));
    assert_eq!(scaled(json!({"size": 1e-300}), 400, 300), Ok((1, 1)));
}

#[test]
fn the_ratio_of_scale_is_a_factor_on_the_height() {
    assert_eq!(scaled(json!({"size": 0.5, "ratio": 1.0}), 400, 300), Ok((200, 150)));
    assert_eq!(scaled(json!({"size": 0.5, "ratio": 2}), 400, 300), Ok((200, 300)));
    assert_eq!(scaled(json!({"size": 1, "ratio": 0.1}), 400, 300), Ok((400, 30)));
}

#[test]
fn scale_says_what_is_wrong() {
    for (attributes, code, path) in [
        (json!({}), "required", "scale.size"),
        (json!({"ratio": 2}), "required", "scale.size"),
        (json!({"size": 0}), "out_of_range", "scale.size"),
        (json!({"size": -0.5}), "out_of_range", "scale.size"),
        (json!({"size": 1000}), "out_of_range", "scale.size"),
        (json!({"size": 1e308, "ratio": 1e308}), "out_of_range", "scale.size"),
        (json!({"size": 1, "ratio": 0}), "out_of_range", "scale.ratio"),
        (json!({"size": "NaN"}), "wrong_type", "scale.size"),
        (json!({"size": "inf"}), "wrong_type", "scale.size"),
        (json!({"size": true}), "wrong_type", "scale.size"),
    ] {
        assert_eq!(scaled(attributes.clone(), 400, 300), refused(code, path), "{attributes}");
    }
}

#[test]
fn scale_takes_the_frame_along() {
    let plan = plan(json!({"resize": {"mode": "fill", "width": 100, "height": 100}, "scale": {"size": 0.5}}), 400, 300);
    assert_eq!(plan.size, Size { width: 50, height: 38 });
    assert_eq!(plan.output_size(), Size { width: 50, height: 50 });
}

#[test]
fn crop_cuts_out_a_rectangle() {
    assert_eq!(cropped(json!({"mode": "rect", "width": 100, "height": 50}), 400, 300), Ok((100, 50)));
    assert_eq!(cropped(json!({"width": 100, "height": 50}), 400, 300), Ok((100, 50)));
    assert_eq!(cropped(json!({"width": 1000, "height": 50}), 400, 300), Ok((400, 50)));
    let at = |attributes| plan(json!({"crop": attributes}), 400, 301).region;
    assert_eq!(at(json!({"width": 100, "height": 50})), region(150.0, 125.0, 100.0, 50.0));
    assert_eq!(at(json!({"width": 100, "height": 50, "gravity": "bottom-right"})), region(300.0, 251.0, 100.0, 50.0));
    assert_eq!(at(json!({"width": 100, "height": 50, "x": 10, "y": 20})), region(10.0, 20.0, 100.0, 50.0));
    assert_eq!(
        at(json!({"width": 100, "height": 50, "x": 10, "gravity": "bottom"})),
        region(10.0, 0.0, 100.0, 50.0),
        "x or y leave gravity out"
    );
}

#[test]
fn a_rectangle_ends_at_the_edge_of_the_image() {
    assert_eq!(cropped(json!({"width": 100, "height": 50, "x": 350, "y": 299}), 400, 300), Ok((50, 1)));
    assert_eq!(
        cropped(json!({"width": 100, "height": 50, "x": 400, "y": 0}), 400, 300),
        refused("out_of_range", "crop.x")
    );
    assert_eq!(
        cropped(json!({"width": 100, "height": 50, "x": 0, "y": -1}), 400, 300),
        refused("out_of_range", "crop.y")
    );
}

#[test]
fn crop_cuts_out_the_largest_rectangle_of_a_ratio() {
    assert_eq!(cropped(json!({"mode": "ratio", "ratio": "1:1"}), 400, 300), Ok((300, 300)));
    assert_eq!(cropped(json!({"ratio": "5:9"}), 400, 300), Ok((167, 300)));
    assert_eq!(cropped(json!({"ratio": "16:9"}), 400, 300), Ok((400, 225)));
    assert_eq!(cropped(json!({"ratio": "4:3"}), 400, 300), Ok((400, 300)));
    assert_eq!(cropped(json!({"ratio": "1.91:1"}), 400, 300), Ok((400, 209)));
    assert_eq!(cropped(json!({"ratio": "1000:1"}), 400, 300), Ok((400, 1)));
    let plan = plan(json!({"crop": {"ratio": "1:1", "gravity": "right"}}), 400, 300);
    assert_eq!(plan.region, region(100.0, 0.0, 300.0, 300.0));
}

#[test]
fn crop_around_a_face_falls_back_to_the_centre() {
    assert_eq!(cropped(json!({"mode": "face", "width": 100, "height": 50}), 400, 300), Ok((100, 50)));
    assert_eq!(cropped(json!({"mode": "face", "ratio": "1:1"}), 400, 300), Ok((300, 300)));
    assert_eq!(cropped(json!({"mode": "face"}), 400, 300), refused("unsupported_operation", "crop.mode"));
}

#[test]
fn crop_says_what_is_wrong() {
    for (attributes, code, path) in [
        (json!({}), "required", "crop.width"),
        (json!({"height": 50}), "required", "crop.width"),
        (json!({"mode": "rect", "width": 50}), "required", "crop.height"),
        (json!({"mode": "ratio", "width": 50}), "required", "crop.ratio"),
        (json!({"mode": "circle", "width": 50}), "unknown_value", "crop.mode"),
        (json!({"width": 0, "height": 50}), "out_of_range", "crop.width"),
        (json!({"ratio": "4/3"}), "unknown_value", "crop.ratio"),
        (json!({"ratio": "4:3:2"}), "unknown_value", "crop.ratio"),
        (json!({"ratio": "0:3"}), "out_of_range", "crop.ratio"),
        (json!({"ratio": "-4:3"}), "out_of_range", "crop.ratio"),
        (json!({"ratio": "inf:3"}), "unknown_value", "crop.ratio"),
        (json!({"ratio": 1.5}), "wrong_type", "crop.ratio"),
    ] {
        assert_eq!(cropped(attributes.clone(), 400, 300), refused(code, path), "{attributes}");
    }
}

#[test]
fn crop_comes_before_resize_and_scale_after() {
    let operations = json!({
        "scale": {"size": 0.5},
        "resize": {"width": 100},
        "crop": {"width": 200, "height": 100, "x": 10, "y": 20},
    });
    let plan = plan(operations, 400, 300);
    assert_eq!(plan.region, region(10.0, 20.0, 200.0, 100.0));
    assert_eq!(plan.size, Size { width: 50, height: 25 });
}

#[test]
fn fit_cuts_within_what_crop_left() {
    let operations = json!({
        "crop": {"width": 200, "height": 100, "x": 10, "y": 20},
        "resize": {"mode": "fit", "width": 50, "height": 50},
    });
    assert_eq!(plan(operations, 400, 300).region, region(60.0, 20.0, 100.0, 100.0));
}

#[test]
fn flip_is_understood_in_two_ways() {
    let flip = |attributes: Value| plan(json!({"flip": attributes}), 4, 3).flip;
    let (horizontal, vertical) =
        (Flip { horizontal: true, vertical: false }, Flip { horizontal: false, vertical: true });
    assert_eq!(flip(json!({"horizontal": true})), horizontal);
    assert_eq!(flip(json!({"mode": "horizontal"})), horizontal);
    assert_eq!(flip(json!({"vertical": true, "horizontal": false})), vertical);
    assert_eq!(flip(json!({"mode": "vertical"})), vertical);
    assert_eq!(flip(json!({"mode": "both"})), Flip { horizontal: true, vertical: true });
    assert_eq!(flip(json!({})), Flip::default());
    assert_eq!(sized(&json!({"flip": {"mode": "both"}}), 4, 3), Ok((4, 3)));
    assert_eq!(sized(&json!({"flip": {"mode": "diagonal"}}), 4, 3), refused("unknown_value", "flip.mode"));
    assert_eq!(sized(&json!({"flip": {"horizontal": 1}}), 4, 3), refused("wrong_type", "flip.horizontal"));
}

#[test]
fn a_source_may_be_reduced_before_it_is_resampled() {
    let least = |operations: Value| plan(operations, 4000, 3000).least_source(Size { width: 4000, height: 3000 });
    assert_eq!(least(json!({"resize": {"width": 100}})), Size { width: 100, height: 75 });
    assert_eq!(
        least(json!({"crop": {"width": 400, "height": 300}, "resize": {"width": 100}})),
        Size { width: 1000, height: 750 }
    );
    assert_eq!(least(json!({"resize": {"width": 8000}})), Size { width: 4000, height: 3000 });
    assert_eq!(least(json!({"crop": {"width": 400, "height": 300}})), Size { width: 4000, height: 3000 });
}

#[expect(clippy::needless_pass_by_value, reason = "json! makes values")]
fn bordered(attributes: Value) -> Outcome {
    sized(&json!({"border": attributes}), 40, 30)
}

#[expect(clippy::needless_pass_by_value, reason = "json! makes values")]
fn padded(attributes: Value) -> Outcome {
    sized(&json!({"padding": attributes}), 40, 30)
}

#[test]
fn border_and_padding_make_the_image_larger() {
    assert_eq!(bordered(json!({"size": 5})), Ok((50, 40)));
    assert_eq!(bordered(json!({"size": "5", "color": "#f00"})), Ok((50, 40)));
    assert_eq!(bordered(json!({"size": 0})), Ok((40, 30)));
    assert_eq!(padded(json!({"size": 5})), Ok((50, 40)));
    assert_eq!(padded(json!({"top": 1, "right": 2, "bottom": 3, "left": 4})), Ok((46, 34)));
    assert_eq!(padded(json!({"size": 10, "top": 0})), Ok((60, 40)));
    let operations = json!({"padding": {"left": 7}, "border": {"size": 1}, "resize": {"width": 20}});
    assert_eq!(sized(&operations, 40, 30), Ok((29, 17)));
}

#[test]
fn border_and_padding_say_what_is_wrong() {
    assert_eq!(bordered(json!({})), refused("required", "border.size"));
    assert_eq!(bordered(json!({"size": -1})), refused("out_of_range", "border.size"));
    assert_eq!(bordered(json!({"size": 65_535})), refused("out_of_range", "border.size"));
    assert_eq!(bordered(json!({"size": 1, "color": "red"})), refused("unknown_value", "border.color"));
    assert_eq!(bordered(json!({"size": 1, "width": 1})), refused("unsupported_operation", "border.width"));
    assert_eq!(padded(json!({})), refused("required", "padding.size"));
    assert_eq!(padded(json!({"background": "#fff"})), refused("required", "padding.size"));
    assert_eq!(padded(json!({"top": 1.5})), refused("wrong_type", "padding.top"));
    assert_eq!(padded(json!({"left": 65_535})), refused("out_of_range", "padding"));
    assert_eq!(padded(json!({"left": 60_000, "top": 60_000})), refused("out_of_range", "padding"));
    assert_eq!(padded(json!({"size": 1, "color": "#fff"})), refused("unsupported_operation", "padding.color"));
}

#[test]
fn what_changes_nothing_is_known() {
    let unchanged = |operations: Value| plan(operations, 40, 30).changes_nothing(Size { width: 40, height: 30 });
    assert!(unchanged(json!({})));
    assert!(unchanged(json!({"resize": {"width": 40}, "crop": {"ratio": "4:3"}, "border": {"size": 0}})));
    for operations in [
        json!({"resize": {"width": 41}}),
        json!({"flip": {"vertical": true}}),
        json!({"padding": {"left": 1}}),
        json!({"crop": {"width": 40, "height": 29}}),
        json!({"crop": {"width": 20, "height": 15}, "scale": {"size": 2}}),
    ] {
        assert!(!unchanged(operations));
    }
}
