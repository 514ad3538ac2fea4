//! Measures every library on every case.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};

use super::case::{CASES, Case};
use super::library::{LIBRARIES, Library, Program};
use super::peers::Peers;
use crate::console::Progress;
use crate::{process, project};

/// At least so many runs count, however slow they are.
const LEAST_RUNS: usize = 3;

/// How often each library runs a case.
struct Rounds {
    /// Before any counts: a just-in-time compiler takes some runs until it is done.
    warm: usize,
    counted: usize,
    /// How long a library may take for all of them; a slow one runs less often.
    patience: Duration,
}

impl Rounds {
    const QUICK: Self = Self { warm: 4, counted: 5, patience: Duration::from_millis(1500) };
    const WHOLE: Self = Self { warm: 8, counted: 15, patience: Duration::from_secs(4) };
}

/// What one library did with one case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    /// Milliseconds, medians.
    pub(crate) cpu: f64,
    pub(crate) wall: f64,
    /// Milliseconds of wall time of the first run in a fresh process, the library loaded.
    pub(crate) first: f64,
    /// Of the file that was made.
    pub(crate) bytes: u64,
    /// Decibels.
    pub(crate) psnr: f64,
    /// 0 to 1.
    pub(crate) ssim: f64,
    /// Bytes of memory at the peak, beside the library and the file.
    pub(crate) peak: Option<u64>,
    /// Bytes of WebAssembly's linear memory.
    pub(crate) linear: Option<u64>,
}

