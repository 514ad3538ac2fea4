//! What results are called.

use std::path::{Component, Path, PathBuf};

// File systems allow 255 bytes.
const MAX_STEM: usize = 200;

const FIELDS: [&str; 5] = ["dir", "stem", "ext", "parent", "source_ext"];

/// A template such as `{dir}/{stem}.{ext}`.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Field(&'static str),
}

/// What of an input its result can be named after.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The folders between the argument that named the input and the input itself.
    pub(crate) folders: PathBuf,
    /// The folder that the input lies in.
    pub(crate) parent: String,
    pub(crate) stem: String,
    /// Without a dot; empty when there is none.
    pub(crate) extension: String,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A field that does not exist, and a path that leads out of the output directory.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let unknown = || format!("after {{ write one of {}, and then }}", FIELDS.join(", "));
            let (field, after) = after.split_once('}').ok_or_else(unknown)?;
            let field = FIELDS.into_iter().find(|known| *known == field).ok_or_else(unknown)?;
            pieces.extend([Piece::Text(before.to_owned()), Piece::Field(field)]);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        let template = Self { pieces };
        let sample = Origin { stem: "image".to_owned(), ..Origin::default() };
        template.name(&sample, "jpg").map(|_| template)
    }

    /// The path of a result below the output directory.
    ///
    /// # Errors
    /// A path that leads out of it, and an empty one.
    pub(crate) fn name(&self, origin: &Origin, extension: &str) -> Result<PathBuf, String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Field("dir") => text.push_str(&origin.folders.to_string_lossy()),
                Piece::Field("stem") => text.push_str(&origin.stem),
                Piece::Field("parent") => text.push_str(&origin.parent),
                Piece::Field("source_ext") => text.push_str(&origin.extension),
                Piece::Field(_) => text.push_str(extension),
            }
        }
        // `{dir}/` of an input without folders is no root.
        let starts_with_dir =
            matches!(self.pieces.get(..2), Some([Piece::Text(text), Piece::Field("dir")]) if text.is_empty());
        let text = if starts_with_dir { text.trim_start_matches('/') } else { &text };
        inside(Path::new(text.trim_end_matches('.')))
    }
}

fn inside(path: &Path) -> Result<PathBuf, String> {
    let mut name = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => name.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                return Err(format!("{} leads out of the output directory", path.display()));
            }
        }
    }
    if name.as_os_str().is_empty() {
        return Err("the name of the result is empty".to_owned());
    }
    Ok(name)
}

impl Origin {
    /// Of a file that an argument named, of which `base` is the fixed part.
    pub(crate) fn of_file(path: &Path, base: &Path) -> Self {
        let text = |text: Option<&std::ffi::OsStr>| text.map(|text| text.to_string_lossy().into_owned());
        let parent = path.parent().unwrap_or(Path::new(""));
        let folders = parent.strip_prefix(base).unwrap_or(Path::new(""));
        Self {
            folders: folders.components().filter(|part| matches!(part, Component::Normal(_))).collect(),
            parent: text(parent.file_name()).unwrap_or_default(),
            stem: text(path.file_stem()).unwrap_or_default(),
            extension: text(path.extension()).unwrap_or_default(),
        }
    }

    /// Of a file name that somebody else chose.
    pub(crate) fn of_name(name: &str) -> Self {
        let name: String = name.chars().filter(|letter| !letter.is_control() && !"/\\".contains(*letter)).collect();
        let name = name.trim_start_matches('.');
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, extension)) if is_extension(extension) => (stem, extension),
            _ => (name, ""),
        };
        let stem = if stem.is_empty() { "image" } else { stem };
        let cut = (0..=MAX_STEM.min(stem.len())).rev().find(|end| stem.is_char_boundary(*end)).unwrap_or_default();
        Self {
            stem: stem.get(..cut).unwrap_or_default().to_owned(),
            extension: extension.to_owned(),
            ..Self::default()
        }
    }
}

/// Whether this can stand after the dot of a file name.
pub(crate) fn is_extension(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(template: &str, path: &str, base: &str) -> Result<String, String> {
        let origin = Origin::of_file(Path::new(path), Path::new(base));
        Template::parse(template)?.name(&origin, "webp").map(|name| name.to_string_lossy().into_owned())
    }

    #[test]
    fn results_keep_the_folders_of_their_inputs() {
        let name = |path, base| named("{dir}/{stem}.{ext}", path, base).unwrap();
        assert_eq!(name("photos/2024/a.b.jpg", "photos"), "2024/a.b.webp");
        assert_eq!(name("photos/a.jpg", "photos"), "a.webp");
        assert_eq!(name("/data/../photos/x/a.jpg", "/data/../photos"), "x/a.webp");
        assert_eq!(name("a.jpg", ""), "a.webp");
        assert_eq!(name("a", ""), "a.webp");
    }

    #[test]
    fn templates_say_otherwise() {
        let name = |template| named(template, "photos/2024/a.jpg", "photos");
        assert_eq!(name("{parent}-{stem}-{source_ext}@2x.{ext}").unwrap(), "2024-a-jpg@2x.webp");
        assert_eq!(name("thumbnails/{dir}/{stem}").unwrap(), "thumbnails/2024/a");
        for template in ["", "/{stem}", "../{stem}", "{dir}/../../{stem}", "{name}", "{stem", "{}", "."] {
            assert!(name(template).is_err(), "{template}");
        }
    }

    #[test]
    fn a_name_from_outside_is_one_name() {
        let origin = |name| {
            let Origin { stem, extension, .. } = Origin::of_name(name);
            (stem, extension)
        };
        let pair = |stem: &str, extension: &str| (stem.to_owned(), extension.to_owned());
        assert_eq!(origin("a.b.JPG"), pair("a.b", "JPG"));
        assert_eq!(origin("../../etc/passwd"), pair("etcpasswd", ""));
        assert_eq!(origin("..\\x\u{1b}.php?.png"), pair("x.php?", "png"));
        assert_eq!(origin(""), pair("image", ""));
        assert_eq!(origin(".jpg"), pair("jpg", ""));
        assert_eq!(origin(&"é".repeat(500)).0.len(), MAX_STEM);
    }
}
