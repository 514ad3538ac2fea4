//! What the engine has set out to reach, as ratios of CPU time in one run.

use super::case::CASES;
use super::library::LIBRARIES;
use super::measure::Results;

/// "Ours is so many times as fast as theirs."
pub(crate) struct Goal {
    pub(crate) case: &'static str,
    pub(crate) ours: &'static str,
    pub(crate) theirs: &'static str,
    /// Without one the ratio is only stated.
    pub(crate) wanted: Option<f64>,
}

const fn goal(case: &'static str, ours: &'static str, theirs: &'static str, wanted: f64) -> Goal {
    Goal { case, ours, theirs, wanted: Some(wanted) }
}

const fn stated(case: &'static str, ours: &'static str, theirs: &'static str) -> Goal {
    Goal { case, ours, theirs, wanted: None }
}

/// All of them.
pub(crate) const GOALS: [Goal; 31] = [
    goal("dense-100", "python", "sharp", 2.5),
    goal("ordinary-100", "python", "sharp", 2.5),
    goal("dense-800", "python", "sharp", 1.9),
    goal("ordinary-800", "python", "sharp", 1.9),
    goal("small-100", "python", "sharp", 4.0),
    goal("progressive-100", "python", "sharp", 20.0),
    goal("png", "python", "sharp", 2.0),
    stated("webp", "python", "sharp"),
    goal("dense-100", "python", "pillow-draft", 2.2),
    goal("ordinary-100", "python", "pillow-draft", 2.2),
    goal("dense-800", "python", "pillow-draft", 2.0),
    goal("ordinary-800", "python", "pillow-draft", 2.0),
    goal("small-100", "python", "pillow-draft", 1.8),
    goal("png", "python", "pillow", 4.0),
    stated("webp", "python", "pillow"),
    goal("dense-100", "wasm", "sharp", 2.0),
    goal("ordinary-100", "wasm", "sharp", 2.0),
    goal("dense-800", "wasm", "sharp", 1.5),
    goal("ordinary-800", "wasm", "sharp", 1.5),
    goal("small-100", "wasm", "sharp", 3.5),
    goal("progressive-100", "wasm", "sharp", 20.0),
    stated("png", "wasm", "sharp"),
    stated("webp", "wasm", "sharp"),
    goal("dense-100", "wasm", "wasm-vips", 3.0),
    goal("ordinary-100", "wasm", "wasm-vips", 3.0),
    goal("dense-100", "wasm", "jsquash", 30.0),
    goal("ordinary-100", "wasm", "jsquash", 30.0),
    goal("dense-100", "wasm", "photon", 30.0),
    goal("ordinary-100", "wasm", "photon", 30.0),
    stated("dense-100", "rust", "image"),
    stated("dense-100", "wasm", "jimp"),
];

impl Goal {
    /// How many times as fast ours is.
    pub(crate) fn reached(&self, results: &Results) -> Option<f64> {
        Some(results.of(self.case, self.theirs)?.cpu / results.of(self.case, self.ours)?.cpu)
    }

    /// `reached`, `short`, or nothing where nothing is wanted.
    pub(crate) fn verdict(&self, reached: f64) -> &'static str {
        match self.wanted {
            None => "",
            Some(wanted) if reached >= wanted => "reached",
            Some(_) => "short",
        }
    }

    /// The titles of the case, ours and theirs.
    pub(crate) fn titles(&self) -> [&'static str; 3] {
        let case = CASES.iter().find(|case| case.id == self.case).map_or("", |case| case.title);
        let title = |id| LIBRARIES.iter().find(|library| library.id == id).map_or("", |library| library.title);
        [case, title(self.ours), title(self.theirs)]
    }
}

/// Prints what was reached.
pub(crate) fn print(results: &Results) {
    for goal in &GOALS {
        let Some(reached) = goal.reached(results) else { continue };
        let [case, ours, theirs] = goal.titles();
        let wanted = goal.wanted.map_or(String::new(), |wanted| format!("wanted {wanted:>4.1}"));
        println!("  {case:<36} {ours:<30} {theirs:<24} {reached:>6.1}x  {wanted:<12} {}", goal.verdict(reached));
    }
}
