//! Short lines for people, on standard error.

use std::fmt::Display;

/// Writes one line. A closed standard error is no reason to stop.
pub(crate) fn line(text: impl Display) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
