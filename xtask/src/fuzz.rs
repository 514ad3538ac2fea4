//! `cargo xtask fuzz`: coverage-guided fuzzing of everything in the core that reads bytes from outside.
//!
//! `libFuzzer` is linked by the crate `libfuzzer-sys`, and the compiler is told itself to count coverage: so the toolchain
//! at hand does, and there is no tool to install. What a run learns stays in `target/fuzz/corpus` for the next one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::report::Report;
use crate::{console, process, project};

/// Each reads another kind of input; see `core/fuzz/targets`.
const TARGETS: [&str; 7] = ["jpeg_decoder", "jpeg", "png", "webp", "gif", "metadata", "call"];

/// What makes the compiler count which edges a run takes, and what is compared.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// Longer inputs find nothing that shorter ones do not, and take their time.
const MAX_INPUT: &str = "-max_len=8192";
/// What takes longer or more memory, in seconds and MiB, is a finding.
const LIMITS: [&str; 2] = ["-timeout=20", "-rss_limit_mb=1500"];

/// Fuzzes each target, or the one that is named, for so many seconds.
///
/// # Errors
/// When something is found; the input lies in `target/fuzz/findings`.
pub(crate) fn run(seconds: u32, target: Option<&str>) -> Result<()> {
    let targets: Vec<_> = TARGETS.into_iter().filter(|name| target.is_none_or(|wanted| wanted == *name)).collect();
    if targets.is_empty() {
        bail!("there are {}", TARGETS.join(", "));
    }
    let programs = build()?;
    let mut report = Report::default();
    for target in targets {
        report.part(target, || fuzz(&programs, target, seconds));
    }
    report.close()
}

/// Builds all targets and answers with their folder.
fn build() -> Result<PathBuf> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let mut cargo = process::cargo();
    // With a target named, the flags are not for build scripts.
    cargo
        .args(["build", "--release", "--target", host, "--manifest-path", "core/fuzz/Cargo.toml"])
        .env("CARGO_TARGET_DIR", folder())
        .env("RUSTFLAGS", COVERAGE);
    process::quietly("cargo build, instrumented", &mut cargo)?;
    Ok(folder().join(host).join("release"))
}

fn folder() -> PathBuf {
    project::target().join("fuzz")
}

fn fuzz(programs: &Path, target: &str, seconds: u32) -> Result<()> {
    let (corpus, findings) = (folder().join("corpus").join(target), folder().join("findings").join(target));
    let seeds = folder().join("seeds").join(target);
    for made in [&corpus, &findings, &seeds] {
        fs::create_dir_all(made)?;
    }
    gather_seeds(target, &seeds)?;
    let mut fuzzer = Command::new(programs.join(target));
    fuzzer.arg(&corpus).arg(&seeds).args(LIMITS).arg(MAX_INPUT).arg(format!("-max_total_time={seconds}"));
    fuzzer.arg(format!("-artifact_prefix={}/", findings.display()));
    let label = format!("{target}, {seconds} seconds");
    process::quietly(&label, &mut fuzzer)
        .with_context(|| format!("what was found lies in {}", project::shown(&findings)))?;
    console::remark(&format!("{target}: {} inputs kept", fs::read_dir(&corpus)?.count()));
    Ok(())
}

/// Where a target begins: small files of its format, and for `call` the conformance cases.
fn gather_seeds(target: &str, seeds: &Path) -> Result<()> {
    let kept = project::root().join("core/fuzz/seeds");
    let fixtures = project::root().join("core/tests/fixtures/jpeg");
    match target {
        "call" => cases(seeds),
        "metadata" => ["jpeg", "png", "webp", "gif"].iter().try_for_each(|format| copy(&kept.join(format), seeds)),
        "jpeg" | "jpeg_decoder" => copy(&kept.join("jpeg"), seeds).and_then(|()| copy(&fixtures, seeds)),
        format => copy(&kept.join(format), seeds),
    }
}

/// Copies the images of a folder, under names that tell the folders apart.
fn copy(from: &Path, seeds: &Path) -> Result<()> {
    let origin = from.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if [".jpg", ".png", ".webp", ".gif"].iter().any(|extension| name.ends_with(extension)) {
            fs::copy(&path, seeds.join(format!("{origin}-{name}")))?;
        }
    }
    Ok(())
}

/// The operation, the document and the text beside it of every conformance case.
fn cases(seeds: &Path) -> Result<()> {
    for entry in fs::read_dir(project::root().join("tests/vectors"))? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let vectors: Value = serde_json::from_slice(&fs::read(&path)?)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let cases = vectors.get("cases").and_then(Value::as_array);
        let (Some(operation), Some(cases)) = (vectors.get("operation").and_then(Value::as_str), cases) else {
            continue;
        };
        for (number, case) in cases.iter().enumerate() {
            let document = case.get("input").unwrap_or(&Value::Null);
            let bytes = case.get("bytes").and_then(Value::as_str).unwrap_or_default();
            let input = format!("{operation}\0{document}\0{bytes}");
            fs::write(seeds.join(format!("{name}-{number}")), input)?;
        }
    }
    Ok(())
}
