//! Failures on request: what clients are tried with.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::Instant;

use serde_json::{Value, json};

use crate::api::{Api, IMAGE_URL, command};
use crate::http::{DEADLINE, Reply, Request, failure_message};

const FILE: &str = "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"";

fn plan(api: &Api, failures: &Value) -> Reply {
    Request::new(&api.address, "POST", "/failures").json(failures).send()
}

fn left(api: &Api) -> Value {
    Request::new(&api.address, "GET", "/failures").send().json()
}

fn calls(api: &Api) -> Value {
    Request::new(&api.address, "GET", "/calls").send().json()
}

/// Everything that comes back, whatever it is.
fn raw(api: &Api, method: &str, path: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(&api.address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer key\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_status_is_answered_as_often_as_asked_for_and_counted() {
    let api = Api::start(&[]);
    let failure = json!({ "kind": "status", "status": 503, "headers": { "Retry-After": "0" }, "times": 2 });
    assert_eq!(plan(&api, &json!([failure])).json(), json!([failure]));
    for remaining in [1, 0] {
        let reply = api.get("account");
        reply.failure(503);
        assert_eq!(reply.header("retry-after"), Some("0"));
        assert_eq!(left(&api).as_array().unwrap().len(), usize::from(remaining > 0));
    }
    assert_eq!(api.get("account").status, 200);
    let call = |status: u16| json!({ "method": "GET", "path": "/account", "status": status });
    assert_eq!(calls(&api), json!([call(503), call(503), call(200)]));
    Request::new(&api.address, "DELETE", "/calls").send();
    assert_eq!(calls(&api), json!([]));
}

#[test]
fn a_refused_call_has_no_effect() {
    let api = Api::start(&["--fail", "status=500,path=/fetch", "--fail", "cut,path=/fetch"]);
    let body = json!({ "url": IMAGE_URL, "webhook": { "url": "http://127.0.0.1:9/", "delay": 60 } });
    api.fetch(&body).failure(500);
    assert_eq!(raw(&api, "POST", "/1.0/fetch", "", &body.to_string()), "");
    assert_eq!(api.get("webhooks").json()["total"], 0);
    assert_eq!(api.fetch(&body).status, 202);
    assert_eq!(api.get("webhooks").json()["total"], 1);
    let statuses: Vec<_> = calls(&api).as_array().unwrap().iter().map(|call| call["status"].clone()).collect();
    assert_eq!(statuses, [json!(500), json!(null), json!(200), json!(202), json!(200)]);
}

#[test]
fn a_large_upload_is_read_before_it_is_refused() {
    let api = Api::start(&["--fail", "status=503,times=2"]);
    let large = vec![0; 20 << 20];
    let upload = || api.request("POST", "upload").multipart("multipart/form-data; boundary=xyz", &[(FILE, &large)]);
    upload().send().failure(503);
    let reply = upload().header("X-Optidash-Binary", "1").send();
    assert_eq!(reply.body.len(), 0);
    failure_message(&reply.metadata(), 503);
}

#[test]
fn failures_meet_the_calls_they_are_meant_for_in_order() {
    let api = Api::start(&["--fail", "status=500,path=/webhooks"]);
    plan(&api, &json!([{ "kind": "status", "status": 501 }, { "kind": "status", "status": 502, "path": "/account/" }]));
    api.get("account").failure(501);
    api.get("account").failure(502);
    api.get("webhooks/x").failure(500);
    assert_eq!(left(&api), json!([]));
    plan(&api, &json!([{ "kind": "cut", "times": 7 }]));
    assert_eq!(left(&api), json!([{ "kind": "cut", "times": 7 }]));
    assert_eq!(Request::new(&api.address, "DELETE", "/failures").send().json(), json!([]));
    assert_eq!(api.get("account").status, 200);
}

#[test]
fn a_body_breaks_off_in_the_middle() {
    let api = Api::start(&["--fail", "truncated,times=3"]);
    let answer = raw(&api, "GET", "/1.0/account", "", "");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    let claimed = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert!(head.starts_with("http/1.1 200"));
    assert_eq!(body.len(), claimed.parse::<usize>().unwrap() / 2);

    let binary = "X-Optidash-Binary: 1\r\n";
    let body = json!({ "url": IMAGE_URL }).to_string();
    let answer = raw(&api, "POST", "/1.0/fetch", binary, &body);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.len() > 10_000, "{}", answer.len());
    // A failure has an empty body here, and that can break off too.
    let answer = raw(&api, "POST", "/1.0/fetch", binary, "{}");
    assert!(answer.starts_with("HTTP/1.1 422") && answer.ends_with("\r\n\r\n"), "{answer}");
    assert!(answer.to_lowercase().contains("content-length: 2\r\n"), "{answer}");
}

#[test]
fn what_no_client_should_believe() {
    let api = Api::start(&["--fail", "content-type=text/html", "--fail", "malformed,times=2"]);
    let reply = api.get("account");
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/html")));
    let reply = api.get("account");
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
    assert!(!reply.body.is_empty());
    assert!(serde_json::from_slice::<Value>(&reply.body).is_err());
    let binary = api.request("POST", "fetch").header("X-Optidash-Binary", "1").json(&json!({ "url": IMAGE_URL }));
    let reply = binary.send();
    assert!(serde_json::from_str::<Value>(reply.header("X-Optidash-Metadata").unwrap()).is_err());
    assert!(reply.body.starts_with(b"\xff\xd8") && reply.body.ends_with(b"\xff\xd9"));
}

#[test]
fn a_slow_answer_comes_in_its_time_and_a_stop_does_not_wait_for_it() {
    let mut api = Api::start(&["--fail", "slow=0.2", "--fail", "slow=3600"]);
    let started = Instant::now();
    assert_eq!(api.get("account").status, 200);
    assert!(started.elapsed().as_secs_f64() >= 0.2);
    let mut waiting = TcpStream::connect(&api.address).unwrap();
    waiting.write_all(b"GET /1.0/account HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer key\r\n\r\n").unwrap();
    while calls(&api).as_array().unwrap().len() < 2 {}
    assert_eq!(calls(&api)[1]["status"], json!(null));
    assert!(api.process.terminate());
    let mut answer = String::new();
    waiting.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn downloads_fail_only_when_they_are_named() {
    let api = Api::start(&[]);
    let url = api.fetch(&json!({ "url": IMAGE_URL })).json()["output"]["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(&format!("http://{}", api.address)).unwrap().to_owned();
    plan(&api, &json!([{ "kind": "status", "status": 500 }, { "kind": "status", "status": 503, "path": "/temp" }]));
    Request::new(&api.address, "GET", &path).send().failure(503);
    assert_eq!(Request::new(&api.address, "GET", &path).send().status, 200);
    api.get("account").failure(500);
    assert_eq!(calls(&api)[1], json!({ "method": "GET", "path": path, "status": 503 }));
}

#[test]
fn plans_that_are_wrong_are_refused_whole() {
    let api = Api::start(&[]);
    for (list, words) in [
        (json!({}), "list"),
        (json!([{ "kind": "cut" }, { "kind": "flood" }]), "[1]: unknown variant `flood`"),
        (json!([{ "kind": "cut" }, {}]), "kind"),
        (json!([{ "kind": "status", "status": 200 }]), "300 to 599"),
        (json!([{ "kind": "status", "status": 503, "headers": { "a b": "c" } }]), "headers"),
        (json!([{ "kind": "status", "status": 503, "headers": { "a": "x".repeat(2000) } }]), "headers"),
        (json!([{ "kind": "slow", "seconds": 1e9 }]), "seconds"),
        (json!([{ "kind": "cut", "times": 0 }]), "times"),
        (json!([{ "kind": "cut", "status": 500 }]), "status"),
        (json!(vec![json!({ "kind": "cut" }); 1001]), "1000"),
    ] {
        let message = plan(&api, &list).failure(422);
        assert!(message.contains(words), "{list}: {message}");
    }
    assert_eq!(left(&api), json!([]));
    let page = Request::new(&api.address, "POST", "/failures").header("Content-Type", "text/plain").body("[]");
    page.send().failure(415);
    for (option, value) in [("--fail", "status=42"), ("--fail", "explode"), ("--rate-limit", "100")] {
        let output = command(&["serve", option, value]).stderr(Stdio::piped()).output().unwrap();
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains("write"), "{value}");
    }
}

#[test]
fn a_rate_limit_asks_to_wait_until_there_is_room() {
    let api = Api::start(&["--rate-limit", "2/60s"]);
    for _ in 0..2 {
        assert_eq!(api.get("account").status, 200);
    }
    let reply = api.get("account");
    assert!(reply.failure(429).contains("2 calls in 60 seconds"));
    let wait: u64 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    api.advance_clock(wait);
    assert_eq!(api.get("account").status, 200);
}
