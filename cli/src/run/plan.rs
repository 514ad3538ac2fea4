//! What there is to do, settled before the work starts: every input has a result of its own, and some are there already.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::inputs::{Input, Place};
use super::journal::{Entry, Journal};
use super::names::{Template, is_extension};

// Enough to see what is wrong.
const SHOWN: usize = 5;

/// An input and the path of its result below the output directory.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) place: Place,
    pub(crate) output: PathBuf,
}

/// What an input was when its result was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Version {
    pub(crate) size: Option<u64>,
    pub(crate) modified: Option<i64>,
}

impl Task {
    /// The result's name in the journal, the same on every system.
    pub(crate) fn output_name(&self) -> String {
        let parts: Vec<_> = self.output.iter().map(|part| part.to_string_lossy()).collect();
        parts.join("/")
    }

    /// What the input is now.
    pub(crate) fn version(&self) -> std::io::Result<Version> {
        let Place::File(path) = &self.place else { return Ok(Version::default()) };
        let metadata = std::fs::metadata(path)?;
        Ok(Version { size: Some(metadata.len()), modified: metadata.modified().ok().map(milliseconds) })
    }

    /// The input's name in the journal.
    fn input_name(&self) -> String {
        match &self.place {
            Place::File(path) => std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string(),
            Place::Address(_) => self.place.shown(),
        }
    }

    pub(crate) fn entry(&self, version: Version, operations: &str, output_size: u64) -> Entry {
        Entry {
            input: self.input_name(),
            size: version.size,
            modified: version.modified,
            operations: operations.to_owned(),
            output: self.output_name(),
            output_size,
        }
    }

    /// The bytes of a result that is there and would come out the same.
    pub(crate) fn finished(&self, journal: &Journal, operations: &str, directory: &Path) -> Option<u64> {
        let known = journal.find(&self.output_name())?;
        let entry = self.entry(self.version().ok()?, operations, known.output_size);
        let size = std::fs::metadata(directory.join(&self.output)).ok()?.len();
        (*known == entry && size == known.output_size).then_some(size)
    }
}

fn milliseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |time| -time),
    }
}

