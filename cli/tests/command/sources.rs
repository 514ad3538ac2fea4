//! Where a fetched image comes from.

use serde_json::{Value, json};

use crate::api::{Api, photograph};
use crate::endpoint::Endpoint;

fn serving(bytes: &[u8]) -> Endpoint {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len());
    Endpoint::start([head.as_bytes(), bytes].concat())
}

fn fetch(api: &Api, url: &str) -> Value {
    api.fetch(&json!({ "url": url, "resize": { "width": 100 } })).json()
}

#[test]
fn an_image_is_downloaded_as_the_service_does_it() {
    let api = Api::start(&[]);
    let source = serving(&std::fs::read(photograph()).unwrap());
    let url = format!("http://us%40er:pass@{}/path/rocket.jpg?size=l", source.address);
    let body = json!({ "url": url, "headers": { "host": "example.com", "x-my-custom-header": "true" } });
    let document = api.fetch(&body).json();
    assert_eq!((&document["success"], &document["input"]["name"]), (&json!(true), &json!("rocket.jpg")), "{document}");
    let request = source.next();
    assert_eq!(request.request_line, "GET /path/rocket.jpg?size=l HTTP/1.1");
    assert_eq!(request.header("user-agent"), Some("Optidash/1.0"));
    assert_eq!(request.header("host"), Some("example.com"));
    assert_eq!(request.header("x-my-custom-header"), Some("true"));
    assert_eq!(request.header("authorization"), Some("Basic dXNAZXI6cGFzcw=="));
}

#[test]
fn a_download_that_fails_is_a_failed_call_and_tells_no_password() {
    let api = Api::start(&["--max-image", "1"]);
    let missing = Endpoint::start("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let cut_off = Endpoint::start("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
    let too_long = serving(&vec![0; 1024 * 1024 + 1]);
    let endless = Endpoint::start([b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![0; 2 * 1024 * 1024]].concat());
    let lying = Endpoint::start("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
    let no_http = Endpoint::start("220 smtp.example ready\r\n");
    for (source, words) in [
        (&missing, "404"),
        (&cut_off, "downloaded"),
        (&too_long, "larger"),
        (&endless, "larger"),
        (&lying, "larger"),
        (&no_http, "downloaded"),
    ] {
        let url = format!("http://user:hunter2@{}/a.jpg?token=hunter2", source.address);
        let message = api.fetch(&json!({ "url": url })).failure(422);
        assert!(message.contains(words) && !message.contains("hunter2"), "{message}");
    }
}

#[test]
fn redirects_of_images_are_followed_a_few_times() {
    let api = Api::start(&[]);
    let image = serving(&std::fs::read(photograph()).unwrap());
    let redirect = |url: &str| {
        Endpoint::start(format!(
            "HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ))
    };
    let once = redirect(&image.url("/image.jpg"));
    let document = fetch(&api, &once.url("/other.jpg"));
    assert_eq!((&document["success"], &document["input"]["name"]), (&json!(true), &json!("other.jpg")), "{document}");

    let circle = redirect("/circle");
    let message = fetch(&api, &circle.url("/"))["message"].as_str().unwrap().to_owned();
    assert!(message.contains("redirects"), "{message}");
    let file = redirect("file:///etc/passwd");
    assert_eq!(fetch(&api, &file.url("/"))["success"], false);
}

#[test]
fn headers_meant_for_one_server_are_not_sent_to_another() {
    let api = Api::start(&[]);
    let image = serving(&std::fs::read(photograph()).unwrap());
    let elsewhere = image.url("/").replace("127.0.0.1", "localhost");
    let head = format!("HTTP/1.1 302 Found\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let first = Endpoint::start(head);
    api.fetch(&json!({ "url": first.url("/"), "headers": { "x-token": "secret" } }));
    assert_eq!(first.next().header("x-token"), Some("secret"));
    assert_eq!(image.next().header("x-token"), None);
}

#[test]
fn a_fixture_answers_in_place_of_the_network() {
    let url = "https://cdn.example.com/picture?id=1&size=2";
    let fixture = format!("{url}={}", photograph().display());
    let api = Api::start(&["--fixture", &fixture]);
    let document = fetch(&api, url);
    assert_eq!((&document["input"]["width"], &document["input"]["name"]), (&json!(640), &json!("picture")));
}
