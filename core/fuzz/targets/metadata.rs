//! The metadata of any file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use optidash_core::image::metadata;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(found) = metadata(bytes, None) {
        assert!(found.width > 0 && found.height > 0 && found.bytes == bytes.len() as u64);
    }
});
