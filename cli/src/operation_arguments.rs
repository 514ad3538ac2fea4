//! Operations on the command line: an option for each one that the core knows, `--resize width=100,height=75`.

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use optidash_core::operations::{Attribute, Kind, OPERATIONS, Operation, Sample};
use serde_json::{Map, Value};

// They say how an image travels, and here it stays.
const TRAVEL: [&str; 3] = ["store", "webhook", "cdn"];

/// The operations that were chosen, as the API takes them.
#[derive(Debug, Clone, Default)]
pub(crate) struct OperationArguments {
    pub(crate) hashes: Map<String, Value>,
}

fn operations() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().filter(|operation| !TRAVEL.contains(&operation.name))
}

impl Args for OperationArguments {
    fn augment_args(command: Command) -> Command {
        operations().fold(command.next_help_heading("Operations"), |command, operation| {
            command.arg(
                Arg::new(operation.name)
                    .long(operation.name)
                    .value_name("NAME=VALUE,...")
                    .help(help(operation))
                    .value_parser(NonEmptyStringValueParser::new())
                    .action(ArgAction::Set),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for OperationArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut arguments = Self::default();
        arguments.update_from_arg_matches(matches)?;
        Ok(arguments)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        for operation in operations() {
            if let Some(text) = matches.get_one::<String>(operation.name) {
                let hash = read(operation, text).map_err(|reason| {
                    let message = format!("--{}: {reason}\n", operation.name);
                    Error::raw(clap::error::ErrorKind::ValueValidation, message)
                })?;
                self.hashes.insert(operation.name.to_owned(), Value::Object(hash));
            }
        }
        Ok(())
    }
}

fn help(operation: &Operation) -> String {
    let names: Vec<_> = operation.attributes.iter().map(|attribute| attribute.name).collect();
    let doc = operation.doc.trim_end_matches('.');
    if names.is_empty() { doc.to_owned() } else { format!("{doc}: {}", names.join(", ")) }
}

/// Reads `name=value,name=value`, where a name can be a path such as `blur.value`, or the hash as JSON.
fn read(operation: &Operation, text: &str) -> Result<Map<String, Value>, String> {
    if text.starts_with('{') {
        return serde_json::from_str(text).map_err(|error| error.to_string());
    }
    let mut hash = Map::new();
    for pair in text.split(',') {
        let (path, text) = pair.split_once('=').ok_or_else(|| format!("`{pair}` has no value; write NAME=VALUE"))?;
        insert(&mut hash, path.trim(), value(operation, path.trim(), text.trim()))?;
    }
    Ok(hash)
}

fn insert(hash: &mut Map<String, Value>, path: &str, value: Value) -> Result<(), String> {
    let Some((name, rest)) = path.split_once('.') else {
        return match hash.insert(path.to_owned(), value) {
            None => Ok(()),
            Some(_) => Err(format!("`{path}` is there twice")),
        };
    };
    let inner = hash.entry(name).or_insert_with(|| Value::Object(Map::new()));
    let inner = inner.as_object_mut().ok_or_else(|| format!("`{name}` has a value and attributes"))?;
    insert(inner, rest, value)
}

// Text stays text where the core knows that it is: "123" can be an id, and "4:3" is a ratio.
fn value(operation: &Operation, path: &str, text: &str) -> Value {
    match kind(operation.attributes, path) {
        Some(Kind::Text | Kind::Choice { .. } | Kind::Url | Kind::Color | Kind::Ratio | Kind::Path) => text.into(),
        Some(Kind::Shown { sample: Sample::Color }) => text.into(),
        _ => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

fn kind(attributes: &[Attribute], path: &str) -> Option<Kind> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let kind = attributes.iter().find(|attribute| attribute.name == name)?.kind;
    match (rest, kind) {
        (None, kind) => Some(kind),
        (Some(rest), Kind::Shown { sample: Sample::Hash { attributes } }) => self::kind(attributes, rest),
        (Some(_), _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use optidash_core::operations::find;
    use serde_json::json;

    fn hash(name: &str, text: &str) -> Value {
        Value::Object(read(find(name).unwrap(), text).unwrap())
    }

    #[test]
    fn attributes_have_the_type_that_the_core_knows() {
        assert_eq!(
            hash("resize", "width=100, height=75,mode=fit,upscale=false"),
            json!({ "width": 100, "height": 75, "mode": "fit", "upscale": false })
        );
        assert_eq!(hash("crop", "mode=ratio,ratio=4:3"), json!({ "mode": "ratio", "ratio": "4:3" }));
        assert_eq!(hash("mask", "background=123456"), json!({ "background": "123456" }));
        assert_eq!(hash("resize", "background=123456"), json!({ "background": "123456" }));
        assert_eq!(hash("filter", "blur.mode=1"), json!({ "blur": { "mode": "1" } }));
        assert_eq!(hash("scale", "size=0.5"), json!({ "size": 0.5 }));
        assert_eq!(hash("border", "colour=red"), json!({ "colour": "red" }));
    }

    #[test]
    fn attributes_can_be_nested_or_json() {
        let blur = json!({ "blur": { "mode": "gaussian", "value": 10 } });
        assert_eq!(hash("filter", "blur.mode=gaussian,blur.value=10"), blur);
        assert_eq!(hash("filter", &blur.to_string()), blur);
    }

    #[test]
    fn what_is_no_attribute_is_refused() {
        for text in ["width", "width=1,width=2", "a=1,a.b=2", "{\"width\": ", "{1}"] {
            assert!(read(find("resize").unwrap(), text).is_err(), "{text}");
        }
    }
}
