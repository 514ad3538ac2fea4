//! `run`: many images, with the API and with the engine, once and again.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::api::{Api, IMAGE_URL, command, photograph};
use crate::http::Request;

const KEY: &str = "a-secret-api-key";

/// A folder with photographs, and one for results.
struct Folders {
    root: TempDir,
}

impl Folders {
    fn with(photographs: &[&str]) -> Self {
        let folders = Self { root: tempfile::tempdir().unwrap() };
        for name in photographs {
            let path = folders.input(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::copy(photograph(), path).unwrap();
        }
        folders
    }

    fn input(&self, name: &str) -> PathBuf {
        self.root.path().join("photos").join(name)
    }

    fn output(&self, name: &str) -> PathBuf {
        self.root.path().join("out").join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(&["run", "--resize", "width=40"]);
        if !arguments.contains(&"--output-dir") {
            command.args(["--output-dir", "out"]);
        }
        command.args(arguments).current_dir(self.root.path()).env_remove("OPTIDASH_API_KEY");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn local(&self, arguments: &[&str]) -> Output {
        self.command(&[&["--local"], arguments].concat()).output().unwrap()
    }

    fn remote(&self, api: &Api, arguments: &[&str]) -> Output {
        let output = self.remote_command(api, arguments).output().unwrap();
        assert!(!text(&output.stdout).contains(KEY) && !text(&output.stderr).contains(KEY));
        output
    }

    fn remote_command(&self, api: &Api, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command.env("OPTIDASH_API_KEY", KEY).env("OPTIDASH_BASE_URL", &api.process.first_line);
        command
    }

    /// The results, and nothing else but the journal.
    fn results(&self) -> Vec<String> {
        let mut files = Vec::new();
        collect(&self.output(""), &self.output(""), &mut files);
        assert!(files.contains(&".optidash-run.jsonl".to_owned()));
        files.retain(|file| file != ".optidash-run.jsonl");
        files.sort();
        files
    }
}

fn collect(folder: &Path, root: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, root, files);
        } else {
            files.push(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The counts at the head of the summary.
fn summary(output: &Output) -> &str {
    let last = text(&output.stderr).lines().find(|line| line.contains(" done, ")).unwrap_or_else(|| {
        panic!("no summary: {}", text(&output.stderr));
    });
    last.split(';').next().unwrap()
}

fn uploads(api: &Api) -> usize {
    let calls = Request::new(&api.address, "GET", "/calls").send().json();
    calls.as_array().unwrap().iter().filter(|call| call["path"] == "/upload").count()
}

#[test]
fn a_folder_is_done_once_and_again_when_something_changed() {
    let folders = Folders::with(&["a.jpg", "x/b.jpg"]);
    let output = folders.local(&["photos", "--output", "format=webp"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(summary(&output), "2 done, 0 skipped, 0 failed");
    assert!(text(&output.stderr).contains("photos/x/b.jpg -> x/b.webp"));
    assert_eq!(folders.results(), ["a.webp", "x/b.webp"]);
    assert!(fs::read(folders.output("x/b.webp")).unwrap().starts_with(b"RIFF"));

    let again = |arguments: &[&str]| summary(&folders.local(arguments)).to_owned();
    let webp = ["photos", "--output", "format=webp"];
    assert_eq!(again(&webp), "0 done, 2 skipped, 0 failed");
    assert_eq!(again(&[&webp[..], &["--force"]].concat()), "2 done, 0 skipped, 0 failed");
    assert_eq!(again(&[&webp[..], &["--flip", "horizontal=true"]].concat()), "2 done, 0 skipped, 0 failed");
    assert_eq!(again(&webp), "2 done, 0 skipped, 0 failed");
    let file = fs::File::options().write(true).open(folders.input("a.jpg")).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(again(&webp), "1 done, 1 skipped, 0 failed");
    fs::write(folders.output("a.webp"), "torn").unwrap();
    fs::remove_file(folders.output("x/b.webp")).unwrap();
    assert_eq!(again(&webp), "2 done, 0 skipped, 0 failed");
    assert_eq!(again(&webp), "0 done, 2 skipped, 0 failed");
}

#[test]
fn the_api_gives_what_the_engine_gives() {
    let api = Api::start(&["--api-key", KEY]);
    let folders = Folders::with(&["a.jpg", "x/b.jpg"]);
    let output = folders.remote(&api, &["photos/**/*.jpg"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(summary(&output), "2 done, 0 skipped, 0 failed");
    assert_eq!((folders.results(), uploads(&api)), (vec!["a.jpg".to_owned(), "x/b.jpg".to_owned()], 2));
    assert_eq!(summary(&folders.remote(&api, &["photos/**/*.jpg"])), "0 done, 2 skipped, 0 failed");
    assert_eq!(uploads(&api), 2);
    let remote = fs::read(folders.output("a.jpg")).unwrap();
    assert_eq!(summary(&folders.local(&["photos"])), "2 done, 0 skipped, 0 failed");
    assert_eq!(remote, fs::read(folders.output("a.jpg")).unwrap());
}

#[test]
fn addresses_and_lists_are_inputs_too() {
    let api = Api::start(&[]);
    let folders = Folders::with(&["a.jpg", "b.jpg"]);
    let mut process = folders.remote_command(&api, &["-", "--json"]).stdin(Stdio::piped()).spawn().unwrap();
    let list = format!("{IMAGE_URL}\nphotos/b.jpg\n\nhttps://user:pass@127.0.0.1:9/no.jpg\n");
    process.stdin.take().unwrap().write_all(list.as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(summary(&output), "2 done, 0 skipped, 1 failed");
    assert!(!text(&output.stdout).contains("pass") && !text(&output.stderr).contains("pass"));
    let mut lines: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.sort_by_key(|line| line["output"].to_string());
    assert_eq!((&lines[0]["status"], &lines[0]["input"]), (&json!("done"), &json!("photos/b.jpg")));
    assert_eq!((&lines[1]["status"], &lines[1]["input"]), (&json!("done"), &json!(IMAGE_URL)));
    assert_eq!(lines[1]["metadata"]["output"]["width"], 40);
    assert_eq!(lines[1]["bytes_out"], fs::metadata(folders.output("image.jpg")).unwrap().len());
    assert_eq!((&lines[2]["status"], &lines[2]["error"]["code"]), (&json!("failed"), &json!("unprocessable")));
    let output = folders.remote(&api, &[IMAGE_URL, "photos/b.jpg", "photos/a.jpg"]);
    assert_eq!(summary(&output), "1 done, 2 skipped, 0 failed");
}

#[test]
fn what_can_be_repeated_is_and_leaves_no_traces() {
    let failures =
        ["status=503,retry-after=0", "cut", "truncated", "status=429,retry-after=0", "status=500", "truncated"];
    let options: Vec<_> = failures.iter().flat_map(|failure| ["--fail", failure]).collect();
    let api = Api::start(&options);
    let folders = Folders::with(&["a.jpg", "b.jpg", "c.jpg"]);
    let output = folders.remote(&api, &["photos", "--retries", "10", "--concurrency", "1"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!((summary(&output), uploads(&api)), ("3 done, 0 skipped, 0 failed", 9));
    assert_eq!(folders.results(), ["a.jpg", "b.jpg", "c.jpg"]);
}

#[test]
fn failures_are_told_and_tried_again_by_the_next_run() {
    let api = Api::start(&["--fail", "status=403", "--fail", "malformed", "--fail", "content-type=text/html"]);
    let folders = Folders::with(&["a.jpg", "b.jpg", "c.jpg"]);
    fs::write(folders.input("d.jpg"), "no image").unwrap();
    let output = folders.remote(&api, &["photos", "--concurrency", "1"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = text(&output.stderr);
    for line in ["photos/a.jpg: forbidden: ", "photos/b.jpg: malformed_metadata: ", "photos/d.jpg: unprocessable: "] {
        assert!(errors.contains(line), "{errors}");
    }
    // An image with its metadata is one, whatever a proxy calls it.
    assert_eq!((summary(&output), folders.results()), ("1 done, 0 skipped, 3 failed", vec!["c.jpg".to_owned()]));
    assert_eq!(summary(&folders.remote(&api, &["photos"])), "2 done, 1 skipped, 1 failed");
    let quiet = folders.remote(&api, &["photos", "--quiet"]);
    assert_eq!(text(&quiet.stderr).lines().count(), 1, "{}", text(&quiet.stderr));
}

#[test]
fn time_is_limited() {
    let api = Api::start(&["--fail", "slow=3600,times=9"]);
    let folders = Folders::with(&["a.jpg"]);
    let output = folders.remote(&api, &["photos", "--timeout", "0.3"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("photos/a.jpg: timed_out: "), "{}", text(&output.stderr));
    let mut unreachable =
        folders.command(&["photos", "--key", KEY, "--base-url", "http://127.0.0.1:9/1.0", "--retries", "0"]);
    let output = unreachable.output().unwrap();
    assert!(text(&output.stderr).contains("photos/a.jpg: connection_failed: "), "{}", text(&output.stderr));
    assert!(folders.results().is_empty());
}

#[test]
fn what_is_wrong_is_said_before_any_work() {
    let api = Api::start(&[]);
    let folders = Folders::with(&["a.jpg", "x/a.jpg"]);
    for (arguments, words) in [
        (&["photos/*.gif"][..], "no file matches"),
        (&["nothing.jpg"], "nothing.jpg"),
        (&["photos/a.jpg", "photos/x/a.jpg"], "--name"),
        (&["photos", "--name", "{stem}.{ext}"], "photos/x/a.jpg"),
        (&["photos", "--name", "../{stem}"], "leads out"),
        (&["photos", "--crop", "width=-1"], "crop.width"),
        (&["photos", "--scale", "szie=0.5"], "did you mean"),
        (&["photos", "--concurrency", "65"], "64"),
        (&["photos", "--retries", "11"], "retries"),
        (&["photos", "--timeout", "0"], "timeout"),
        (&["photos", "--base-url", "http://a.example/1.0"], "base_url"),
        (&["photos", "--output-dir", "photos/a.jpg"], "output directory"),
    ] {
        let output = folders.remote(&api, arguments);
        assert!(!output.status.success() && text(&output.stderr).contains(words), "{words}: {}", text(&output.stderr));
    }
    let overwriting = folders.remote(&api, &["photos/a.jpg", "--output-dir", "photos"]);
    assert!(text(&overwriting.stderr).contains("take the place"), "{}", text(&overwriting.stderr));
    assert!(text(&folders.command(&["photos"]).output().unwrap().stderr).contains("OPTIDASH_API_KEY"));
    assert!(text(&folders.local(&[IMAGE_URL]).stderr).contains("--local"));
    assert_eq!(uploads(&api), 0);
    let named = folders.remote(&api, &["photos", "--name", "{parent}-{stem}.{ext}"]);
    assert_eq!((named.status.code(), folders.results()), (Some(0), vec!["photos-a.jpg".into(), "x-a.jpg".into()]));
}

#[cfg(unix)]
mod interrupted {
    use std::io::{BufRead as _, BufReader};
    use std::net::TcpListener;
    use std::process::Child;

    use super::*;
    use crate::endpoint;

    fn interrupt(process: &Child) {
        let id = process.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }

    /// Starts a run of one image at a time and waits until the first is on its way.
    fn start(folders: &Folders, api: &Api) -> Child {
        let mut process = folders.remote_command(api, &["photos", "--concurrency", "1"]).spawn().unwrap();
        while uploads(api) == 0 {
            assert!(process.try_wait().unwrap().is_none(), "the run has ended");
        }
        process
    }

    /// Waits until a run that was interrupted says so.
    fn wait_until_noticed(process: &mut Child) -> impl Iterator<Item = String> + use<> {
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line.contains("interrupt again")));
        lines
    }

    #[test]
    fn once_it_finishes_what_is_under_way() {
        let folders = Folders::with(&["a.jpg", "b.jpg", "c.jpg"]);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/1.0", listener.local_addr().unwrap());
        let mut run = folders.command(&["photos", "--concurrency", "1", "--key", KEY, "--base-url", &url]);
        let mut process = run.spawn().unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        assert_eq!(endpoint::read(&stream).request_line, "POST /1.0/upload HTTP/1.1");
        interrupt(&process);
        let lines = wait_until_noticed(&mut process);
        let metadata = r#"{"success": true, "code": 200, "id": "x"}"#;
        let answer = format!("HTTP/1.1 200 OK\r\nX-Optidash-Metadata: {metadata}\r\nContent-Length: 5\r\n\r\nimage");
        stream.write_all(answer.as_bytes()).unwrap();
        let lines: Vec<_> = lines.collect();
        assert!(lines.iter().any(|line| line.starts_with("1 done, 0 skipped, 0 failed")), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("goes on where this run stopped")), "{lines:?}");
        assert_eq!((process.wait().unwrap().code(), folders.results()), (Some(130), vec!["a.jpg".to_owned()]));
        assert_eq!(summary(&folders.remote(&Api::start(&[]), &["photos"])), "2 done, 1 skipped, 0 failed");
    }

    #[test]
    fn twice_it_abandons_it() {
        let api = Api::start(&["--fail", "slow=3600,path=/upload"]);
        let folders = Folders::with(&["a.jpg", "b.jpg"]);
        let mut process = start(&folders, &api);
        interrupt(&process);
        let _lines = wait_until_noticed(&mut process);
        interrupt(&process);
        assert_eq!(process.wait().unwrap().code(), Some(130));
        assert!(folders.results().is_empty());
        assert_eq!(summary(&folders.remote(&api, &["photos"])), "2 done, 0 skipped, 0 failed");
    }

    #[test]
    fn killed_it_leaves_nothing_that_the_next_run_does_not_remove() {
        let api = Api::start(&["--fail", "slow=3600,path=/upload"]);
        let folders = Folders::with(&["a.jpg"]);
        let mut process = start(&folders, &api);
        let second = folders.remote(&api, &["photos"]);
        assert!(text(&second.stderr).contains("another run"), "{}", text(&second.stderr));
        process.kill().unwrap();
        process.wait().unwrap();
        fs::write(folders.output(".optidash-x1y2.part"), "half").unwrap();
        assert_eq!(summary(&folders.remote(&api, &["photos"])), "1 done, 0 skipped, 0 failed");
        assert_eq!(folders.results(), ["a.jpg"]);
    }

    #[test]
    fn results_are_readable_as_the_umask_lets_them_be() {
        use std::os::unix::fs::PermissionsExt as _;
        let folders = Folders::with(&["a.jpg"]);
        assert!(folders.local(&["photos"]).status.success());
        let fresh = folders.root.path().join("fresh");
        fs::write(&fresh, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&folders.output("a.jpg")), mode(&fresh));
    }
}
