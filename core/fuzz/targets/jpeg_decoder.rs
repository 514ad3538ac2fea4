//! The engine's own JPEG decoder, at every scale.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use optidash_core::image::jpeg::{Header, Scale, decode};

/// Small enough for thousands of runs a second.
const MOST_PIXELS: u64 = 300_000;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(header) = Header::read(bytes) else { return Corpus::Keep };
    let (width, height) = header.scaled(Scale::Full);
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Corpus::Reject;
    }
    for scale in [Scale::Eighth, Scale::Quarter, Scale::Half, Scale::Full] {
        let Ok(planes) = decode(bytes, &header, scale) else { continue };
        for plane in &planes.components {
            assert_eq!(plane.samples.len(), plane.size.width as usize * plane.size.height as usize);
        }
        if planes.components.len() == 3 {
            drop(planes.to_rgb());
        }
    }
    Corpus::Keep
});
