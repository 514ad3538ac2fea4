//! Querying webhooks.

use serde_json::{Value, json};

use crate::api::Api;
use crate::endpoint::Endpoint;

const DAY: u64 = 86_400;

/// Two delivered an hour apart, one that failed another hour later, and one that waits.
fn api_with_history() -> (Api, [String; 4]) {
    let mut api = Api::start(&[]);
    let endpoint = Endpoint::ok();
    let mut ids = Vec::new();
    for url in [endpoint.url("/1"), endpoint.url("/2"), "http://127.0.0.1:9/".to_owned()] {
        let id = api.fetch_with_webhook(&json!({ "url": url }));
        api.process.wait_for(&id);
        api.advance_clock(3600);
        ids.push(id);
    }
    ids.push(api.fetch_with_webhook(&json!({ "url": endpoint.url("/4"), "delay": 604_800 })));
    api.advance_clock(0);
    (api, ids.try_into().unwrap())
}

fn ids(document: &Value) -> Vec<&str> {
    document["webhooks"].as_array().unwrap().iter().map(|webhook| webhook["id"].as_str().unwrap()).collect()
}

#[test]
fn webhooks_are_listed_most_recent_first_and_filtered() {
    let (api, [first, second, failed, waiting]) = api_with_history();
    let created = |id: &str| api.webhook(id)["created_at"].as_str().unwrap().to_owned();
    let (from, to) = (created(&second), created(&failed));
    assert_eq!((from.len(), from.ends_with('Z')), ("2017-01-01T11:57:04.322Z".len(), true), "{from}");
    let encoded = from.replace(':', "%3A");
    for (query, expected) in [
        (String::new(), vec![&waiting, &failed, &second, &first]),
        ("?".to_owned(), vec![&waiting, &failed, &second, &first]),
        ("?limit=2".to_owned(), vec![&waiting, &failed]),
        ("?limit=2&offset=1".to_owned(), vec![&failed, &second]),
        ("?offset=4".to_owned(), vec![]),
        ("?status=delivered".to_owned(), vec![&second, &first]),
        ("?status=scheduled,failed".to_owned(), vec![&waiting, &failed]),
        ("?status=created,dispatched".to_owned(), vec![]),
        (format!("?start={encoded}"), vec![&waiting, &failed, &second]),
        (format!("?start={from}&end={to}"), vec![&failed, &second]),
        (format!("?end={from}&status=delivered,failed&offset=1&limit=10"), vec![&first]),
        ("?start=2017-01-01&end=2017-01-02T00:00:00".to_owned(), vec![]),
    ] {
        for path in ["webhooks", "webhooks/"] {
            let reply = api.get(&format!("{path}{query}"));
            assert_eq!(reply.status, 200, "{query}: {reply:?}");
            assert_eq!(ids(&reply.json()), expected, "{query}");
        }
    }
    let page = api.get("webhooks?status=delivered&limit=1").json();
    assert_eq!((&page["total"], &page["offset"], &page["limit"]), (&json!(2), &json!(0), &json!(1)));
}

#[test]
fn queries_that_are_wrong_are_refused() {
    let api = Api::start(&[]);
    for query in [
        "status=lost",
        "status=",
        "status=delivered,lost",
        "limit=0",
        "limit=101",
        "limit=ten",
        "limit=-1",
        "offset=-1",
        "offset=1.5",
        "offset=99999999999999999999",
        "start=yesterday",
        "end=2017-13-01",
        "start=",
        "limt=10",
        "id=x",
    ] {
        api.get(&format!("webhooks/?{query}")).failure(422);
    }
    assert_eq!(api.get("webhooks/?limit=100").status, 200);
}

#[test]
fn fifty_are_listed_unless_more_are_asked_for() {
    let api = Api::start(&[]);
    for _ in 0..55 {
        api.fetch_with_webhook(&json!({ "url": "http://127.0.0.1:9/", "delay": 60 }));
    }
    let page = api.get("webhooks").json();
    assert_eq!((ids(&page).len(), &page["total"]), (50, &json!(55)));
    assert_eq!(ids(&api.get("webhooks?limit=100").json()).len(), 55);
}

#[test]
fn pages_add_up_to_all_webhooks_and_each_comes_once() {
    let api = Api::start(&[]);
    let webhook = json!({ "url": "http://127.0.0.1:9/", "delay": 60 });
    let mut accepted: Vec<_> = (0..230).map(|_| api.fetch_with_webhook(&webhook)).collect();
    accepted.reverse();
    for limit in [100, 7, 1] {
        let pages = (0..230_usize).step_by(limit).chain([230, 1000]);
        let pages = pages.map(|offset| api.get(&format!("webhooks/?offset={offset}&limit={limit}")).json());
        let listed = pages.flat_map(|page| {
            assert_eq!(page["total"], 230);
            ids(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
        });
        let listed = listed.collect::<Vec<_>>();
        assert_eq!(listed, accepted, "limit={limit}");
    }
}

#[test]
fn history_is_kept_for_sixty_days() {
    let (api, [first, _, _, waiting]) = api_with_history();
    api.advance_clock(60 * DAY - 4 * 3600);
    assert_eq!(api.webhook(&first)["status"], "delivered");
    api.advance_clock(4 * 3600);
    api.get(&format!("webhooks/{first}")).failure(404);
    // Sent only now, so its days begin now.
    assert_eq!(api.webhook(&waiting)["id"], *waiting);
}

#[test]
fn an_unknown_webhook_is_not_found() {
    let api = Api::start(&[]);
    for id in ["f26656d4-3322-4279-acf4-0e1b3ef9d4bd", "x", "%ff", "a%2Fb"] {
        api.get(&format!("webhooks/{id}")).failure(404);
    }
}
