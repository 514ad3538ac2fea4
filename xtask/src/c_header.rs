//! The header of the C interface, from its source.

use anyhow::{Context, Result};

use crate::project;

/// The text of the header.
///
/// # Errors
/// When the source cannot be read.
pub(crate) fn text() -> Result<String> {
    let folder = project::root().join("bindings/c");
    let configuration = cbindgen::Config::from_root_or_default(&folder);
    let header = cbindgen::Builder::new().with_crate(&folder).with_config(configuration).generate();
    let mut text = Vec::new();
    header.context("bindings/c cannot be read")?.write(&mut text);
    Ok(String::from_utf8(text)?)
}
