//! The wheel on every CPython that is here, since one wheel is for all of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::stamp::{self, Step};
use crate::{binary, console, dist, process, project, venv};

/// The oldest minor version of Python 3 that the wheel is for, and the newest that is looked for.
const MINORS: std::ops::RangeInclusive<u32> = 9..=30;

/// What an interpreter prints that can be used: its minor version and full version.
const QUESTION: &str = "import ensurepip, platform, sys, venv; assert sys.implementation.name == 'cpython'; \
                        assert sys.version_info[0] == 3; print(sys.version_info[1], platform.python_version())";

/// The tests that need nothing but the package, its requirements and the runner.
const TESTS: [&str; 7] = [
    "test_client.py",
    "test_image.py",
    "test_legacy.py",
    "test_receiver.py",
    "test_retries.py",
    "test_transport.py",
    "test_vectors.py",
];

/// A CPython beside the one of the test runner.
pub(crate) struct Interpreter {
    program: PathBuf,
    version: String,
    minor: u32,
}

/// Those that are here, in the order of their versions; of each minor version the newest.
///
/// # Errors
/// When the Python of the test runner does not run.
pub(crate) fn found() -> Result<Vec<Interpreter>> {
    let runner = process::output(venv::python().args(["-c", "import sys; print(sys.version_info[1])"]))?;
    let mut newest: BTreeMap<u32, Interpreter> = BTreeMap::new();
    for program in candidates() {
        let Some(interpreter) = ask(&program) else { continue };
        if MINORS.contains(&interpreter.minor) && interpreter.minor.to_string() != runner {
            newest.insert(interpreter.minor, interpreter);
        }
    }
    Ok(newest.into_values().collect())
}

/// The programs in the path, and those that pyenv has installed.
fn candidates() -> Vec<PathBuf> {
    let in_path = MINORS.map(|minor| PathBuf::from(format!("python3.{minor}")));
    let home = std::env::home_dir().unwrap_or_default();
    let pyenv = std::env::var_os("PYENV_ROOT").map_or_else(|| home.join(".pyenv"), PathBuf::from);
    let versions = std::fs::read_dir(pyenv.join("versions")).into_iter().flatten().flatten();
    let mut installed: Vec<_> = versions.map(|entry| entry.path().join("bin/python3")).collect();
    installed.sort();
    in_path.chain(installed).collect()
}

fn ask(program: &Path) -> Option<Interpreter> {
    let answer = process::output(Command::new(program).args(["-c", QUESTION])).ok()?;
    let (minor, version) = answer.split_once(' ')?;
    Some(Interpreter { program: program.to_owned(), version: version.to_owned(), minor: minor.parse().ok()? })
}

/// Runs the tests on each of them, unless neither wheel nor tests have changed.
///
/// # Errors
/// When a test fails on one.
pub(crate) fn test() -> Result<()> {
    let wheel = dist::find(".whl").context("no wheel in dist/")?;
    let interpreters = found()?;
    if interpreters.is_empty() {
        console::remark("There is no other CPython here, such as a python3.9 in the path or one of pyenv's.");
    }
    for interpreter in &interpreters {
        interpreter.test(&wheel)?;
    }
    Ok(())
}

impl Interpreter {
    /// What it is called.
    pub(crate) fn name(&self) -> String {
        format!("Python {}", self.version)
    }

    fn folder(&self) -> PathBuf {
        project::target().join(format!("venv/python3.{}", self.minor))
    }

    fn python(&self) -> Command {
        Command::new(self.folder().join("bin/python"))
    }

    /// Makes its virtual environment, with what the tests need.
    ///
    /// # Errors
    /// When Python or pip fails.
    pub(crate) fn install(&self) -> Result<()> {
        self.with_environment(|step| {
            stamp::unless_unchanged(step, || {
                let mut venv = Command::new(&self.program);
                venv.args(["-m", "venv", "--clear"]).arg(self.folder());
                process::quietly(&format!("{}: virtual environment", self.name()), &mut venv)?;
                let mut pip = self.python();
                pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"]).arg(requirements());
                process::quietly(step.label, &mut pip)
            })
        })
    }

    /// Whether that is yet to be made.
    ///
    /// # Errors
    /// When the list of packages cannot be read.
    pub(crate) fn is_missing(&self) -> Result<bool> {
        self.with_environment(|step| Ok(!stamp::is_unchanged(step)?))
    }

    fn with_environment<T>(&self, work: impl FnOnce(&Step<'_>) -> Result<T>) -> Result<T> {
        work(&Step {
            name: &format!("pip-packages-python3.{}", self.minor),
            label: &format!("{}: pip packages", self.name()),
            inputs: &[requirements()],
            texts: &[&self.version, &self.program.to_string_lossy()],
            is_there: self.folder().join("bin/python").exists(),
        })
    }

    fn test(&self, wheel: &Path) -> Result<()> {
        let tests = project::python().join("tests");
        let inputs = [wheel.to_owned(), tests.clone(), project::root().join("tests/vectors")];
        let step = Step {
            name: &format!("tests-python3.{}", self.minor),
            label: &format!("{}: the wheel's tests", self.name()),
            inputs: &inputs,
            texts: &[&self.version],
            is_there: true,
        };
        stamp::unless_unchanged(&step, || {
            let mut pip = self.python();
            pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--force-reinstall"])
                .arg(wheel);
            process::quietly(&format!("{}: the wheel", self.name()), &mut pip)?;
            let mut pytest = self.python();
            pytest
                // Not the package's folder, whose sources would be imported in place of the wheel.
                .current_dir(self.folder())
                .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "-c"])
                .arg(project::python().join("pyproject.toml"))
                .args(TESTS.map(|test| tests.join(test)))
                .env("OPTIDASH_COMMAND", binary::path());
            process::quietly(step.label, &mut pytest)
        })
    }
}

fn requirements() -> PathBuf {
    project::root().join("xtask/python/interpreters.txt")
}
