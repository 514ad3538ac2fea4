//! What a call takes it gives back.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use optidash::{optidash_alloc, optidash_call, optidash_free};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Calls and gives back all memory, the input's as well.
fn call(operation: &str, input: &[u8]) {
    // SAFETY: each block is freed once, with the size it was handed out with.
    unsafe {
        let copy = optidash_alloc(input.len());
        copy.copy_from_nonoverlapping(input.as_ptr(), input.len());
        let block = optidash_call(operation.as_ptr(), operation.len(), copy, input.len());
        optidash_free(copy, input.len());
        let length = u32::from_le_bytes(std::slice::from_raw_parts(block.add(4), 4).try_into().unwrap());
        optidash_free(block, 8 + length as usize);
    }
}

fn input(document: &str, bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(document.len()).unwrap().to_le_bytes(), document.as_bytes(), bytes].concat()
}

#[test]
fn memory_is_the_same_after_100_000_calls() {
    let image = include_bytes!("../../../core/tests/fixtures/jpeg/grey.jpg");
    let calls = [
        ("contains", input(r#"{"address": "212.224.84.130", "networks": ["212.224.84.128/26"]}"#, b"")),
        ("notification", input("{}", br#"{"id": "9fccf4b5", "success": false, "code": 422, "message": "no image"}"#)),
        ("no such operation", input("{}", b"")),
        ("operations", b"not a block".to_vec()),
    ];
    let every = |times: usize| {
        for (operation, input) in std::iter::repeat_n(&calls, times).flatten() {
            call(operation, input);
        }
        call("transform", &input(r#"{"operations": {"resize": {"width": 4}}}"#, image));
    };
    // What is made once and kept is made now.
    every(10);
    let before = MEMORY.current_usage();
    every(25_000);
    assert_eq!(MEMORY.current_usage(), before);
}
