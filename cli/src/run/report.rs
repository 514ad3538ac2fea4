//! What a run says: a bar or lines while it works, results for programs, a summary.

use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use optidash_core::Error;
use serde_json::{Value, json};

use crate::api::Traffic;
use crate::console;

const BAR: &str = "{bar:30} {pos}/{len} images  {msg}  {elapsed} ({eta} left)";
const TICK: Duration = Duration::from_millis(200);

/// How an input fared.
#[derive(Debug)]
pub(crate) enum Outcome {
    Done {
        bytes_in: u64,
        bytes_out: u64,
        metadata: Value,
    },
    /// An earlier run did it.
    Skipped {
        bytes_out: u64,
    },
    Failed(Error),
}

/// Tells people and programs how a run goes.
#[derive(Debug)]
pub(crate) struct Report {
    bar: Option<ProgressBar>,
    traffic: Option<Arc<Traffic>>,
    quiet: bool,
    json: bool,
    started: Instant,
    totals: Totals,
}

/// What the summary counts.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Totals {
    pub(crate) done: u64,
    pub(crate) skipped: u64,
    pub(crate) failed: u64,
    bytes_in: u64,
    bytes_out: u64,
}

impl Report {
    /// With a bar if there is a terminal to draw it on; what goes over the wire is shown beside it.
    pub(crate) fn new(inputs: usize, traffic: Option<Arc<Traffic>>, quiet: bool, json: bool) -> Self {
        let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        let bar = (terminal && !quiet).then(|| bar(inputs));
        Self { bar, traffic, quiet, json, started: Instant::now(), totals: Totals::default() }
    }

    pub(crate) fn totals(&self) -> Totals {
        self.totals
    }

    /// Reports on an input. Both names are as people may see them.
    ///
    /// # Errors
    /// When nobody reads standard output any more.
    pub(crate) fn finished(&mut self, input: &str, output: &str, outcome: &Outcome) -> Result<(), String> {
        self.totals.add(outcome);
        match outcome {
            Outcome::Failed(error) => self.line(&failure_line(input, error)),
            Outcome::Done { bytes_in, bytes_out, .. } if self.bar.is_none() && !self.quiet => {
                let (before, after) = (HumanBytes(*bytes_in), HumanBytes(*bytes_out));
                self.line(&format!("{} -> {} ({before} -> {after})", printable(input), printable(output)));
            }
            _ => {}
        }
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
        self.tick();
        if self.json { self.print(&result(input, output, outcome)) } else { Ok(()) }
    }

    /// Shows what has moved meanwhile.
    pub(crate) fn tick(&self) {
        let (Some(bar), Some(traffic)) = (&self.bar, &self.traffic) else { return };
        bar.set_message(format!("{} up, {} down", HumanBytes(traffic.sent()), HumanBytes(traffic.received())));
    }

    /// Says something that is no error.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    /// Says how it went.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if !self.quiet {
            console::log(self.totals.summary(self.started.elapsed()));
        }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| console::log(text)),
            None => console::log(text),
        }
    }

    fn print(&self, document: &Value) -> Result<(), String> {
        match &self.bar {
            Some(bar) => bar.suspend(|| console::print(document)),
            None => console::print(document),
        }
    }
}

fn bar(inputs: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(inputs as u64), ProgressDrawTarget::stderr());
    // The template is fixed, so this never falls back.
    bar.set_style(ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(TICK);
    bar
}

impl Totals {
    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Done { bytes_in, bytes_out, .. } => {
                self.done += 1;
                self.bytes_in += bytes_in;
                self.bytes_out += bytes_out;
            }
            Outcome::Skipped { .. } => self.skipped += 1,
            Outcome::Failed(_) => self.failed += 1,
        }
    }

    fn summary(&self, time: Duration) -> String {
        let Self { done, skipped, failed, bytes_in, bytes_out } = *self;
        let mut summary = format!("{done} done, {skipped} skipped, {failed} failed");
        if done > 0 {
            let saved = 100.0 - 100.0 * bytes_out as f64 / bytes_in.max(1) as f64;
            let word = if saved < 0.0 { "more" } else { "saved" };
            let (bytes_in, bytes_out, saved) = (HumanBytes(bytes_in), HumanBytes(bytes_out), saved.abs());
            summary.push_str(&format!("; {bytes_in} in, {bytes_out} out, {saved:.1} % {word}"));
        }
        let time = if time < Duration::from_secs(60) {
            format!("{:.1} s", time.as_secs_f64())
        } else {
            HumanDuration(time).to_string()
        };
        format!("{summary}; {time}")
    }
}

fn failure_line(input: &str, error: &Error) -> String {
    let place = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
    format!("{}: {}: {place}{}", printable(input), error.code, printable(&error.message))
}

// Names and messages come from outside, and are no commands to the terminal.
fn printable(text: &str) -> String {
    text.replace(char::is_control, " ")
}

fn result(input: &str, output: &str, outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Done { bytes_in, bytes_out, metadata } => json!({
            "status": "done", "input": input, "output": output,
            "bytes_in": bytes_in, "bytes_out": bytes_out, "metadata": metadata,
        }),
        Outcome::Skipped { bytes_out } => {
            json!({ "status": "skipped", "input": input, "output": output, "bytes_out": bytes_out })
        }
        Outcome::Failed(error) => json!({ "status": "failed", "input": input, "output": output, "error": error }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_counts_what_was_done() {
        let mut totals = Totals::default();
        assert_eq!(totals.summary(Duration::from_millis(40)), "0 done, 0 skipped, 0 failed; 0.0 s");
        totals.add(&Outcome::Done { bytes_in: 2048, bytes_out: 512, metadata: Value::Null });
        totals.add(&Outcome::Skipped { bytes_out: 9 });
        totals.add(&Outcome::Failed(Error::image("empty_image", "it is empty")));
        let summary = totals.summary(Duration::from_millis(1260));
        assert_eq!(summary, "1 done, 1 skipped, 1 failed; 2.00 KiB in, 512 B out, 75.0 % saved; 1.3 s");
    }

    #[test]
    fn a_failure_is_one_line() {
        let error = Error::validation("out_of_range", "resize.width", "is too\nlarge\u{1b}[2J");
        assert_eq!(failure_line("a\n.jpg", &error), "a .jpg: out_of_range: resize.width: is too large [2J");
    }
}
