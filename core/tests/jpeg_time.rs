//! How long the JPEG decoder takes, for those who ask: see `core/src/image/jpeg/README.md`.
#![cfg(feature = "image")]

use std::time::{Duration, Instant};

use optidash_core::image::jpeg::{Header, Scale, decode};

#[test]
#[ignore = "measures the files that the environment variable JPEGS names, and asserts nothing about time"]
fn time() {
    let names = std::env::var("JPEGS").expect("JPEGS: file names, separated by spaces");
    for name in names.split_whitespace() {
        let bytes = std::fs::read(name).unwrap();
        let header = Header::read(&bytes).unwrap();
        for scale in [Scale::Eighth, Scale::Quarter, Scale::Half, Scale::Full] {
            let run = |_| {
                let start = Instant::now();
                let planes = decode(&bytes, &header, scale).unwrap();
                assert!(!planes.components.is_empty());
                start.elapsed()
            };
            let best = (0..20).map(run).min().unwrap_or(Duration::ZERO);
            println!("{name} {scale:?}: {:.2} ms", best.as_secs_f64() * 1e3);
        }
    }
}
