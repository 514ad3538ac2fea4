//! The Python package as a wheel, and as the sources that pip builds one from.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, iter};

use anyhow::{Context, Result};

use crate::stamp::{self, Step};
use crate::venv::Venv;
use crate::{dist, process, project};

/// How the name of the packed sources ends.
const SOURCES: &str = ".tar.gz";

/// Builds the wheel into `dist/`.
///
/// # Errors
/// When maturin fails.
pub(crate) fn build() -> Result<()> {
    step("wheel", "Python wheel", dist::find(".whl").is_some(), |label| {
        dist::clear(".whl")?;
        let mut maturin = maturin(&["build", "--release", "--locked", "--out"]);
        process::quietly(label, maturin.arg(project::dist()))
    })
}

/// Packs the sources into `dist/`.
///
/// # Errors
/// When maturin fails.
pub(crate) fn pack_sources() -> Result<()> {
    step("python-sources", "Python sources", dist::find(SOURCES).is_some(), |label| {
        dist::clear(SOURCES)?;
        process::quietly(label, maturin(&["sdist", "--out"]).arg(project::dist()))
    })
}

/// Builds a wheel from nothing but the packed sources, as pip would; only the tests want it.
///
/// # Errors
/// When tar or pip fails.
pub(crate) fn build_from_sources() -> Result<()> {
    step("wheel-of-sources", "Python wheel from the packed sources", of_sources().is_some(), |label| {
        let sources = unpack()?;
        let mut pip = Venv::Build.program("python");
        pip.args(["-m", "pip", "wheel", "--disable-pip-version-check", "--no-build-isolation", "--no-deps"])
            .arg("--wheel-dir")
            .arg(folder())
            .arg(sources)
            // Where the build backend looks for maturin.
            .env("PATH", path_with(&Venv::Build.folder().join("bin"))?)
            // The crates that the workspace has built are not built again, nor fetched.
            .env("CARGO_TARGET_DIR", project::target())
            .env("CARGO_NET_OFFLINE", "true")
            .env("MATURIN_PEP517_ARGS", "--profile dev");
        process::quietly(label, &mut pip)
    })
}

/// The wheel that was built from the sources.
pub(crate) fn of_sources() -> Option<PathBuf> {
    let entries = fs::read_dir(folder()).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|extension| extension == "whl"))
}

/// Unpacks the sources into an empty folder; their files are from now, since cargo goes by their time.
fn unpack() -> Result<PathBuf> {
    let packed = dist::find(SOURCES).context("no Python sources in dist/")?;
    if folder().exists() {
        fs::remove_dir_all(folder())?;
    }
    fs::create_dir_all(folder())?;
    let mut tar = Command::new("tar");
    tar.args(["--extract", "--touch", "--gzip", "--file"]).arg(&packed).arg("--directory").arg(folder());
    process::quietly("Python sources, unpacked", &mut tar)?;
    let name = packed.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(folder().join(name.trim_end_matches(SOURCES)))
}

fn path_with(first: &Path) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(iter::once(first.to_owned()).chain(std::env::split_paths(&path)))?)
}

fn folder() -> PathBuf {
    project::target().join("python-sources")
}

fn maturin(arguments: &[&str]) -> Command {
    let mut maturin = Venv::Build.program("maturin");
    maturin.current_dir(project::python()).env("CARGO_TARGET_DIR", project::target()).args(arguments);
    maturin
}

/// Does what reads the package and the crates below it, unless none of them has changed.
fn step(name: &str, label: &str, is_there: bool, work: impl FnOnce(&str) -> Result<()>) -> Result<()> {
    let root = project::root();
    let inputs = ["core", "bindings/python", "pkg/python", "Cargo.toml", "Cargo.lock"].map(|input| root.join(input));
    let compiler = process::output(Command::new("rustc").arg("-vV"))?;
    let texts: [&str; 2] = [&compiler, &Venv::Build.packages()];
    stamp::unless_unchanged(&Step { name, label, inputs: &inputs, texts: &texts, is_there }, || work(label))
}
