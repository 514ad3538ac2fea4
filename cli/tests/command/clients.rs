//! What the official clients put on the wire, each in its own way.

use serde_json::json;

use crate::api::{Api, IMAGE_URL, accepted, photograph};
use crate::endpoint::Endpoint;
use crate::http::{Reply, Request, failure_message};

const FORM_DATA: &str = "multipart/form-data; boundary=xyz";
const DATA: &str = "Content-Disposition: form-data; name=\"data\"";
const RESIZE: &[u8] = br#"{"resize":{"width":100,"height":75}}"#;

fn image() -> Vec<u8> {
    std::fs::read(photograph()).unwrap()
}

fn upload(api: &Api, media_type: &str, parts: &[(&str, &[u8])]) -> Reply {
    api.request("POST", "upload").multipart(media_type, parts).send()
}

fn assert_resized(reply: &Reply, name: &str) {
    let document = reply.json();
    assert_eq!((reply.status, &document["success"], &document["code"]), (200, &json!(true), &json!(200)), "{reply:?}");
    assert_eq!(document["input"]["name"], name);
    assert_eq!((&document["input"]["width"], &document["input"]["height"]), (&json!(640), &json!(427)));
    assert_eq!((&document["output"]["width"], &document["output"]["height"]), (&json!(100), &json!(67)));
}

#[test]
fn node_and_ruby_send_the_file_first() {
    let api = Api::start(&[]);
    let file = "Content-Disposition: form-data; name=\"file\"; filename=\"rocket.jpg\"\r\nContent-Type: image/jpeg";
    assert_resized(&upload(&api, FORM_DATA, &[(file, &image()), (DATA, RESIZE)]), "rocket.jpg");
}

#[test]
fn python_and_swift_send_the_data_first() {
    let api = Api::start(&[]);
    let file = "Content-Disposition: form-data; name=\"file\"; filename=\"rocket.jpg\"";
    assert_resized(&upload(&api, FORM_DATA, &[(DATA, RESIZE), (file, &image())]), "rocket.jpg");
}

#[test]
fn go_sends_an_empty_file_name_and_the_old_name_of_filter() {
    let api = Api::start(&[]);
    let file = "Content-Disposition: form-data; name=\"file\"; filename=\"\"\r\nContent-Type: application/octet-stream";
    assert_resized(&upload(&api, FORM_DATA, &[(file, &image()), (DATA, RESIZE)]), "image.jpg");

    let stylize = json!({ "url": IMAGE_URL, "stylize": { "blur": { "mode": "gaussian", "value": 10 } } });
    let filter = json!({ "url": IMAGE_URL, "filter": { "blur": { "mode": "gaussian", "value": 10 } } });
    assert_eq!(api.fetch(&stylize).json()["message"], api.fetch(&filter).json()["message"]);
}

#[test]
fn php_sends_an_empty_list_for_no_operations() {
    let api = Api::start(&[]);
    let file = "Content-Disposition: form-data; name=\"file\"; filename=\"rocket.jpg\"";
    for data in [&b"[]"[..], b"{}", b"", br#"{"optimize":[]}"#] {
        let document = upload(&api, FORM_DATA, &[(file, &image()), (DATA, data)]).json();
        assert_eq!((&document["success"], &document["output"]["width"]), (&json!(true), &json!(640)), "{document}");
    }
    assert_eq!(upload(&api, FORM_DATA, &[(file, &image())]).status, 200);
    assert_eq!(api.fetch(&json!({ "url": IMAGE_URL, "headers": [], "optimize": [] })).status, 200);
}

#[test]
fn java_sends_multipart_mixed_and_asks_for_binary_in_the_header_alone() {
    let api = Api::start(&[]);
    let image = image();
    let length = image.len();
    let file = format!(
        "Content-Disposition: form-data; name=\"file\"; filename=\"rocket.jpg\"\r\n\
         Content-Type: application/octet-stream\r\nContent-Length: {length}"
    );
    let data = format!("{DATA}\r\nContent-Length: {}", RESIZE.len());
    let parts: [(&str, &[u8]); 2] = [(&file, &image), (&data, RESIZE)];
    assert_resized(&upload(&api, "multipart/mixed; boundary=xyz", &parts), "rocket.jpg");

    let request = api.request("POST", "upload").header("X-Optidash-Binary", "true");
    assert_binary(&api, &request.multipart("multipart/mixed; boundary=\"xyz\"", &parts).send());
}

