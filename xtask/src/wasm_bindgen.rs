//! The program that writes the JavaScript beside a wasm module: built once for a machine, from `xtask/wasm-bindgen`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::{cache, process, project, stamp};

const NAME: &str = "optidash-wasm-bindgen";
/// What `xtask/wasm-bindgen/Cargo.toml` asks for.
pub(crate) const VERSION: &str = "0.2.130";

/// Writes `NAME.js`, `NAME.d.ts` and `NAME_bg.wasm` for a module into a folder.
///
/// # Errors
/// When the program cannot be built or does not like the module.
pub(crate) fn generate(module: &Path, folder: &Path, name: &str) -> Result<()> {
    let mut command = Command::new(program()?);
    command.arg(module).arg(folder).arg(name);
    process::quietly(&format!("wasm-bindgen: {name}"), &mut command)
}

/// Builds the program where it is missing.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn prepare() -> Result<()> {
    program().map(drop)
}

/// Whether the program is still to be built.
pub(crate) fn is_missing() -> bool {
    let cached = cache::folder().and_then(|folder| Ok(folder.join(cache_name()?).join(NAME)));
    !cached.is_ok_and(|program| program.exists())
}

fn source() -> PathBuf {
    project::root().join("xtask/wasm-bindgen")
}

fn cache_name() -> Result<String> {
    let hash = stamp::hash(&[source()], &[])?;
    Ok(format!("wasm-bindgen-{VERSION}-{}", hash.get(..8).unwrap_or_default()))
}

fn program() -> Result<PathBuf> {
    let folder = cache::once(&cache_name()?, NAME, build)?;
    Ok(folder.join(NAME))
}

fn build(folder: &Path) -> Result<()> {
    let target = tempfile::tempdir_in(folder)?;
    let mut cargo = process::cargo();
    cargo.current_dir(source()).args(["build", "--release", "--locked", "--target-dir"]).arg(target.path());
    process::quietly(&format!("wasm-bindgen {VERSION}"), &mut cargo)?;
    fs::copy(target.path().join("release").join(NAME), folder.join(NAME))?;
    Ok(())
}
