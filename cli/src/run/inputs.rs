//! Which images are meant: files, folders, patterns, addresses, and lists of these.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use glob::MatchOptions;
use optidash_core::web_url;
use url::Url;
use walkdir::WalkDir;

use super::names::Origin;

/// The most bytes of a list on standard input.
const MAX_LIST: u64 = 64 << 20;

// What is taken from a folder; whatever else is an image has to be named, or matched by a pattern.
const ENGINE_EXTENSIONS: [&str; 5] = ["jpg", "jpeg", "png", "webp", "gif"];
const API_EXTENSIONS: [&str; 8] = ["svg", "bmp", "psd", "tif", "tiff", "heic", "jp2", "avif"];

const MATCHING: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// An image that is to be worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    pub(crate) place: Place,
    pub(crate) origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    File(PathBuf),
    Address(String),
}

impl Place {
    /// As people may see it: addresses can hold passwords.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Address(url) => web_url::redact(url),
        }
    }
}

/// Finds the images, each once, in the order named.
#[derive(Debug)]
pub(crate) struct Finder {
    local: bool,
    /// The output directory: results of an earlier run are no inputs.
    excluded: PathBuf,
    seen: HashSet<PathBuf>,
    found: Vec<Input>,
}

impl Finder {
    pub(crate) fn new(local: bool, excluded: PathBuf) -> Self {
        Self { local, excluded, seen: HashSet::new(), found: Vec::new() }
    }

    pub(crate) fn finish(self) -> Vec<Input> {
        self.found
    }

    /// Adds what an argument names.
    ///
    /// # Errors
    /// When it names nothing, or something that cannot be read.
    pub(crate) fn add(&mut self, argument: &str) -> Result<(), String> {
        let path = Path::new(argument);
        if argument == "-" {
            return self.add_list(std::io::stdin().lock());
        }
        if is_address(argument) || path.exists() || !argument.contains(['*', '?', '[']) {
            return self.add_one(argument);
        }
        self.add_matches(argument)
    }

    /// Adds a list of paths and addresses, one a line, or divided by NUL as `find -print0` does.
    fn add_list(&mut self, list: impl Read) -> Result<(), String> {
        let unreadable = |error: std::io::Error| format!("standard input cannot be read: {error}");
        let mut bytes = Vec::new();
        list.take(MAX_LIST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MAX_LIST {
            return Err(format!("the list on standard input is longer than {MAX_LIST} bytes"));
        }
        let text = String::from_utf8(bytes).map_err(|_| "the list on standard input is not UTF-8")?;
        let divider = if text.contains('\0') { '\0' } else { '\n' };
        let lines = text.split(divider).map(|line| line.trim_end_matches('\r')).filter(|line| !line.is_empty());
        lines.into_iter().try_for_each(|line| self.add_one(line))
    }

    fn add_one(&mut self, argument: &str) -> Result<(), String> {
        if is_address(argument) {
            return self.add_address(argument);
        }
        let path = PathBuf::from(argument);
        let metadata = std::fs::metadata(&path).map_err(|error| format!("{argument}: {error}"))?;
        if metadata.is_dir() {
            return self.add_folder(&path);
        }
        if !metadata.is_file() {
            return Err(format!("{argument}: this is no file"));
        }
        let base = path.parent().unwrap_or(Path::new("")).to_owned();
        self.add_file(path, &base)
    }

    fn add_address(&mut self, url: &str) -> Result<(), String> {
        if self.local {
            return Err(format!("{}: --local works on files; download it first", web_url::redact(url)));
        }
        let parsed = web_url::check(url, "").map_err(|error| format!("{}: {error}", web_url::redact(url)))?;
        if self.seen.insert(PathBuf::from(url)) {
            self.found
                .push(Input { place: Place::Address(url.to_owned()), origin: Origin::of_name(&last_name(&parsed)) });
        }
        Ok(())
    }

    fn add_folder(&mut self, folder: &Path) -> Result<(), String> {
        // The folder itself may be hidden.
        let visible =
            |entry: &walkdir::DirEntry| entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".");
        let entries = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter().filter_entry(visible);
        for entry in entries {
            let entry = match entry {
                // A link to a folder above leads to nothing new.
                Err(error) if error.loop_ancestor().is_some() => continue,
                entry => entry.map_err(|error| error.to_string())?,
            };
            if entry.file_type().is_file() && self.takes(entry.path()) {
                self.add_found(entry.into_path(), folder)?;
            }
        }
        Ok(())
    }

    fn takes(&self, path: &Path) -> bool {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        let extension = extension.unwrap_or_default();
        ENGINE_EXTENSIONS.contains(&extension.as_str()) || (!self.local && API_EXTENSIONS.contains(&extension.as_str()))
    }

    fn add_matches(&mut self, pattern: &str) -> Result<(), String> {
        let base = fixed_part(pattern);
        let matches = glob::glob_with(pattern, MATCHING).map_err(|error| format!("{pattern}: {error}"))?;
        let mut any = false;
        for path in matches {
            let path = path.map_err(|error| error.to_string())?;
            if path.is_file() {
                any = true;
                self.add_found(path, &base)?;
            }
        }
        if any { Ok(()) } else { Err(format!("{pattern}: no file matches")) }
    }

