//! `account`, `keys` and `webhooks`.

use std::process::Output;

use serde_json::{Value, json};

use crate::api::{Api, command};

fn output(api: &Api, key: &str, arguments: &[&str]) -> Output {
    let mut command = command(arguments);
    command.env("OPTIDASH_API_KEY", key).env("OPTIDASH_BASE_URL", &api.process.first_line).output().unwrap()
}

fn answer(api: &Api, key: &str, arguments: &[&str]) -> Value {
    let output = output(api, key, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refusal(api: &Api, key: &str, arguments: &[&str]) -> String {
    let output = output(api, key, arguments);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_account_is_printed() {
    let api = Api::start(&["--api-key", "key", "--fail", "status=503,retry-after=0,times=2"]);
    assert_eq!(answer(&api, "key", &["account"])["quota"]["used"], 0);
    let words = refusal(&api, "wrong-key", &["account"]);
    assert!(words.contains("unauthorized") && !words.contains("wrong-key"), "{words}");
    assert_eq!(answer(&api, "wrong-key", &["account", "--key", "key"])["success"], true);
}

#[test]
fn keys_are_made_and_renamed() {
    let api = Api::start(&["--api-key", "master"]);
    let made = answer(&api, "master", &["keys", "create", "shop"]);
    let key = made["key"].as_str().unwrap();
    assert_eq!(answer(&api, key, &["account"])["success"], true);
    assert_eq!(answer(&api, "master", &["keys", "rename", key, "store"])["name"], "store");
    assert!(refusal(&api, "master", &["keys", "create", "store"]).contains("unprocessable: name"));
    assert!(refusal(&api, "master", &["keys", "rename", "unknown", "x"]).contains("not_found"));
    assert!(refusal(&api, key, &["keys", "create", "other"]).contains("forbidden"));
}

#[test]
fn webhooks_are_printed_page_after_page() {
    let api = Api::start(&[]);
    let webhook = json!({ "url": "http://127.0.0.1:9/", "delay": 60 });
    let mut ids: Vec<_> = (0..120).map(|_| api.fetch_with_webhook(&webhook)).collect();
    ids.reverse();
    let listed = |arguments: &[&str]| {
        let output = output(&api, "key", &[&["webhooks"], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
        text.lines().map(id).collect::<Vec<_>>()
    };
    assert_eq!(listed(&[]), ids);
    assert_eq!(listed(&["--offset", "10", "--limit", "105"]), ids[10..115]);
    assert!(listed(&["--status", "delivered,failed"]).is_empty());
    assert_eq!(answer(&api, "key", &["webhooks", &ids[7]])["webhook"]["id"], ids[7]);
    assert!(refusal(&api, "key", &["webhooks", "--status", "lost"]).contains("status"));
    assert!(refusal(&api, "key", &["webhooks", "unknown"]).contains("not_found"));
}
