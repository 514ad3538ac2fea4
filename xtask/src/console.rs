//! What people see while a job runs: one line a step on standard error, a ticker on a terminal.

use std::time::{Duration, Instant};

use console::{Term, style};
use indicatif::{ProgressBar, ProgressStyle};

/// A headline before a group of steps.
pub(crate) fn heading(text: &str) {
    eprintln!("\n{}", style(text).for_stderr().bold());
}

/// A remark below a headline.
pub(crate) fn remark(text: &str) {
    eprintln!("  {text}");
}

/// A step under way.
pub(crate) struct Step {
    label: String,
    begun: Instant,
    ticker: Option<ProgressBar>,
}

impl Step {
    /// Says that a step begins.
    pub(crate) fn begin(label: &str) -> Self {
        let ticker = Term::stderr().is_term().then(|| ticker(label));
        if ticker.is_none() {
            eprintln!("  ... {label}");
        }
        Self { label: label.to_owned(), begun: Instant::now(), ticker }
    }

    /// Says that the step is done, and how long it took.
    pub(crate) fn done(self) {
        self.end(&style("ok ").for_stderr().green().to_string());
    }

    /// Says that the step failed.
    pub(crate) fn failed(self) {
        self.end(&style("BAD").for_stderr().red().bold().to_string());
    }

    fn end(self, mark: &str) {
        if let Some(ticker) = &self.ticker {
            ticker.finish_and_clear();
        }
        eprintln!("  {mark} {}", timed(&self.label, self.begun.elapsed()));
    }
}

/// Says that a step has nothing to do.
pub(crate) fn unchanged(label: &str) {
    eprintln!("  {} {label:<52} {:>8}", style("ok ").for_stderr().green(), "as it is");
}

/// A duration for people, such as `12.3 s` or `2 min 05 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..100 => format!("{:.1} s", time.as_secs_f64()),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

fn timed(label: &str, time: Duration) -> String {
    format!("{label:<52} {:>8}", duration(time))
}

fn ticker(label: &str) -> ProgressBar {
    let ticker = ProgressBar::new_spinner().with_message(label.to_owned());
    if let Ok(style) = ProgressStyle::with_template("  {spinner:.cyan}   {msg:<52} {elapsed:>8}") {
        ticker.set_style(style);
    }
    ticker.enable_steady_tick(Duration::from_millis(100));
    ticker
}

/// What went wrong, in red.
pub(crate) fn error(text: &str) -> String {
    format!("{} {text}", style("error:").for_stderr().red().bold())
}
