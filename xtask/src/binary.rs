//! The `optidash` command.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::{process, project};

const NAME: &str = "optidash";

/// Where it lies once built.
pub(crate) fn path() -> PathBuf {
    project::dist().join(NAME)
}

/// Builds the command into `dist/`; cargo itself knows what has changed.
///
/// # Errors
/// When cargo fails.
pub(crate) fn build() -> Result<()> {
    let mut cargo = process::cargo();
    cargo.args(["build", "--release", "--locked", "--package", "optidash-cli"]);
    process::quietly("optidash command", &mut cargo)?;
    let built = project::target().join("release").join(NAME);
    let fresh = project::dist().join(".optidash-new");
    fs::create_dir_all(project::dist())?;
    fs::copy(built, &fresh)?;
    // Renamed, since a command that is running cannot be written to.
    fs::rename(fresh, path())?;
    Ok(())
}
