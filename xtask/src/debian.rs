//! Debian packages: which are missing, and installing them.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;

/// Seconds to wait while another program holds the package manager's lock.
const LOCK_SECONDS: &str = "300";

/// Whether this is a Debian with its package manager.
pub(crate) fn is_here() -> bool {
    Path::new("/etc/debian_version").exists() && Path::new("/usr/bin/apt-get").exists()
}

/// Those of the packages that are not installed.
pub(crate) fn missing<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    packages.iter().copied().filter(|package| !is_installed(package)).collect()
}

/// Whether the package lists offer a package, or its lists are yet to be fetched.
pub(crate) fn may_offer(package: &str) -> bool {
    let lists_are_empty =
        process::output(Command::new("apt-cache").arg("pkgnames")).is_ok_and(|names| names.is_empty());
    lists_are_empty
        || process::output(Command::new("apt-cache").args(["show", package])).is_ok_and(|text| !text.is_empty())
}

/// Installs packages, as root or with a `sudo` that asks for no password.
///
/// # Errors
/// When neither is to be had, with the command for the user to run; when installing fails.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let Some(prefix) = become_root() else {
        bail!(
            "installing Debian packages wants root. Please run:\n\n    sudo apt-get update && \
             sudo apt-get install -y --no-install-recommends {}\n",
            packages.join(" ")
        );
    };
    // One script, since `apt-get update` does not wait for its lock by itself.
    let script = format!(
        "until apt-get update; do [ $((waited=waited+5)) -le {LOCK_SECONDS} ] || exit 1; sleep 5; done\n\
         apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout={LOCK_SECONDS} {}",
        packages.join(" ")
    );
    let words: Vec<&str> = prefix.into_iter().chain(["env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c"]).collect();
    let mut command = Command::new(words.first().copied().unwrap_or("env"));
    command.args(words.iter().skip(1)).arg(script);
    process::quietly(&format!("Debian packages: {}", packages.join(" ")), &mut command)
}

fn is_installed(package: &str) -> bool {
    let query = ["--show", "--showformat=${db:Status-Status}", package];
    process::output(Command::new("dpkg-query").args(query)).is_ok_and(|status| status == "installed")
}

fn become_root() -> Option<Vec<&'static str>> {
    if process::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0") {
        return Some(Vec::new());
    }
    process::succeeds(Command::new("sudo").args(["-n", "true"])).then(|| vec!["sudo", "-n"])
}
