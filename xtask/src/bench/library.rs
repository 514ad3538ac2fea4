//! The libraries that are measured, each a program that answers lines with lines.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

/// The language whose program measures a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
    Node,
}

/// A library under measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Library {
    /// How goals name it.
    pub(crate) id: &'static str,
    /// For people.
    pub(crate) title: &'static str,
    pub(crate) language: Language,
    /// How the language's program names it.
    pub(crate) argument: &'static str,
}

const fn library(id: &'static str, title: &'static str, language: Language, argument: &'static str) -> Library {
    Library { id, title, language, argument }
}

/// All of them, ours first.
pub(crate) const LIBRARIES: [Library; 12] = [
    library("rust", "Optidash, Rust", Language::Rust, "optidash"),
    library("python", "Optidash, Python", Language::Python, "optidash"),
    library("wasm", "Optidash, Node (WebAssembly)", Language::Node, "optidash"),
    library("sharp", "sharp (Node, native)", Language::Node, "sharp"),
    library("pyvips", "pyvips", Language::Python, "pyvips"),
    library("pillow-draft", "Pillow, `draft`", Language::Python, "pillow-draft"),
    library("pillow", "Pillow", Language::Python, "pillow"),
    library("wasm-vips", "wasm-vips", Language::Node, "wasm-vips"),
    library("jsquash", "jSquash (WebAssembly)", Language::Node, "jsquash"),
    library("photon", "photon (WebAssembly)", Language::Node, "photon"),
    library("jimp", "jimp (JavaScript)", Language::Node, "jimp"),
    library("image", "`image` (Rust)", Language::Rust, "image"),
];

impl Library {
    /// Whether it is this project's own.
    pub(crate) fn is_ours(&self) -> bool {
        self.argument == "optidash"
    }
}

/// A running program; it ends with this value, since its input does.
pub(crate) struct Program {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// The version of the library, empty for what belongs to this project.
    pub(crate) version: String,
}

impl Program {
    /// Starts a program and reads which version it is.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("no output")?);
        let mut program = Self { child, input, output, version: String::new() };
        program.version = program.read()?.get("version").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(program)
    }

    /// Starts one that says nothing before it is asked.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn start_silent(mut command: Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("no output")?);
        Ok(Self { child, input, output, version: String::new() })
    }

    /// Sends a task and waits for what the program says to it.
    ///
    /// # Errors
    /// When the program has ended.
    pub(crate) fn ask(&mut self, task: &Value) -> Result<Value> {
        let input = self.input.as_mut().context("the program has no input")?;
        writeln!(input, "{task}")?;
        self.read()
    }

    fn read(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line).context("a measured program ended or said what is no JSON")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
