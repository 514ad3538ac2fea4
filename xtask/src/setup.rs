//! What has to be there before anything is built: said first, then installed.

use std::process::Command;

use anyhow::{Result, bail};

use crate::venv::{self, Venv};
use crate::wasm_toolchain::{self, Source, Toolchain};
use crate::{cache, console, debian, interpreters, npm, npm_tests, process, project, wasm_bindgen};

/// The size of Debian's packages for WebAssembly.
const WASM_PACKAGES_SIZE: &str = "147 MB";
/// Debian's module that a virtual environment wants.
const VENV_PACKAGE: &str = "python3-venv";
/// Debian's server that the tests of webhook stores start.
const REDIS: &str = "redis-server";
/// Debian's browser.
const CHROMIUM: &str = "chromium";
/// Debian's package with `cjpeg`.
const CJPEG: &str = "libjpeg-turbo-progs";

/// What is ready to build with after the set-up.
pub(crate) struct Ready {
    /// The compiler for WebAssembly.
    pub(crate) wasm: Toolchain,
}

/// Says what is missing for building, then installs it.
///
/// # Errors
/// When a program that the user has to bring is missing, and when installing fails.
pub(crate) fn to_build(venvs: &[Venv]) -> Result<Ready> {
    let source = wasm_toolchain::source()?;
    set_up(venvs, Some(source))?;
    let wasm = Toolchain::prepare(source)?;
    wasm_bindgen::prepare()?;
    Ok(Ready { wasm })
}

/// Says what is missing for building and testing, then installs it.
///
/// # Errors
/// As for building.
pub(crate) fn to_test() -> Result<Ready> {
    let ready = to_build(&[Venv::Build, Venv::Test])?;
    for interpreter in interpreters::found()? {
        interpreter.install()?;
    }
    for tests in npm_tests::ALL {
        tests.install()?;
    }
    Ok(ready)
}

/// Says what is missing for checking the sources, then installs it.
///
/// # Errors
/// As for building.
pub(crate) fn to_check() -> Result<()> {
    set_up(&[Venv::Test], None)
}

fn set_up(venvs: &[Venv], wasm: Option<Source>) -> Result<()> {
    require_programs()?;
    let plan = Plan::make(venvs, wasm)?;
    plan.announce()?;
    debian::install(&plan.debian)?;
    for venv in venvs {
        venv.install()?;
    }
    npm::install()
}

#[derive(Default)]
struct Plan {
    debian: Vec<&'static str>,
    lines: Vec<(&'static str, String)>,
}

impl Plan {
    fn make(venvs: &[Venv], wasm: Option<Source>) -> Result<Self> {
        let mut plan = Self::default();
        if let Some(source) = wasm {
            plan.compiler(source)?;
        }
        plan.virtual_environments(venvs)?;
        if wasm.is_some() && venvs.contains(&Venv::Test) {
            plan.program(REDIS, "the tests start one on a free port");
            plan.program(CHROMIUM, "the tests run the package in it");
            plan.program(CJPEG, "the tests write JPEG files of every kind with it");
            plan.npm_tests()?;
            plan.interpreters()?;
        }
        if npm::is_missing()? {
            plan.add("npm packages", format!("those in {}", project::shown(&npm::lock_file())));
        }
        Ok(plan)
    }

    fn add(&mut self, kind: &'static str, what: String) {
        self.lines.push((kind, what));
    }

    fn compiler(&mut self, source: Source) -> Result<()> {
        let cache = project::shown(&cache::folder()?);
        if source == Source::Debian {
            let packages = debian::missing(&wasm_toolchain::PACKAGES);
            if !packages.is_empty() {
                let why = "the active Rust toolchain cannot compile to WebAssembly";
                self.add("Debian packages", format!("{} ({WASM_PACKAGES_SIZE}; {why})", packages.join(" ")));
                self.debian.extend(packages);
            }
            if wasm_toolchain::lacks_sysroot() {
                self.add("built once", format!("Rust's standard library for WebAssembly (79 MB), into {cache}"));
            }
        }
        if wasm_bindgen::is_missing() {
            self.add("built once", format!("wasm-bindgen {}, into {cache}", wasm_bindgen::VERSION));
        }
        Ok(())
    }

    fn virtual_environments(&mut self, venvs: &[Venv]) -> Result<()> {
        if !venv::can_be_made() {
            if !debian::is_here() {
                bail!("python3 cannot make virtual environments: install its modules venv and ensurepip");
            }
            self.add("Debian packages", VENV_PACKAGE.to_owned());
            self.debian.push(VENV_PACKAGE);
        }
        for venv in venvs {
            if venv.is_missing()? {
                self.add("pip packages", format!("{}, into {}", venv.packages(), project::shown(&venv.folder())));
            }
        }
        Ok(())
    }

    fn interpreters(&mut self) -> Result<()> {
        for interpreter in interpreters::found()? {
            if interpreter.is_missing()? {
                let list = "those in xtask/python/interpreters.txt";
                self.add("pip packages", format!("{list}, for {}", interpreter.name()));
            }
        }
        Ok(())
    }

    fn npm_tests(&mut self) -> Result<()> {
        for tests in npm_tests::ALL {
            if tests.is_missing()? {
                let list = project::shown(&tests.lock_file());
                self.add("npm packages", format!("those in {list} ({})", tests.weight));
            }
        }
        Ok(())
    }

    /// Where there is no Debian, the tests themselves say what is missing.
    fn program(&mut self, package: &'static str, why: &str) {
        if debian::is_here() && !debian::missing(&[package]).is_empty() {
            self.add("Debian packages", format!("{package} ({why})"));
            self.debian.push(package);
        }
    }

    fn announce(&self) -> Result<()> {
        console::heading("Set-up");
        if self.lines.is_empty() {
            console::remark("Everything is installed.");
            return Ok(());
        }
        console::remark("This installs, before anything else:");
        for (kind, what) in &self.lines {
            console::remark(&format!("  {kind:<16} {what}"));
        }
        let cache = project::shown(&cache::folder()?);
        let outside = if self.debian.is_empty() { "" } else { " the Debian packages," };
        console::remark(&format!(
            "Outside this folder only{outside} {cache} and the download caches of cargo, npm and pip change."
        ));
        Ok(())
    }
}

/// What the user has to bring, and how it is asked for its version.
const PROGRAMS: [(&str, &str, &str); 4] = [
    ("node", "Node 18 or newer", "nodejs"),
    ("npm", "npm", "npm"),
    ("python3", "Python 3.9 or newer", "python3"),
    ("cc", "a C compiler", "gcc"),
];

fn require_programs() -> Result<()> {
    let missing: Vec<_> =
        PROGRAMS.iter().filter(|(program, ..)| !process::succeeds(Command::new(program).arg("--version"))).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = missing.iter().map(|(program, name, _)| format!("{name} ({program})")).collect();
    let packages: Vec<_> = missing.iter().map(|(.., package)| *package).collect();
    bail!(
        "missing here: {}. Please install them; on Debian:\n\n    sudo apt-get install {}\n",
        names.join(", "),
        packages.join(" ")
    );
}
