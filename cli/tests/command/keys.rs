//! API keys: made and renamed with the master key.

use serde_json::{Value, json};

use crate::api::Api;
use crate::http::{Reply, Request};

fn call(api: &Api, key: &str, method: &str, path: &str, body: &Value) -> Reply {
    let authorization = format!("Bearer {key}");
    Request::new(&api.address, method, &format!("/1.0/{path}"))
        .header("Authorization", &authorization)
        .json(body)
        .send()
}

fn make(api: &Api, master: &str, name: &str) -> String {
    let reply = call(api, master, "POST", "keys", &json!({ "name": name }));
    let document = reply.json();
    assert_eq!((reply.status, &document["success"], &document["name"]), (200, &json!(true), &json!(name)));
    document["key"].as_str().unwrap().to_owned()
}

fn may_call(api: &Api, key: &str) -> bool {
    call(api, key, "GET", "account", &json!({})).status == 200
}

#[test]
fn a_made_key_calls_the_api_and_makes_no_keys() {
    let api = Api::start(&["--api-key", "master", "--api-key", "second"]);
    assert!(!may_call(&api, "anything"));
    let key = make(&api, "master", "shop");
    assert!(key.len() == 40 && key.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{key}");
    assert!(may_call(&api, &key) && may_call(&api, "second"));
    for key in [&key, "second"] {
        call(&api, key, "POST", "keys", &json!({ "name": "other" })).failure(403);
        call(&api, key, "PUT", &format!("keys/{key}"), &json!({ "name": "other" })).failure(403);
    }
    call(&api, "anything", "POST", "keys", &json!({ "name": "other" })).failure(401);
}

#[test]
fn names_are_unique_and_can_change() {
    let api = Api::start(&["--key", "master"]);
    let (shop, blog) = (make(&api, "master", "shop"), make(&api, "master", "blog"));
    assert_ne!(shop, blog);
    assert!(call(&api, "master", "POST", "keys", &json!({ "name": " shop " })).failure(422).contains("name"));
    let rename = |key: &str, name: &str| call(&api, "master", "PUT", &format!("keys/{key}"), &json!({ "name": name }));
    rename(&shop, "blog").failure(422);
    assert_eq!(rename(&shop, "store").json(), json!({ "success": true, "name": "store", "key": shop }));
    assert_eq!(rename(&shop, "store").status, 200);
    assert_eq!(rename(&blog, "shop").status, 200);
    assert!(may_call(&api, &shop));
    for unknown in ["master", "x", "%ff"] {
        rename(unknown, "new").failure(404);
    }
    let calls = Request::new(&api.address, "GET", "/calls").send();
    assert!(String::from_utf8_lossy(&calls.body).contains("/keys/:key"));
    assert!(!String::from_utf8_lossy(&calls.body).contains(&shop));
}

#[test]
fn a_name_is_a_short_text() {
    let api = Api::start(&[]);
    for body in [
        json!({}),
        json!({ "name": 5 }),
        json!({ "name": " " }),
        json!({ "name": "x".repeat(101) }),
        json!({ "name": "a\nb" }),
    ] {
        call(&api, "master", "POST", "keys", &body).failure(422);
    }
    call(&api, "master", "PUT", "keys/x", &json!({})).failure(422);
    call(&api, "master", "GET", "keys", &json!({})).failure(405);
}

#[test]
fn keys_outlive_the_process_and_are_kept_as_digests() {
    let data = tempfile::tempdir().unwrap();
    let key = make(&Api::start_in(data.path(), &["--key", "master"]), "master", "shop");
    let api = Api::start_in(data.path(), &["--key", "master"]);
    assert!(may_call(&api, &key));
    for entry in std::fs::read_dir(data.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()));
    }
}

#[test]
fn where_every_key_is_accepted_the_made_ones_are_still_ordinary() {
    let api = Api::start(&[]);
    let key = make(&api, "anything", "shop");
    assert!(may_call(&api, &key));
    call(&api, &key, "POST", "keys", &json!({ "name": "other" })).failure(403);
    make(&api, "else", "other");
}
