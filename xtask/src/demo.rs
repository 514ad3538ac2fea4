//! `cargo xtask demo`: the product in action, on a real photograph, with a local API.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use console::style;

use crate::venv::Venv;
use crate::{binary, build, console as screen, project, setup, user};

const PHOTOGRAPH: &str = "tests/images/coffee.jpg";
const URL: &str = "https://www.website.com/image.jpg";

/// Sets up, builds, and shows.
///
/// # Errors
/// When a step fails.
pub(crate) fn run() -> Result<()> {
    let ready = setup::to_build(&[Venv::Build])?;
    screen::heading("Build");
    build::everything(&ready)?;
    user::install()?;
    show()
}

/// Shows the flow in each language; all is built and installed.
///
/// # Errors
/// When something does not work as it should.
pub(crate) fn show() -> Result<()> {
    let folder = project::target().join("demo");
    fs::create_dir_all(&folder)?;
    let photograph = project::root().join(PHOTOGRAPH);
    let mut story = Story::default();

    println!(
        "\n{}\n",
        style("Optidash: ask for a picture, be told when it is ready, and know that the message is genuine").bold()
    );
    story.step("photograph", &format!("{PHOTOGRAPH}, {} bytes", fs::metadata(&photograph)?.len()));
    let api = Api::start(&format!("{URL}={}", photograph.display()), &folder.join("serve.log"))?;
    story.step("local API", &format!("optidash serve on {}", api.base_url));
    story.step("fixture", &format!("it answers for {URL} with the photograph, so nothing leaves this machine"));

    let flows = project::root().join("tests/e2e/demo");
    // A JavaScript program finds packages from where it lies.
    let javascript = user::javascript().join("flow.mjs");
    fs::copy(flows.join("flow.mjs"), &javascript)?;
    let mut node = Command::new("node");
    node.arg(javascript);
    let mut python = Command::new(user::python());
    python.arg(flows.join("flow.py"));
    for (language, mut program) in [("JavaScript", node), ("Python", python)] {
        println!("\n{}  {}", style(language).bold(), style(source(language)).dim());
        program.arg(&folder).env("OPTIDASH_BASE_URL", &api.base_url).env("OPTIDASH_PHOTOGRAPH", &photograph);
        story.tell(language, &mut program)?;
    }
    println!("\nThe pictures are in {}. Next: README.md.", project::shown(&folder));
    Ok(())
}

fn source(language: &str) -> &'static str {
    match language {
        "Python" => "tests/e2e/demo/flow.py, with the wheel in a fresh virtual environment",
        _ => "tests/e2e/demo/flow.mjs, with the packed npm package in an empty folder",
    }
}

/// Numbered steps.
#[derive(Default)]
struct Story {
    steps: usize,
}

impl Story {
    fn step(&mut self, word: &str, text: &str) {
        self.steps += 1;
        let number = style(format!("{:>3}", self.steps)).cyan();
        println!("{number}  {word:<12} {}", text.replace(&format!("{}/", project::root().display()), ""));
    }

    /// A program prints a line for each step: a word, a tab, and the text.
    fn tell(&mut self, language: &str, program: &mut Command) -> Result<()> {
        let mut child = program.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cannot start it")?;
        let output = child.stdout.take().context("no output")?;
        for line in BufReader::new(output).lines() {
            let line = line?;
            let (word, text) = line.split_once('\t').unwrap_or(("", &line));
            self.step(word, text);
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("the flow in {language} failed: {status}");
        }
        Ok(())
    }
}

/// A running `optidash serve`, ended with this value.
struct Api {
    server: Child,
    base_url: String,
    _data: tempfile::TempDir,
}

impl Api {
    fn start(fixture: &str, log: &Path) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let mut serve = Command::new(binary::path());
        serve.args(["serve", "--listen", "127.0.0.1:0", "--fixture", fixture, "--data"]).arg(data.path());
        serve.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(log)?);
        let mut server = serve.spawn().context("cannot start the local API")?;
        let output = server.stdout.take().context("no output")?;
        let mut base_url = String::new();
        BufReader::new(output).read_line(&mut base_url)?;
        let api = Self { server, base_url: base_url.trim().to_owned(), _data: data };
        if api.base_url.is_empty() {
            bail!("the local API ended before it said where it listens; it wrote {}", project::shown(log));
        }
        Ok(api)
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
