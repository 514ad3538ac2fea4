//! The interface as a foreign caller meets it: raw blocks in, raw blocks out.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::ptr;

use optidash::{optidash_abi_version, optidash_alloc, optidash_call, optidash_free};
use serde_json::{Value, json};

/// A result block, copied and freed.
struct Outcome {
    status: u32,
    payload: Vec<u8>,
}

fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(bytes[offset..offset + 4].try_into().unwrap())
}

fn call_raw(operation: &[u8], input: &[u8]) -> Outcome {
    // SAFETY: both slices are alive, and the block is freed once with the size that it states.
    unsafe {
        let block = optidash_call(operation.as_ptr(), operation.len(), input.as_ptr(), input.len());
        assert!(!block.is_null());
        let head = std::slice::from_raw_parts(block, 8);
        let (status, length) = (u32_at(head, 0), u32_at(head, 4) as usize);
        let payload = std::slice::from_raw_parts(block.add(8), length).to_vec();
        optidash_free(block, 8 + length);
        Outcome { status, payload }
    }
}

fn input(document: &Value, bytes: &[u8]) -> Vec<u8> {
    let document = document.to_string();
    let length = u32::try_from(document.len()).unwrap();
    [&length.to_le_bytes(), document.as_bytes(), bytes].concat()
}

fn answer(outcome: &Outcome) -> (Value, &[u8]) {
    assert_eq!(outcome.status, 0, "{}", String::from_utf8_lossy(&outcome.payload));
    let (document, bytes) = outcome.payload[4..].split_at(u32_at(&outcome.payload, 0) as usize);
    (serde_json::from_slice(document).unwrap(), bytes)
}

fn error(outcome: &Outcome) -> Value {
    assert_eq!(outcome.status, 1);
    serde_json::from_slice(&outcome.payload).unwrap()
}

#[test]
fn the_version_is_known_before_anything_else() {
    assert_eq!(optidash_abi_version(), 1);
}

#[test]
fn an_operation_answers_with_its_document() {
    let outcome = call_raw(
        b"output_size",
        &input(&json!({"operations": {"resize": {"width": 50}}, "width": 100, "height": 60}), b""),
    );
    let (document, bytes) = answer(&outcome);
    assert_eq!(document, json!({"width": 50, "height": 30}));
    assert!(bytes.is_empty());
}

#[test]
fn images_pass_beside_the_documents() {
    let image = include_bytes!("../../../core/tests/fixtures/jpeg/420.jpg");
    let outcome = call_raw(b"transform", &input(&json!({"operations": {"output": {"format": "png"}}}), image));
    let (document, bytes) = answer(&outcome);
    assert_eq!(document["output"]["format"], "PNG");
    assert_eq!(document["output"]["bytes"], bytes.len());
    assert!(bytes.starts_with(b"\x89PNG"));
}

#[test]
fn errors_are_the_cores() {
    let outcome = call_raw(b"no such operation", &input(&json!({}), b""));
    assert_eq!(error(&outcome)["code"], "unknown_operation");
}

#[test]
fn malformed_blocks_are_refused() {
    for (operation, input) in [
        (&b"operations"[..], &b""[..]),
        (b"operations", b"\x02\0\0"),
        (b"operations", b"\x03\0\0\0{}"),
        (b"operations", b"\xff\xff\xff\xff{}"),
        (b"operations", b"\x02\0\0\0\xff\xff"),
        (b"\xff", b"\x02\0\0\0{}"),
    ] {
        assert_eq!(error(&call_raw(operation, input))["code"], "malformed_json", "{input:?}");
    }
}

#[test]
fn nothing_at_all_is_a_malformed_call() {
    // SAFETY: a null pointer stands for no bytes, whatever its length says.
    unsafe {
        let block = optidash_call(ptr::null(), 0, ptr::null(), 7);
        let length = u32_at(std::slice::from_raw_parts(block, 8), 4) as usize;
        assert_eq!(u32_at(std::slice::from_raw_parts(block, 8), 0), 1);
        optidash_free(block, 8 + length);
    }
}

#[test]
fn memory_is_handed_out_zeroed_and_taken_back() {
    for size in [0, 1, 4096, 1 << 20] {
        let pointer = optidash_alloc(size);
        // SAFETY: the memory was handed out with that size, and is freed once.
        unsafe {
            assert!(std::slice::from_raw_parts(pointer, size).iter().all(|&byte| byte == 0));
            optidash_free(pointer, size);
        }
    }
    assert!(optidash_alloc(usize::MAX).is_null());
    // SAFETY: null is ignored.
    unsafe { optidash_free(ptr::null_mut(), 0) };
}

#[test]
fn threads_call_at_once() {
    let document = json!({"address": "212.224.84.130", "networks": ["212.224.84.128/26"]});
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let input = input(&document, b"");
            std::thread::spawn(move || {
                for _ in 0..200 {
                    assert_eq!(answer(&call_raw(b"contains", &input)).0, json!({"contains": true}));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