/// A digest of what is done, and by what.
pub(crate) fn digest(operations: &Map<String, Value>, local: bool) -> String {
    let by = if local { "engine" } else { "api" };
    let digest = Sha256::digest(json!({ "by": by, "operations": sorted(operations) }).to_string());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

// The order of options and attributes changes nothing.
fn sorted(hash: &Map<String, Value>) -> Value {
    let mut pairs: Vec<_> = hash.iter().collect();
    pairs.sort_by_key(|(name, _)| *name);
    let value = |value: &Value| value.as_object().map_or_else(|| value.clone(), sorted);
    Value::Object(pairs.into_iter().map(|(name, inner)| (name.clone(), value(inner))).collect())
}

/// Gives every input the name of its result.
///
/// # Errors
/// When two inputs would have the same, or a result would take the place of an input.
pub(crate) fn plan(
    inputs: Vec<Input>,
    template: &Template,
    operations: &Map<String, Value>,
    directory: &Path,
) -> Result<Vec<Task>, String> {
    let format = operations.get("output").and_then(|output| output.get("format")).and_then(Value::as_str);
    let format = format.map(str::to_ascii_lowercase).filter(|format| is_extension(format));
    let tasks = inputs.into_iter().map(|Input { place, origin }| {
        let extension = format.as_deref().unwrap_or(&origin.extension);
        let output = template.name(&origin, extension).map_err(|reason| format!("{}: {reason}", place.shown()))?;
        Ok(Task { place, output })
    });
    let tasks = tasks.collect::<Result<Vec<_>, String>>()?;
    check_collisions(&tasks)?;
    check_overwriting(&tasks, directory)?;
    Ok(tasks)
}

fn check_collisions(tasks: &[Task]) -> Result<(), String> {
    let mut first: HashMap<String, &Task> = HashMap::new();
    let mut collisions = Vec::new();
    for task in tasks {
        // Some file systems know no case, and results may be copied to one.
        if let Some(other) = first.insert(task.output_name().to_lowercase(), task) {
            collisions.push(format!("{} and {} -> {}", other.place.shown(), task.place.shown(), task.output.display()));
        }
    }
    if collisions.is_empty() {
        return Ok(());
    }
    let hint = "inputs would have the same result; tell them apart with --name, \
         for example --name '{dir}/{parent}-{stem}-{source_ext}.{ext}'";
    Err(listed(&collisions, hint))
}

fn check_overwriting(tasks: &[Task], directory: &Path) -> Result<(), String> {
    let outputs: HashSet<_> = tasks.iter().map(|task| directory.join(&task.output)).collect();
    let overwritten = tasks.iter().filter_map(|task| match &task.place {
        Place::File(path) => path.canonicalize().ok().filter(|real| outputs.contains(real)),
        Place::Address(_) => None,
    });
    let overwritten: Vec<_> = overwritten.map(|path| path.display().to_string()).collect();
    let hint = "results would take the place of inputs; choose another --output-dir or --name";
    if overwritten.is_empty() { Ok(()) } else { Err(listed(&overwritten, hint)) }
}

fn listed(lines: &[String], hint: &str) -> String {
    let more = lines.len().saturating_sub(SHOWN);
    let lines: String = lines.iter().take(SHOWN).map(|line| format!("\n  {line}")).collect();
    let more = if more == 0 { String::new() } else { format!("\n  and {more} more") };
    format!("{hint}{lines}{more}")
}

#[cfg(test)]
mod tests {
    use super::super::names::Origin;
    use super::*;

    fn planned(paths: &[&str], template: &str, operations: &Value) -> Result<Vec<String>, String> {
        let input = |path: &&str| Input {
            place: Place::File(PathBuf::from(path)),
            origin: Origin::of_file(Path::new(path), Path::new("photos")),
        };
        let inputs = paths.iter().map(input).collect();
        let operations = operations.as_object().unwrap();
        let tasks = plan(inputs, &Template::parse(template).unwrap(), operations, Path::new("/out"))?;
        Ok(tasks.iter().map(Task::output_name).collect())
    }

    #[test]
    fn results_have_the_extension_of_their_format() {
        let plain = "{dir}/{stem}.{ext}";
        let paths = ["photos/a.JPG", "photos/x/b"];
        assert_eq!(planned(&paths, plain, &json!({})).unwrap(), ["a.JPG", "x/b"]);
        let webp = json!({ "output": { "format": "WebP" } });
        assert_eq!(planned(&paths, plain, &webp).unwrap(), ["a.webp", "x/b.webp"]);
        let hostile = json!({ "output": { "format": "../x" } });
        assert_eq!(planned(&paths, plain, &hostile).unwrap(), ["a.JPG", "x/b"]);
    }

    #[test]
    fn collisions_are_named() {
        let png = json!({ "output": { "format": "png" } });
        let words = planned(&["photos/a.jpg", "photos/A.gif"], "{dir}/{stem}.{ext}", &png).unwrap_err();
        assert!(words.contains("photos/a.jpg and photos/A.gif -> A.png") && words.contains("--name"), "{words}");
        assert!(planned(&["photos/a.jpg", "photos/a.gif"], "{stem}-{source_ext}.{ext}", &png).is_ok());
        let many: Vec<_> = (0..9).map(|number| format!("photos/{number}.jpg")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert!(planned(&many, "same", &png).unwrap_err().ends_with("and 3 more"));
    }

    #[test]
    fn inputs_are_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().canonicalize().unwrap();
        let path = directory.join("a.jpg");
        std::fs::write(&path, "").unwrap();
        let input = || vec![Input { place: Place::File(path.clone()), origin: Origin::of_file(&path, &directory) }];
        let template = |text| Template::parse(text).unwrap();
        assert!(plan(input(), &template("{stem}.{ext}"), &Map::new(), &directory).unwrap_err().contains("a.jpg"));
        assert!(plan(input(), &template("small/{stem}.{ext}"), &Map::new(), &directory).is_ok());
    }

    #[test]
    fn the_order_of_attributes_changes_no_digest() {
        let of = |text: &str, local| digest(&serde_json::from_str(text).unwrap(), local);
        let one = of(r#"{"resize": {"width": 1, "height": 2}, "flip": {}}"#, true);
        assert_eq!(one, of(r#"{"flip": {}, "resize": {"height": 2, "width": 1}}"#, true));
        assert_ne!(one, of(r#"{"flip": {}, "resize": {"height": 2, "width": 3}}"#, true));
        assert_ne!(one, of(r#"{"flip": {}, "resize": {"height": 2, "width": 1}}"#, false));
    }
}
