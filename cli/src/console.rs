//! Standard output for programs that read along, standard error for people.

use std::fmt::Display;
use std::io::Write as _;

/// Writes a line to standard error. A closed one is no reason to stop.
pub(crate) fn log(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Writes a line to standard output, at once.
///
/// # Errors
/// When nobody reads it any more.
pub(crate) fn print(text: impl Display) -> Result<(), String> {
    let mut output = std::io::stdout().lock();
    let written = writeln!(output, "{text}").and_then(|()| output.flush());
    written.map_err(|error| format!("cannot write to standard output: {error}"))
}
