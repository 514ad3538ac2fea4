//! `cargo xtask bench`: the embedded engine beside the libraries that people use today, on the same pictures.
//!
//! Each library runs in a process of its own that stays, and the libraries take turns run by run, so that what else the
//! machine does falls on all of them. What counts is CPU time, in medians.

mod case;
mod goals;
mod library;
mod measure;
mod page;
mod peers;
mod plot;

use anyhow::Result;

use crate::setup;
use crate::venv::Venv;
use crate::{console, npm, project, user, wasm_modules, wheel};

/// Sets up, builds, measures, and writes the page and the plot.
///
/// # Errors
/// When a step fails. A library that cannot do a case is a gap in the table.
pub(crate) fn run(quick: bool) -> Result<()> {
    let ready = setup::to_build(&[Venv::Build])?;
    let peers = peers::install()?;
    console::heading("Build");
    wasm_modules::build(&ready.wasm)?;
    npm::build()?;
    wheel::build()?;
    user::install()?;
    peers.build_native()?;
    let files = peers.make_files()?;
    console::heading("Measure");
    let results = measure::all(&peers, &files, quick)?;
    console::heading("Ratios");
    goals::print(&results);
    if quick {
        console::remark("A quick run writes no page.");
        return Ok(());
    }
    page::write(&results)?;
    plot::write(&results)?;
    console::heading(&format!("Written: {}", project::shown(&page::path())));
    Ok(())
}
