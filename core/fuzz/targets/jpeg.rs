//! The engine on JPEG files.
#![no_main]

mod transforming;

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if !bytes.starts_with(b"\xFF\xD8\xFF") {
        return Corpus::Reject;
    }
    transforming::transform_all(bytes);
    Corpus::Keep
});
