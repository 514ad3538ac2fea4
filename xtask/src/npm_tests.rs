//! The folders below `tests/` that are npm projects of their own, apart from what building wants: their packages are large.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::stamp::{self, Step};
use crate::{binary, process, project};

/// An npm project with tests in it.
pub(crate) struct NpmTests {
    /// Its folder below `tests/`.
    folder: &'static str,
    /// The name of the stamp of its packages.
    stamp: &'static str,
    /// What is said while its packages are installed.
    label: &'static str,
    /// What its packages weigh, and what is among them.
    pub(crate) weight: &'static str,
}

/// The webhook adapters in the real frameworks.
pub(crate) const FRAMEWORKS: NpmTests = NpmTests {
    folder: "frameworks",
    stamp: "framework-packages",
    label: "npm packages: frameworks and runtimes",
    weight: "950 MB, with Node 22, Deno, Bun, Next.js and workerd",
};

/// The packed package in every runtime and bundler; it borrows Node 22, Deno, Bun and workerd from the frameworks.
pub(crate) const RUNTIMES: NpmTests = NpmTests {
    folder: "runtimes",
    stamp: "runtime-packages",
    label: "npm packages: more runtimes, and bundlers",
    weight: "570 MB, with Node 18, 20 and 24, Vite and webpack",
};

/// Both, in the order in which they are installed.
pub(crate) const ALL: [NpmTests; 2] = [FRAMEWORKS, RUNTIMES];

impl NpmTests {
    /// What names the packages to install.
    pub(crate) fn lock_file(&self) -> PathBuf {
        self.path().join("package-lock.json")
    }

    /// Installs exactly what the lock file names.
    ///
    /// # Errors
    /// When npm fails.
    pub(crate) fn install(&self) -> Result<()> {
        self.with_packages(|step| {
            // The programs that the packages bring need none of their install scripts.
            let words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
            stamp::unless_unchanged(step, || process::quietly(step.label, self.npm().args(words)))
        })
    }

    /// Whether the packages are yet to be installed.
    ///
    /// # Errors
    /// When an input cannot be read.
    pub(crate) fn is_missing(&self) -> Result<bool> {
        self.with_packages(|step| Ok(!stamp::is_unchanged(step)?))
    }

    /// Runs the tests; the package and the command are built by then.
    ///
    /// # Errors
    /// When a test fails.
    pub(crate) fn test(&self) -> Result<()> {
        process::openly(self.npm().arg("test").env("OPTIDASH_COMMAND", binary::path()))
    }

    fn path(&self) -> PathBuf {
        project::root().join("tests").join(self.folder)
    }

    fn npm(&self) -> Command {
        let mut npm = Command::new("npm");
        npm.current_dir(self.path());
        npm
    }

    fn with_packages<T>(&self, work: impl FnOnce(&Step<'_>) -> Result<T>) -> Result<T> {
        work(&Step {
            name: self.stamp,
            label: self.label,
            inputs: &[self.path().join("package.json"), self.lock_file()],
            texts: &[],
            is_there: self.path().join("node_modules/.package-lock.json").exists(),
        })
    }
}
