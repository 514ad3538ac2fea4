//! What cannot be done is said in the API's shape, with words that help.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::api::{Api, IMAGE_URL, command, photograph};
use crate::http::{Request, failure_message};

const FILE: &str = "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"";
const DATA: &str = "Content-Disposition: form-data; name=\"data\"";

#[test]
fn a_call_without_a_key_is_refused() {
    let api = Api::start(&[]);
    for (method, path) in
        [("POST", "fetch"), ("POST", "upload"), ("GET", "account"), ("GET", "webhooks"), ("GET", "webhooks/x")]
    {
        Request::new(&api.address, method, &format!("/1.0/{path}")).send().failure(401);
    }
}

#[test]
fn unknown_addresses_and_methods_are_refused() {
    let api = Api::start(&[]);
    for target in ["/", "/1.0", "/1.0/", "/1.0/unknown", "/2.0/fetch", "/temp/x", "/temp/x/y", "/%ff/%2e%2e/"] {
        Request::new(&api.address, "GET", target).send().failure(404);
    }
    for (method, path) in [("GET", "fetch"), ("PUT", "upload"), ("POST", "account"), ("DELETE", "webhooks")] {
        api.request(method, path).send().failure(405);
    }
}

#[test]
fn what_the_core_refuses_is_refused_with_its_words() {
    let api = Api::start(&[]);
    let webhook = "http://127.0.0.1:9/";
    for (body, words) in [
        (json!({}), "url"),
        (json!({ "url": 5 }), "url"),
        (json!({ "url": "ftp://example.com/a.jpg" }), "http"),
        (json!({ "url": "https://example.com/a b.jpg" }), "RFC 3986"),
        (json!({ "url": IMAGE_URL, "resize": { "widht": 100 } }), "did you mean `width`"),
        (json!({ "url": IMAGE_URL, "resize": { "mode": "fit", "width": 100 } }), "resize.height"),
        (json!({ "url": IMAGE_URL, "resize": 100 }), "resize"),
        (json!({ "url": IMAGE_URL, "resise": { "width": 100 } }), "did you mean `resize`"),
        (json!({ "url": IMAGE_URL, "headers": { "a b": "c" } }), "header"),
        (json!({ "url": IMAGE_URL, "headers": { "Content-Length": "5" } }), "headers.Content-Length"),
        (json!({ "url": IMAGE_URL, "filter": {}, "stylize": {} }), "stylize"),
        (json!({ "url": IMAGE_URL, "webhook": {} }), "webhook.url"),
        (json!({ "url": IMAGE_URL, "webhook": { "url": "http://a b/" } }), "webhook.url"),
        (json!({ "url": IMAGE_URL, "webhook": { "url": webhook, "delay": 0 } }), "webhook.delay"),
        (json!({ "url": IMAGE_URL, "webhook": { "url": webhook, "delay": 604_801 } }), "webhook.delay"),
        (json!({ "url": IMAGE_URL, "webhook": { "url": webhook, "delay": 1.5 } }), "webhook.delay"),
        (json!({ "url": IMAGE_URL, "webhook": { "url": webhook }, "response": { "mode": "binary" } }), "webhook"),
        (json!({ "url": IMAGE_URL, "store": { "id": "x" }, "response": { "mode": "binary" } }), "binary"),
        (json!({ "url": IMAGE_URL, "store": { "id": "x" } }), "external storage"),
        (json!({ "url": IMAGE_URL, "response": { "mode": "smoke signals" } }), "response.mode"),
        (json!({ "url": IMAGE_URL, "watermark": { "id": "x" } }), "watermark"),
        (json!([1]), "JSON object"),
        (json!(null), "JSON object"),
    ] {
        let message = api.fetch(&body).failure(422);
        assert!(message.contains(words), "{body}: {message}");
    }
}

#[test]
fn a_message_fits_into_a_header() {
    let api = Api::start(&[]);
    let body = json!({ "url": IMAGE_URL, "headers": { "x".repeat(100_000): 1 }, "y".repeat(100_000): {} });
    let reply = api.request("POST", "fetch").header("X-Optidash-Binary", "1").json(&body).send();
    assert!(failure_message(&reply.metadata(), 422).len() <= 1000);
}

#[test]
fn webhook_and_the_binary_header_conflict() {
    let api = Api::start(&[]);
    let body = json!({ "url": IMAGE_URL, "webhook": { "url": "http://127.0.0.1:9/" } });
    let reply = api.request("POST", "fetch").header("X-Optidash-Binary", "1").json(&body).send();
    assert_eq!((reply.status, reply.body.len()), (422, 0));
}

#[test]
fn bodies_that_are_no_json_are_refused() {
    let api = Api::start(&[]);
    let deep = "[".repeat(100_000);
    for body in ["", "{", "{\"url\": ", "\u{0}", &deep, "{\"url\":\"x\"} trailing"] {
        api.request("POST", "fetch").body(body).send().failure(422);
    }
    api.request("POST", "fetch").body([0xff, 0xfe, 0x00]).send().failure(422);
}

