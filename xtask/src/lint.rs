//! `cargo xtask lint`: formatting, lints, types, and generated files that are not stale.

use anyhow::Result;

use crate::report::Report;
use crate::venv::Venv;
use crate::{generate, npm, process, project, setup};

/// Sets up and runs every check.
///
/// # Errors
/// When a check fails.
pub(crate) fn run() -> Result<()> {
    setup::to_check()?;
    let mut report = Report::default();
    every(&mut report);
    report.close()
}

/// The checks; they read sources only, and need nothing built.
pub(crate) fn every(report: &mut Report) {
    report.part("Rust format", rust_format);
    report.part("Rust lints", rust_lints);
    report.part("generated files", || generate::run(true));
    report.part("npm lints and types", || process::quietly("npm run lint", npm::npm().args(["run", "lint"])));
    report.part("Python lints and types", python);
}

fn rust_format() -> Result<()> {
    process::quietly("cargo fmt", process::cargo().args(["fmt", "--all", "--check"]))?;
    let generator = project::root().join("xtask/wasm-bindgen/Cargo.toml");
    let mut cargo = process::cargo();
    process::quietly("cargo fmt, wasm-bindgen", cargo.args(["fmt", "--check", "--manifest-path"]).arg(generator))
}

fn rust_lints() -> Result<()> {
    let everything: &[&str] = &["--workspace", "--all-targets"];
    let receiver: &[&str] = &["--package", "optidash-core", "--no-default-features"];
    let client: &[&str] = &["--package", "optidash-core", "--no-default-features", "--features", "client"];
    let builds = [
        ("cargo clippy", everything),
        ("cargo clippy, the receiver alone", receiver),
        ("cargo clippy, without the image engine", client),
    ];
    for (label, what) in builds {
        let mut cargo = process::cargo();
        cargo.args(["clippy", "--locked"]).args(what).args(["--", "-D", "warnings"]);
        process::quietly(label, &mut cargo)?;
    }
    Ok(())
}

fn python() -> Result<()> {
    let mut format = Venv::Test.program("ruff");
    format.args(["format", "--check"]);
    let mut lints = Venv::Test.program("ruff");
    lints.arg("check");
    let mut types = Venv::Test.program("pyright");
    types.arg("--pythonpath").arg(Venv::Test.folder().join("bin/python"));
    let checks =
        [("ruff format", format), ("ruff check", lints), ("mypy", Venv::Test.program("mypy")), ("pyright", types)];
    for (label, mut check) in checks {
        process::quietly(label, check.current_dir(project::python()))?;
    }
    Ok(())
}
