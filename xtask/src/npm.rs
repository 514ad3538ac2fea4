//! The npm package: its development packages, building, packing.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::stamp::{self, Step};
use crate::{dist, process, project, wasm_modules};

/// npm, in the package's folder.
pub(crate) fn npm() -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(project::npm());
    npm
}

/// What names the packages to install.
pub(crate) fn lock_file() -> PathBuf {
    project::npm().join("package-lock.json")
}

/// Installs exactly what the lock file names.
///
/// # Errors
/// When npm fails.
pub(crate) fn install() -> Result<()> {
    with_packages(|step| stamp::unless_unchanged(step, || process::quietly(step.label, npm().arg("ci"))))
}

/// Whether npm's packages are yet to be installed.
///
/// # Errors
/// When Node does not run.
pub(crate) fn is_missing() -> Result<bool> {
    with_packages(|step| Ok(!stamp::is_unchanged(step)?))
}

fn with_packages<T>(work: impl FnOnce(&Step<'_>) -> Result<T>) -> Result<T> {
    let folder = project::npm();
    work(&Step {
        name: "npm-packages",
        label: "npm packages",
        inputs: &[folder.join("package.json"), lock_file()],
        texts: &[&process::output(Command::new("node").arg("--version"))?],
        is_there: folder.join("node_modules/.package-lock.json").exists(),
    })
}

/// Builds the package around the wasm modules and packs it into `dist/`.
///
/// # Errors
/// When npm fails.
pub(crate) fn build() -> Result<()> {
    let mut inputs = vec![project::npm()];
    inputs.extend(wasm_modules::outputs());
    let step = Step {
        name: "npm-package",
        label: "npm package",
        inputs: &inputs,
        texts: &[],
        is_there: dist::find(".tgz").is_some(),
    };
    stamp::unless_unchanged(&step, || {
        process::quietly("npm run build", npm().args(["run", "build"]))?;
        dist::clear(".tgz")?;
        // The scripts of packing would build a second time.
        process::quietly(
            "npm pack",
            npm().args(["pack", "--ignore-scripts", "--pack-destination"]).arg(project::dist()),
        )
    })
}
