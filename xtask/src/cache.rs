//! What is built once for a machine: a folder that survives the checkout.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// `$XDG_CACHE_HOME/optidash`, or `~/.cache/optidash`.
///
/// # Errors
/// When the user has no home.
pub(crate) fn folder() -> Result<PathBuf> {
    let chosen = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = match chosen {
        Some(path) => path,
        None => std::env::home_dir().context("no home folder: set XDG_CACHE_HOME")?.join(".cache"),
    };
    Ok(cache.join("optidash"))
}

/// The cached folder `name`, made by `make` when `proof` is not in it yet.
///
/// It is made in a temporary folder and then renamed, so a half-made one is never used, and behind a lock, so that two
/// runs at once do not make it twice.
///
/// # Errors
/// What `make` answers with, and failures of the file system.
pub(crate) fn once(name: &str, proof: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let folder = folder()?;
    let wanted = folder.join(name);
    if wanted.join(proof).exists() {
        return Ok(wanted);
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let lock = File::create(folder.join(format!("{name}.lock")))?;
    lock.lock()?;
    if !wanted.join(proof).exists() {
        let temporary = tempfile::Builder::new().prefix(&format!(".{name}-")).tempdir_in(&folder)?;
        let made = temporary.path().join("made");
        fs::create_dir(&made)?;
        make(&made)?;
        if wanted.exists() {
            fs::remove_dir_all(&wanted)?;
        }
        fs::rename(&made, &wanted)?;
    }
    Ok(wanted)
}
