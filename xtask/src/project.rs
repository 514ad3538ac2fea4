//! Where things are in the project's folder.

use std::path::{Path, PathBuf};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    let chosen = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root().join(chosen.unwrap_or_else(|| "target".into()))
}

/// What a user would install: the packed npm package, the wheel and the binary.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The npm package.
pub(crate) fn npm() -> PathBuf {
    root().join("pkg/npm")
}

/// The Python package.
pub(crate) fn python() -> PathBuf {
    root().join("pkg/python")
}

/// A path as people want to read it: from the project's root, or from home.
pub(crate) fn shown(path: &Path) -> String {
    if let Ok(inside) = path.strip_prefix(root()) {
        return inside.display().to_string();
    }
    let home = std::env::home_dir().unwrap_or_default();
    match path.strip_prefix(home) {
        Ok(inside) => format!("~/{}", inside.display()),
        Err(_) => path.display().to_string(),
    }
}
