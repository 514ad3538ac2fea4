//! The other libraries, installed apart from the project, and the programs that measure.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::library::{Language, Library};
use crate::{cache, process, project, stamp, user, venv};

/// Where the libraries are.
pub(crate) struct Peers {
    javascript: PathBuf,
    python: PathBuf,
}

fn sources() -> PathBuf {
    project::root().join("tests/benchmarks/images")
}

fn source(name: &str) -> PathBuf {
    sources().join(name)
}

/// Installs exactly the versions that the lock files name, into the cache folder, once.
///
/// # Errors
/// When npm or pip fails.
pub(crate) fn install() -> Result<Peers> {
    let named = |inputs: &[PathBuf], version: String| -> Result<String> {
        Ok(stamp::hash(inputs, &[&version])?.chars().take(12).collect())
    };
    let lock = [source("package.json"), source("package-lock.json")];
    let node = process::output(Command::new("node").arg("--version"))?;
    let javascript = cache::once(&format!("benchmark-npm-{}", named(&lock, node)?), "complete", |folder| {
        for file in &lock {
            std::fs::copy(file, folder.join(file.file_name().unwrap_or_default()))?;
        }
        let mut npm = Command::new("npm");
        // The packages bring what they need; none of their scripts has to run.
        npm.current_dir(folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        process::quietly("npm packages: image libraries (70 MB)", &mut npm)?;
        Ok(std::fs::write(folder.join("complete"), "")?)
    })?;
    let requirements = source("requirements.txt");
    let version = process::output(venv::python().args(["-c", "import sys; print(sys.executable, sys.version)"]))?;
    let name = format!("benchmark-python-{}", named(std::slice::from_ref(&requirements), version)?);
    let python = cache::once(&name, "complete", |folder| {
        venv::make(folder)?;
        let mut pip = Command::new(folder.join("bin/python"));
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"]).arg(&requirements);
        process::quietly("pip packages: image libraries (190 MB)", &mut pip)?;
        Ok(std::fs::write(folder.join("complete"), "")?)
    })?;
    Ok(Peers { javascript, python: python.join("bin/python") })
}

impl Peers {
    /// Builds the program that measures natively.
    ///
    /// # Errors
    /// When cargo fails.
    pub(crate) fn build_native(&self) -> Result<()> {
        let mut cargo = process::cargo();
        cargo.args(["build", "--release", "--locked", "--package", "optidash-core", "--example", "image_benchmark"]);
        process::quietly("the native program", &mut cargo)
    }

    /// Makes the pictures, in a folder.
    ///
    /// # Errors
    /// When Python fails.
    pub(crate) fn make_files(&self) -> Result<PathBuf> {
        let folder = project::target().join("benchmarks/files");
        let photographs = project::root().join("tests/images");
        let step = stamp::Step {
            name: "benchmark-files",
            label: "the pictures to measure with",
            inputs: &[source("make_files.py"), photographs, source("requirements.txt")],
            texts: &[],
            is_there: folder.exists(),
        };
        stamp::unless_unchanged(&step, || {
            let mut python = Command::new(&self.python);
            process::quietly(step.label, python.arg(source("make_files.py")).arg(&folder))
        })?;
        Ok(folder)
    }

    /// The program that measures a library.
    ///
    /// # Errors
    /// When it cannot be put where it finds the library.
    pub(crate) fn program(&self, library: &Library) -> Result<Command> {
        let mut command = match library.language {
            Language::Rust => Command::new(project::target().join("release/examples/image_benchmark")),
            Language::Node => self.node()?,
            Language::Python if library.is_ours() => script(&user::python(), "python.py"),
            Language::Python => script(&self.python, "python.py"),
        };
        command.arg(library.argument).env("VIPS_CONCURRENCY", "1").env("OPTIDASH_JAVASCRIPT", user::javascript());
        Ok(command)
    }

    /// A JavaScript program finds packages from where it lies.
    fn node(&self) -> Result<Command> {
        let program = self.javascript.join("node.mjs");
        std::fs::copy(source("node.mjs"), &program)?;
        let mut node = Command::new("node");
        node.arg(program);
        Ok(node)
    }

    /// The program that tells how good pictures are.
    pub(crate) fn comparison(&self) -> Command {
        script(&self.python, "compare.py")
    }

    /// The WebAssembly modules of each library that has some.
    pub(crate) fn modules(&self) -> Vec<(&'static str, Vec<PathBuf>)> {
        let packages = self.javascript.join("node_modules");
        let jsquash = [
            "jpeg/codec/dec/mozjpeg_dec.wasm",
            "jpeg/codec/enc/mozjpeg_enc.wasm",
            "png/codec/pkg/squoosh_png_bg.wasm",
            "webp/codec/dec/webp_dec.wasm",
            "webp/codec/enc/webp_enc_simd.wasm",
            "resize/lib/resize/pkg/squoosh_resize_bg.wasm",
        ];
        let ours = user::javascript().join("node_modules/optidash/lib/wasm/optidash_image_bg.wasm");
        vec![
            ("wasm", vec![ours]),
            ("wasm-vips", vec![packages.join("wasm-vips/lib/vips.wasm")]),
            ("jsquash", jsquash.iter().map(|name| packages.join("@jsquash").join(name)).collect()),
            ("photon", vec![packages.join("@silvia-odwyer/photon-node/photon_rs_bg.wasm")]),
        ]
    }
}

fn script(python: &Path, name: &str) -> Command {
    let mut command = Command::new(python);
    command.arg(source(name));
    command
}
