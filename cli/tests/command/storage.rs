//! Temporary storage and the account.

use serde_json::json;

use crate::api::{Api, IMAGE_URL};
use crate::http::Request;

const DAY: u64 = 86_400;

fn output_target(api: &Api, operations: serde_json::Value) -> String {
    let mut body = json!({ "url": IMAGE_URL });
    body.as_object_mut().unwrap().extend(operations.as_object().unwrap().clone());
    let document = api.fetch(&body).json();
    let url = document["output"]["url"].as_str().unwrap();
    url.strip_prefix(&format!("http://{}", api.address)).unwrap().to_owned()
}

#[test]
fn outputs_can_be_downloaded_with_their_media_type() {
    let api = Api::start(&[]);
    for (format, media_type) in
        [("jpg", "image/jpeg"), ("png", "image/png"), ("webp", "image/webp"), ("gif", "image/gif")]
    {
        let operations = json!({ "resize": { "width": 20 }, "output": { "format": format } });
        let target = output_target(&api, operations);
        assert!(target.ends_with(&format!("/image.{format}")), "{target}");
        let reply = Request::new(&api.address, "GET", &target).send();
        assert_eq!((reply.status, reply.header("content-type")), (200, Some(media_type)));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        let head = Request::new(&api.address, "HEAD", &target).send();
        assert_eq!(head.header("content-length"), Some(reply.body.len().to_string().as_str()));
    }
}

#[test]
fn an_output_is_found_by_id_and_name_for_a_day() {
    let api = Api::start(&[]);
    let target = output_target(&api, json!({}));
    let get = |target: &str| Request::new(&api.address, "GET", target).send();
    get(&target.replace("image.jpg", "other.jpg")).failure(404);
    api.advance_clock(DAY - 60);
    assert_eq!(get(&target).status, 200);
    api.advance_clock(60);
    get(&target).failure(404);
}

#[test]
fn the_account_counts_calls() {
    let api = Api::start(&[]);
    let account = || {
        let document = api.get("account").json();
        for key in ["company", "subscription"] {
            assert!(!document[key].is_null(), "{document}");
        }
        assert_eq!(document["quota"], document["credits"]);
        let number = |key: &str| document["quota"][key].as_u64().unwrap();
        assert_eq!(number("total"), number("used") + number("remaining"));
        number("used")
    };
    assert_eq!(account(), 0);
    api.fetch(&json!({ "url": IMAGE_URL }));
    api.fetch(&json!({ "url": IMAGE_URL, "resize": { "widht": 1 } })).failure(422);
    api.fetch_with_webhook(&json!({ "url": "http://127.0.0.1:9/" }));
    assert_eq!(account(), 2);
}
