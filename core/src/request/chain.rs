//! The chain of calls that an image request is made of: a source and operations.

use serde_json::{Map, Value, json};

use super::FilePart;
use crate::json::wrong_type;
use crate::{Error, json as core_json, operations, web_url};

pub(super) enum Source {
    Fetch,
    Upload(FilePart),
}

#[derive(Default)]
pub(super) struct Chain {
    pub(super) source: Option<Source>,
    pub(super) body: Map<String, Value>,
}

impl Chain {
    pub(super) fn add(&mut self, call: &[Value]) -> Result<(), Error> {
        let Some((Value::String(name), arguments)) = call.split_first() else {
            return Err(core_json::malformed("holds a call without a name"));
        };
        let argument = arguments.first().unwrap_or(&Value::Null);
        match name.as_str() {
            "fetch" => self.fetch(argument, arguments.get(1).unwrap_or(&Value::Null)),
            "upload" => self.upload(argument),
            _ => self.operation(name, argument),
        }
    }

    fn set_source(&mut self, name: &str, source: Source) -> Result<(), Error> {
        if self.source.replace(source).is_some() {
            return Err(Error::validation(
                "two_sources",
                name,
                "is a second source; a request has one, `fetch` or `upload`",
            ));
        }
        Ok(())
    }

    fn fetch(&mut self, url: &Value, options: &Value) -> Result<(), Error> {
        self.set_source("fetch", Source::Fetch)?;
        match url {
            Value::String(text) => web_url::check(text, "url")?,
            Value::Null => {
                return Err(Error::validation(
                    "required",
                    "url",
                    "is required: the public address of the image to fetch",
                ));
            }
            other => return Err(wrong_type("url", "a string", other)),
        };
        self.body.insert("url".into(), url.clone());
        let options = match options {
            Value::Null => return Ok(()),
            Value::Object(options) => options,
            other => return Err(wrong_type("fetch", "a hash of options", other)),
        };
        for (name, value) in options {
            if name != "headers" {
                let message = format!("`fetch` has no option `{name}`; did you mean `headers`?");
                return Err(Error::validation("misspelt_attribute", format!("fetch.{name}"), message));
            }
            operations::check_headers("headers", value)?;
            self.body.insert("headers".into(), value.clone());
        }
        Ok(())
    }

    fn upload(&mut self, file: &Value) -> Result<(), Error> {
        let label = match file {
            Value::Object(label) => label,
            Value::Null => {
                let message = "is required: the image to upload, as a path, bytes or a stream";
                return Err(Error::validation("required", "file", message));
            }
            other => return Err(wrong_type("file", "a path, bytes or a stream", other)),
        };
        let name = match label.get("name") {
            None | Some(Value::Null) => "",
            Some(Value::String(name)) => name,
            Some(other) => return Err(wrong_type("name", "a file name, a string", other)),
        };
        let file = FilePart { name: file_name(name), content_type: "application/octet-stream" };
        self.set_source("upload", Source::Upload(file))
    }

    fn operation(&mut self, name: &str, hash: &Value) -> Result<(), Error> {
        if matches!(name, "url" | "headers" | "response") {
            let message = "is not an operation; use `fetch`, its option `headers`, and the method that ends the chain";
            return Err(Error::validation("unknown_operation", name, message));
        }
        let Value::Object(attributes) = hash else {
            return Err(wrong_type(name, "a hash of attributes", hash));
        };
        let name = match operations::find(name) {
            Some(operation) => {
                operations::validate(operation, attributes)?;
                operation.name
            }
            None => {
                operations::check_operation_name(name)?;
                name
            }
        };
        self.body.insert(name.to_owned(), hash.clone());
        Ok(())
    }

    pub(super) fn ask_for_binary(&mut self) -> Result<(), Error> {
        for (name, remedy) in
            [("webhook", "the notification carries the metadata"), ("store", "the output goes to your storage")]
        {
            if self.body.contains_key(name) {
                let message =
                    format!("cannot be combined with a binary response, since {remedy}; ask for JSON instead");
                return Err(Error::validation("conflict", name, message));
            }
        }
        self.body.insert("response".into(), json!({"mode": "binary"}));
        Ok(())
    }
}

pub(super) fn missing_source() -> Error {
    Error::validation("missing_source", "", "the request has no image; call `fetch` with a URL or `upload` with a file")
}

/// The last part of a path, without control characters; `image` when nothing is left.
fn file_name(path: &str) -> String {
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|letter| !letter.is_control()).take(255).collect();
    if name.is_empty() { "image".into() } else { name }
}
