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
    once_in(&folder()?, name, proof, make)
}

fn once_in(folder: &Path, name: &str, proof: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let wanted = folder.join(name);
    if wanted.join(proof).exists() {
        return Ok(wanted);
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let lock = File::create(folder.join(format!("{name}.lock")))?;
    lock.lock()?;
    if !wanted.join(proof).exists() {
        let temporary = tempfile::Builder::new().prefix(&format!(".{name}-")).tempdir_in(folder)?;
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use anyhow::bail;

    use super::*;

    #[test]
    fn what_failed_halfway_leaves_nothing_and_is_made_anew() {
        let cache = tempfile::tempdir().unwrap();
        let halfway = |folder: &Path| {
            fs::write(folder.join("half"), "").unwrap();
            bail!("no space left")
        };
        assert!(once_in(cache.path(), "tool", "done", halfway).is_err());
        assert!(!cache.path().join("tool").exists());
        let whole = |folder: &Path| Ok(fs::write(folder.join("done"), "")?);
        assert!(once_in(cache.path(), "tool", "done", whole).unwrap().join("done").exists());
    }

    #[test]
    fn two_at_once_make_it_once() {
        let cache = tempfile::tempdir().unwrap();
        let made = AtomicUsize::new(0);
        let make = |folder: &Path| {
            made.fetch_add(1, Ordering::SeqCst);
            Ok(fs::write(folder.join("done"), "")?)
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| once_in(cache.path(), "tool", "done", make).unwrap());
            }
        });
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }
}
