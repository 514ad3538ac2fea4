//! The engine on PNG files.
#![no_main]

mod transforming;

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Corpus::Reject;
    }
    transforming::transform_all(bytes);
    Corpus::Keep
});
