//! Notifications: what is sent, when, and what counts as received.

use serde_json::json;

use crate::api::{Api, IMAGE_URL, accepted, photograph};
use crate::endpoint::Endpoint;
use crate::http::failure_message;

const WEEK: u64 = 604_800;

#[test]
fn the_notification_is_the_json_response_with_the_id_of_the_call() {
    let mut api = Api::start(&[]);
    let endpoint = Endpoint::ok();
    let id = api.fetch_with_webhook(&json!({ "url": endpoint.url("/endpoint?query=opti%20dash&x=") }));
    let received = endpoint.next();
    assert_eq!(received.request_line, "POST /endpoint?query=opti%20dash&x= HTTP/1.1");
    assert_eq!(received.header("content-type"), Some("application/json"));
    assert_eq!(received.header("user-agent"), Some("Optidash/1.0"));
    assert_eq!(received.header("authorization"), None);
    let document = received.json();
    assert_eq!(document["id"], *id);
    assert_eq!((&document["success"], &document["code"]), (&json!(true), &json!(200)));
    assert_eq!((&document["input"]["width"], &document["output"]["width"]), (&json!(640), &json!(100)));
    assert!(document["output"]["url"].as_str().unwrap().starts_with(&format!("http://{}/temp/", api.address)));

    let webhook = api.finished_webhook(&id);
    assert_eq!((&webhook["status"], &webhook["response_code"]), (&json!("delivered"), &json!(200)));
    assert_eq!(webhook["payload"], document);
    assert!(endpoint.is_idle());
}

#[test]
fn credentials_are_sent_as_basic_auth_and_shown_nowhere() {
    let mut api = Api::start(&[]);
    let endpoint = Endpoint::ok();
    let url = format!("http://us%40er:pa%3Ass%25@{}/endpoint?token=letmein", endpoint.address);
    let id = api.fetch_with_webhook(&json!({ "url": url }));
    let received = endpoint.next();
    assert_eq!(received.request_line, "POST /endpoint?token=letmein HTTP/1.1");
    // us@er:pa:ss%
    assert_eq!(received.header("authorization"), Some("Basic dXNAZXI6cGE6c3Ml"));
    let said = api.process.wait_for(&id);
    let webhook = api.webhook(&id);
    assert_eq!(webhook["url"], endpoint.url("/endpoint?token=letmein"));
    assert!(!said.contains("letmein"), "{said}");
    for text in [said, webhook.to_string()] {
        assert!(!text.contains("pa:ss") && !text.contains("pa%3Ass"), "{text}");
    }
}

