//! `transform`, `listen` and `send`.

use std::process::Output;

use serde_json::{Value, json};

use crate::api::{Process, command, photograph};
use crate::endpoint::Endpoint;
use crate::http::Request;

fn output_of(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn transform_writes_an_image_and_prints_metadata() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.png");
    let (input, target) = (photograph(), path.to_str().unwrap());
    let arguments = ["transform", input.to_str().unwrap(), target, "--resize", "mode=fit,width=100,height=75"];
    let output = output_of(&arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&metadata["input"]["format"], &metadata["output"]["format"]), (&json!("JPEG"), &json!("PNG")));
    assert_eq!((&metadata["output"]["width"], &metadata["output"]["height"]), (&json!(100), &json!(75)));
    let written = std::fs::read(&path).unwrap();
    assert!(written.starts_with(b"\x89PNG"));
    assert_eq!(metadata["output"]["bytes"], written.len());
}

#[test]
fn transform_lets_the_operations_say_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.png");
    let (input, target) = (photograph(), path.to_str().unwrap());
    let output = output_of(&["transform", input.to_str().unwrap(), target, "--output", "format=gif"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(std::fs::read(&path).unwrap().starts_with(b"GIF8"));
}

#[test]
fn transform_explains_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.jpg");
    let (input, target) = (photograph(), path.to_str().unwrap());
    for (input, options, words) in [
        (input.to_str().unwrap(), ["--resize", "widht=100"], "did you mean `width`"),
        (input.to_str().unwrap(), ["--resize", "width"], "NAME=VALUE"),
        (input.to_str().unwrap(), ["--watermark", "id=x"], "watermark"),
        (input.to_str().unwrap(), ["--webhook", "url=http://a.example/"], "--webhook"),
        ("/nowhere/a.jpg", ["--resize", "width=100"], "/nowhere/a.jpg"),
    ] {
        let output = output_of(&["transform", input, target, options[0], options[1]]);
        assert!(!output.status.success());
        assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
        assert!(!path.exists());
    }
}

#[test]
fn send_delivers_what_listen_accepts() {
    let listen = Process::start(&["listen", "--listen", "127.0.0.1:0", "--credentials", "user:p@ss:word"]);
    let url = listen.first_line.replace("http://", "http://user:p%40ss%3Aword@");
    let output = output_of(&["send", &url, "--id", "f26656d4-3322-4279-acf4-0e1b3ef9d4bd"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).trim(), "200");
    let output = output_of(&["send", &url, "--failure"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn listen_prints_notifications_and_refuses_the_rest() {
    let mut listen = Process::start(&["listen", "--listen", "127.0.0.1:0"]);
    let address = listen.first_line.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let post = || Request::new(&address, "POST", "/any/path");
    let notification = json!({ "success": true, "code": 200, "id": "x", "extra": [1] });
    assert_eq!(post().json(&notification).send().status, 200);
    assert_eq!(serde_json::from_str::<Value>(&listen.next_line()).unwrap(), notification);

    assert_eq!(post().json(&json!({ "id": "x" })).send().status, 400);
    assert_eq!(post().body("{").send().status, 400);
    assert_eq!(post().json(&json!("x".repeat(2 << 20))).send().status, 413);
    let get = Request::new(&address, "GET", "/").send();
    assert_eq!((get.status, get.header("allow")), (405, Some("POST")));
}

#[test]
fn listen_believes_only_the_networks_and_credentials_it_is_told() {
    let notification = json!({ "success": true, "code": 200, "id": "x" });
    for (options, status) in [
        (&["--network", "192.0.2.0/24"][..], 403),
        (&["--network", "127.0.0.1"], 200),
        (&["--credentials", "user:pass"], 401),
        (&["--trusted-proxy", "127.0.0.1"], 403),
    ] {
        let listen = Process::start(&[&["listen", "--listen", "127.0.0.1:0"], options].concat());
        let address = listen.first_line.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let request = Request::new(&address, "POST", "/").json(&notification);
        assert_eq!(request.send().status, status, "{options:?}");
    }
    let listen = Process::start(&["listen", "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"]);
    let address = listen.first_line.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let request = Request::new(&address, "POST", "/").header("X-Forwarded-For", "212.224.84.130").json(&notification);
    assert_eq!(request.send().status, 200);
}

#[test]
fn send_prints_the_answer_and_fails_when_it_does_not_count() {
    let body = "signature\u{1b}[2Jmissing";
    let length = body.len();
    let endpoint = Endpoint::start(format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {length}\r\n\r\n{body}"));
    let output = output_of(&["send", &endpoint.url("/hook?x=1"), "--id", "my-id"]);
    assert!(!output.status.success());
    assert_eq!(text(&output.stdout), "403\nsignature [2Jmissing\n");
    assert!(text(&output.stderr).contains("403"));
    let received = endpoint.next();
    assert_eq!(received.request_line, "POST /hook?x=1 HTTP/1.1");
    assert_eq!(received.json()["id"], "my-id");
}
