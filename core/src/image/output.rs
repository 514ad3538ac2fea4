//! The operation `output`: format, quality, encoding.

use serde_json::{Map, Value};

use super::attributes::Attributes;
use super::format::Format;
use crate::{Class, Error};

/// The quality of a JPEG when the caller names none.
const DEFAULT_QUALITY: u8 = 85;

/// How an image is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    /// JPEG only, 1 to 100.
    pub(super) quality: u8,
    /// JPEG only.
    pub(super) progressive: bool,
}

#[derive(Clone, Copy)]
enum Choice {
    SameAsInput,
    Format(Format),
    Unsupported,
}

const FORMATS: [(&str, Choice); 7] = [
    ("auto", Choice::SameAsInput),
    ("jpg", Choice::Format(Format::Jpeg)),
    ("jpeg", Choice::Format(Format::Jpeg)),
    ("png", Choice::Format(Format::Png)),
    ("webp", Choice::Format(Format::WebP)),
    ("gif", Choice::Format(Format::Gif)),
    ("jp2", Choice::Unsupported),
];

const ENCODINGS: [(&str, bool); 2] = [("baseline", false), ("progressive", true)];

impl Output {
    /// Reads how the image is to be written; what is not said is as in the input's format `input`.
    ///
    /// # Errors
    /// `wrong_type`, `out_of_range`, `unknown_value`; `unsupported_operation` for JPEG 2000.
    pub(super) fn read(operations: &Map<String, Value>, input: Format) -> Result<Self, Error> {
        let mut output = Self { format: input, quality: DEFAULT_QUALITY, progressive: true };
        let Some(attributes) = Attributes::of(operations, "output")? else { return Ok(output) };
        match attributes.choice("format", &FORMATS)? {
            None | Some(Choice::SameAsInput) => {}
            Some(Choice::Format(format)) => output.format = format,
            Some(Choice::Unsupported) => return Err(jpeg_2000()),
        }
        if let Some(quality) = attributes.integer("quality", 1..=100)? {
            output.quality = u8::try_from(quality).unwrap_or(DEFAULT_QUALITY);
        }
        output.progressive = attributes.choice("encoding", &ENCODINGS)?.unwrap_or(output.progressive);
        Ok(output)
    }
}

fn jpeg_2000() -> Error {
    let remedy = "the embedded engine does not write JPEG 2000; write jpg, png, webp or gif";
    Error::new(Class::ImageError, "unsupported_operation", "output.format", remedy)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(output: Value) -> Result<Output, String> {
        let operations = json!({"output": output});
        Output::read(operations.as_object().unwrap(), Format::Png)
            .map_err(|error| format!("{} {}", error.code, error.path))
    }

    #[test]
    fn the_defaults_keep_the_format() {
        let expected = Output { format: Format::Png, quality: 85, progressive: true };
        assert_eq!(read(Value::Null), Ok(expected));
        assert_eq!(read(json!({"format": "auto"})), Ok(expected));
    }

    #[test]
    fn all_of_it_can_be_said() {
        let expected = Output { format: Format::Jpeg, quality: 1, progressive: false };
        for format in ["jpg", "jpeg", "JPG"] {
            assert_eq!(read(json!({"format": format, "quality": "1", "encoding": "baseline"})), Ok(expected));
        }
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        assert_eq!(read(json!({"format": "jp2"})), Err("unsupported_operation output.format".to_owned()));
        assert_eq!(read(json!({"format": "bmp"})), Err("unknown_value output.format".to_owned()));
        assert_eq!(read(json!({"encoding": "fast"})), Err("unknown_value output.encoding".to_owned()));
        assert_eq!(read(json!({"quality": 101})), Err("out_of_range output.quality".to_owned()));
        assert_eq!(read(json!({"quality": 0})), Err("out_of_range output.quality".to_owned()));
        assert_eq!(read(json!({"quality": "high"})), Err("wrong_type output.quality".to_owned()));
    }
}
