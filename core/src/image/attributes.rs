//! Reads the attributes of one operation as leniently as they arrive: numbers may be strings, whole numbers may be floats.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::geometry::Color;
use crate::{Class, Error};

/// The attributes of one operation, with the paths that errors name.
#[derive(Debug, Clone)]
pub(crate) struct Attributes<'a> {
    operation: Cow<'static, str>,
    values: Option<&'a Map<String, Value>>,
}

impl<'a> Attributes<'a> {
    /// The attributes of `operation`, or `None` when it is absent or null.
    ///
    /// # Errors
    /// `wrong_type` when it is not an object. An empty array passes, because PHP writes an empty object so.
    pub(crate) fn of(operations: &'a Map<String, Value>, operation: &'static str) -> Result<Option<Self>, Error> {
        match operations.get(operation) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(values)) => Ok(Some(Self { operation: operation.into(), values: Some(values) })),
            Some(Value::Array(values)) if values.is_empty() => {
                Ok(Some(Self { operation: operation.into(), values: None }))
            }
            Some(_) => Err(Error::validation("wrong_type", operation, "write an object of attributes")),
        }
    }

    /// The path of an attribute, such as `resize.width`.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}.{name}", self.operation)
    }

    /// A whole number within `range`.
    ///
    /// # Errors
    /// `wrong_type` when it is not a whole number, `out_of_range` outside `range`.
    pub(crate) fn integer(&self, name: &str, range: RangeInclusive<u32>) -> Result<Option<u32>, Error> {
        let Some(number) = self.number(name)? else { return Ok(None) };
        if number.fract() != 0.0 {
            return Err(self.wrong_type(name, "a whole number"));
        }
        let (low, high) = (*range.start(), *range.end());
        if number < f64::from(low) || number > f64::from(high) {
            return Err(self.out_of_range(name, &format!("write a whole number from {low} to {high}")));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is within u32")]
        Ok(Some(number as u32))
    }

    /// A finite number.
    ///
    /// # Errors
    /// `wrong_type` when it is anything else.
    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, Error> {
        let number = match self.value(name) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        match number.filter(|number: &f64| number.is_finite()) {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong_type(name, "a number")),
        }
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// `wrong_type` when it is anything else.
    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Error> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(Value::String(text)) if text == "true" => Ok(Some(true)),
            Some(Value::String(text)) if text == "false" => Ok(Some(false)),
            Some(_) => Err(self.wrong_type(name, "true or false")),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// `wrong_type` when it is anything else.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&'a str>, Error> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong_type(name, "a text")),
        }
    }

    /// One of a set of words, whatever their case.
    ///
    /// # Errors
    /// `wrong_type` when it is not a text, `unknown_value` when it is none of the words.
    pub(crate) fn choice<T: Copy>(&self, name: &str, choices: &[(&str, T)]) -> Result<Option<T>, Error> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match choices.iter().find(|(word, _)| text.eq_ignore_ascii_case(word)) {
            Some((_, value)) => Ok(Some(*value)),
            None => Err(self.unknown_value(name, choices)),
        }
    }

    /// The attributes of an attribute, when it is an object.
    #[cfg(feature = "image")]
    pub(crate) fn nested(&self, name: &str) -> Option<Self> {
        let values = self.value(name)?.as_object()?;
        Some(Self { operation: self.path(name).into(), values: Some(values) })
    }

    /// A colour in hexadecimal digits.
    ///
    /// # Errors
    /// `wrong_type` when it is not a text, `unknown_value` when it is no colour.
    pub(crate) fn color(&self, name: &str) -> Result<Option<Color>, Error> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match Color::parse(text) {
            Some(color) => Ok(Some(color)),
            None => {
                let remedy = "write a colour in hexadecimal digits: #RGB, #RRGGBB or #RRGGBBAA";
                Err(Error::validation("unknown_value", self.path(name), remedy))
            }
        }
    }

    /// Refuses attributes beside the `known` ones: leaving one out silently would give another image than it asks for.
    ///
    /// # Errors
    /// `unsupported_operation`.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Error> {
        let given = self.values.into_iter().flatten();
        let unknown = given.filter(|(name, value)| !value.is_null() && !known.contains(&name.as_str()));
        match unknown.map(|(name, _)| name).next() {
            None => Ok(()),
            Some(name) => {
                let message =
                    format!("the embedded engine does not know it; `{}` has {}", self.operation, known.join(", "));
                Err(Error::new(Class::ImageError, "unsupported_operation", self.path(name), message))
            }
        }
    }

    /// The error for a required attribute that is missing.
    pub(crate) fn required(&self, name: &str) -> Error {
        Error::validation("required", self.path(name), format!("`{}` needs `{name}`", self.operation))
    }

    /// The error for a number that is too small or too large, or for all of the attributes together.
    pub(crate) fn out_of_range<'n>(&self, name: impl Into<Option<&'n str>>, remedy: &str) -> Error {
        let path = name.into().map_or_else(|| self.operation.to_string(), |name| self.path(name));
        Error::validation("out_of_range", path, remedy)
    }

    fn wrong_type(&self, name: &str, wanted: &str) -> Error {
        Error::validation("wrong_type", self.path(name), format!("write {wanted}"))
    }

    fn unknown_value<T>(&self, name: &str, choices: &[(&str, T)]) -> Error {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        Error::validation("unknown_value", self.path(name), format!("write one of: {}", words.join(", ")))
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.values?.get(name).filter(|value| !value.is_null())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn integer(value: Value) -> Result<Option<u32>, String> {
        let operations = json!({"resize": {"width": value}});
        let attributes = Attributes::of(operations.as_object().unwrap(), "resize").unwrap().unwrap();
        attributes.integer("width", 1..=100).map_err(|error| format!("{} {}", error.code, error.path))
    }

    #[test]
    fn whole_numbers_come_in_many_shapes() {
        for value in [json!(76), json!(76.0), json!("76"), json!(" 76 "), json!("7.6e1")] {
            assert_eq!(integer(value), Ok(Some(76)));
        }
        assert_eq!(integer(Value::Null), Ok(None));
    }

    #[test]
    fn what_is_no_whole_number_has_the_wrong_type() {
        for value in [json!(7.5), json!("76px"), json!(""), json!("NaN"), json!("inf"), json!(true), json!([7])] {
            assert_eq!(integer(value), Err("wrong_type resize.width".to_owned()));
        }
    }

    #[test]
    fn numbers_outside_the_range_are_refused() {
        for value in [json!(0), json!(-1), json!(101), json!(1e300), json!(-1e300), json!(u64::MAX)] {
            assert_eq!(integer(value), Err("out_of_range resize.width".to_owned()));
        }
    }

    #[test]
    fn an_operation_is_an_object() {
        let operations = json!({"resize": [], "crop": null, "scale": 2, "flip": [1]});
        let operations = operations.as_object().unwrap();
        assert!(Attributes::of(operations, "resize").unwrap().is_some());
        assert!(Attributes::of(operations, "crop").unwrap().is_none());
        assert_eq!(Attributes::of(operations, "scale").unwrap_err().code, "wrong_type");
        assert_eq!(Attributes::of(operations, "flip").unwrap_err().path, "flip");
    }
}
