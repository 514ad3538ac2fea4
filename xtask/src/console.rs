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

/// Many small steps: a bar on a terminal, elsewhere a line for each group of them.
pub(crate) struct Progress {
    label: String,
    begun: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Says that `steps` steps begin.
    pub(crate) fn begin(label: &str, steps: usize) -> Self {
        let bar = Term::stderr().is_term().then(|| bar(steps));
        Self { label: label.to_owned(), begun: Instant::now(), bar }
    }

    /// Says what the next steps are about.
    pub(crate) fn says(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(text.to_owned()),
            None => eprintln!("  ... {text}"),
        }
    }

    /// Says what came out, and leaves it standing.
    pub(crate) fn tells(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(format!("  {text}")),
            None => eprintln!("  {text}"),
        }
    }

    /// One step is done.
    pub(crate) fn step(&self) {
        self.bar.iter().for_each(|bar| bar.inc(1));
    }

    /// All are done.
    pub(crate) fn done(self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
        eprintln!("  {} {}", style("ok ").for_stderr().green(), timed(&self.label, self.begun.elapsed()));
    }
}

fn bar(steps: usize) -> ProgressBar {
    let bar = ProgressBar::new(steps as u64);
    if let Ok(style) = ProgressStyle::with_template("  {bar:24.cyan/dim} {percent:>3}%  {msg:<40} {elapsed:>6}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
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
