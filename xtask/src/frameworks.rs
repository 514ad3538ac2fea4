//! The packages for trying webhooks in JavaScript's frameworks and runtimes, apart from what building wants: they are large.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::stamp::{self, Step};
use crate::{binary, process, project};

/// What names the packages to install.
pub(crate) fn lock_file() -> PathBuf {
    folder().join("package-lock.json")
}

/// Installs exactly what the lock file names.
///
/// # Errors
/// When npm fails.
pub(crate) fn install() -> Result<()> {
    with_packages(|step| {
        // The programs that the packages bring need none of their install scripts.
        let work = || process::quietly(step.label, npm().args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]));
        stamp::unless_unchanged(step, work)
    })
}

/// Whether the packages are yet to be installed.
///
/// # Errors
/// When an input cannot be read.
pub(crate) fn is_missing() -> Result<bool> {
    with_packages(|step| Ok(!stamp::is_unchanged(step)?))
}

/// Runs the tests, with the Node that is among the packages; the package and the command are built by then.
///
/// # Errors
/// When a test fails.
pub(crate) fn test() -> Result<()> {
    process::openly(npm().arg("test").env("OPTIDASH_COMMAND", binary::path()))
}

fn folder() -> PathBuf {
    project::root().join("tests/frameworks")
}

fn npm() -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder());
    npm
}

fn with_packages<T>(work: impl FnOnce(&Step<'_>) -> Result<T>) -> Result<T> {
    work(&Step {
        name: "framework-packages",
        label: "npm packages: frameworks and runtimes",
        inputs: &[folder().join("package.json"), lock_file()],
        texts: &[],
        is_there: folder().join("node_modules/.package-lock.json").exists(),
    })
}
