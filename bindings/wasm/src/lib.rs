//! The core's one door for JavaScript: [`call`], and [`ask`] for operations that make no bytes, in a module of the protocol or in one of
//! the embedded engine, which carries no more than that.
//!
//! An error of the core is thrown as its JSON document, a string. Whatever else is thrown is a defect: a panic throws
//! an `Error` with its message, exhausted memory or stack the JavaScript engine's own error. The host then calls
//! [`discard`] and [`start`], which leaves it with a fresh instance.

#[cfg(not(feature = "image"))]
use optidash_core::call::call as door;
#[cfg(feature = "image")]
use optidash_core::call::call_on_images as door;
use wasm_bindgen::prelude::*;

/// What an operation answers with.
#[wasm_bindgen]
pub struct Answer(optidash_core::call::Answer);

#[wasm_bindgen]
impl Answer {
    /// A JSON document.
    #[wasm_bindgen(getter)]
    pub fn document(&self) -> String {
        self.0.document.clone()
    }

    /// The bytes of an image, empty for operations that make none. Frees the answer.
    #[wasm_bindgen(js_name = intoBytes)]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.bytes
    }
}

/// Calls an operation of the core by name.
///
/// # Errors
/// The JSON document of the core's error, as a JavaScript string.
#[wasm_bindgen]
pub fn call(operation: &str, input: &str, bytes: &[u8]) -> Result<Answer, JsValue> {
    door(operation, input, bytes).map(Answer).map_err(|error| JsValue::from_str(&error.to_json()))
}

/// Calls an operation of which only the document is wanted: nothing is copied or kept for the bytes.
///
/// # Errors
/// As [`call`].
#[wasm_bindgen]
pub fn ask(operation: &str, input: &str, bytes: &[u8]) -> Result<String, JsValue> {
    match door(operation, input, bytes) {
        Ok(answer) => Ok(answer.document),
        Err(error) => Err(JsValue::from_str(&error.to_json())),
    }
}

/// Lets a panic cross as an error with its message instead of a bare trap. Runs by itself when the module starts.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
}

/// Gives the instance up after a defect: the next call starts on a fresh one. That call has to be [`start`], because
/// wasm-bindgen passes a call's arguments into the old instance's memory before it makes the new one.
#[wasm_bindgen]
pub fn discard() {
    wasm_bindgen::handler::schedule_reinit();
}
