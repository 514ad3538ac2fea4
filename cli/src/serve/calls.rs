//! The calls that came in, for tests that count them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::Value;

/// The calls that are remembered.
const REMEMBERED: usize = 20_000;

// Whoever calls chooses both.
const MAX_METHOD: usize = 20;
const MAX_PATH: usize = 200;

// The rest of such a path is an API key.
const KEYS: &str = "/keys/";

#[derive(Debug, Serialize)]
struct Call {
    method: String,
    path: String,
    /// `None` until it is answered, and for ever if the connection closes before that.
    status: Option<u16>,
}

#[derive(Debug, Default)]
pub(crate) struct Calls {
    recent: Mutex<Recent>,
}

#[derive(Debug, Default)]
struct Recent {
    calls: VecDeque<Call>,
    forgotten: usize,
}

/// Which call an answer belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number(usize);

impl Calls {
    /// Notes a call when it comes in: one that is given up counts as well.
    pub(crate) fn begin(&self, method: &str, path: &str) -> Number {
        let path = if path.starts_with(KEYS) { "/keys/:key" } else { path };
        let call = Call {
            method: method.chars().take(MAX_METHOD).collect(),
            path: path.chars().take(MAX_PATH).collect(),
            status: None,
        };
        let mut recent = self.lock();
        if recent.calls.len() == REMEMBERED {
            recent.calls.pop_front();
            recent.forgotten += 1;
        }
        recent.calls.push_back(call);
        Number(recent.forgotten + recent.calls.len() - 1)
    }

    pub(crate) fn answered(&self, Number(number): Number, status: u16) {
        let mut recent = self.lock();
        let index = number.checked_sub(recent.forgotten);
        if let Some(call) = index.and_then(|index| recent.calls.get_mut(index)) {
            call.status = Some(status);
        }
    }

    /// The calls, oldest first.
    pub(crate) fn list(&self) -> Value {
        serde_json::to_value(&self.lock().calls).unwrap_or_default()
    }

    pub(crate) fn clear(&self) {
        let mut recent = self.lock();
        recent.forgotten += recent.calls.len();
        recent.calls.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_call_keeps_its_answer_while_others_are_forgotten() {
        let calls = Calls::default();
        let first = calls.begin("GET", "/account");
        let second = calls.begin("PUT", "/keys/secret");
        for _ in 0..REMEMBERED - 1 {
            calls.begin(&"x".repeat(1000), &"y".repeat(1000));
        }
        calls.answered(first, 200);
        calls.answered(second, 404);
        let list = calls.list();
        assert_eq!(list.as_array().unwrap().len(), REMEMBERED);
        assert_eq!(list[0], json!({ "method": "PUT", "path": "/keys/:key", "status": 404 }));
        assert_eq!(list[1], json!({ "method": "x".repeat(20), "path": "y".repeat(200), "status": null }));
        calls.clear();
        calls.answered(second, 200);
        let third = calls.begin("GET", "/account");
        calls.answered(third, 200);
        assert_eq!(calls.list(), json!([{ "method": "GET", "path": "/account", "status": 200 }]));
    }
}
