//! Several parts of a job, each run whatever became of the others, and a table of them at the end.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use console::style;

use crate::console as screen;

enum Outcome {
    Passed,
    Failed,
    NotRun(&'static str),
}

struct Part {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

/// What has been run so far.
#[derive(Default)]
pub(crate) struct Report {
    parts: Vec<Part>,
}

impl Report {
    /// Runs a part, and tells whether it passed.
    pub(crate) fn part(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) -> bool {
        screen::heading(name);
        let begun = Instant::now();
        let result = work();
        if let Err(error) = &result {
            eprintln!("{}", screen::error(&format!("{name}: {error:#}")));
        }
        let outcome = if result.is_ok() { Outcome::Passed } else { Outcome::Failed };
        self.parts.push(Part { name, outcome, took: begun.elapsed() });
        result.is_ok()
    }

    /// Runs a part that needs what another makes.
    pub(crate) fn part_after(
        &mut self,
        made: bool,
        why_not: &'static str,
        name: &'static str,
        work: impl FnOnce() -> Result<()>,
    ) {
        if made {
            self.part(name, work);
        } else {
            self.parts.push(Part { name, outcome: Outcome::NotRun(why_not), took: Duration::ZERO });
        }
    }

    /// Prints the table.
    ///
    /// # Errors
    /// When a part did not pass.
    pub(crate) fn close(self) -> Result<()> {
        screen::heading("Summary");
        for part in &self.parts {
            println!(
                "  {}  {:<24} {:>12}{}",
                mark(&part.outcome),
                part.name,
                screen::duration(part.took),
                reason(&part.outcome)
            );
        }
        let passed = self.parts.iter().filter(|part| matches!(part.outcome, Outcome::Passed)).count();
        let failed = self.parts.len() - passed;
        println!("\nParts: {passed} passed, {failed} failed");
        if failed > 0 {
            bail!("not everything passed");
        }
        Ok(())
    }
}

fn mark(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Passed => style("passed ").green().to_string(),
        Outcome::Failed => style("FAILED ").red().bold().to_string(),
        Outcome::NotRun(_) => style("not run").yellow().to_string(),
    }
}

fn reason(outcome: &Outcome) -> String {
    match outcome {
        Outcome::NotRun(why) => format!("   {why}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_part_does_not_keep_the_next_from_running_but_fails_the_whole() {
        let mut report = Report::default();
        assert!(!report.part("first", || bail!("broken")));
        assert!(report.part("second", || Ok(())));
        assert!(report.close().is_err());
    }

    #[test]
    fn a_part_without_what_it_needs_is_not_run_and_fails_the_whole() {
        let mut report = Report::default();
        report.part_after(false, "for want of the build", "third", || panic!("must not run"));
        assert!(report.close().is_err());
    }

    #[test]
    fn all_passed_is_passed() {
        let mut report = Report::default();
        report.part_after(true, "for want of the build", "first", || Ok(()));
        assert!(report.close().is_ok());
    }
}
