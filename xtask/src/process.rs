//! Running other programs.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::console::Step;
use crate::project;

/// How much of a failed program's output is shown.
const TAIL: usize = 200;

/// Runs a program behind a ticker; its output is shown only when it fails.
///
/// # Errors
/// When the program cannot be started or fails.
pub(crate) fn quietly(label: &str, command: &mut Command) -> Result<()> {
    let logs = project::target().join("xtask");
    fs::create_dir_all(&logs)?;
    let name: String = label.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
    let path = logs.join(format!("{name}.log"));
    let log = File::create(&path)?;
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    let step = Step::begin(label);
    let status = command.status().with_context(|| format!("cannot start {}", shown(command)));
    if let Ok(status) = &status
        && status.success()
    {
        step.done();
        return Ok(());
    }
    step.failed();
    let status = status?;
    let output = fs::read(&path).unwrap_or_default();
    eprintln!("{}", tail(&String::from_utf8_lossy(&output)));
    bail!("{label}: {status} from: {}\n(the whole output is in {})", shown(command), project::shown(&path));
}

/// Runs a program whose output people want to see, such as a test runner.
///
/// # Errors
/// When the program cannot be started or fails.
pub(crate) fn openly(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("cannot start {}", shown(command)))?;
    if !status.success() {
        bail!("{status} from: {}", shown(command));
    }
    Ok(())
}

/// What a program prints on standard output, without the white space around it.
///
/// # Errors
/// When the program cannot be started or fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", shown(command)))?;
    if !output.status.success() {
        bail!("{} from: {}\n{}", output.status, shown(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program runs and succeeds; its output is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// The cargo that runs this.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(project::root()).env("CARGO_TARGET_DIR", project::target());
    cargo
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn tail(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let skipped = lines.len().saturating_sub(TAIL);
    lines.into_iter().skip(skipped).collect::<Vec<_>>().join("\n")
}
