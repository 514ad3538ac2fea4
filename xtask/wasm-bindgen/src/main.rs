//! `optidash-wasm-bindgen MODULE.wasm FOLDER NAME`: writes `NAME.js`, `NAME.d.ts` and `NAME_bg.wasm` into FOLDER.
//!
//! The glue is for the web target without a default path: every runtime hands the compiled module over by itself.

use std::path::PathBuf;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let module = PathBuf::from(arguments.next().context("which wasm module?")?);
    let folder = PathBuf::from(arguments.next().context("into which folder?")?);
    let name = arguments.next().context("under which name?")?;
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        .remove_producers_section(true)
        .out_name(&name.to_string_lossy())
        .generate(folder)
}
