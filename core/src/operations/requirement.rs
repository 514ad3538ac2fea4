//! Attributes that need others, as data: the check, the schema and the reference all read them.

use serde::Serialize;
use serde_json::Value;

use super::{Hash, Operation, attribute, missing};
use crate::Error;

/// That attributes are needed under a condition.
#[derive(Debug, Serialize)]
pub struct Requirement {
    /// An attribute and the value with which this holds, also when it is the default; always when nothing.
    pub when: Option<(&'static str, &'static str)>,
    /// An attribute with which this does not hold.
    pub unless: Option<&'static str>,
    /// What is needed: of each of these lists at least one.
    pub needs: &'static [&'static [&'static str]],
    /// Why.
    pub doc: &'static str,
}

impl Requirement {
    pub(super) fn check(&self, operation: &Operation, hash: &Hash) -> Result<(), Error> {
        if !self.holds(operation, hash) {
            return Ok(());
        }
        let missing_one = self.needs.iter().find(|names| !names.iter().any(|name| hash.contains_key(*name)));
        match missing_one.and_then(|names| names.first()) {
            None => Ok(()),
            Some(name) => Err(missing(operation, name, self.doc)),
        }
    }

    fn holds(&self, operation: &Operation, hash: &Hash) -> bool {
        if self.unless.is_some_and(|name| hash.contains_key(name)) {
            return false;
        }
        let Some((name, value)) = self.when else { return true };
        match hash.get(name) {
            Some(given) => given == value,
            None => is_default(operation, name, value),
        }
    }
}

/// Whether the API takes that text when the attribute is left out.
#[must_use]
pub fn is_default(operation: &Operation, name: &str, value: &str) -> bool {
    let default = attribute(operation, name).and_then(|attribute| attribute.default);
    default.and_then(|json| serde_json::from_str::<Value>(json).ok()).is_some_and(|default| default == value)
}
