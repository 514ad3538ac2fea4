//! Failures on request: what the next API calls meet in place of a good answer, so that clients can be tried.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use axum::http::header::{CONNECTION, CONTENT_LENGTH, RETRY_AFTER, TRANSFER_ENCODING};
use axum::http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::answers::Failure;

/// The most failures that wait at once.
pub(crate) const MAX_QUEUED: usize = 1000;
const MAX_TIMES: u32 = 1_000_000;
const MAX_SECONDS: f64 = 3600.0;
const MAX_HEADERS: usize = 20;
const MAX_TEXT: usize = 1000;

// Redirections too: a client may not follow one with its key.
const STATUSES: std::ops::RangeInclusive<u16> = 300..=599;

// They say where the body ends, and that is not for a test to decide; `truncated` is.
const FRAMING: [HeaderName; 3] = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];

/// A failure as it is written in `POST /failures` and shown by `GET /failures`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Planned {
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(default = "once")]
    times: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Status,
    Slow,
    Cut,
    Truncated,
    ContentType,
    Malformed,
}

fn once() -> u32 {
    1
}

/// What happens to one call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    /// This status and these headers, and nothing is done.
    Status(u16, Vec<(HeaderName, HeaderValue)>),
    /// The answer comes after so many seconds.
    Slow(f64),
    /// The connection closes before any answer, and nothing is done.
    Cut,
    /// The connection closes in the middle of the answer's body.
    Truncated,
    /// The answer has another content type.
    ContentType(HeaderValue),
    /// The answer's JSON is none.
    Malformed,
}

