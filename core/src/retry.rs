//! Whether and when to try again, given the attempt, what came of it and a random number.
//!
//! A request that may have been accepted is repeated only when nothing happens twice by that.

use std::ops::RangeInclusive;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::address::header_values;
use crate::response::TransportFailureKind;
use crate::vocabulary::vocabulary;

/// Seconds that the first wait takes at most; each further one takes twice as long.
const FIRST_DELAY: f64 = 0.5;

/// Seconds that a wait takes at most, unless the API asks for a longer one.
const LONGEST_DELAY: f64 = 8.0;

/// Seconds of a `Retry-After` that are waited; when the API asks for more, the caller is told instead.
const LONGEST_RETRY_AFTER: f64 = 60.0;

/// What came of an attempt, and what is known of the request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// How often at most the request is repeated, as its description says.
    pub retries: u8,
    /// Whether nothing happens twice when the API gets it twice, as its description says.
    pub repeatable: bool,
    /// Whether the host can send the body once more and has handed on nothing of the answer.
    pub replayable: bool,
    /// The number of the attempt, from 1 on.
    pub attempt: u32,
    /// Seconds since the call began.
    pub elapsed: f64,
    /// Seconds that the call may take; nothing = without a limit.
    #[serde(default)]
    pub total: Option<f64>,
    /// A random number from 0 to 1.
    pub random: f64,
    /// The time in seconds since 1970.
    pub now: u64,
    /// The HTTP status, when there was an answer.
    #[serde(default)]
    pub status: Option<u16>,
    /// Names and values of the answer's headers.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// What failed, when there was no answer or only a part of one.
    #[serde(default)]
    pub failure: Option<TransportFailureKind>,
}

/// Whether and when to try again.
#[derive(Debug, PartialEq, Serialize)]
pub struct Decision {
    /// Seconds to wait before the next attempt; nothing = there is none.
    pub delay: Option<f64>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

vocabulary! {
    /// Why a request is not repeated.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Reason {
        /// Another attempt would end as this one.
        NotRetryable,
        /// There were as many attempts as were asked for.
        Attempts,
        /// The API may have accepted the request, and a second one would have an effect of its own.
        MayHaveBeenAccepted,
        /// The body cannot be sent once more, or a part of the answer has been handed on.
        NotReplayable,
        /// The wait would not end in time: not within the time that the call may take, or the API asks for a longer one than is waited.
        Deadline,
    }
}

/// What an attempt that came to nothing means for the request.
enum Outcome {
    /// The API did not accept the request.
    NotAccepted,
    /// The API may have accepted it.
    Unknown,
    /// Asking again would not help.
    Final,
}

impl Attempt {
    /// Decides about the next attempt.
    #[must_use]
    pub fn decide(&self) -> Decision {
        match self.delay() {
            Ok(delay) => Decision { delay: Some(delay), reason: None },
            Err(reason) => Decision { delay: None, reason: Some(reason) },
        }
    }

    fn delay(&self) -> Result<f64, Reason> {
        let outcome = self.outcome();
        if matches!(outcome, Outcome::Final) {
            return Err(Reason::NotRetryable);
        }
        if self.attempt > u32::from(self.retries) {
            return Err(Reason::Attempts);
        }
        if matches!(outcome, Outcome::Unknown) && !self.repeatable {
            return Err(Reason::MayHaveBeenAccepted);
        }
        if !self.replayable {
            return Err(Reason::NotReplayable);
        }
        let delay = self.wait()?;
        match self.total {
            Some(total) if self.elapsed + delay >= total => Err(Reason::Deadline),
            _ => Ok(delay),
        }
    }

    fn outcome(&self) -> Outcome {
        use TransportFailureKind::{Connect, Connection, File, IncompleteBody, ResponseTooLarge, Timeout, Unavailable};
        // A status tells more than a body that broke off after it.
        match (self.status, self.failure) {
            (Some(408 | 429 | 503), _) | (_, Some(Connect)) => Outcome::NotAccepted,
            (Some(400..=499), _) | (_, Some(ResponseTooLarge | File | Unavailable)) => Outcome::Final,
            (Some(500..), _) | (_, Some(Connection | Timeout | IncompleteBody)) => Outcome::Unknown,
            (_, None) => Outcome::Final,
        }
    }

    /// A random part of a wait that doubles, so that clients that failed together do not come back together; on top of what the API asks for.
    fn wait(&self) -> Result<f64, Reason> {
        let exponent = i32::try_from(self.attempt.saturating_sub(1)).unwrap_or(i32::MAX);
        let jitter = (FIRST_DELAY * 2_f64.powi(exponent)).min(LONGEST_DELAY) * self.random.clamp(0.0, 1.0);
        match retry_after(&self.headers, Some(self.now)) {
            Some(asked) if asked > LONGEST_RETRY_AFTER => Err(Reason::Deadline),
            asked => Ok(asked.unwrap_or_default() + jitter),
        }
    }
}

/// The seconds that an answer asks to wait: `Retry-After`, a number of seconds or a date (RFC 9110 section 10.2.3). A date counts from
/// the server's own `Date`, so that the clocks need not agree, and without one from `now`.
pub(crate) fn retry_after(headers: &[(String, String)], now: Option<u64>) -> Option<f64> {
    const LONGEST: RangeInclusive<usize> = 1..=9;
    let header = |name| header_values(headers, name).next().map(str::trim);
    let text = header("retry-after")?;
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return if LONGEST.contains(&text.len()) { text.parse().ok() } else { None };
    }
    let now = header("date").and_then(seconds_since_1970).or(now)?;
    Some(seconds_since_1970(text)?.saturating_sub(now) as f64)
}

fn seconds_since_1970(date: &str) -> Option<u64> {
    let time = httpdate::parse_http_date(date).ok()?;
    Some(time.duration_since(UNIX_EPOCH).ok()?.as_secs())
}
