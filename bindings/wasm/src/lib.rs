//! optidash-wasm