impl Planned {
    /// Reads `status=503,times=2,retry-after=1`, or the failure as JSON.
    ///
    /// # Errors
    /// A sentence that says what to write.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let written = if text.starts_with('{') {
            serde_json::from_str(text).map_err(|error| error.to_string())?
        } else {
            read_pairs(text)?
        };
        Self::read(&written)
    }

    fn read(written: &Value) -> Result<Self, String> {
        let planned: Self = Self::deserialize(written).map_err(|error| error.to_string())?;
        planned.check()?;
        Ok(planned)
    }

    fn check(&self) -> Result<(), String> {
        self.check_attributes()?;
        if !(1..=MAX_TIMES).contains(&self.times) {
            return Err(format!("times: write a whole number from 1 to {MAX_TIMES}"));
        }
        let path = self.path.as_deref().unwrap_or("/");
        if !path.starts_with('/') || path.len() > MAX_TEXT {
            return Err("path: write the path of an endpoint, such as /upload".to_owned());
        }
        self.effect().map(drop)
    }

    // What one kind has and another has not.
    fn check_attributes(&self) -> Result<(), String> {
        let attributes = [
            ("status", self.status.is_some(), Kind::Status, true),
            ("headers", self.headers.is_some(), Kind::Status, false),
            ("seconds", self.seconds.is_some(), Kind::Slow, true),
            ("value", self.value.is_some(), Kind::ContentType, true),
        ];
        for (name, is_there, kind, required) in attributes {
            if is_there && self.kind != kind {
                return Err(format!("{name}: this kind of failure has no such attribute"));
            }
            if !is_there && required && self.kind == kind {
                return Err(format!("{name}: this kind of failure needs it"));
            }
        }
        Ok(())
    }

    fn effect(&self) -> Result<Effect, String> {
        Ok(match self.kind {
            Kind::Status => Effect::Status(self.checked_status()?, self.checked_headers()?),
            Kind::Slow => Effect::Slow(self.checked_seconds()?),
            Kind::Cut => Effect::Cut,
            Kind::Truncated => Effect::Truncated,
            Kind::ContentType => Effect::ContentType(self.checked_value()?),
            Kind::Malformed => Effect::Malformed,
        })
    }

    fn checked_status(&self) -> Result<u16, String> {
        let status = self.status.filter(|status| STATUSES.contains(status));
        status.ok_or_else(|| format!("status: write one from {} to {}", STATUSES.start(), STATUSES.end()))
    }

    fn checked_headers(&self) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
        let headers = self.headers.iter().flatten();
        let checked: Vec<_> = headers.map(|(name, value)| checked_header(name, value)).collect::<Result<_, _>>()?;
        if checked.len() > MAX_HEADERS {
            return Err(format!("headers: write at most {MAX_HEADERS}"));
        }
        Ok(checked)
    }

    fn checked_seconds(&self) -> Result<f64, String> {
        let seconds = self.seconds.filter(|seconds| (0.0..=MAX_SECONDS).contains(seconds));
        seconds.ok_or_else(|| format!("seconds: write a number from 0 to {MAX_SECONDS}"))
    }

    fn checked_value(&self) -> Result<HeaderValue, String> {
        let value = self.value.as_deref().filter(|value| value.len() <= MAX_TEXT);
        let value = value.and_then(|value| HeaderValue::from_str(value).ok());
        value.ok_or_else(|| "value: write a content type, such as text/html".to_owned())
    }

    // `/webhooks` stands for all that lies below it too.
    fn matches(&self, path: &str) -> bool {
        let Some(wanted) = self.path.as_deref().map(|path| path.trim_end_matches('/')) else { return true };
        path.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

fn checked_header(name: &str, value: &Value) -> Result<(HeaderName, HeaderValue), String> {
    let invalid = || "headers: write names and values of HTTP headers, as text".to_owned();
    let text = value.as_str().filter(|text| text.len() <= MAX_TEXT).ok_or_else(invalid)?;
    let name = HeaderName::try_from(name).ok().filter(|name| name.as_str().len() <= MAX_TEXT).ok_or_else(invalid)?;
    if FRAMING.contains(&name) {
        return Err(format!("headers: {name} cannot be set"));
    }
    Ok((name, HeaderValue::from_str(text).map_err(|_| invalid())?))
}

fn read_pairs(text: &str) -> Result<Value, String> {
    let mut written = Map::new();
    for part in text.split(',') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (name.trim(), value.trim());
        let number = || serde_json::from_str::<Value>(value).unwrap_or_else(|_| json!(value));
        let entries = match name {
            "status" => vec![("kind", json!("status")), ("status", number())],
            "slow" => vec![("kind", json!("slow")), ("seconds", number())],
            "content-type" => vec![("kind", json!("content_type")), ("value", json!(value))],
            "cut" | "truncated" | "malformed" if value.is_empty() => vec![("kind", json!(name))],
            "times" => vec![("times", number())],
            "path" => vec![("path", json!(value))],
            "retry-after" => vec![("headers", json!({ RETRY_AFTER.as_str(): value }))],
            _ => return Err(format!("`{part}` is unknown; {FORMS}")),
        };
        for (name, value) in entries {
            if written.insert(name.to_owned(), value).is_some() {
                return Err(format!("`{part}` is one thing too many; {FORMS}"));
            }
        }
    }
    if written.contains_key("kind") { Ok(Value::Object(written)) } else { Err(FORMS.to_owned()) }
}

const FORMS: &str = "write one of status=503, slow=SECONDS, cut, truncated, content-type=TYPE and malformed, then times=N, \
     path=/upload, retry-after=SECONDS as needed";

/// The failures that wait for calls, in order.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    queue: Mutex<VecDeque<Planned>>,
}

impl Failures {
    /// Adds what a list names; all of it or, when something is wrong, nothing.
    pub(crate) fn add(&self, list: &Value) -> Result<(), Failure> {
        let list = list.as_array().ok_or_else(|| Failure::unprocessable("send a JSON list of failures"))?;
        self.extend(list.iter().map(Planned::read)).map_err(Failure::unprocessable)
    }

