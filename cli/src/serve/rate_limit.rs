//! A rate limit as services have them: so many calls in so much time, then 429.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::clock::{Milliseconds, SECOND};

const MAX_CALLS: usize = 100_000;
const MAX_PERIOD: Milliseconds = 86_400 * SECOND;

/// So many calls in so much time, as written on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) calls: usize,
    pub(crate) period: Milliseconds,
}

impl Rate {
    /// Reads `100/60s`.
    ///
    /// # Errors
    /// A sentence that says what to write.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.trim().parse::<u32>().ok();
        let (calls, period) = text.split_once('/').ok_or(FORM)?;
        let calls = number(calls).and_then(|calls| usize::try_from(calls).ok());
        let period =
            number(period.trim_end().strip_suffix('s').ok_or(FORM)?).map(|seconds| i64::from(seconds) * SECOND);
        let calls = calls.filter(|calls| (1..=MAX_CALLS).contains(calls)).ok_or(FORM)?;
        let period = period.filter(|period| (SECOND..=MAX_PERIOD).contains(period)).ok_or(FORM)?;
        Ok(Self { calls, period })
    }
}

const FORM: &str = "write CALLS/SECONDSs, such as 100/60s; at most 100000 calls and 86400 seconds";

/// Counts the calls of the last period.
#[derive(Debug)]
pub(crate) struct RateLimit {
    pub(crate) rate: Rate,
    recent: Mutex<VecDeque<Milliseconds>>,
}

impl RateLimit {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, recent: Mutex::default() }
    }

    /// Counts a call, or says in how many seconds there is room for one.
    pub(crate) fn admit(&self, now: Milliseconds) -> Result<(), Milliseconds> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        while recent.front().is_some_and(|time| now - time >= self.rate.period) {
            recent.pop_front();
        }
        match recent.front() {
            Some(oldest) if recent.len() >= self.rate.calls => {
                // Whole seconds, and never zero: that is what the header can say.
                Err((oldest + self.rate.period - now + SECOND - 1).max(SECOND) / SECOND)
            }
            _ => {
                recent.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_slides() {
        let limit = RateLimit::new(Rate::parse("2/60s").unwrap());
        assert_eq!(limit.admit(0), Ok(()));
        assert_eq!(limit.admit(30_000), Ok(()));
        assert_eq!(limit.admit(30_001), Err(30));
        assert_eq!(limit.admit(59_999), Err(1));
        assert_eq!(limit.admit(60_000), Ok(()));
        assert_eq!(limit.admit(60_001), Err(30));
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in ["", "100", "100/60", "0/60s", "100/0s", "-1/60s", "100/1.5s", "100001/1s", "1/86401s", "100/60m"] {
            assert!(Rate::parse(text).is_err(), "{text}");
        }
    }
}
