//! What compiles to WebAssembly: the active toolchain where it can, Debian's compiler with a standard library built
//! here where it cannot. No toolchain and no target is ever downloaded.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::console;
use crate::{cache, debian, process, project};

/// The target of every module.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler, its source and its linker.
pub(crate) const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", LINKER_PACKAGE];
const LINKER_PACKAGE: &str = "lld-22";
const LINKER: &str = "wasm-ld-22";
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
/// The version that this recipe was tried with.
const TRIED: &str = "1.96";

/// Where the compiler comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The active toolchain has the target.
    Active,
    /// Debian's packages.
    Debian,
}

/// Finds out where the compiler comes from, without changing anything.
///
/// # Errors
/// When there is none, with the command for the user to run.
pub(crate) fn source() -> Result<Source> {
    if active_has_target() {
        return Ok(Source::Active);
    }
    let on_debian = debian::is_here() && PACKAGES.iter().all(|package| debian::may_offer(package));
    if !on_debian {
        bail!(
            "the active Rust toolchain cannot compile to WebAssembly, and this is no Debian that offers {}. \
             Please run:\n\n    rustup target add {TARGET}\n",
            PACKAGES.join(", ")
        );
    }
    Ok(Source::Debian)
}

/// A compiler that is ready.
#[derive(Debug, Clone)]
pub(crate) enum Toolchain {
    /// The active toolchain.
    Active,
    /// Debian's compiler and the folder with the standard library for it.
    Debian { sysroot: PathBuf },
}

impl Toolchain {
    /// Makes the compiler ready; Debian's packages are installed by then.
    ///
    /// # Errors
    /// When the standard library cannot be built.
    pub(crate) fn prepare(source: Source) -> Result<Self> {
        match source {
            Source::Active => Ok(Self::Active),
            Source::Debian => Ok(Self::Debian { sysroot: sysroot()? }),
        }
    }

    /// A cargo that compiles with this toolchain and these flags.
    pub(crate) fn cargo(&self, flags: &[String]) -> Command {
        let mut cargo = process::cargo();
        let mut flags = flags.to_vec();
        if let Self::Debian { sysroot } = self {
            cargo.env("RUSTC", RUSTC).env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", LINKER);
            flags.push(format!("--sysroot={}", sysroot.display()));
        }
        // Unlike RUSTFLAGS, this variable keeps a sysroot with a space in its path in one piece.
        cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
        cargo
    }

    /// The compiler's exact version, for the stamp of what it builds.
    ///
    /// # Errors
    /// When the compiler does not run.
    pub(crate) fn version(&self) -> Result<String> {
        let compiler = match self {
            Self::Active => "rustc",
            Self::Debian { .. } => RUSTC,
        };
        process::output(Command::new(compiler).arg("-vV"))
    }
}

fn active_has_target() -> bool {
    let libraries = process::output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    libraries.is_ok_and(|folder| has_standard_library(Path::new(&folder)))
}

fn has_standard_library(folder: &Path) -> bool {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.into_iter().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
}

fn sysroot_name(release: &str) -> String {
    format!("wasm-sysroot-{release}")
}

fn libraries(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

/// Whether the standard library is still to be built; so it is while Debian's compiler is not even installed.
pub(crate) fn lacks_sysroot() -> bool {
    let Ok(release) = verbose_version().and_then(|version| field(&version, "release")) else { return true };
    let Ok(cache) = cache::folder() else { return true };
    !cache.join(sysroot_name(&release)).join(PROOF).exists()
}

/// The last file that building the standard library leaves.
const PROOF: &str = "complete";

fn sysroot() -> Result<PathBuf> {
    let version = verbose_version()?;
    let release = field(&version, "release")?;
    if !release.starts_with(TRIED) {
        console::remark(&format!("Debian's Rust is {release}; tried so far: {TRIED}. Going on with it."));
    }
    cache::once(&sysroot_name(&release), PROOF, |folder| {
        let advice = format!("Debian's Rust {release} did not build the standard library (tried so far: {TRIED})");
        build_standard_library(folder, &field(&version, "commit-hash")?).context(advice)
    })
}

fn build_standard_library(sysroot: &Path, commit: &str) -> Result<()> {
    let stub = tempfile::tempdir()?;
    fs::create_dir(stub.path().join("src"))?;
    fs::write(stub.path().join("src/lib.rs"), "#![no_std]\n")?;
    fs::write(stub.path().join("Cargo.toml"), STUB)?;
    let mut cargo = Command::new(CARGO);
    for (name, _) in std::env::vars_os() {
        if belongs_to_another_toolchain(&name.to_string_lossy()) {
            cargo.env_remove(name);
        }
    }
    let flags = format!("-Cembed-bitcode=yes --remap-path-prefix=/usr/lib/rustlib/src/rust=/rustc/{commit}");
    cargo
        .current_dir(stub.path())
        .args(["build", "--release", "-Zbuild-std=std,panic_abort,test", "--target", TARGET])
        .env("PATH", "/usr/bin:/bin")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
    process::quietly("Rust's standard library for WebAssembly", &mut cargo)?;
    let built = stub.path().join("target").join(TARGET).join("release/deps");
    copy_libraries(&built, &libraries(sysroot))?;
    fs::write(sysroot.join(PROOF), "")?;
    Ok(())
}

fn copy_libraries(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libstub-") {
            fs::copy(entry.path(), to.join(&name))?;
        }
    }
    if !has_standard_library(to) {
        bail!("no standard library came out in {}", project::shown(from));
    }
    Ok(())
}

const STUB: &str = "\
[package]
name = \"stub\"
version = \"0.0.0\"
edition = \"2021\"

[profile.release]
lto = \"off\"
";

fn belongs_to_another_toolchain(variable: &str) -> bool {
    let of_cargo_run = variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_");
    let of_build = variable.starts_with("CARGO_BUILD_") || variable.starts_with("CARGO_TARGET_");
    let of_compiler = variable.starts_with("RUSTC") || variable.starts_with("RUSTUP_");
    let named = ["CARGO", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "LD_LIBRARY_PATH"].contains(&variable);
    of_cargo_run || of_build || of_compiler || named
}

fn verbose_version() -> Result<String> {
    process::output(Command::new(RUSTC).arg("-vV"))
}

fn field(version: &str, name: &str) -> Result<String> {
    let prefix = format!("{name}: ");
    let value = version.lines().find_map(|line| line.strip_prefix(&prefix));
    Ok(value.with_context(|| format!("`{RUSTC} -vV` does not tell its {name}"))?.to_owned())
}
