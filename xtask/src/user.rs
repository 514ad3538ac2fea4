//! The packed packages installed as a user would: npm's in an empty folder, the wheel in a fresh virtual environment.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::stamp::{self, Step};
use crate::{dist, process, project, venv};

/// The folder whose programs can say `require("optidash")`.
pub(crate) fn javascript() -> PathBuf {
    project::target().join("user/javascript")
}

/// The Python whose programs can say `import optidash`.
pub(crate) fn python() -> PathBuf {
    project::target().join("user/python/bin/python")
}

/// Installs both, unless the packages are those installed before.
///
/// # Errors
/// When npm or pip fails.
pub(crate) fn install() -> Result<()> {
    let package = dist::find(".tgz").context("no npm package in dist/")?;
    let wheel = dist::find(".whl").context("no wheel in dist/")?;
    let in_javascript = Step {
        name: "user-javascript",
        label: "the npm package in an empty folder",
        inputs: std::slice::from_ref(&package),
        texts: &[],
        is_there: javascript().join("node_modules/optidash").exists(),
    };
    stamp::unless_unchanged(&in_javascript, || {
        start_empty(&javascript())?;
        let mut npm = Command::new("npm");
        npm.current_dir(javascript()).args(["install", "--no-audit", "--no-fund"]).arg(&package);
        process::quietly(in_javascript.label, &mut npm)
    })?;
    let in_python = Step {
        name: "user-python",
        label: "the wheel in a fresh virtual environment",
        inputs: std::slice::from_ref(&wheel),
        texts: &[],
        is_there: python().exists(),
    };
    stamp::unless_unchanged(&in_python, || {
        venv::make(&project::target().join("user/python"))?;
        let mut pip = Command::new(python());
        pip.args(["-m", "pip", "install", "--disable-pip-version-check"]).arg(&wheel);
        process::quietly(in_python.label, &mut pip)
    })
}

/// Without a package.json of its own, npm would install into the next folder above that has one.
fn start_empty(folder: &std::path::Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join("package.json"), "{ \"private\": true }\n")?;
    Ok(())
}
