//! `cargo xtask generate`: the types that users see in each language, from the core's table of operations; and the
//! licences of what the packages carry, from the lock file.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, anyhow};

use crate::{console, process, project, venv};

/// Writes the generated files or, with `check`, says whether one is stale.
///
/// # Errors
/// When a generator fails, or a file is stale.
pub(crate) fn run(check: bool) -> Result<()> {
    let table = table()?;
    let mut javascript = Command::new("node");
    javascript.current_dir(project::npm()).arg("scripts/generate-types.mjs");
    let mut python = venv::python();
    python.current_dir(project::python()).arg("scripts/generate_types.py");
    javascript.arg(&table);
    python.arg(&table);
    let mut notices = Command::new("node");
    notices.current_dir(project::npm()).arg("scripts/generate-notices.mjs");
    let mut python_notices = venv::python();
    python_notices.current_dir(project::python()).arg("scripts/generate_notices.py");
    let commands = [
        ("TypeScript types", javascript),
        ("Python types", python),
        ("npm: notices of the crates inside", notices),
        ("Python: notices of the crates inside", python_notices),
    ];
    for (label, mut command) in commands {
        if check {
            command.arg("--check");
        }
        process::quietly(&format!("{label}{}", if check { ": up to date?" } else { "" }), &mut command)?;
    }
    if !check {
        console::remark("Commit what has changed.");
    }
    Ok(())
}

fn table() -> Result<PathBuf> {
    let answer = optidash_core::call::call("operations", "{}", b"").map_err(|error| anyhow!("{error}"))?;
    let path = project::target().join("xtask/operations.json");
    fs::create_dir_all(project::target().join("xtask"))?;
    fs::write(&path, answer.document)?;
    Ok(path)
}
