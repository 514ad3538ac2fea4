//! The engine on WebP files.
#![no_main]

mod transforming;

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if !bytes.starts_with(b"RIFF") || bytes.get(8..12) != Some(b"WEBP") {
        return Corpus::Reject;
    }
    transforming::transform_all(bytes);
    Corpus::Keep
});
