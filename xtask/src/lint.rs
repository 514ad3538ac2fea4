//! `cargo xtask lint`: formatting, lints, types, and generated files that are not stale.

use anyhow::Result;

use crate::report::Report;
use crate::venv::Venv;
use crate::{generate, npm, process, project, setup, wasm_modules};

/// Sets up and runs every check.
///
/// # Errors
/// When a check fails.
pub(crate) fn run() -> Result<()> {
    let ready = setup::set_up(&[Venv::Test])?;
    let mut report = Report::default();
    rust(&mut report);
    // The type checker reads the declarations beside the modules.
    let built = report.part("wasm modules", || wasm_modules::build(&ready.wasm));
    packages(&mut report, built);
    report.close()
}

/// The checks that need nothing built.
pub(crate) fn rust(report: &mut Report) {
    report.part("Rust format", || {
        process::openly(process::cargo().args(["fmt", "--all", "--check"]))?;
        let generator = project::root().join("xtask/wasm-bindgen/Cargo.toml");
        process::openly(process::cargo().args(["fmt", "--check", "--manifest-path"]).arg(generator))
    });
    report.part("Rust lints", || {
        let warnings = ["--", "-D", "warnings"];
        let clippy = ["clippy", "--locked", "--quiet"];
        process::openly(process::cargo().args(clippy).args(["--workspace", "--all-targets"]).args(warnings))?;
        let protocol_alone = ["--package", "optidash-core", "--no-default-features"];
        process::openly(process::cargo().args(clippy).args(protocol_alone).args(warnings))
    });
    report.part("generated files", || generate::run(true));
}

/// The checks of the packages, which want the wasm modules.
pub(crate) fn packages(report: &mut Report, built: bool) {
    report.part_after(built, "for want of the wasm modules", "npm lints and types", || {
        process::openly(npm::npm().args(["run", "lint"]))
    });
    report.part("Python lints and types", python);
}

fn python() -> Result<()> {
    let interpreter = Venv::Test.folder().join("bin/python");
    let mut types = Venv::Test.program("pyright");
    types.arg("--pythonpath").arg(interpreter);
    let mut format = Venv::Test.program("ruff");
    format.args(["format", "--check"]);
    let mut lints = Venv::Test.program("ruff");
    lints.arg("check");
    for mut check in [format, lints, Venv::Test.program("mypy"), types] {
        process::openly(check.current_dir(project::python()))?;
    }
    Ok(())
}
