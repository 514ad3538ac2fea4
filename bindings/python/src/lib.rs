//! optidash-python
