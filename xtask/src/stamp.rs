//! Steps whose inputs have not changed since they last succeeded are skipped: a stamp holds the hash of the inputs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use ignore::WalkBuilder;
use sha2::{Digest, Sha256};

use crate::{console, project};

/// Does a step unless its stamp says that nothing it reads has changed and all it writes is there.
///
/// # Errors
/// What the step answers with, and inputs that cannot be read.
pub(crate) fn unless_unchanged(step: &Step<'_>, work: impl FnOnce() -> Result<()>) -> Result<()> {
    if is_unchanged(step)? {
        console::unchanged(step.label);
        return Ok(());
    }
    // Before the work, so that a file changed meanwhile counts as a change the next time.
    let hash = hash(step.inputs, step.texts)?;
    let path = path(step);
    if path.exists() {
        fs::remove_file(&path)?;
    }
    work()?;
    fs::create_dir_all(project::target().join("xtask"))?;
    fs::write(&path, hash)?;
    Ok(())
}

/// Whether nothing that a step reads has changed since it last succeeded, and all it writes is there.
///
/// # Errors
/// When an input cannot be read.
pub(crate) fn is_unchanged(step: &Step<'_>) -> Result<bool> {
    if !step.is_there {
        return Ok(false);
    }
    let Ok(stamp) = fs::read_to_string(path(step)) else { return Ok(false) };
    Ok(stamp == hash(step.inputs, step.texts)?)
}

fn path(step: &Step<'_>) -> PathBuf {
    project::target().join("xtask").join(format!("{}.stamp", step.name))
}

/// A step, what it reads and what it writes.
pub(crate) struct Step<'a> {
    /// The name of its stamp.
    pub(crate) name: &'a str,
    /// What people read.
    pub(crate) label: &'a str,
    /// Files and folders; in folders, what git ignores is left out.
    pub(crate) inputs: &'a [PathBuf],
    /// Other inputs, such as the version of a compiler.
    pub(crate) texts: &'a [&'a str],
    /// Whether what it writes exists.
    pub(crate) is_there: bool,
}

/// The SHA-256 of files, folders and texts.
///
/// # Errors
/// When one of them cannot be read.
pub(crate) fn hash(inputs: &[PathBuf], texts: &[&str]) -> Result<String> {
    let mut hasher = Sha256::new();
    for text in texts {
        feed(&mut hasher, text.as_bytes());
    }
    for file in files(inputs)? {
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        feed(&mut hasher, project::shown(&file).as_bytes());
        feed(&mut hasher, &bytes);
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The length goes first, so that no two lists of inputs look alike.
fn feed(hasher: &mut Sha256, bytes: &[u8]) {
    hasher.update(bytes.len().to_le_bytes());
    hasher.update(bytes);
}

fn files(inputs: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for input in inputs {
        let input: &Path = input;
        for entry in WalkBuilder::new(input).hidden(false).require_git(false).sort_by_file_path(Path::cmp).build() {
            let entry = entry?;
            if entry.file_type().is_some_and(|kind| kind.is_file()) {
                files.push(entry.into_path());
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn a_changed_file_changes_the_hash() {
        let folder = folder_with(&[("a", "1")]);
        let inputs = [folder.path().to_owned()];
        let before = hash(&inputs, &[]).unwrap();
        assert_eq!(hash(&inputs, &[]).unwrap(), before);
        fs::write(folder.path().join("a"), "2").unwrap();
        assert_ne!(hash(&inputs, &[]).unwrap(), before);
    }

    #[test]
    fn a_new_file_and_a_text_change_the_hash() {
        let folder = folder_with(&[("a", "1")]);
        let inputs = [folder.path().to_owned()];
        let before = hash(&inputs, &["rustc 1.95"]).unwrap();
        assert_ne!(hash(&inputs, &["rustc 1.96"]).unwrap(), before);
        fs::write(folder.path().join("b"), "").unwrap();
        assert_ne!(hash(&inputs, &["rustc 1.95"]).unwrap(), before);
    }

    #[test]
    fn what_git_ignores_is_no_input() {
        let folder = folder_with(&[(".gitignore", "built\n"), ("a", "1")]);
        let inputs = [folder.path().to_owned()];
        let before = hash(&inputs, &[]).unwrap();
        fs::write(folder.path().join("built"), "anything").unwrap();
        assert_eq!(hash(&inputs, &[]).unwrap(), before);
    }
}
