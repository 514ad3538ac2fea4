//! How long a host waits for what, and how often it tries: settings of a client, replaced by those of a call.

use std::ops::RangeInclusive;

use serde::Serialize;
use serde_json::Value;

use crate::json::wrong_type;
use crate::protocol::{CONNECT_TIMEOUT, IDLE_TIMEOUT, RETRIES, TIMEOUT_MAXIMUM, TOTAL_TIMEOUT};
use crate::{Error, spelling};

/// Seconds to wait for what; nothing = without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Timeout {
    /// Until the connection stands, TLS included.
    pub connect: Option<f64>,
    /// While no byte moves in either direction; the API's thinking counts.
    pub idle: Option<f64>,
    /// For the whole call: every attempt and the waits between them, to the last byte.
    pub total: Option<f64>,
}

impl Default for Timeout {
    fn default() -> Self {
        Self { connect: Some(CONNECT_TIMEOUT), idle: Some(IDLE_TIMEOUT), total: Some(TOTAL_TIMEOUT) }
    }
}

impl Timeout {
    /// The same with what a setting replaces: a number is the whole call's; null changes nothing.
    pub(crate) fn with(mut self, setting: &Value) -> Result<Self, Error> {
        match setting {
            Value::Null => {}
            Value::Number(_) => self.total = seconds("timeout", setting)?,
            Value::Object(limits) => {
                for (name, value) in limits {
                    let path = format!("timeout.{name}");
                    *self.limit(name, &path)? = seconds(&path, value)?;
                }
            }
            other => {
                let expected = "seconds, a number, or a hash of `connect`, `idle` and `total`";
                return Err(wrong_type("timeout", expected, other));
            }
        }
        Ok(self)
    }

    fn limit(&mut self, name: &str, path: &str) -> Result<&mut Option<f64>, Error> {
        match name {
            "connect" => Ok(&mut self.connect),
            "idle" => Ok(&mut self.idle),
            "total" => Ok(&mut self.total),
            _ => Err(unknown_option(name, path, &["connect", "idle", "total"])),
        }
    }
}

fn seconds(path: &str, value: &Value) -> Result<Option<f64>, Error> {
    if value.is_null() {
        return Ok(None);
    }
    let seconds = value.as_f64().ok_or_else(|| wrong_type(path, "a number of seconds, or null for no limit", value))?;
    if seconds > 0.0 && seconds <= TIMEOUT_MAXIMUM {
        return Ok(Some(seconds));
    }
    let message =
        format!("is out of range; write seconds, more than 0 and at most {TIMEOUT_MAXIMUM}, or null for no limit");
    Err(Error::validation("out_of_range", path, message))
}

pub(crate) fn unknown_option(name: &str, path: &str, known: &[&str]) -> Error {
    let hint = match spelling::nearest(name, known.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("known are {}", known.join(", ")),
    };
    Error::validation("misspelt_attribute", path, format!("there is no option `{name}`; {hint}"))
}

/// How often at most a request is repeated, when that is set.
pub(crate) fn retries(value: &Value) -> Result<Option<u8>, Error> {
    whole_number("retries", value, RETRIES)
}

pub(crate) fn whole_number(path: &str, value: &Value, range: RangeInclusive<u8>) -> Result<Option<u8>, Error> {
    if value.is_null() {
        return Ok(None);
    }
    let number = value.as_f64().filter(|number| number.fract() == 0.0);
    let number = number.ok_or_else(|| wrong_type(path, "a whole number", value))?;
    match range.clone().find(|known| f64::from(*known) == number) {
        Some(number) => Ok(Some(number)),
        None => {
            let message = format!("is out of range; write a whole number from {} to {}", range.start(), range.end());
            Err(Error::validation("out_of_range", path, message))
        }
    }
}
