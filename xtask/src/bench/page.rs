//! `docs/benchmarks.md`: the tables between two markers are written here, the text around them by people.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::case::CASES;
use super::goals::GOALS;
use super::library::LIBRARIES;
use super::measure::{Outcome, Results};
use crate::{process, project};

const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

/// Where the page is.
pub(crate) fn path() -> PathBuf {
    project::root().join("docs/benchmarks.md")
}

/// Writes the tables into the page.
///
/// # Errors
/// When the page has no markers.
pub(crate) fn write(results: &Results) -> Result<()> {
    let page = std::fs::read_to_string(path())?;
    let (before, rest) = page.split_once(BEGIN).context("docs/benchmarks.md has no marker where the tables begin")?;
    let (_, after) = rest.split_once(END).context("docs/benchmarks.md has no marker where the tables end")?;
    let tables =
        [circumstances(results), ratios(results), times(results), quality(results), memory(results), sizes(results)];
    std::fs::write(path(), format!("{before}{BEGIN}\n\n{}\n{END}{after}", tables.join("\n")))?;
    Ok(())
}

fn circumstances(results: &Results) -> String {
    let [before, after] = &results.load;
    let versions =
        LIBRARIES.iter().zip(&results.versions).filter(|(library, version)| !library.is_ours() && !version.is_empty());
    let versions: Vec<_> = versions.map(|(library, version)| format!("{} {version}", library.title)).collect();
    format!(
        "Machine: {}. {}.\nLoad averages before {before}, after {after}.\n",
        machine(),
        [vec![programs()], versions].concat().join(", ")
    )
}

fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':')).map_or("?", |(_, value)| value.trim())
    };
    let cores = text.lines().filter(|line| line.starts_with("processor")).count();
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let virtual_machine = if text.contains(" hypervisor") { ", virtual" } else { "" };
    format!(
        "{} (family {}, model {}), {cores} cores{virtual_machine}, Linux {}",
        field("model name"),
        field("cpu family"),
        field("model\t"),
        kernel.trim()
    )
}

fn programs() -> String {
    let version = |program: &str| process::output(Command::new(program).arg("--version")).unwrap_or_default();
    format!("Node {}, {}, {}", version("node").trim_start_matches('v'), version("python3"), rustc(&version("rustc")))
}

fn rustc(version: &str) -> String {
    version.split(" (").next().unwrap_or(version).to_owned()
}

fn ratios(results: &Results) -> String {
    let mut text = String::from(
        "### Ratios\n\n| case | ours | against | times as fast | wanted | |\n| --- | --- | --- | ---: | ---: | --- |\n",
    );
    for goal in &GOALS {
        let Some(reached) = goal.reached(results) else { continue };
        let [case, ours, theirs] = goal.titles();
        let wanted = goal.wanted.map_or(String::new(), |wanted| format!("{wanted:.1}"));
        let _ = writeln!(text, "| {case} | {ours} | {theirs} | {reached:.1} | {wanted} | {} |", goal.verdict(reached));
    }
    text
}

/// A table with a row for each library and a column for each case.
fn table(title: &str, results: &Results, cell: impl Fn(&Outcome) -> String) -> String {
    let mut text = format!("### {title}\n\n| |");
    CASES.iter().for_each(|case| text.push_str(&format!(" {} |", case.title)));
    text.push_str("\n| --- |");
    CASES.iter().for_each(|_| text.push_str(" ---: |"));
    text.push('\n');
    for (column, library) in LIBRARIES.iter().enumerate() {
        let _ = write!(text, "| {} |", library.title);
        for row in &results.cells {
            let cell = row.get(column).and_then(Option::as_ref).map_or(String::new(), &cell);
            let _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
    text
}

fn times(results: &Results) -> String {
    let cpu = table("CPU milliseconds", results, |outcome| milliseconds(outcome.cpu));
    let wall = table("Wall milliseconds", results, |outcome| milliseconds(outcome.wall));
    let first = table("Wall milliseconds of the first call", results, |outcome| milliseconds(outcome.first));
    [cpu, wall, first].join("\n")
}

fn milliseconds(time: f64) -> String {
    if time < 10.0 { format!("{time:.2}") } else { format!("{time:.1}") }
}

fn quality(results: &Results) -> String {
    let quality = table("PSNR in dB / SSIM", results, |outcome| format!("{:.1} / {:.3}", outcome.psnr, outcome.ssim));
    let bytes = table("Bytes of the output", results, |outcome| outcome.bytes.to_string());
    [quality, bytes].join("\n")
}

fn memory(results: &Results) -> String {
    table(
        "Peak memory in MB, beside the library and the file (of WebAssembly, in brackets: linear memory)",
        results,
        |outcome| {
            let peak = outcome.peak.map_or(String::new(), megabytes);
            match outcome.linear {
                Some(linear) => format!("{peak} ({})", megabytes(linear)),
                None => peak,
            }
        },
    )
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}

fn sizes(results: &Results) -> String {
    let mut text = String::from("### WebAssembly modules\n\n| | bytes | gzipped |\n| --- | ---: | ---: |\n");
    for (id, plain, compressed) in &results.modules {
        let title = LIBRARIES.iter().find(|library| library.id == *id).map_or(*id, |library| library.title);
        let _ = writeln!(text, "| {title} | {plain} | {compressed} |");
    }
    text
}
