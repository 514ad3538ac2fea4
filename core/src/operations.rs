//! Every operation the API knows, with its attributes: names, types, ranges, defaults and a doc line each.
//!
//! The table is the single source of the packages' types and of the reference in the docs. What the documentation
//! settles is checked; an attribute or operation that it does not settle passes through unchanged, because the API is the
//! authority on it. Section numbers name the API's documentation pages, or the clients where no page exists.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Error, spelling};

mod check;
mod requirement;
mod table;

pub(crate) use check::check_headers;
pub use requirement::{Requirement, is_default};
pub use table::{OPERATIONS, REQUEST};

/// The attributes of one operation, as the caller wrote them.
pub type Hash = Map<String, Value>;

/// An operation: a hash at the top level of the request.
#[derive(Debug, Serialize)]
pub struct Operation {
    /// The name of the hash in the request and of the method in every package.
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Where that is documented.
    pub source: &'static str,
    /// The attributes known.
    pub attributes: &'static [Attribute],
    /// Which attributes need others.
    pub requirements: &'static [Requirement],
}

/// An attribute of an operation.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Attribute {
    /// Its name in the hash.
    pub name: &'static str,
    /// What it may hold.
    #[serde(flatten)]
    pub kind: Kind,
    /// Whether the operation makes no sense without it.
    pub required: bool,
    /// The value that the API takes when it is left out, as JSON.
    pub default: Option<&'static str>,
    /// What it means.
    pub doc: &'static str,
    /// Where that is documented, when not where the operation is.
    pub source: Option<&'static str>,
    /// Whether only the embedded engine gives it a meaning. The API may know it by another one or not at all, so nothing is
    /// checked before a request is sent.
    #[serde(skip)]
    pub local: bool,
}

/// What an attribute may hold.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A whole number in a range; an open end where the documentation names none.
    Integer {
        /// The smallest value.
        minimum: i64,
        /// The largest value.
        maximum: Option<i64>,
    },
    /// A number.
    Number,
    /// Text.
    Text,
    /// Text that is usually one of the known values; others pass unless they are a misspelling of one.
    Choice {
        /// The known values.
        values: &'static [&'static str],
    },
    /// An absolute `http` or `https` URL (RFC 3986).
    Url,
    /// A hex colour: `RGB`, `RRGGBB` or `RRGGBBAA`, with or without a leading `#`.
    Color,
    /// Two positive whole numbers, `W:H`.
    Ratio,
    /// A path without a leading slash.
    Path,
    /// A hash of names and values of the caller's own.
    Hash,
    /// A hash of the names and values of HTTP headers.
    Headers,
    /// Seen in samples, but neither its type nor its range is documented: anything passes.
    Shown {
        /// What the samples hold.
        sample: Sample,
    },
}

/// What samples show of an attribute.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Sample {
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A colour.
    Color,
    /// A hash with these attributes.
    Hash {
        /// What is in it.
        attributes: &'static [Attribute],
    },
}

/// The operation of that name; `stylize` is the old name of `filter`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Operation> {
    let name = if name == "stylize" { "filter" } else { name };
    OPERATIONS.iter().find(|operation| operation.name == name)
}

/// Checks the hash of an operation against the table.
///
/// # Errors
/// A [`Class::ValidationError`](crate::Class) with the attribute's path and one of the codes `wrong_type`, `required`, `out_of_range`,
/// `unknown_value`, `misspelt_attribute`, `conflict`, `invalid_url` and `unsupported_scheme`.
pub fn validate(operation: &Operation, hash: &Hash) -> Result<(), Error> {
    for (name, value) in hash {
        match attribute(operation, name) {
            Some(attribute) if attribute.local => {}
            Some(attribute) => check::check(&path(operation, name), attribute.kind, value)?,
            None => check_attribute_name(operation, name, |attribute| !attribute.local)?,
        }
    }
    for attribute in operation.attributes.iter().filter(|attribute| attribute.required) {
        if !hash.contains_key(attribute.name) {
            return Err(missing(operation, attribute.name, attribute.doc));
        }
    }
    operation.requirements.iter().try_for_each(|requirement| requirement.check(operation, hash))
}

/// Checks the names of operations and attributes and nothing else, for hashes whose values are read elsewhere.
///
/// # Errors
/// `unknown_operation` or `misspelt_attribute`, with the name that was probably meant.
pub fn check_names(operations: &Hash) -> Result<(), Error> {
    for (name, hash) in operations {
        let Some(operation) = find(name) else {
            check_operation_name(name)?;
            continue;
        };
        let names = hash.as_object().into_iter().flat_map(Map::keys);
        names
            .filter(|name| attribute(operation, name).is_none())
            .try_for_each(|name| check_attribute_name(operation, name, |_| true))?;
    }
    Ok(())
}

/// Refuses the name of an operation that is not in the table when it is a misspelling of one that is.
pub(crate) fn check_operation_name(name: &str) -> Result<(), Error> {
    match spelling::nearest(name, OPERATIONS.iter().map(|operation| operation.name)) {
        None => Ok(()),
        Some(nearest) => {
            let message = format!("there is no operation `{name}`; did you mean `{nearest}`?");
            Err(Error::validation("unknown_operation", name, message))
        }
    }
}

fn attribute(operation: &Operation, name: &str) -> Option<&'static Attribute> {
    operation.attributes.iter().find(|attribute| attribute.name == name)
}

/// Refuses a name that is a misspelling of one of the attributes that `counts` lets pass.
fn check_attribute_name(operation: &Operation, name: &str, counts: fn(&Attribute) -> bool) -> Result<(), Error> {
    let known = operation.attributes.iter().filter(|attribute| counts(attribute));
    match spelling::nearest(name, known.map(|attribute| attribute.name)) {
        None => Ok(()),
        Some(nearest) => Err(Error::validation(
            "misspelt_attribute",
            path(operation, name),
            format!("`{}` has no attribute `{name}`; did you mean `{nearest}`?", operation.name),
        )),
    }
}

fn path(operation: &Operation, attribute: &str) -> String {
    format!("{}.{attribute}", operation.name)
}

fn missing(operation: &Operation, attribute: &str, reason: &str) -> Error {
    Error::validation("required", path(operation, attribute), format!("is required: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(name: &str, hash: Value) -> Result<(), Error> {
        validate(find(name).unwrap(), hash.as_object().unwrap())
    }

    #[test]
    fn every_default_passes_its_own_check() {
        for operation in OPERATIONS {
            for attribute in operation.attributes {
                let Some(default) = attribute.default else { continue };
                let value = serde_json::from_str(default).unwrap();
                check::check(attribute.name, attribute.kind, &value).unwrap();
            }
        }
    }

    #[test]
    fn names_are_unique_and_documented() {
        let mut names: Vec<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), OPERATIONS.len());
        for operation in OPERATIONS {
            assert!(operation.doc.ends_with('.'), "{}", operation.name);
            assert!(operation.attributes.iter().all(|attribute| attribute.doc.ends_with('.')), "{}", operation.name);
        }
    }

    #[test]
    fn what_is_not_documented_passes() {
        check("border", json!({"width": 3, "color": "#fff"})).unwrap();
        check("resize", json!({"width": 3, "kernel": "lanczos"})).unwrap();
        check("resize", json!({"width": 3, "mode": "seam-carving"})).unwrap();
    }

    #[test]
    fn stylize_is_the_old_name_of_filter() {
        assert_eq!(find("stylize").unwrap().name, "filter");
    }
}