#[test]
fn an_upload_is_notified_of_too() {
    let api = Api::start(&[]);
    let endpoint = Endpoint::ok();
    let data = json!({ "resize": { "width": 100 }, "webhook": { "url": endpoint.url("/") } }).to_string();
    let parts: [(&str, &[u8]); 2] = [
        ("Content-Disposition: form-data; name=\"data\"", data.as_bytes()),
        ("Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"", &std::fs::read(photograph()).unwrap()),
    ];
    let reply = api.request("POST", "upload").multipart("multipart/form-data; boundary=xyz", &parts).send();
    let id = accepted(&reply);
    let document = endpoint.next().json();
    assert_eq!((&document["id"], &document["output"]["width"]), (&json!(id), &json!(100)));
}

#[test]
fn processing_that_failed_is_notified_of_with_the_same_id() {
    let mut api = Api::start(&[]);
    let endpoint = Endpoint::ok();
    let body = json!({ "url": "http://127.0.0.1:9/image.jpg", "webhook": { "url": endpoint.url("/") } });
    let id = accepted(&api.fetch(&body));
    let document = endpoint.next().json();
    assert_eq!(document["id"], *id);
    assert!(failure_message(&document, 422).contains("downloaded"));
    assert_eq!(api.finished_webhook(&id)["status"], "delivered");
}

#[test]
fn a_delay_of_a_week_passes_when_the_clock_is_advanced() {
    let mut api = Api::start(&[]);
    let endpoint = Endpoint::ok();
    let id = api.fetch_with_webhook(&json!({ "url": endpoint.url("/"), "delay": WEEK }));
    api.advance_clock(WEEK - 60);
    let webhook = api.webhook(&id);
    assert_eq!((&webhook["status"], &webhook["delay"]), (&json!("scheduled"), &json!(WEEK)));
    assert!(endpoint.is_idle());
    api.advance_clock(60);
    let document = endpoint.next().json();
    assert_eq!(document["id"], *id);
    assert_eq!(api.finished_webhook(&id)["status"], "delivered");
    let url = document["output"]["url"].as_str().unwrap();
    let target = url.strip_prefix(&format!("http://{}", api.address)).unwrap();
    assert_eq!(crate::http::Request::new(&api.address, "GET", target).send().status, 200);
}

#[test]
fn only_2xx_counts_and_redirects_are_not_followed() {
    let mut api = Api::start(&[]);
    let elsewhere = Endpoint::ok();
    let redirect =
        |status: &str| format!("HTTP/1.1 {status}\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", elsewhere.url("/"));
    let answer = |status: &str| format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
    for (answer, code, status) in [
        (answer("204 No Content"), 204, "delivered"),
        (answer("299 Fine"), 299, "delivered"),
        (redirect("302 Found"), 302, "failed"),
        (redirect("307 Temporary Redirect"), 307, "failed"),
        (answer("304 Not Modified"), 304, "failed"),
        (answer("404 Not Found"), 404, "failed"),
        (answer("500 Internal Server Error"), 500, "failed"),
    ] {
        let endpoint = Endpoint::start(answer);
        let id = api.fetch_with_webhook(&json!({ "url": endpoint.url("/") }));
        endpoint.next();
        let webhook = api.finished_webhook(&id);
        assert_eq!((&webhook["status"], &webhook["response_code"]), (&json!(status), &json!(code)), "{webhook}");
    }
    assert!(elsewhere.is_idle());
}

#[test]
fn an_answer_that_comes_too_late_does_not_count() {
    let mut api = Api::start(&["--webhook-timeout", "0.1"]);
    let endpoint = Endpoint::silent();
    let id = api.fetch_with_webhook(&json!({ "url": endpoint.url("/") }));
    endpoint.next();
    let webhook = api.finished_webhook(&id);
    assert_eq!((&webhook["status"], &webhook["response_code"]), (&json!("failed"), &json!(null)));
    assert!(webhook["failure"].as_str().unwrap().contains("0.1 seconds"), "{webhook}");
}

#[test]
fn an_endpoint_that_is_not_there_is_a_failure() {
    let mut api = Api::start(&[]);
    let id = api.fetch_with_webhook(&json!({ "url": "http://127.0.0.1:9/" }));
    let webhook = api.finished_webhook(&id);
    assert_eq!((&webhook["status"], &webhook["response_code"]), (&json!("failed"), &json!(null)));
    assert!(!webhook["failure"].as_str().unwrap().is_empty());
}

#[test]
fn an_endless_answer_is_not_read_to_its_end() {
    let mut api = Api::start(&[]);
    let endless = format!("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n{}", "x".repeat(100_000));
    let endpoint = Endpoint::start(endless);
    let id = api.fetch_with_webhook(&json!({ "url": endpoint.url("/") }));
    endpoint.next();
    assert_eq!(api.finished_webhook(&id)["status"], "delivered");
}

#[test]
fn notifications_can_be_forwarded() {
    let forward = Endpoint::ok();
    let api = Api::start(&["--forward-webhooks-to", &forward.url("/local?a=b")]);
    let id = api.fetch_with_webhook(&json!({ "url": "https://user:pass@www.website.com/endpoint" }));
    let received = forward.next();
    assert_eq!(received.request_line, "POST /local?a=b HTTP/1.1");
    assert_eq!(received.json()["id"], *id);
    assert_eq!(received.header("authorization"), Some("Basic dXNlcjpwYXNz"));
    assert_eq!(api.webhook(&id)["url"], "https://www.website.com/endpoint");
}

#[test]
fn credentials_of_the_forward_url_win() {
    let forward = Endpoint::ok();
    let api = Api::start(&["--forward-webhooks-to", &format!("http://a:b@{}/", forward.address)]);
    api.fetch_with_webhook(&json!({ "url": "https://user:pass@www.website.com/endpoint" }));
    assert_eq!(forward.next().header("authorization"), Some("Basic YTpi"));
}

#[test]
fn one_slow_endpoint_holds_up_no_other() {
    let api = Api::start(&[]);
    let (slow, quick) = (Endpoint::silent(), Endpoint::ok());
    for _ in 0..10 {
        api.fetch_with_webhook(&json!({ "url": slow.url("/") }));
    }
    let id = api.fetch_with_webhook(&json!({ "url": quick.url("/") }));
    assert_eq!(quick.next().json()["id"], *id);
}

#[test]
fn many_notifications_all_arrive_once() {
    let mut api = Api::start(&[]);
    let endpoint = Endpoint::ok();
    let mut sent: Vec<_> = (0..50)
        .map(|_| {
            let body = json!({ "url": IMAGE_URL, "resize": { "width": 10 }, "webhook": { "url": endpoint.url("/"), "delay": 60 } });
            accepted(&api.fetch(&body))
        })
        .collect();
    api.advance_clock(60);
    let mut received: Vec<_> = sent.iter().map(|_| endpoint.next().json()["id"].as_str().unwrap().to_owned()).collect();
    for _ in 0..sent.len() {
        api.process.wait_for("delivered");
    }
    sent.sort_unstable();
    received.sort_unstable();
    assert_eq!(sent, received);
    assert!(endpoint.is_idle());
}
