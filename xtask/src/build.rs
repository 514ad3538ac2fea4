//! `cargo xtask build`: what a user would install, in `dist/`.

use anyhow::Result;

use crate::setup::{self, Ready};
use crate::venv::Venv;
use crate::{binary, console, npm, project, wasm_modules, wheel};

/// Sets up, builds, and says what came out.
///
/// # Errors
/// When a step fails.
pub(crate) fn run() -> Result<()> {
    let ready = setup::to_build(&[Venv::Build])?;
    console::heading("Build");
    everything(&ready)?;
    console::heading(&format!("Built, in {}", project::shown(&project::dist())));
    for entry in std::fs::read_dir(project::dist())? {
        let entry = entry?;
        let kilobytes = entry.metadata()?.len().div_ceil(1000);
        println!("  {:<52} {kilobytes:>6} kB", entry.file_name().display());
    }
    Ok(())
}

/// Builds everything.
///
/// # Errors
/// When a step fails.
pub(crate) fn everything(ready: &Ready) -> Result<()> {
    binary::build()?;
    wasm_modules::build(&ready.wasm)?;
    npm::build()?;
    wheel::build()?;
    wheel::pack_sources()
}
