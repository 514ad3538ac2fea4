//! The server's clock: the system's, moved ahead for tests.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// Milliseconds since 1970-01-01 UTC.
pub(crate) type Milliseconds = i64;

pub(crate) const SECOND: Milliseconds = 1000;
pub(crate) const DAY: Milliseconds = 86_400 * SECOND;

/// The farthest that the clock can be ahead of the system's: a hundred years.
pub(crate) const MAX_OFFSET: Milliseconds = 36_525 * DAY;

#[derive(Debug)]
pub(crate) struct Clock {
    offset: AtomicI64,
}

impl Clock {
    /// A clock that is ahead of the system's.
    pub(crate) fn ahead_by(offset: Milliseconds) -> Self {
        Self { offset: AtomicI64::new(offset.clamp(0, MAX_OFFSET)) }
    }

    pub(crate) fn now(&self) -> Milliseconds {
        let system = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |duration| duration.as_millis());
        Milliseconds::try_from(system).unwrap_or_default().saturating_add(self.offset())
    }

    pub(crate) fn offset(&self) -> Milliseconds {
        self.offset.load(Ordering::SeqCst)
    }

    pub(crate) fn set_offset(&self, offset: Milliseconds) {
        self.offset.store(offset, Ordering::SeqCst);
    }
}

/// The time as the API writes it: ISO-8601 in UTC with milliseconds.
pub(crate) fn iso(time: Milliseconds) -> String {
    let timestamp = Timestamp::from_millisecond(time).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{timestamp:.3}")
}

/// Reads an ISO-8601 date or time; one without an offset is UTC.
pub(crate) fn parse(text: &str) -> Option<Milliseconds> {
    let timestamp = text.parse::<Timestamp>().ok().or_else(|| {
        let civil = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(DateTime::from)).ok()?;
        Offset::UTC.to_timestamp(civil).ok()
    })?;
    Some(timestamp.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_the_documented_form() {
        assert_eq!(iso(1_483_271_824_322), "2017-01-01T11:57:04.322Z");
        assert_eq!(parse("2017-01-01T11:57:04.322Z"), Some(1_483_271_824_322));
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_time_without_an_offset_is_utc() {
        assert_eq!(parse("2017-01-01T11:57:04.322"), Some(1_483_271_824_322));
        assert_eq!(parse("2017-01-01"), parse("2017-01-01T00:00:00Z"));
        assert_eq!(parse("2017-01-01T01:00:00+01:00"), parse("2017-01-01"));
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in ["", "yesterday", "2017-13-01", "1483271824", "2017-01-01T25:00:00Z"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
