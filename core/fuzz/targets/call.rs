//! Every operation of the core as packages call it, but for those on images. An input is the name of the operation, a zero
//! byte, the document, a zero byte, and the bytes beside the document.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use optidash_core::call::call;

fuzz_target!(|input: &[u8]| -> Corpus {
    let mut parts = input.splitn(3, |byte| *byte == 0);
    let (Some(operation), Some(document)) = (text(parts.next()), text(parts.next())) else { return Corpus::Reject };
    if operation == "transform" {
        return Corpus::Reject;
    }
    match call(operation, document, parts.next().unwrap_or_default()) {
        Ok(answer) => drop(serde_json::from_str::<serde_json::Value>(&answer.document).expect("an answer is JSON")),
        Err(error) => assert!(!error.code.is_empty() && !error.message.is_empty()),
    }
    Corpus::Keep
});

fn text(bytes: Option<&[u8]>) -> Option<&str> {
    std::str::from_utf8(bytes?).ok()
}
