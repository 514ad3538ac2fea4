//! What the targets that transform images share.

use optidash_core::image::{Limits, metadata, transform};
use serde_json::{Map, Value};

/// Small enough for thousands of runs a second.
const LIMITS: Limits = Limits { pixels: 300_000, bytes: 4 << 20 };

/// One of these is done to each image, chosen by its bytes. Together they reach every operation.
const OPERATIONS: [&str; 10] = [
    r#"{"resize": {"width": 9}}"#,
    r#"{"output": {"format": "png"}}"#,
    r#"{"resize": {"mode": "fit", "width": 20, "height": 7, "gravity": "bottom-right"}, "output": {"format": "jpg"}}"#,
    r#"{"output": {"format": "gif"}}"#,
    r##"{"padding": {"size": 3, "left": 4}, "border": {"size": 1, "color": "#f80"}, "output": {"format": "jpg", "encoding": "baseline"}}"##,
    r#"{"resize": {"mode": "fill", "width": 30, "height": 30}, "filter": {"blur": 2.5}, "mask": {}, "output": {"format": "webp"}}"#,
    r#"{"optimize": {"compression": "lossless"}}"#,
    r#"{"optimize": {"compression": "high"}}"#,
    r#"{"crop": {"ratio": "3:1"}, "scale": {"size": 1.5, "ratio": 0.5}, "flip": {"mode": "both"}, "adjust": {"unsharp": 30}}"#,
    r#"{"auto": {"enhance": true}, "resize": {"mode": "exact", "width": 3, "height": 64}, "output": {"format": "png"}}"#,
];

/// Whatever the bytes are, there is a result that the engine reads again, or a typed error.
pub(crate) fn transform_all(bytes: &[u8]) {
    let sum = bytes.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    let text = OPERATIONS[sum % OPERATIONS.len()];
    let operations: Map<String, Value> = serde_json::from_str(text).expect("an object");
    match transform(bytes, &operations, None, &LIMITS) {
        Ok(made) => assert_eq!(metadata(&made.bytes, Some("image")).map(|found| found.width), Ok(made.output.width)),
        Err(error) => assert!(!error.code.is_empty() && !error.message.is_empty()),
    }
}