#[test]
fn uploads_that_are_none_are_refused() {
    let api = Api::start(&[]);
    let form_data = "multipart/form-data; boundary=xyz";
    let upload = |media_type: &str, parts: &[(&str, &[u8])]| {
        api.request("POST", "upload").multipart(media_type, parts).send().failure(422)
    };
    assert!(upload(form_data, &[(DATA, b"{}")]).contains("`file`"));
    assert!(upload(form_data, &[(FILE, b"")]).contains("empty"));
    assert!(upload(form_data, &[(FILE, b"these are no pixels")]).contains("JPEG"));
    assert!(upload(form_data, &[(FILE, b"x"), (DATA, b"{")]).contains("`data`"));
    assert!(upload(form_data, &[(FILE, b"x"), (DATA, b"[1]")]).contains("`data`"));
    assert!(upload(form_data, &[(FILE, b"x"), (DATA, br#"{"url":"https://a.example/"}"#)]).contains("fetch"));
    for media_type in ["application/json", "multipart/form-data", "multipart/form-data; boundary=", "x"] {
        assert!(upload(media_type, &[(FILE, b"x")]).contains("multipart"), "{media_type}");
    }
    let cut_off = "--xyz\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc";
    api.request("POST", "upload").header("Content-Type", form_data).body(cut_off).send().failure(422);
}

#[test]
fn truncated_and_lying_images_are_refused() {
    let api = Api::start(&[]);
    let image = std::fs::read(photograph()).unwrap();
    let mut enormous = image.clone();
    let frame = enormous.windows(2).position(|window| window == b"\xff\xc0").unwrap();
    enormous[frame + 5..frame + 9].fill(0xff);
    for bytes in [&image[..1000], &enormous, b"\x89PNG\r\n\x1a\n", &[0; 1000]] {
        let parts = [(FILE, bytes)];
        api.request("POST", "upload").multipart("multipart/form-data; boundary=xyz", &parts).send().failure(422);
    }
}

#[test]
fn sizes_are_limited() {
    let api = Api::start(&["--max-image", "1"]);
    let padded = json!({ "url": IMAGE_URL, "padding": "x".repeat(1024 * 1024) });
    api.fetch(&padded).failure(413);
    let form_data = "multipart/form-data; boundary=xyz";
    let large = vec![0; 1024 * 1024 + 1];
    api.request("POST", "upload").multipart(form_data, &[(FILE, &large)]).send().failure(413);
    api.request("POST", "upload").multipart(form_data, &[(FILE, b"x"), (DATA, &large)]).send().failure(413);
    let mut request = api.request("GET", "account");
    for number in 0..200 {
        request = request.header(&format!("X-Filler-{number}"), "x");
    }
    assert_eq!(request.send().status, 431);
    let long = "x".repeat(1_000_000);
    assert_eq!(api.request("GET", "account").header("X-Filler", &long).send().status, 431);
}

#[test]
fn the_clock_takes_seconds_from_programs_and_not_from_web_pages() {
    let api = Api::start(&[]);
    let advance = |body: &Value| Request::new(&api.address, "POST", "/clock").json(body).send();
    for body in [json!({}), json!({ "advance": -1 }), json!({ "advance": "60" }), json!({ "advance": 1e18 as u64 })] {
        advance(&body).failure(422);
    }
    let page =
        Request::new(&api.address, "POST", "/clock").header("Content-Type", "text/plain").body("{\"advance\": 60}");
    page.send().failure(415);
    let before = Request::new(&api.address, "GET", "/clock").send().json();
    assert_eq!(before["ahead"], 0);
    assert_eq!(advance(&json!({ "advance": 60 })).json()["ahead"], 60);
}

fn refused(arguments: &[&str]) -> String {
    let output = command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    assert!(!output.status.success(), "{arguments:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn options_that_are_wrong_are_explained() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path().to_str().unwrap();
    for (option, value, words) in [
        ("--listen", "0.0.0.0:0", "--allow-remote"),
        ("--fixture", "https://a.example/x.jpg", "URL=FILE"),
        ("--fixture", "https://a.example/x.jpg=/nowhere/x.jpg", "no file"),
        ("--fixture", "x.jpg=x.jpg", "scheme"),
        ("--forward-webhooks-to", "localhost:80", "scheme"),
        ("--webhook-timeout", "0", "seconds"),
        ("--max-image", "0", "1"),
    ] {
        let words_found = refused(&["serve", "--data", data, option, value]);
        let words_found = words_found.replace('\n', " ");
        assert!(words_found.contains(words) || option == "--webhook-timeout", "{option}: {words_found}");
    }
}

#[test]
fn one_data_directory_has_one_server() {
    let data = tempfile::tempdir().unwrap();
    let _first = Api::start_in(data.path(), &[]);
    let words = refused(&["serve", "--listen", "127.0.0.1:0", "--data", data.path().to_str().unwrap()]);
    assert!(words.contains("--data"), "{words}");
}
