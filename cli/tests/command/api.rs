//! A running `optidash`, ended with its value.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http::{Reply, Request};

/// The URL that the fixture answers for.
pub(crate) const IMAGE_URL: &str = "https://www.website.com/image.jpg";

/// Where a real photograph lies: a JPEG of 640 x 427 pixels.
pub(crate) fn photograph() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/images/rocket.jpg")
}

/// A process whose first line on standard output has been read.
pub(crate) struct Process {
    child: Child,
    pub(crate) first_line: String,
    output: Lines<BufReader<ChildStdout>>,
    errors: Lines<BufReader<ChildStderr>>,
}

impl Process {
    /// Starts the command and waits for its first line.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::spawn(command(arguments))
    }

    /// Starts a command and waits for its first line.
    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut errors = BufReader::new(child.stderr.take().unwrap()).lines();
        let Some(first_line) = output.next() else {
            panic!("the process did not start: {}", errors.by_ref().map(Result::unwrap).collect::<String>())
        };
        Self { child, first_line: first_line.unwrap(), output, errors }
    }

    /// Waits for the next line on standard output.
    pub(crate) fn next_line(&mut self) -> String {
        self.output.next().expect("the process ended").unwrap()
    }

    /// Waits for a line on standard error that holds a text.
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        let line = self.errors.by_ref().map(Result::unwrap).find(|line| line.contains(text));
        line.unwrap_or_else(|| panic!("the process ended without saying {text:?}"))
    }

    /// Ends the process as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the process to stop and says whether it did so in peace.
    #[cfg(unix)]
    pub(crate) fn terminate(&mut self) -> bool {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The command, where a proxy is set that leads nowhere: nothing on this machine may go through it.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_optidash"));
    command.args(arguments).stdin(Stdio::null());
    for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:9");
    }
    command
}

/// A running local API.
pub(crate) struct Api {
    pub(crate) process: Process,
    /// Address and port.
    pub(crate) address: String,
    data: Option<TempDir>,
}

impl Api {
    /// Starts one with the fixture and a data directory of its own.
    pub(crate) fn start(options: &[&str]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut api = Self::start_in(data.path(), options);
        api.data = Some(data);
        api
    }

    /// Starts one in a data directory.
    pub(crate) fn start_in(data: &Path, options: &[&str]) -> Self {
        let fixture = format!("{IMAGE_URL}={}", photograph().display());
        let mut arguments = vec!["serve", "--listen", "127.0.0.1:0", "--fixture", &fixture, "--data"];
        arguments.push(data.to_str().unwrap());
        arguments.extend(options);
        let process = Process::start(&arguments);
        let address = process.first_line.strip_prefix("http://").and_then(|rest| rest.strip_suffix("/1.0"));
        let address = address.unwrap_or_else(|| panic!("no base URL: {:?}", process.first_line)).to_owned();
        Self { process, address, data: None }
    }

    /// A request with a key to an endpoint below `/1.0/`.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        Request::new(&self.address, method, &format!("/1.0/{path}")).header("Authorization", "Basic a2V5Og==")
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.request("GET", path).send()
    }

    pub(crate) fn fetch(&self, body: &Value) -> Reply {
        self.request("POST", "fetch").json(body).send()
    }

    /// Asks for the fixture with a webhook and gives the id of the request.
    pub(crate) fn fetch_with_webhook(&self, webhook: &Value) -> String {
        let body = json!({ "url": IMAGE_URL, "resize": { "width": 100, "height": 75 }, "webhook": webhook });
        accepted(&self.fetch(&body))
    }

    pub(crate) fn advance_clock(&self, seconds: u64) {
        let reply = Request::new(&self.address, "POST", "/clock").json(&json!({ "advance": seconds })).send();
        assert_eq!(reply.status, 200, "{reply:?}");
    }

    /// The history of one webhook.
    pub(crate) fn webhook(&self, id: &str) -> Value {
        let reply = self.get(&format!("webhooks/{id}"));
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()["webhook"].clone()
    }

    /// The history of one webhook, once it says `delivered` or `failed` on standard error.
    pub(crate) fn finished_webhook(&mut self, id: &str) -> Value {
        self.process.wait_for(&format!("webhook {id}"));
        self.webhook(id)
    }
}

/// The id in a 202 answer.
pub(crate) fn accepted(reply: &Reply) -> String {
    let document = reply.json();
    assert_eq!((reply.status, &document["success"], &document["code"]), (202, &json!(true), &json!(202)), "{reply:?}");
    document["id"].as_str().unwrap().to_owned()
}