    /// Adds failures; all of them or, when something is wrong, none.
    pub(crate) fn extend(&self, failures: impl Iterator<Item = Result<Planned, String>>) -> Result<(), String> {
        let mut added = Vec::new();
        for (index, planned) in failures.take(MAX_QUEUED + 1).enumerate() {
            added.push(planned.map_err(|reason| format!("[{index}]: {reason}"))?);
        }
        let mut queue = self.lock();
        if queue.len() + added.len() > MAX_QUEUED {
            return Err(format!("at most {MAX_QUEUED} failures can wait at once; use `times`"));
        }
        queue.extend(added);
        Ok(())
    }

    /// What is left.
    pub(crate) fn list(&self) -> Value {
        serde_json::to_value(&*self.lock()).unwrap_or_default()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Takes the first failure that is meant for a path.
    pub(crate) fn take(&self, path: &str) -> Option<Effect> {
        self.take_if(|planned| planned.matches(path))
    }

    /// Takes the first failure that names a path such as this one; one for any path is for the API alone.
    pub(crate) fn take_named(&self, path: &str) -> Option<Effect> {
        self.take_if(|planned| planned.path.is_some() && planned.matches(path))
    }

    fn take_if(&self, is_meant: impl Fn(&Planned) -> bool) -> Option<Effect> {
        let mut queue = self.lock();
        let index = queue.iter().position(is_meant)?;
        let planned = queue.get_mut(index)?;
        let effect = planned.effect().ok();
        planned.times -= 1;
        if planned.times == 0 {
            queue.remove(index);
        }
        effect
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Planned>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Value {
        serde_json::to_value(Planned::parse(text).unwrap()).unwrap()
    }

    #[test]
    fn failures_can_be_written_in_short() {
        assert_eq!(
            written("status=503,times=2,retry-after=1"),
            json!({ "kind": "status", "status": 503, "headers": { "retry-after": "1" }, "times": 2 })
        );
        assert_eq!(written("slow=0.5"), json!({ "kind": "slow", "seconds": 0.5, "times": 1 }));
        assert_eq!(written("cut, path=/upload"), json!({ "kind": "cut", "path": "/upload", "times": 1 }));
        assert_eq!(
            written("content-type=text/html"),
            json!({ "kind": "content_type", "value": "text/html", "times": 1 })
        );
        assert_eq!(written(r#"{"kind": "malformed"}"#), json!({ "kind": "malformed", "times": 1 }));
    }

    #[test]
    fn what_is_no_failure_is_refused() {
        for text in [
            "",
            "status",
            "status=ok",
            "status=200",
            "status=600",
            "slow=-1",
            "slow=x",
            "cut=1",
            "cut,truncated",
            "times=2",
            "cut,times=0",
            "cut,times=2,times=3",
            "cut,path=upload",
            "cut,tims=2",
            "cut,retry-after=1",
            "{}",
            "status=503,retry-after=\u{1}",
            r#"{"kind": "status"}"#,
            r#"{"kind": "cut", "when": "now"}"#,
            r#"{"kind": "status", "status": 500, "headers": {"Content-Length": "5"}}"#,
            r#"{"kind": "status", "status": 500, "headers": {"a": 5}}"#,
        ] {
            assert!(Planned::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_failure_meets_the_calls_it_is_meant_for() {
        let failures = Failures::default();
        let planned = ["cut,path=/webhooks,times=2", "malformed"].map(Planned::parse);
        failures.extend(planned.into_iter()).unwrap();
        assert_eq!(failures.take_named("/temp/x"), None);
        assert_eq!(failures.take("/webhooksx"), Some(Effect::Malformed));
        assert_eq!(failures.take("/fetch"), None);
        assert_eq!(failures.take("/webhooks/"), Some(Effect::Cut));
        assert_eq!(failures.take("/webhooks/x"), Some(Effect::Cut));
        assert_eq!(failures.list(), json!([]));
    }

    #[test]
    fn the_queue_is_bounded() {
        let failures = Failures::default();
        let list = json!(vec![json!({ "kind": "cut" }); MAX_QUEUED]);
        failures.add(&list).unwrap();
        assert!(failures.add(&json!([{ "kind": "cut" }])).is_err());
        assert_eq!(failures.list().as_array().unwrap().len(), MAX_QUEUED);
    }
}
