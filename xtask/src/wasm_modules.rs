//! The WebAssembly modules of the npm package: the receiver alone, the whole protocol, and the image engine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::stamp::{self, Step};
use crate::wasm_toolchain::{TARGET, Toolchain};
use crate::{process, project, wasm_bindgen};

struct Module {
    name: &'static str,
    label: &'static str,
    features: &'static [&'static str],
    level: Level,
    flags: &'static [&'static str],
}

/// What the compiler and wasm-opt aim at.
#[derive(Clone, Copy)]
enum Level {
    /// A Worker may weigh little, and a notification comes seldom.
    Smallest,
    /// A call of the protocol takes microseconds either way, so what counts is what has to be loaded.
    Small,
    /// The engine works for milliseconds.
    Fast,
}

impl Level {
    fn rustc(self) -> &'static str {
        match self {
            Self::Smallest => "z",
            Self::Small => "s",
            Self::Fast => "3",
        }
    }

    fn wasm_opt(self) -> &'static str {
        match self {
            Self::Smallest => "-Oz",
            Self::Small => "-Os",
            Self::Fast => "-O3",
        }
    }
}

/// The engine's codecs win a third from SIMD; the protocol has nothing to win, and so runs in older runtimes too.
const MODULES: [Module; 3] = [
    Module {
        name: "optidash_receiver",
        label: "wasm module: receiver",
        features: &[],
        level: Level::Smallest,
        flags: &[],
    },
    Module {
        name: "optidash",
        label: "wasm module: protocol",
        features: &["--features", "client"],
        level: Level::Small,
        flags: &[],
    },
    Module {
        name: "optidash_image",
        label: "wasm module: image engine",
        features: &["--features", "image"],
        level: Level::Fast,
        flags: &["-Ctarget-feature=+simd128"],
    },
];

/// What Rust's compiler emits without being asked, so that wasm-opt accepts it.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// Where the npm package takes the modules from.
fn folder() -> PathBuf {
    project::npm().join("lib/wasm")
}

/// Builds the modules; npm's packages (for `wasm-opt`) are installed by then.
///
/// # Errors
/// When a step fails.
pub(crate) fn build(toolchain: &Toolchain) -> Result<()> {
    let root = project::root();
    let inputs =
        ["core", "bindings/wasm", "xtask/wasm-bindgen", "Cargo.toml", "Cargo.lock", "pkg/npm/package-lock.json"]
            .map(|input| root.join(input));
    let version = toolchain.version()?;
    for module in &MODULES {
        let step = Step {
            name: module.name,
            label: module.label,
            inputs: &inputs,
            texts: &[&version, &module.features.join(" "), module.level.rustc(), &module.flags.join(" ")],
            is_there: files(module).iter().all(|file| file.exists()),
        };
        stamp::unless_unchanged(&step, || build_module(toolchain, module))?;
    }
    Ok(())
}

/// The files that building writes.
pub(crate) fn outputs() -> Vec<PathBuf> {
    MODULES.iter().flat_map(files).collect()
}

fn files(module: &Module) -> [PathBuf; 3] {
    [".js", ".d.ts", "_bg.wasm"].map(|end| output(module, end))
}

fn output(module: &Module, end: &str) -> PathBuf {
    folder().join(format!("{}{end}", module.name))
}

fn build_module(toolchain: &Toolchain, module: &Module) -> Result<()> {
    // A folder for each, so that their flags and features do not undo each other's work.
    let target = project::target().join("wasm").join(module.name);
    let flags: Vec<String> = module.flags.iter().map(|&flag| flag.to_owned()).collect();
    let mut cargo = toolchain.cargo(&flags);
    cargo
        .env("CARGO_PROFILE_WASM_OPT_LEVEL", module.level.rustc())
        .args(["build", "--locked", "--package", "optidash-wasm", "--profile", "wasm", "--target", TARGET])
        .args(module.features)
        .arg("--target-dir")
        .arg(&target);
    process::quietly(module.label, &mut cargo)?;
    fs::create_dir_all(folder())?;
    wasm_bindgen::generate(&target.join(TARGET).join("wasm/optidash_wasm.wasm"), &folder(), module.name)?;
    optimize(&output(module, "_bg.wasm"), module)
}

fn optimize(file: &Path, module: &Module) -> Result<()> {
    let smaller = file.with_extension("smaller");
    let mut command = Command::new(project::npm().join("node_modules/.bin/wasm-opt"));
    command.arg(module.level.wasm_opt()).args(WASM_FEATURES).arg(file).arg("-o").arg(&smaller);
    process::quietly(&format!("wasm-opt: {}", module.name), &mut command)?;
    fs::rename(smaller, file)?;
    Ok(())
}
