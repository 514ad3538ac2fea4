//! The JSON text that goes over the wire, letter for letter what the official Python client writes: a space after `,` and `:`,
//! ASCII only, floats as Python prints them. One text for every language makes requests comparable.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

use crate::Error;

/// Writes a document as it is sent.
#[must_use]
pub fn to_wire(value: &Value) -> String {
    let mut text = Vec::new();
    let written = value.serialize(&mut Serializer::with_formatter(&mut text, Wire));
    debug_assert!(written.is_ok(), "writing to memory cannot fail");
    String::from_utf8(text).unwrap_or_default()
}

/// Reads a document from outside; nesting is bounded by serde_json at 128 levels.
///
/// # Errors
/// The reason and the position, without a piece of the text, which may hold secrets.
pub fn read(text: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(text).map_err(|error| explain(&error))
}

/// Says where and why a text is not the JSON expected, in words that hold none of it.
pub(crate) fn explain(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "ends too early",
        serde_json::error::Category::Data => "has another shape than expected",
        _ => "is not JSON",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

/// A malformed document from a caller.
pub(crate) fn malformed(reason: &str) -> Error {
    Error::validation(
        "malformed_json",
        "",
        format!("the document {reason}; numbers must be finite and nesting at most 128 deep"),
    )
}

/// What a JSON value is called in a message.
pub(crate) fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "a hash",
    }
}

pub(crate) fn wrong_type(path: &str, expected: &str, found: &Value) -> Error {
    let hint = match found {
        Value::Null => "; leave it out to use the default",
        Value::String(text) if text.parse::<f64>().is_ok() => "; write it without quotes",
        Value::Number(_) if expected == "a whole number" => " with a fraction",
        _ => "",
    };
    Error::validation("wrong_type", path, format!("must be {expected}, not {}{hint}", describe(found)))
}

struct Wire;

impl Formatter for Wire {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(python_float(value).as_bytes())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        for letter in fragment.chars() {
            // Python's encoder leaves the printable ASCII characters alone, from the blank to the tilde.
            if matches!(letter, ' '..='~') {
                writer.write_all(&[letter as u8])?;
            } else {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

/// Python's `repr` of a float: shortest digits that read back the same, an exponent from 1e16 up and below 1e-4.
fn python_float(value: f64) -> String {
    let shortest = format!("{value:e}");
    let digits = shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    // Of two shortest texts that are equally close Python takes the even one, as rounding to that many digits does.
    let even = format!("{value:.*e}", digits.saturating_sub(1));
    let scientific = if even.parse() == Ok(value) { even } else { shortest };
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&exponent) {
        let decimals = i64::try_from(digits).unwrap_or_default() - 1 - i64::from(exponent);
        return format!("{value:.*}", usize::try_from(decimals.max(1)).unwrap_or_default());
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn writes_what_python_writes() {
        let value = json!({"a": [1, 2.5, true, null], "b": {"c": "é😀\n\"\\/\u{7f}\u{1}"}, "d": {}, "e": []});
        assert_eq!(
            to_wire(&value),
            "{\"a\": [1, 2.5, true, null], \"b\": {\"c\": \"\\u00e9\\ud83d\\ude00\\n\\\"\\\\/\\u007f\\u0001\"}, \"d\": {}, \"e\": []}"
        );
    }

    #[test]
    fn writes_floats_as_python_does() {
        for (value, text) in [
            (0.5, "0.5"),
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (9_007_199_254_740_993.0, "9007199254740992.0"),
            (664_742_861_425_528.2, "664742861425528.2"),
            (109_234_027_082_805.13, "109234027082805.12"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1e22, "1e+22"),
            (1e100, "1e+100"),
            (5e-324, "5e-324"),
        ] {
            assert_eq!(python_float(value), text);
        }
    }

    #[test]
    fn bounds_nesting() {
        assert!(read("[".repeat(100_000).as_bytes()).is_err());
    }
}
