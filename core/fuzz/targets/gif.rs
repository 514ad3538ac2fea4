//! The engine on GIF files.
#![no_main]

mod transforming;

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if !bytes.starts_with(b"GIF8") {
        return Corpus::Reject;
    }
    transforming::transform_all(bytes);
    Corpus::Keep
});
