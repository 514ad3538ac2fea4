//! The operations `output` and `optimize`: format, quality, encoding, and what may be given up for a smaller file.

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
    /// What `optimize` asks for.
    pub(super) compression: Option<Compression>,
    /// Whether the caller says how a JPEG is written, so that another way will not do.
    pub(super) is_chosen: bool,
}

/// What `optimize` gives up for a smaller file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Lossless,
    Low,
    Medium,
    High,
}

impl Compression {
    /// The quality of a JPEG that has to be encoded anew.
    fn quality(self) -> u8 {
        match self {
            Self::Lossless => 95,
            Self::Low => 85,
            Self::Medium => 75,
            Self::High => 60,
        }
    }

    /// How many colours a PNG keeps; none is all of them.
    pub(super) fn colors(self) -> Option<usize> {
        match self {
            Self::Lossless | Self::Low => None,
            Self::Medium => Some(256),
            Self::High => Some(64),
        }
    }
}

const COMPRESSIONS: [(&str, Compression); 4] = [
    ("lossless", Compression::Lossless),
    ("low", Compression::Low),
    ("medium", Compression::Medium),
    ("high", Compression::High),
];

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
    /// Reads how the image is to be written; what is not said is as in the input's format `input`. The quality that
    /// `optimize` chooses is no higher than the input's, of which none is known but of a JPEG.
    ///
    /// # Errors
    /// `wrong_type`, `out_of_range`, `unknown_value`; `unsupported_operation` for JPEG 2000.
    pub(super) fn read(operations: &Map<String, Value>, input: Format, quality: Option<u8>) -> Result<Self, Error> {
        let compression = read_compression(operations)?;
        let most = quality.unwrap_or(100);
        let quality = compression.map_or(DEFAULT_QUALITY, |compression| compression.quality().min(most));
        let mut output = Self { format: input, quality, progressive: true, compression, is_chosen: false };
        let Some(attributes) = Attributes::of(operations, "output")? else { return Ok(output) };
        match attributes.choice("format", &FORMATS)? {
            None | Some(Choice::SameAsInput) => {}
            Some(Choice::Format(format)) => output.format = format,
            Some(Choice::Unsupported) => return Err(jpeg_2000()),
        }
        if let Some(quality) = attributes.integer("quality", 1..=100)? {
            output.quality = u8::try_from(quality).unwrap_or(DEFAULT_QUALITY);
            output.is_chosen = true;
        }
        if let Some(progressive) = attributes.choice("encoding", &ENCODINGS)? {
            output.progressive = progressive;
            output.is_chosen = true;
        }
        Ok(output)
    }
}

/// `optimize`: without `compression` it is `medium`, as with the official plugins.
fn read_compression(operations: &Map<String, Value>) -> Result<Option<Compression>, Error> {
    let Some(attributes) = Attributes::of(operations, "optimize")? else { return Ok(None) };
    attributes.only(&["compression"])?;
    Ok(Some(attributes.choice("compression", &COMPRESSIONS)?.unwrap_or(Compression::Medium)))
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
        Output::read(operations.as_object().unwrap(), Format::Png, None)
            .map_err(|error| format!("{} {}", error.code, error.path))
    }

    #[test]
    fn the_defaults_keep_the_format() {
        let expected =
            Output { format: Format::Png, quality: 85, progressive: true, compression: None, is_chosen: false };
        assert_eq!(read(Value::Null), Ok(expected));
        assert_eq!(read(json!({"format": "auto"})), Ok(expected));
    }

    #[test]
    fn all_of_it_can_be_said() {
        let expected =
            Output { format: Format::Jpeg, quality: 1, progressive: false, compression: None, is_chosen: true };
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

    #[test]
    fn optimize_chooses_a_quality_that_the_input_has() {
        let quality = |optimize: Value, output: Value, input: Option<u8>| {
            let operations = json!({"optimize": optimize, "output": output});
            Output::read(operations.as_object().unwrap(), Format::Jpeg, input).unwrap().quality
        };
        let level = |level: &str, input| quality(json!({"compression": level}), Value::Null, input);
        assert_eq!(["lossless", "low", "medium", "high"].map(|name| level(name, None)), [95, 85, 75, 60]);
        assert_eq!(["lossless", "low", "medium", "high"].map(|name| level(name, Some(70))), [70, 70, 70, 60]);
        assert_eq!(quality(json!({}), Value::Null, None), 75);
        assert_eq!(quality(json!({"compression": "high"}), json!({"quality": 90}), Some(70)), 90);
        assert_eq!(quality(Value::Null, Value::Null, Some(70)), 85);
    }

    #[test]
    fn optimize_says_what_is_wrong() {
        let refused = |optimize: Value| {
            let operations = json!({"optimize": optimize});
            let error = Output::read(operations.as_object().unwrap(), Format::Png, None).unwrap_err();
            format!("{} {}", error.code, error.path)
        };
        assert_eq!(refused(json!({"compression": "ultra"})), "unknown_value optimize.compression");
        assert_eq!(refused(json!({"quality": 3})), "unsupported_operation optimize.quality");
    }
}
