//! What was accepted with 202 is delivered, whatever happens to the process.

use serde_json::json;

use crate::api::{Api, IMAGE_URL, accepted, photograph};
use crate::endpoint::Endpoint;
use crate::http::Request;

const WEEK: u64 = 604_800;

#[test]
fn a_notification_that_waits_survives() {
    let data = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::ok();
    let mut api = Api::start_in(data.path(), &[]);
    let id = api.fetch_with_webhook(&json!({ "url": endpoint.url("/"), "delay": WEEK }));
    api.process.kill();
    assert!(endpoint.is_idle());

    let mut api = Api::start_in(data.path(), &[]);
    api.advance_clock(WEEK);
    let document = endpoint.next().json();
    assert_eq!(document["id"], *id);
    assert_eq!(api.finished_webhook(&id)["status"], "delivered");
    // The image is still there, at the new process's address.
    let url = document["output"]["url"].as_str().unwrap();
    let target = url.strip_prefix(&format!("http://{}", api.address)).unwrap();
    assert_eq!(Request::new(&api.address, "GET", target).send().header("content-type"), Some("image/jpeg"));
}

#[test]
fn a_request_that_was_not_processed_survives() {
    let data = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::ok();
    let source = Endpoint::silent();
    let mut api = Api::start_in(data.path(), &[]);
    let body = json!({
        "url": source.url("/image.jpg"), "resize": { "width": 100 },
        "webhook": { "url": format!("http://user:pass@{}/", endpoint.address) },
    });
    let id = accepted(&api.fetch(&body));
    source.next();
    assert_eq!(api.webhook(&id)["status"], "created");
    api.process.kill();

    let fixture = format!("{}={}", source.url("/image.jpg"), photograph().display());
    let _api = Api::start_in(data.path(), &["--fixture", &fixture]);
    let received = endpoint.next();
    assert_eq!(received.header("authorization"), Some("Basic dXNlcjpwYXNz"));
    let document = received.json();
    assert_eq!((&document["id"], &document["output"]["width"]), (&json!(id), &json!(100)));
}

#[test]
fn an_upload_that_was_not_processed_survives() {
    let data = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::ok();
    let source = Endpoint::silent();
    let mut api = Api::start_in(data.path(), &[]);
    // Keep all hands busy, so that the upload has to wait.
    for _ in 0..4 {
        accepted(&api.fetch(&json!({ "url": source.url("/"), "webhook": { "url": endpoint.url("/never") } })));
        source.next();
    }
    let operations = json!({ "resize": { "width": 100 }, "webhook": { "url": endpoint.url("/") } }).to_string();
    let parts: [(&str, &[u8]); 2] = [
        ("Content-Disposition: form-data; name=\"data\"", operations.as_bytes()),
        ("Content-Disposition: form-data; name=\"file\"; filename=\"b.jpg\"", &std::fs::read(photograph()).unwrap()),
    ];
    let upload = api.request("POST", "upload").multipart("multipart/form-data; boundary=xyz", &parts);
    let id = accepted(&upload.send());
    assert_eq!(api.webhook(&id)["status"], "created");
    api.process.kill();

    let fixture = format!("{}={}", source.url("/"), photograph().display());
    let _api = Api::start_in(data.path(), &["--fixture", &fixture]);
    let received: Vec<_> = (0..5).map(|_| endpoint.next().json()).collect();
    let document = received.iter().find(|document| document["id"] == *id).unwrap();
    assert_eq!((&document["input"]["name"], &document["output"]["width"]), (&json!("b.jpg"), &json!(100)));
}

#[test]
fn a_notification_that_was_being_sent_is_sent_again() {
    let data = tempfile::tempdir().unwrap();
    let silent = Endpoint::silent();
    let mut api = Api::start_in(data.path(), &[]);
    let id = api.fetch_with_webhook(&json!({ "url": silent.url("/") }));
    silent.next();
    assert_eq!(api.webhook(&id)["status"], "dispatched");
    api.process.kill();

    let forward = Endpoint::ok();
    let mut api = Api::start_in(data.path(), &["--forward-webhooks-to", &forward.url("/")]);
    assert_eq!(forward.next().json()["id"], *id);
    assert_eq!(api.finished_webhook(&id)["status"], "delivered");
}

#[test]
fn the_clock_and_the_history_survive() {
    let data = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::ok();
    let mut api = Api::start_in(data.path(), &[]);
    api.advance_clock(WEEK);
    let id = api.fetch_with_webhook(&json!({ "url": endpoint.url("/") }));
    let before = api.finished_webhook(&id);
    api.process.kill();

    let api = Api::start_in(data.path(), &[]);
    assert_eq!(Request::new(&api.address, "GET", "/clock").send().json()["ahead"], WEEK);
    let after = api.webhook(&id);
    assert_eq!((&after["status"], &after["created_at"]), (&json!("delivered"), &before["created_at"]));
    assert_eq!(api.get("account").json()["quota"]["used"], 1);
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_stops() {
    let data = tempfile::tempdir().unwrap();
    let mut api = Api::start_in(data.path(), &[]);
    let endpoint = Endpoint::ok();
    let source = Endpoint::silent();
    let scheduled = api.fetch_with_webhook(&json!({ "url": endpoint.url("/"), "delay": 60 }));
    let in_work = accepted(&api.fetch(&json!({ "url": source.url("/"), "webhook": { "url": endpoint.url("/") } })));
    source.next();
    assert!(api.process.terminate());

    let fixture = format!("{}={}", source.url("/"), photograph().display());
    let api = Api::start_in(data.path(), &["--fixture", &fixture]);
    assert_eq!(endpoint.next().json()["id"], *in_work);
    api.advance_clock(60);
    assert_eq!(endpoint.next().json()["id"], *scheduled);
    assert_eq!(api.fetch(&json!({ "url": IMAGE_URL })).status, 200);
}

#[cfg(unix)]
#[test]
fn passwords_on_disk_are_for_the_user_alone_and_only_as_long_as_needed() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let data = parent.path().join("new");
    let endpoint = Endpoint::ok();
    let mut api = Api::start_in(&data, &[]);
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o077, 0);
    let id = api.fetch_with_webhook(&json!({ "url": format!("http://user:hunter2@{}/", endpoint.address) }));
    api.process.wait_for(&id);
    assert!(api.process.terminate());
    for entry in std::fs::read_dir(&data).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"hunter2"));
    }
}