/// All that was measured.
pub(crate) struct Results {
    /// By case and library, in the order of the lists; nothing where a library cannot do it.
    pub(crate) cells: Vec<Vec<Option<Outcome>>>,
    /// By library.
    pub(crate) versions: Vec<String>,
    /// Of the WebAssembly modules: which library, bytes, bytes after gzip.
    pub(crate) modules: Vec<(&'static str, u64, u64)>,
    /// Load averages before and after.
    pub(crate) load: [String; 2],
}

impl Results {
    /// What a library did with a case.
    pub(crate) fn of(&self, case: &str, library: &str) -> Option<&Outcome> {
        let row = CASES.iter().position(|known| known.id == case)?;
        let column = LIBRARIES.iter().position(|known| known.id == library)?;
        self.cells.get(row)?.get(column)?.as_ref()
    }
}

/// Measures.
///
/// # Errors
/// When a program ends too early.
pub(crate) fn all(peers: &Peers, files: &Path, quick: bool) -> Result<Results> {
    let rounds = if quick { Rounds::QUICK } else { Rounds::WHOLE };
    let before = load();
    let made = project::target().join("benchmarks/made");
    std::fs::create_dir_all(&made)?;
    let progress = Progress::begin("libraries taking turns", CASES.len() * (rounds.warm + rounds.counted + 2));
    let mut versions = vec![String::new(); LIBRARIES.len()];
    let mut cells = Vec::new();
    for case in &CASES {
        progress.says(case.title);
        let turns = take_turns(peers, files, &made, case, &rounds, &progress)?;
        for (version, turn) in versions.iter_mut().zip(&turns) {
            version.clone_from(&turn.version);
        }
        let mut row: Vec<_> = turns.into_iter().map(Turns::result).collect();
        judge(peers, files, &made, case, &mut row)?;
        progress.step();
        measure_memory(peers, files, case, &mut row)?;
        progress.step();
        progress.tells(&summary(case, &row));
        cells.push(row);
    }
    progress.done();
    Ok(Results { cells, versions, modules: modules(peers)?, load: [before, load()] })
}

/// The times of a case, for those who watch.
fn summary(case: &Case, row: &[Option<Outcome>]) -> String {
    let times = LIBRARIES.iter().zip(row).filter_map(|(library, outcome)| {
        let Outcome { cpu, psnr, .. } = outcome.as_ref()?;
        Some(format!("{} {cpu:.1} ms {psnr:.1} dB", library.id))
    });
    format!("{}: {}", case.id, times.collect::<Vec<_>>().join(", "))
}

/// A library's runs of one case.
#[derive(Default)]
struct Turns {
    version: String,
    cpu: Vec<f64>,
    wall: Vec<f64>,
    first: f64,
    bytes: u64,
    failed: bool,
}

impl Turns {
    fn result(self) -> Option<Outcome> {
        if self.failed {
            return None;
        }
        let (cpu, wall) = (median(self.cpu)?, median(self.wall)?);
        Some(Outcome { cpu, wall, first: self.first, bytes: self.bytes, ..Outcome::default() })
    }
}

/// Lets every library do a case, in turn.
fn take_turns(
    peers: &Peers,
    files: &Path,
    made: &Path,
    case: &Case,
    rounds: &Rounds,
    progress: &Progress,
) -> Result<Vec<Turns>> {
    let mut programs = Vec::new();
    for library in &LIBRARIES {
        programs.push(Program::start(peers.program(library)?)?);
    }
    let mut turns: Vec<Turns> =
        programs.iter().map(|program| Turns { version: program.version.clone(), ..Turns::default() }).collect();
    let mut spent = vec![Duration::ZERO; LIBRARIES.len()];
    for round in 0..rounds.warm + rounds.counted {
        for (at, library) in LIBRARIES.iter().enumerate() {
            let (Some(program), Some(turn), Some(spent)) = (programs.get_mut(at), turns.get_mut(at), spent.get_mut(at))
            else {
                continue;
            };
            // Its first runs count where a library would take minutes.
            let counts = round >= rounds.warm || *spent > rounds.patience / 2;
            if turn.failed || (*spent > rounds.patience && turn.cpu.len() >= LEAST_RUNS) {
                continue;
            }
            let save = if round == 0 { json!(made.join(file_name(library, case))) } else { Value::Null };
            let begun = Instant::now();
            let answer = program.ask(&case.task_with(files, "save", save))?;
            *spent += begun.elapsed();
            note(turn, &answer, round == 0, counts);
        }
        progress.step();
    }
    Ok(turns)
}

fn note(turn: &mut Turns, answer: &Value, is_first: bool, counts: bool) {
    let number = |name: &str| answer.get(name).and_then(Value::as_f64);
    let (Some(cpu), Some(wall)) = (number("cpu"), number("wall")) else {
        turn.failed = true;
        return;
    };
    if is_first {
        turn.first = wall;
        turn.bytes = answer.get("bytes").and_then(Value::as_u64).unwrap_or_default();
    } else if counts {
        turn.cpu.push(cpu);
        turn.wall.push(wall);
    }
}

fn file_name(library: &Library, case: &Case) -> String {
    format!("{}-{}.{}", case.id, library.id, case.format)
}

/// How near the pictures are to the best of their size.
fn judge(peers: &Peers, files: &Path, made: &Path, case: &Case, row: &mut [Option<Outcome>]) -> Result<()> {
    let mut comparison = Program::start_silent(peers.comparison())?;
    for (library, result) in LIBRARIES.iter().zip(row) {
        let Some(result) = result else { continue };
        let made = json!(made.join(file_name(library, case)));
        let answer = comparison.ask(&case.task_with(files, "made", made))?;
        let number = |name: &str| answer.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
        (result.psnr, result.ssim) = (number("psnr"), number("ssim"));
    }
    Ok(())
}

/// In a fresh process, after a small picture has made the library ready.
fn measure_memory(peers: &Peers, files: &Path, case: &Case, row: &mut [Option<Outcome>]) -> Result<()> {
    const SMALL: &str = "small-100";
    let small = CASES.iter().find(|case| case.id == SMALL).unwrap_or(case);
    for (library, result) in LIBRARIES.iter().zip(row) {
        let Some(result) = result else { continue };
        let mut program = Program::start(peers.program(library)?)?;
        program.ask(&small.task(files))?;
        let answer = program.ask(&case.task_with(files, "memory", json!(true)))?;
        result.peak = answer.get("peak").and_then(Value::as_u64);
        result.linear = answer.get("linear").and_then(Value::as_u64);
    }
    Ok(())
}

fn modules(peers: &Peers) -> Result<Vec<(&'static str, u64, u64)>> {
    let mut sizes = Vec::new();
    for (library, files) in peers.modules() {
        let (mut plain, mut compressed) = (0, 0);
        for file in files {
            plain += std::fs::metadata(&file)?.len();
            let program = "process.stdout.write(String(require('zlib').gzipSync(require('fs').readFileSync(process.argv[1]), { level: 9 }).length))";
            let mut node = std::process::Command::new("node");
            compressed += process::output(node.args(["-e", program]).arg(&file))?.parse::<u64>()?;
        }
        sizes.push((library, plain, compressed));
    }
    Ok(sizes)
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    match values.len() % 2 {
        1 => Some(upper),
        _ => Some(f64::midpoint(*values.get(middle - 1)?, upper)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_the_two_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(Vec::new()), None);
    }
}
