//! `cargo xtask generate`: the types that users see in each language, the reference and the schema of requests, from the core's
//! tables; the header for C, from its source; and the licences of what the packages carry, from the lock file.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, anyhow, bail};

use crate::{c_header, console, process, project, reference, request_schema, venv};

/// Writes the generated files or, with `check`, says whether one is stale.
///
/// # Errors
/// When a generator fails, or a file is stale.
pub(crate) fn run(check: bool) -> Result<()> {
    write("docs/reference.md", &reference::page(), check)?;
    write("docs/request.schema.json", &request_schema::text()?, check)?;
    write("bindings/c/include/optidash.h", &c_header::text()?, check)?;
    let tables = tables()?;
    let mut javascript = Command::new("node");
    javascript.current_dir(project::npm()).arg("scripts/generate-types.mjs");
    let mut python = venv::python();
    python.current_dir(project::python()).arg("scripts/generate_types.py");
    javascript.arg(&tables);
    python.arg(&tables);
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

fn write(name: &str, text: &str, check: bool) -> Result<()> {
    let path = project::root().join(name);
    if !check {
        return Ok(fs::write(path, text)?);
    }
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    bail!("{name} is stale: run `cargo xtask generate` and commit what has changed")
}

/// The core's tables that types are generated from, as one file.
fn tables() -> Result<PathBuf> {
    let table = |operation| {
        let answer = optidash_core::call::call(operation, "{}", b"").map_err(|error| anyhow!("{error}"))?;
        Ok::<_, anyhow::Error>(format!("\"{operation}\": {}", answer.document))
    };
    let path = project::target().join("xtask/tables.json");
    fs::create_dir_all(project::target().join("xtask"))?;
    fs::write(&path, format!("{{{}, {}}}", table("operations")?, table("answers")?))?;
    Ok(path)
}
