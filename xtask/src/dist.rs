//! What `dist/` holds.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::project;

/// The one file whose name ends so.
pub(crate) fn find(end: &str) -> Option<PathBuf> {
    files(end).into_iter().next()
}

/// Removes what earlier versions left, so that one file remains of each kind.
///
/// # Errors
/// When a file cannot be removed.
pub(crate) fn clear(end: &str) -> Result<()> {
    fs::create_dir_all(project::dist())?;
    for file in files(end) {
        fs::remove_file(file)?;
    }
    Ok(())
}

fn files(end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(project::dist()).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.to_string_lossy().ends_with(end)).collect()
}