#[test]
fn java_puts_the_border_under_auto() {
    let api = Api::start(&[]);
    let body = json!({ "url": IMAGE_URL, "resize": { "width": 100 }, "auto": { "width": 3, "color": "#ffffff" } });
    assert_eq!(api.fetch(&body).json()["output"]["width"], 100);
}

#[test]
fn every_client_asks_for_binary_in_body_and_header() {
    let api = Api::start(&[]);
    let body = json!({ "url": IMAGE_URL, "resize": { "width": 100 }, "response": { "mode": "binary" } });
    for header in [Some("1"), Some("true"), None] {
        let mut request = api.request("POST", "fetch");
        if let Some(value) = header {
            request = request.header("X-Optidash-Binary", value);
        }
        assert_binary(&api, &request.json(&body).send());
    }
}

fn assert_binary(api: &Api, reply: &Reply) {
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("content-type"), Some("image/jpeg"));
    assert!(reply.body.starts_with(b"\xff\xd8\xff"));
    let metadata = reply.metadata();
    assert_eq!((&metadata["success"], &metadata["output"]["width"]), (&json!(true), &json!(100)));
    assert_eq!(metadata["output"]["bytes"], reply.body.len());
    let url = metadata["output"]["url"].as_str().unwrap();
    let target = url.strip_prefix(&format!("http://{}", api.address)).unwrap();
    assert_eq!(Request::new(&api.address, "GET", target).send().body, reply.body);
}

#[test]
fn a_binary_response_that_fails_has_no_body() {
    let api = Api::start(&[]);
    let misspelt = json!({ "url": IMAGE_URL, "resize": { "widht": 100 } });
    let missing = json!({ "url": "http://127.0.0.1:9/image.jpg" });
    for body in [&misspelt, &missing] {
        let reply = api.request("POST", "fetch").header("X-Optidash-Binary", "1").json(body).send();
        assert_eq!((reply.status, reply.body.len()), (422, 0), "{reply:?}");
        failure_message(&reply.metadata(), 422);
    }
    let reply =
        Request::new(&api.address, "POST", "/1.0/fetch").header("X-Optidash-Binary", "true").json(&misspelt).send();
    assert_eq!((reply.status, reply.body.len()), (401, 0), "{reply:?}");
    failure_message(&reply.metadata(), 401);
}

#[test]
fn metadata_in_the_header_is_ascii() {
    let api = Api::start(&[]);
    let file = "Content-Disposition: form-data; name=\"file\"; filename=\"Größe 東.jpg\"";
    let request = api.request("POST", "upload").header("X-Optidash-Binary", "1");
    let reply = request.multipart(FORM_DATA, &[(file, &image())]).send();
    assert!(reply.header("X-Optidash-Meta").unwrap().is_ascii());
    assert_eq!(reply.metadata()["output"]["name"], "Größe 東.jpg");
}

#[test]
fn swift_authenticates_with_a_bearer_token() {
    let api = Api::start(&["--api-key", "key", "--api-key", "other"]);
    let body = json!({ "url": IMAGE_URL });
    let fetch = |authorization: &str| {
        Request::new(&api.address, "POST", "/1.0/fetch").header("Authorization", authorization).json(&body).send()
    };
    for authorization in ["Bearer key", "Bearer other", "Basic a2V5Og=="] {
        assert_eq!(fetch(authorization).status, 200, "{authorization}");
    }
    fetch("Bearer unknown").failure(401);
}

#[test]
fn a_height_in_quotes_is_a_number() {
    let api = Api::start(&[]);
    let body = json!({ "url": IMAGE_URL, "resize": { "width": 1024, "height": "768" } });
    assert_eq!(api.fetch(&body).json()["output"]["width"], 1024);
    let endpoint = Endpoint::ok();
    accepted(&api.fetch(&json!({ "url": IMAGE_URL, "webhook": { "url": endpoint.url("/"), "delay": "60" } })));
}

#[test]
fn the_image_can_have_twelve_megapixels() {
    let api = Api::start(&[]);
    let body = json!({ "url": IMAGE_URL, "resize": { "mode": "exact", "width": 4000, "height": 3000 } });
    let request = api.request("POST", "fetch").header("X-Optidash-Binary", "1");
    let large = request.json(&body).send().body;
    let file = "Content-Disposition: form-data; name=\"file\"; filename=\"large.jpg\"";
    let document = upload(&api, FORM_DATA, &[(file, &large), (DATA, RESIZE)]).json();
    assert_eq!((&document["input"]["width"], &document["output"]["width"]), (&json!(4000), &json!(100)), "{document}");
}
