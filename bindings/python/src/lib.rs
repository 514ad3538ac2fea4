//! The core as the Python extension module `optidash._core`: JSON and bytes in, JSON and bytes out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::{PyException, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyMemoryView};

pyo3::create_exception!(_core, CoreError, PyException, "An error of the core; the argument is its JSON document.");

/// Calls an operation of the core by name, without the interpreter's lock while it works.
///
/// Returns the answer's JSON document and its bytes. Raises `CoreError` with the JSON document of the error.
#[pyfunction]
#[pyo3(signature = (operation, document, data, /))]
fn call<'py>(
    py: Python<'py>,
    operation: &str,
    document: &str,
    data: &Bound<'py, PyAny>,
) -> PyResult<(String, Bound<'py, PyBytes>)> {
    let data = bytes_of(data)?;
    // Nothing the core borrows outlives the call, so a panic leaves no broken state behind.
    let answer = py.detach(|| catch_unwind(AssertUnwindSafe(|| optidash_core::call::call(operation, document, &data))));
    match answer {
        Ok(Ok(answer)) => Ok((answer.document, PyBytes::new(py, &answer.bytes))),
        Ok(Err(error)) => Err(CoreError::new_err(error.to_json())),
        // The payload may quote what was being worked on, so it stays out of the message.
        Err(_) => Err(PyRuntimeError::new_err("optidash failed on a defect of its own: please report it")),
    }
}

/// `bytes` are borrowed; any other buffer is copied once, because its owner may write to it meanwhile.
fn bytes_of(data: &Bound<'_, PyAny>) -> PyResult<PyBackedBytes> {
    if let Ok(bytes) = data.cast::<PyBytes>() {
        return Ok(bytes.clone().into());
    }
    let copy = data.py().get_type::<PyBytes>().call1((PyMemoryView::from(data)?,))?;
    Ok(copy.cast_into::<PyBytes>()?.into())
}

#[pymodule]
mod _core {
    #[pymodule_export]
    use super::{CoreError, call};
}
