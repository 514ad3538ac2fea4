use serde_json::json;

use super::*;

fn size_of(operations: &Value, width: u32, height: u32) -> Result<(u32, u32), String> {
    output_size(operations.as_object().unwrap(), width, height)
        .map_err(|error| format!("{} {}", error.code, error.path))
}

fn resized(attributes: Value, width: u32, height: u32) -> Result<(u32, u32), String> {
    size_of(&json!({"resize": attributes}), width, height)
}

#[test]
fn auto_keeps_the_proportions() {
    assert_eq!(resized(json!({"width": 100, "height": 75}), 4000, 3000), Ok((100, 75)));
    assert_eq!(resized(json!({"width": 100}), 4000, 3000), Ok((100, 75)));
    assert_eq!(resized(json!({"height": 75}), 4000, 3000), Ok((100, 75)));
    assert_eq!(resized(json!({"width": 100, "height": 100}), 3000, 4000), Ok((75, 100)));
}
