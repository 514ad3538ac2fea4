//! The Python package as a wheel.

use anyhow::Result;

use crate::stamp::{self, Step};
use crate::venv::Venv;
use crate::{dist, process, project};

/// Builds the wheel into `dist/`.
///
/// # Errors
/// When maturin fails.
pub(crate) fn build() -> Result<()> {
    let root = project::root();
    let inputs = ["core", "bindings/python", "pkg/python", "Cargo.toml", "Cargo.lock"].map(|input| root.join(input));
    let compiler = process::output(std::process::Command::new("rustc").arg("-vV"))?;
    let step = Step {
        name: "wheel",
        label: "Python wheel",
        inputs: &inputs,
        texts: &[&compiler, &Venv::Build.packages()],
        is_there: dist::find(".whl").is_some(),
    };
    stamp::unless_unchanged(&step, || {
        dist::clear(".whl")?;
        let mut maturin = Venv::Build.program("maturin");
        maturin
            .current_dir(project::python())
            .env("CARGO_TARGET_DIR", project::target())
            .args(["build", "--release", "--locked", "--out"])
            .arg(project::dist());
        process::quietly(step.label, &mut maturin)
    })
}
