//! The README's commands do what it says.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::api::{Api, Process, command, photograph};

const README: &str = include_str!("../../README.md");

/// The contents of the code blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    README.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Commands, each of one or several lines, as a shell would divide them.
fn commands(block: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    for line in block.lines().filter(|line| !line.is_empty()) {
        match commands.last_mut().filter(|last| last.matches('\'').count() % 2 == 1) {
            Some(open) => *open = format!("{open}\n{line}"),
            None => commands.push(line.to_owned()),
        }
    }
    commands
}

/// What a reader has at hand: photographs, an API, a key, a webhook.
struct Reader {
    folder: tempfile::TempDir,
    api: Api,
    key: String,
    webhook: String,
}

impl Reader {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("photos/2024")).unwrap();
        for name in ["photo.jpg", "photos/coffee.jpg", "photos/2024/rocket.jpg"] {
            fs::copy(photograph(), path(name)).unwrap();
        }
        fs::write(path("photos/torn.jpg"), &fs::read(photograph()).unwrap()[..1000]).unwrap();
        let api = Api::start(&[]);
        let key = api.request("POST", "keys").json(&json!({ "name": "made" })).send().json()["key"].clone();
        let webhook = api.fetch_with_webhook(&json!({ "url": "http://127.0.0.1:9/", "delay": 60 }));
        Self { key: key.as_str().unwrap().to_owned(), folder, api, webhook }
    }

    fn place(&self, command: &mut Command) {
        let binary = Path::new(env!("CARGO_BIN_EXE_optidash")).parent().unwrap().display();
        let path = std::env::var("PATH").unwrap_or_default();
        command.current_dir(self.folder.path()).env("PATH", format!("{binary}:{path}"));
        command.env("OPTIDASH_API_KEY", "key").env("OPTIDASH_BASE_URL", &self.api.process.first_line);
    }

    fn shell(&self, text: &str) -> Output {
        let text = text.replace("127.0.0.1:8787", &self.api.address);
        let text = text.replace(" KEY ", &format!(" {} ", self.key)).replace(" ID", &format!(" {}", self.webhook));
        let mut shell = Command::new("sh");
        self.place(shell.args(["-ec", &text]));
        shell.output().unwrap()
    }

    /// Runs a server on a free port and a directory of its own.
    fn serve(&self, text: &str) {
        let text = text.split('#').next().unwrap();
        let mut arguments: Vec<_> = text.split_whitespace().skip(1).collect();
        for (option, value) in [("--listen", "127.0.0.1:0"), ("--data", "other-data")] {
            if !arguments.contains(&option) {
                arguments.extend([option, value]);
            }
        }
        let mut server = command(&arguments);
        self.place(&mut server);
        assert!(Process::spawn(server).first_line.ends_with("/1.0"), "{text}");
    }
}

#[test]
fn every_command_works() {
    let reader = Reader::new();
    let commands: Vec<_> = blocks("sh").into_iter().flat_map(commands).collect();
    assert!(commands.len() > 8, "{commands:?}");
    for text in commands {
        if text.starts_with("optidash serve") {
            reader.serve(&text);
            continue;
        }
        let output = reader.shell(&text);
        assert!(output.status.success(), "{text}: {}", String::from_utf8_lossy(&output.stderr));
        let answer: Option<Value> = serde_json::from_slice(&output.stdout).ok();
        assert!(answer.is_none_or(|answer| answer["success"] != false), "{text}: {output:?}");
    }
}

/// The lines without their numbers, which differ from one machine and image to another, in any order.
fn comparable(text: &str) -> Vec<String> {
    let mut lines: Vec<String> =
        text.lines().map(|line| line.replace(|letter: char| letter.is_numeric(), "")).collect();
    let unit = |line: &String| line.replace("KiB", "B").replace("MiB", "B").replace("more", "saved");
    lines = lines.iter().map(unit).collect();
    lines.sort();
    lines
}

#[test]
fn the_session_runs_as_printed() {
    let reader = Reader::new();
    for session in blocks("console") {
        for step in session.split("$ ").skip(1) {
            let (text, printed) = step.split_once('\n').unwrap();
            let output = reader.shell(text);
            assert_eq!(comparable(&String::from_utf8_lossy(&output.stderr)), comparable(printed), "{text}");
        }
    }
}
