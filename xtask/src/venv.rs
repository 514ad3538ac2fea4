//! Python virtual environments in `target/venv`: one that builds the wheel, one that tests it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::stamp::{self, Step};
use crate::{process, project};

/// A virtual environment and the file that names its packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Venv {
    /// With maturin.
    Build,
    /// With the test runner, the type checkers and the linter.
    Test,
}

impl Venv {
    fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Test => "test",
        }
    }

    /// What people read while it is made; the list itself stands in the plan.
    fn purpose(self) -> &'static str {
        match self {
            Self::Build => "what builds the wheel",
            Self::Test => "test runner, type checkers, linter",
        }
    }

    fn requirements(self) -> PathBuf {
        project::root().join("xtask/python").join(format!("{}.txt", self.name()))
    }

    /// Where it is.
    pub(crate) fn folder(self) -> PathBuf {
        project::target().join("venv").join(self.name())
    }

    /// One of its programs.
    pub(crate) fn program(self, name: &str) -> Command {
        Command::new(self.folder().join("bin").join(name))
    }

    /// Its packages, for people: `maturin 1.16.0`.
    pub(crate) fn packages(self) -> String {
        let text = std::fs::read_to_string(self.requirements()).unwrap_or_default();
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        lines.map(|line| line.replace("==", " ")).collect::<Vec<_>>().join(", ")
    }

    /// Makes it, with its packages.
    ///
    /// # Errors
    /// When Python or pip fails.
    pub(crate) fn install(self) -> Result<()> {
        self.with_step(|step| {
            stamp::unless_unchanged(step, || {
                make(&self.folder())?;
                let mut pip = self.program("python");
                pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"])
                    .arg(self.requirements());
                process::quietly(step.label, &mut pip)
            })
        })
    }

    /// Whether it is yet to be made.
    ///
    /// # Errors
    /// When Python does not run.
    pub(crate) fn is_missing(self) -> Result<bool> {
        self.with_step(|step| Ok(!stamp::is_unchanged(step)?))
    }

    fn with_step<T>(self, work: impl FnOnce(&Step<'_>) -> Result<T>) -> Result<T> {
        let version = process::output(python().args(["-c", "import sys; print(sys.executable, sys.version)"]))?;
        let name = format!("pip-packages-{}", self.name());
        work(&Step {
            name: &name,
            label: &format!("pip packages: {}", self.purpose()),
            inputs: &[self.requirements()],
            texts: &[&version],
            is_there: self.folder().join("bin/python").exists(),
        })
    }
}

/// Makes an empty virtual environment, in place of one that may be there.
///
/// # Errors
/// When Python fails.
pub(crate) fn make(folder: &Path) -> Result<()> {
    process::quietly("Python virtual environment", python().args(["-m", "venv", "--clear"]).arg(folder))
}

/// The Python that a user would call.
pub(crate) fn python() -> Command {
    Command::new("python3")
}

/// Whether Python brings what a virtual environment wants; Debian packs it separately.
pub(crate) fn can_be_made() -> bool {
    process::succeeds(python().args(["-c", "import ensurepip, venv"]))
}
