//! What earlier runs have finished: a line of JSON for each result, beside the results.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The journal's name in the output directory.
const NAME: &str = ".optidash-run.jsonl";

/// Whatever is longer was not written here.
const MAX_LINE: u64 = 64 * 1024;

/// A result and what it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The absolute path of the input, or its address without secrets.
    pub(crate) input: String,
    /// The input's size in bytes; nothing for an address.
    pub(crate) size: Option<u64>,
    /// When the input was changed, in milliseconds since 1970; nothing for an address.
    pub(crate) modified: Option<i64>,
    /// A digest of what was done.
    pub(crate) operations: String,
    /// The result's path in the output directory.
    pub(crate) output: String,
    /// The result's size in bytes.
    pub(crate) output_size: u64,
}

/// The journal of an output directory, for this process alone.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    finished: HashMap<String, Entry>,
}

impl Journal {
    /// Opens or makes the journal of a directory.
    ///
    /// # Errors
    /// When another run is using it, or the file cannot be used.
    pub(crate) fn open(directory: &Path) -> Result<Self, String> {
        let path = directory.join(NAME);
        let unusable = |error: std::io::Error| format!("the journal {}: {error}", path.display());
        let file = OpenOptions::new().read(true).append(true).create(true).open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(format!(
                    "another run is writing to {}; wait for it, or choose another directory",
                    directory.display()
                ));
            }
            // Some network file systems have no locks.
            Err(std::fs::TryLockError::Error(_)) => {}
        }
        let finished = read(&file).map_err(unusable)?;
        let journal = Self { file, finished };
        journal.end_torn_line().map_err(unusable)?;
        Ok(journal)
    }

    /// What is known of a result.
    pub(crate) fn find(&self, output: &str) -> Option<&Entry> {
        self.finished.get(output)
    }

    /// Adds a result.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn add(&mut self, entry: Entry) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(&entry)?;
        line.push(b'\n');
        // In one piece, so that a crash leaves no half line before a whole one.
        self.file.write_all(&line)?;
        self.finished.insert(entry.output.clone(), entry);
        Ok(())
    }

    // A crash can have left one.
    fn end_torn_line(&self) -> std::io::Result<()> {
        let mut file = &self.file;
        if file.metadata()?.len() == 0 {
            return Ok(());
        }
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
    }
}

fn read(file: &File) -> std::io::Result<HashMap<String, Entry>> {
    let mut reader = BufReader::new(file);
    let mut finished = HashMap::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(finished);
        }
        // What is no entry is done again.
        if let Ok(entry) = serde_json::from_slice::<Entry>(&line) {
            finished.insert(entry.output.clone(), entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(output: &str, size: u64) -> Entry {
        Entry {
            input: "/photos/a.jpg".to_owned(),
            size: Some(size),
            modified: Some(1),
            operations: "digest".to_owned(),
            output: output.to_owned(),
            output_size: 5,
        }
    }

    #[test]
    fn the_last_line_of_a_result_counts_and_torn_ones_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(folder.path()).unwrap();
        for (output, size) in [("a.jpg", 1), ("b.jpg", 2), ("a.jpg", 3)] {
            journal.add(entry(output, size)).unwrap();
        }
        drop(journal);
        let path = folder.path().join(NAME);
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.push_str(&"x".repeat(200_000));
        text.push_str("\n{\"input\": \"/photos/c.jpg\", \"size\"");
        std::fs::write(&path, text).unwrap();
        let mut journal = Journal::open(folder.path()).unwrap();
        assert_eq!(journal.find("a.jpg"), Some(&entry("a.jpg", 3)));
        journal.add(entry("c.jpg", 4)).unwrap();
        drop(journal);
        let journal = Journal::open(folder.path()).unwrap();
        assert_eq!((journal.find("c.jpg"), journal.finished.len()), (Some(&entry("c.jpg", 4)), 3));
    }

    #[test]
    fn a_directory_has_one_run_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Journal::open(folder.path()).unwrap();
        assert!(Journal::open(folder.path()).unwrap_err().contains("another run"));
    }
}
