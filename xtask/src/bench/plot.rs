//! `docs/benchmarks.svg`: CPU time, a panel for each case, on a logarithmic axis.

use std::fmt::Write as _;

use anyhow::Result;

use super::case::{CASES, Case};
use super::library::LIBRARIES;
use super::measure::{Outcome, Results};
use crate::project;

const COLUMNS: usize = 3;
const PANEL_WIDTH: f64 = 380.0;
const ROW: f64 = 17.0;
const TITLE: f64 = 34.0;
const LABEL: f64 = 190.0;
const BAR: f64 = 140.0;

/// Readable on a light and on a dark page.
const STYLE: &str = "text { font: 11px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600; font-size: 12px } \
     .ours { fill: #0969da } .theirs { fill: #8c959f } .number { fill: #57606a } .page { fill: #ffffff } \
     @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .number { fill: #9198a1 } .page { fill: #0d1117 } \
     .ours { fill: #4493f8 } .theirs { fill: #6e7681 } }";

/// Draws the plot.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write(results: &Results) -> Result<()> {
    Ok(std::fs::write(project::root().join("docs/benchmarks.svg"), drawn(results))?)
}

fn drawn(results: &Results) -> String {
    let panel_height = TITLE + ROW * count(LIBRARIES.len()) + 14.0;
    let (width, height) = (PANEL_WIDTH * count(COLUMNS), panel_height * count(CASES.len().div_ceil(COLUMNS)) + 24.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n\
         <title>CPU time of image libraries</title>\n<style>{STYLE}</style>\n<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n"
    );
    for (at, (case, row)) in CASES.iter().zip(&results.cells).enumerate() {
        let (x, y) = (PANEL_WIDTH * count(at % COLUMNS), panel_height * count(at / COLUMNS));
        let _ = writeln!(svg, "<g transform=\"translate({x} {y})\">\n{}</g>", panel(case, row));
    }
    let _ = writeln!(
        svg,
        "<text class=\"number\" x=\"10\" y=\"{}\">CPU milliseconds, one thread, medians; shorter is better; the axis is logarithmic, from half the least.</text>",
        height - 10.0
    );
    svg.push_str("</svg>\n");
    svg
}

fn panel(case: &Case, row: &[Option<Outcome>]) -> String {
    let mut bars: Vec<_> =
        LIBRARIES.iter().zip(row).filter_map(|(library, outcome)| Some((library, outcome.as_ref()?.cpu))).collect();
    bars.sort_by(|one, other| one.1.total_cmp(&other.1));
    let (least, most) = (bars.first().map_or(1.0, |bar| bar.1), bars.last().map_or(1.0, |bar| bar.1));
    // The shortest bar is to be seen, too.
    let floor = least / 2.0;
    let mut svg = format!("<text class=\"title\" x=\"10\" y=\"22\">{}</text>\n", case.title);
    for (at, (library, cpu)) in bars.iter().enumerate() {
        let y = TITLE + ROW * count(at);
        let length = BAR * (cpu / floor).ln() / (most / floor).ln();
        let kind = if library.is_ours() { "ours" } else { "theirs" };
        let number = if *cpu < 10.0 { format!("{cpu:.1}") } else { format!("{cpu:.0}") };
        let _ = writeln!(
            svg,
            "<text x=\"{LABEL}\" y=\"{}\" text-anchor=\"end\">{}</text><rect class=\"{kind}\" x=\"{}\" y=\"{y}\" width=\"{length:.1}\" height=\"12\" rx=\"2\"/><text class=\"number\" x=\"{:.1}\" y=\"{}\">{number}</text>",
            y + 10.0,
            library.title.replace('`', ""),
            LABEL + 6.0,
            LABEL + 10.0 + length,
            y + 10.0
        );
    }
    svg
}

#[expect(clippy::cast_precision_loss, reason = "a handful")]
fn count(number: usize) -> f64 {
    number as f64
}
