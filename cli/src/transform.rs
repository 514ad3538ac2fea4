//! `optidash transform`: does to a file here what the API would do to it.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use optidash_core::image::{self, Limits};
use serde_json::{Map, Value, json};

use crate::arguments::TransformArguments;
use crate::console;
use crate::rules;

// No image that the engine accepts has a larger file.
const MAX_FILE: u64 = 512 * 1024 * 1024;

/// Transforms a file and prints the metadata of both images.
///
/// # Errors
/// A file that cannot be read or written, and what the core says of the operations and the image.
pub(crate) fn run(options: TransformArguments) -> Result<(), String> {
    let mut operations = options.operations.hashes;
    name_format(&mut operations, &options.target);
    rules::normalize(&mut operations).map_err(|error| error.to_string())?;
    rules::check(vec![json!("upload"), json!({})], &operations, false).map_err(|error| error.to_string())?;
    let bytes = read(&options.source)?;
    let name = options.source.file_name().and_then(|name| name.to_str());
    let transformed = image::transform(&bytes, &operations, name, &Limits::default());
    let transformed = transformed.map_err(|error| error.to_string())?;
    std::fs::write(&options.target, &transformed.bytes)
        .map_err(|error| format!("cannot write {}: {error}", options.target.display()))?;
    let metadata = json!({ "input": transformed.input, "output": transformed.output });
    console::print(format_args!("{metadata:#}"))
}

/// The bytes of an image file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("cannot read {}: {error}", path.display());
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    let length = file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if u64::try_from(length).is_ok_and(|length| length > MAX_FILE) {
        return Err(format!("{} is larger than {MAX_FILE} bytes", path.display()));
    }
    Ok(bytes)
}

// The output's extension says the format, unless the operations do: nobody wants a JPEG named .png.
fn name_format(operations: &mut Map<String, Value>, path: &Path) {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    let format = match extension.as_str() {
        "jpg" | "jpeg" => "jpg",
        "png" | "webp" | "gif" => &extension,
        _ => return,
    };
    let output = operations.entry("output").or_insert_with(|| json!({}));
    if let Some(output) = output.as_object_mut() {
        output.entry("format").or_insert_with(|| json!(format));
    }
}
