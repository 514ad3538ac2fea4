//! How long whole transforms take, for those who ask: decoding, resizing, encoding, and the metadata of both files.
#![cfg(feature = "image")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail loudly")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use optidash_core::image::{Limits, transform};
use serde_json::{Value, json};

/// The names and operations that are measured, besides the defaults of `output`.
fn cases() -> [(&'static str, Value); 4] {
    let baseline = json!({"encoding": "baseline"});
    [
        ("100", json!({"resize": {"width": 100}})),
        ("100 baseline", json!({"resize": {"width": 100}, "output": baseline})),
        ("800", json!({"resize": {"width": 800}})),
        ("800 baseline", json!({"resize": {"width": 800}, "output": baseline})),
    ]
}

#[test]
#[ignore = "measures the files that the environment variable IMAGES names, and asserts nothing about time"]
fn time() {
    let names = std::env::var("IMAGES").expect("IMAGES: file names, separated by spaces");
    let runs: usize = std::env::var("RUNS").map_or(20, |runs| runs.parse().expect("RUNS: a number"));
    for name in names.split_whitespace() {
        let bytes = std::fs::read(name).unwrap();
        for (case, operations) in cases() {
            let operations = operations.as_object().unwrap();
            let run = |_| {
                let start = Instant::now();
                black_box(transform(black_box(&bytes), operations, None, &Limits::default()).unwrap());
                start.elapsed()
            };
            let best = (0..runs).map(run).min().unwrap_or(Duration::ZERO);
            let made = transform(&bytes, operations, None, &Limits::default()).unwrap().output;
            let (length, sha1) = (made.bytes, made.sha1.get(..8).unwrap_or_default());
            println!("{name} {case}: {:.2} ms, {length} bytes, {sha1}", best.as_secs_f64() * 1e3);
        }
    }
}
