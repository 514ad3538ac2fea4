//! `optidash run`: does to many images what `transform` does to one, with the API or the engine, and resumes.

mod inputs;
mod journal;
pub(crate) mod names;
mod plan;
mod report;
mod worker;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use serde_json::{Map, Value, json};

use crate::api::Api;
use crate::arguments::RunArguments;
use crate::{console, http_server, rules};

use inputs::Finder;
use journal::Journal;
use plan::Task;
use report::{Outcome, Report};
use worker::{Finished, Maker, Worker};

/// What programs expect of a command that was interrupted: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

const TICK: Duration = Duration::from_millis(200);

/// Works on all images.
///
/// # Errors
/// What is wrong before any work starts: arguments, operations, inputs that are missing, results that collide.
pub(crate) async fn run(options: RunArguments) -> Result<ExitCode, String> {
    let mut operations = options.operations.hashes;
    rules::normalize(&mut operations).map_err(|error| error.to_string())?;
    rules::check(vec![json!("upload"), json!({})], &operations, true).map_err(|error| error.to_string())?;
    let api = if options.local { None } else { Some(Api::new(&options.client)?) };
    let directory = output_directory(&options.output_dir)?;
    let tasks = tasks(&options.patterns, &options.name, &operations, &directory, options.local)?;
    let journal = Journal::open(&directory)?;
    worker::remove_remains(&directory);

    let concurrency = options.concurrency.map_or_else(|| default_concurrency(api.as_ref()), usize::from);
    let report = Report::new(tasks.len(), api.as_ref().map(Api::traffic), options.quiet, options.json);
    let digest = plan::digest(&operations, options.local);
    let maker = api.map_or_else(Maker::engine, Maker::api);
    let worker = Worker { maker, operations, directory };
    Run { worker, digest, journal, report, force: options.force }.work(tasks, concurrency).await
}

fn output_directory(path: &Path) -> Result<PathBuf, String> {
    let unusable = |error: std::io::Error| format!("the output directory {}: {error}", path.display());
    std::fs::create_dir_all(path).map_err(unusable)?;
    path.canonicalize().map_err(unusable)
}

fn tasks(
    patterns: &[String],
    template: &names::Template,
    operations: &Map<String, Value>,
    directory: &Path,
    local: bool,
) -> Result<Vec<Task>, String> {
    let mut finder = Finder::new(local, directory.to_owned());
    patterns.iter().try_for_each(|pattern| finder.add(pattern))?;
    plan::plan(finder.finish(), template, operations, directory)
}

fn default_concurrency(api: Option<&Api>) -> usize {
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    api.map_or_else(processors, |api| api.concurrency().into())
}

struct Run {
    worker: Worker,
    /// Of the operations.
    digest: String,
    journal: Journal,
    report: Report,
    force: bool,
}

impl Run {
    async fn work(mut self, tasks: Vec<Task>, concurrency: usize) -> Result<ExitCode, String> {
        let waiting = self.skip_finished(tasks)?;
        let is_stopping = AtomicBool::new(false);
        let worker = &self.worker;
        let work = waiting.into_iter().map(|task| {
            let is_stopping = &is_stopping;
            async move {
                // What has not begun when a stop is asked for stays undone.
                if is_stopping.load(Ordering::Relaxed) {
                    return (task, None);
                }
                let outcome = worker.work(&task).await;
                (task, Some(outcome))
            }
        });
        let mut work = std::pin::pin!(stream::iter(work).buffer_unordered(concurrency));
        let mut tick = tokio::time::interval(TICK);
        let mut interrupt = std::pin::pin!(http_server::until_told_to_stop());
        let mut is_interrupted = false;
        loop {
            tokio::select! {
                () = &mut interrupt => {
                    // Whatever is under way is abandoned, and its temporary files vanish.
                    if is_interrupted { break }
                    interrupt.set(http_server::until_told_to_stop());
                    is_interrupted = true;
                    is_stopping.store(true, Ordering::Relaxed);
                    self.report.note("finishing what is under way; interrupt again to abandon it");
                }
                finished = work.next() => match finished {
                    None => break,
                    Some((_, None)) => {}
                    Some((task, Some(outcome))) => finish(&mut self.journal, &mut self.report, &self.digest, &task, outcome)?,
                },
                _ = tick.tick() => self.report.tick(),
            }
        }
        self.report.finish();
        Ok(self.exit_code(is_interrupted))
    }

    fn skip_finished(&mut self, tasks: Vec<Task>) -> Result<Vec<Task>, String> {
        let mut waiting = Vec::new();
        for task in tasks {
            let finished =
                if self.force { None } else { task.finished(&self.journal, &self.digest, &self.worker.directory) };
            match finished {
                None => waiting.push(task),
                Some(bytes_out) => report_on(&mut self.report, &task, &Outcome::Skipped { bytes_out })?,
            }
        }
        Ok(waiting)
    }

    fn exit_code(&self, is_interrupted: bool) -> ExitCode {
        let failed = self.report.totals().failed > 0;
        if is_interrupted {
            console::log("interrupted; the same command goes on where this run stopped");
            return ExitCode::from(INTERRUPTED);
        }
        if failed {
            self.report.note("the same command tries again what failed");
        }
        if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

fn finish(
    journal: &mut Journal,
    report: &mut Report,
    digest: &str,
    task: &Task,
    outcome: Result<Finished, optidash_core::Error>,
) -> Result<(), String> {
    let outcome = match outcome {
        Err(error) => Outcome::Failed(error),
        Ok(Finished { version, bytes_in, bytes_out, metadata }) => {
            let entry = task.entry(version, digest, bytes_out);
            journal.add(entry).map_err(|error| format!("the journal cannot be written: {error}"))?;
            Outcome::Done { bytes_in, bytes_out, metadata }
        }
    };
    report_on(report, task, &outcome)
}

fn report_on(report: &mut Report, task: &Task, outcome: &Outcome) -> Result<(), String> {
    report.finished(&task.place.shown(), &task.output_name(), outcome)
}