    // What was found and not named: an earlier result may be among it.
    fn add_found(&mut self, path: PathBuf, base: &Path) -> Result<(), String> {
        let real = path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))?;
        if real.starts_with(&self.excluded) { Ok(()) } else { self.add_file(path, base) }
    }

    fn add_file(&mut self, path: PathBuf, base: &Path) -> Result<(), String> {
        let absolute = std::path::absolute(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if self.seen.insert(absolute) {
            let origin = Origin::of_file(&path, base);
            self.found.push(Input { place: Place::File(path), origin });
        }
        Ok(())
    }
}

fn is_address(argument: &str) -> bool {
    argument
        .split_once("://")
        .is_some_and(|(scheme, _)| ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web)))
}

fn last_name(url: &Url) -> String {
    let last = url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default();
    String::from_utf8_lossy(&web_url::percent_decode(last)).into_owned()
}

/// The folders of a pattern before the first that can differ.
fn fixed_part(pattern: &str) -> PathBuf {
    let mut fixed: PathBuf = Path::new(pattern)
        .components()
        .take_while(|component| !component.as_os_str().to_string_lossy().contains(['*', '?', '[']))
        .collect();
    if fixed == Path::new(pattern) {
        fixed.pop();
    }
    fixed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(folder: &Path, local: bool, arguments: &[&str]) -> Result<Vec<(String, String)>, String> {
        let mut finder = Finder::new(local, folder.join("out"));
        for argument in arguments {
            let argument =
                if is_address(argument) { (*argument).to_owned() } else { folder.join(argument).display().to_string() };
            finder.add(&argument)?;
        }
        let shown = |input: Input| {
            let place = input.place.shown().replace(&format!("{}/", folder.display()), "");
            (place, input.origin.folders.display().to_string())
        };
        Ok(finder.finish().into_iter().map(shown).collect())
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for path in ["a.jpg", "b.txt", "x/c.PNG", "x/y/d.heic", "x/.hidden/e.jpg", ".f.jpg", "out/a.jpg", "g[1].jpg"] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        folder
    }

    fn pairs(pairs: &[(&str, &str)]) -> Result<Vec<(String, String)>, String> {
        Ok(pairs.iter().map(|(place, folders)| ((*place).to_owned(), (*folders).to_owned())).collect())
    }

    #[test]
    fn folders_give_their_images_and_no_results() {
        let folder = folder();
        let root = folder.path().canonicalize().unwrap();
        assert_eq!(found(&root, false, &[""]).map(|found| found.len()), Ok(4));
        assert_eq!(found(&root, false, &["x"]), pairs(&[("x/c.PNG", ""), ("x/y/d.heic", "y")]));
        assert_eq!(found(&root, true, &["x", "x/c.PNG"]), pairs(&[("x/c.PNG", "")]));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_not_in_circles() {
        let folder = folder();
        let root = folder.path().canonicalize().unwrap();
        std::os::unix::fs::symlink(root.join("x"), root.join("x/y/up")).unwrap();
        std::os::unix::fs::symlink(root.join("a.jpg"), root.join("x/linked.jpg")).unwrap();
        assert_eq!(found(&root, true, &["x"]), pairs(&[("x/c.PNG", ""), ("x/linked.jpg", "")]));
    }

    #[test]
    fn patterns_give_every_match_once() {
        let folder = folder();
        let root = folder.path().canonicalize().unwrap();
        assert_eq!(found(&root, true, &["**/*.jpg", "a.*"]), pairs(&[("a.jpg", ""), ("g[1].jpg", "")]));
        assert_eq!(found(&root, true, &["x/**/*"]), pairs(&[("x/c.PNG", ""), ("x/y/d.heic", "y")]));
        assert_eq!(found(&root, true, &["g[1].jpg"]), pairs(&[("g[1].jpg", "")]));
        assert_eq!(found(&root, true, &["b.txt"]), pairs(&[("b.txt", "")]));
        for argument in ["*.gif", "nothing.jpg", "a[.jpg"] {
            assert!(found(&root, true, &[argument]).is_err(), "{argument}");
        }
    }

    #[test]
    fn addresses_are_for_the_api_and_keep_their_secrets() {
        let url = "https://user:pass@a.example/b/Gr%C3%B6%C3%9Fe.jpg?x=1";
        let mut finder = Finder::new(false, PathBuf::new());
        finder.add(url).unwrap();
        finder.add(url).unwrap();
        let found = finder.finish();
        assert_eq!((found.len(), found[0].origin.stem.as_str()), (1, "Größe"));
        assert!(!found[0].place.shown().contains("pass"));
        let refusal = Finder::new(true, PathBuf::new()).add(url).unwrap_err();
        assert!(refusal.contains("--local") && !refusal.contains("pass"), "{refusal}");
        assert!(Finder::new(false, PathBuf::new()).add("https://a b/").is_err());
    }

    #[test]
    fn lists_have_lines_or_zeros() {
        let folder = folder();
        let path = |name| folder.path().join(name).display().to_string();
        for divider in ["\n", "\r\n", "\0"] {
            let mut finder = Finder::new(true, PathBuf::new());
            let list = [path("a.jpg"), path("g[1].jpg"), String::new()].join(divider);
            finder.add_list(list.as_bytes()).unwrap();
            assert_eq!(finder.finish().len(), 2);
        }
        let mut finder = Finder::new(true, PathBuf::new());
        assert!(finder.add_list(&b"*.jpg"[..]).is_err());
        assert!(finder.add_list(&b"\xff"[..]).is_err());
    }
}
