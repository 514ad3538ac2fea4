//! `cargo xtask test`: everything.

use std::process::Command;

use anyhow::{Context, Result};

use crate::report::Report;
use crate::stamp::{self, Step};
use crate::venv::Venv;
use crate::{
    binary, build, demo, dist, fuzz, interpreters, lint, npm, npm_tests, process, project, setup, user, wheel,
};

/// Seconds for each target: what is found so soon must not be there.
const FUZZING_SECONDS: u32 = 10;

/// Sets up, checks, builds and tests. A part that fails does not keep the others from running, so that one run tells
/// all there is to mend.
///
/// # Errors
/// When a part fails.
pub(crate) fn run() -> Result<()> {
    let ready = setup::to_test()?;
    let mut report = Report::default();
    lint::every(&mut report);
    report.part("Rust tests", || process::openly(process::cargo().args(["test", "--locked", "--workspace"])));
    report.part("fuzzing", || fuzz::run(FUZZING_SECONDS, None));
    let built = report.part("build", || build::everything(&ready));
    let why_not = "for want of the build";
    report.part_after(built, why_not, "npm tests", || {
        process::openly(npm::npm().arg("test").env("OPTIDASH_COMMAND", binary::path()))
    });
    report.part_after(built, why_not, "JavaScript frameworks", || npm_tests::FRAMEWORKS.test());
    report.part_after(built, why_not, "JavaScript runtimes", || npm_tests::RUNTIMES.test());
    report.part_after(built, why_not, "Python's packed sources", wheel::build_from_sources);
    report.part_after(built, why_not, "Python tests", python_tests);
    report.part_after(built, why_not, "engine beside Pillow", engine_tests);
    report.part_after(built, why_not, "Python's other versions", interpreters::test);
    report.part_after(built, why_not, "end to end", end_to_end);
    report.part_after(built, why_not, "demo", demo::show);
    report.close()
}

fn python_tests() -> Result<()> {
    install_wheel()?;
    let mut pytest = Venv::Test.program("pytest");
    pytest.current_dir(project::python()).env("OPTIDASH_COMMAND", binary::path());
    if let Some(wheel) = wheel::of_sources() {
        pytest.env("OPTIDASH_WHEEL_OF_SOURCES", wheel);
    }
    process::openly(&mut pytest)
}

fn engine_tests() -> Result<()> {
    install_wheel()?;
    process::openly(Venv::Test.program("pytest").current_dir(project::root().join("tests/engine")))
}

fn install_wheel() -> Result<()> {
    let wheel = dist::find(".whl").context("no wheel in dist/")?;
    let step = Step {
        name: "wheel-under-test",
        label: "the wheel beside the test runner",
        inputs: std::slice::from_ref(&wheel),
        texts: &[],
        is_there: Venv::Test.folder().exists(),
    };
    stamp::unless_unchanged(&step, || {
        let pip = |words: &[&str]| {
            let mut pip = Venv::Test.program("python");
            pip.args(["-m", "pip", "--disable-pip-version-check"]).args(words);
            pip
        };
        process::quietly("pip uninstall", &mut pip(&["uninstall", "--yes", "optidash"]))?;
        process::quietly(step.label, pip(&["install"]).arg(&wheel))
    })
}

fn end_to_end() -> Result<()> {
    user::install()?;
    let entries = std::fs::read_dir(project::root().join("tests/e2e"))?.flatten().map(|entry| entry.path());
    let tests = entries.filter(|path| path.to_string_lossy().ends_with(".test.mjs"));
    let mut node = Command::new("node");
    node.current_dir(project::root())
        .arg("--test")
        .args(tests)
        .env("OPTIDASH_COMMAND", binary::path())
        .env("OPTIDASH_JAVASCRIPT", user::javascript())
        .env("OPTIDASH_PYTHON", user::python());
    process::openly(&mut node)
}
