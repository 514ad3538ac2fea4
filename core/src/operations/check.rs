//! Checks of the values of attributes.

use serde_json::Value;

use super::Kind;
use crate::json::wrong_type;
use crate::{Error, spelling, web_url};

/// Checks a value against what its attribute may hold.
pub(super) fn check(path: &str, kind: Kind, value: &Value) -> Result<(), Error> {
    match kind {
        Kind::Shown { .. } => Ok(()),
        Kind::Boolean => value.as_bool().map(drop).ok_or_else(|| wrong_type(path, "`true` or `false`", value)),
        Kind::Number => value.as_f64().map(drop).ok_or_else(|| wrong_type(path, "a number", value)),
        Kind::Hash => value.as_object().map(drop).ok_or_else(|| wrong_type(path, "a hash of names and values", value)),
        Kind::Headers => check_headers(path, value),
        Kind::Integer { minimum, maximum } => check_integer(path, value, minimum, maximum),
        Kind::Text => text(path, value).map(drop),
        Kind::Choice { values } => check_choice(path, text(path, value)?, values),
        Kind::Url => web_url::check(text(path, value)?, path).map(drop),
        Kind::Color => check_color(path, text(path, value)?),
        Kind::Ratio => check_ratio(path, text(path, value)?),
        Kind::Path => check_path(path, text(path, value)?),
    }
}

/// RFC 9110 section 5: a header's name is a token, and its value holds no control character.
pub(crate) fn check_headers(path: &str, headers: &Value) -> Result<(), Error> {
    let headers = headers.as_object().ok_or_else(|| wrong_type(path, "a hash of header names and values", headers))?;
    for (name, value) in headers {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(token) {
            return Err(Error::validation("invalid_header", path, "holds a name that is not a header name"));
        }
        let path = format!("{path}.{name}");
        if text(&path, value)?.chars().any(|letter| letter.is_control() && letter != '\t') {
            return Err(Error::validation("invalid_header", path, "holds a line break or another control character"));
        }
    }
    Ok(())
}

fn text<'a>(path: &str, value: &'a Value) -> Result<&'a str, Error> {
    value.as_str().ok_or_else(|| wrong_type(path, "a string", value))
}

fn check_integer(path: &str, value: &Value, minimum: i64, maximum: Option<i64>) -> Result<(), Error> {
    let number = value.as_f64().ok_or_else(|| wrong_type(path, "a whole number", value))?;
    if number.fract() != 0.0 {
        return Err(wrong_type(path, "a whole number", value));
    }
    // Both bounds are far below 2^53, so the comparison in f64 is exact.
    let above = maximum.is_some_and(|maximum| number > maximum as f64);
    if number >= minimum as f64 && !above {
        return Ok(());
    }
    let range = match maximum {
        Some(maximum) => format!("write a whole number from {minimum} to {maximum}"),
        None => format!("write a whole number from {minimum} up"),
    };
    Err(Error::validation("out_of_range", path, format!("{value} is out of range; {range}")))
}

fn check_choice(path: &str, value: &str, values: &[&'static str]) -> Result<(), Error> {
    if values.contains(&value) {
        return Ok(());
    }
    match spelling::nearest(value, values.iter().copied()) {
        None => Ok(()),
        Some(nearest) => Err(Error::validation(
            "unknown_value",
            path,
            format!("there is no `{value}`; did you mean `{nearest}`? Known are {}", values.join(", ")),
        )),
    }
}

fn check_color(path: &str, value: &str) -> Result<(), Error> {
    let digits = value.strip_prefix('#').unwrap_or(value);
    if matches!(digits.len(), 3 | 6 | 8) && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(Error::validation(
        "unknown_value",
        path,
        "is not a hex colour; write RGB, RRGGBB or RRGGBBAA, such as \"#ffffff\"",
    ))
}

fn check_ratio(path: &str, value: &str) -> Result<(), Error> {
    let positive = |side: &str| side.parse::<u32>().is_ok_and(|side| side > 0);
    match value.split_once(':') {
        Some((width, height)) if positive(width) && positive(height) => Ok(()),
        _ => Err(Error::validation("unknown_value", path, "is not a ratio; write width and height such as \"4:3\"")),
    }
}

fn check_path(path: &str, value: &str) -> Result<(), Error> {
    match value.strip_prefix('/') {
        None => Ok(()),
        Some(rest) => Err(Error::validation(
            "unknown_value",
            path,
            format!(
                "begins with a slash; paths start at the root without one: write \"{}\"",
                rest.trim_start_matches('/')
            ),
        )),
    }
}
