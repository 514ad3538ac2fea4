//! Runs the conformance cases in `tests/vectors/`; every language runs the same files.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use base64::Engine as _;
use optidash_core::call::call;
use serde_json::{Value, json};

fn load(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(name);
    serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()
}

fn bytes(case: &Value) -> Vec<u8> {
    match (case["bytes"].as_str(), case["bytes_base64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, Some(encoded)) => base64::engine::general_purpose::STANDARD.decode(encoded).unwrap(),
        (None, None) => Vec::new(),
    }
}

/// What a case does not settle is left out: the header that names the package, and the wording of a rejection.
fn settled(mut answer: Value) -> Value {
    for pointer in ["/headers", "/observed/headers"] {
        if let Some(headers) = answer.pointer_mut(pointer).and_then(Value::as_array_mut) {
            headers.retain(|header| header[0] != "User-Agent");
        }
    }
    if let Some(rejection) = answer.get_mut("rejection").and_then(Value::as_object_mut) {
        rejection.remove("message");
    }
    answer
}

/// What a case says of an error; nobody is bound to say all.
fn known(found: &Value, expected: Option<&Value>) -> Value {
    let names = expected.and_then(Value::as_object).map(|expected| expected.keys().cloned().collect());
    let names: Vec<String> = names.unwrap_or_else(|| ["type", "code", "path"].map(str::to_owned).into());
    names.into_iter().map(|name| (name.clone(), found[&name].clone())).collect::<serde_json::Map<_, _>>().into()
}

fn run(operation: &str, case: &Value) -> Value {
    match call(operation, &case["input"].to_string(), &bytes(case)) {
        Ok(answer) => json!({"answer": settled(serde_json::from_str(&answer.document).unwrap())}),
        Err(error) => {
            assert!(!error.message.is_empty(), "an error without a message");
            let found: Value = serde_json::from_str(&error.to_json()).unwrap();
            json!({"error": known(&found, case.get("error"))})
        }
    }
}

#[test]
fn every_case_holds() {
    let mut failures = Vec::new();
    let mut count = 0;
    for file in load("index.json")["files"].as_array().unwrap() {
        let file = file.as_str().unwrap();
        let vectors = load(file);
        for case in vectors["cases"].as_array().unwrap() {
            count += 1;
            let expected = match case.get("error") {
                Some(error) => json!({"error": error}),
                None => json!({"answer": case["answer"]}),
            };
            let found = run(vectors["operation"].as_str().unwrap(), case);
            if found != expected {
                failures.push(format!("{file}: {}\n  expected {expected}\n  found    {found}", case["name"]));
            }
        }
    }
    assert!(count > 300, "only {count} cases ran");
    assert!(failures.is_empty(), "{} of {count} cases failed:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_file_is_in_the_index() {
    let index = load("index.json");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".json") && name != "index.json" {
            assert!(index["files"].as_array().unwrap().iter().any(|file| file == &name), "{name} is not in the index");
        }
    }
}
