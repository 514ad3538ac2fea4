//! What is measured: a file, and what is to be made of it.

use std::path::Path;

use serde_json::{Map, Value, json};

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Case {
    /// How goals name it.
    pub(crate) id: &'static str,
    /// For people.
    pub(crate) title: &'static str,
    /// Among the files that `make_files.py` makes.
    pub(crate) file: &'static str,
    /// Of the output, which is of the file's own format.
    pub(crate) format: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

const fn jpeg(id: &'static str, title: &'static str, file: &'static str, width: u32) -> Case {
    Case { id, title, file, format: "jpg", width, height: width * 3 / 4 }
}

/// All of them.
pub(crate) const CASES: [Case; 9] = [
    jpeg("dense-100", "dense 12 MP JPEG to 100 x 75", "dense.jpg", 100),
    jpeg("ordinary-100", "ordinary 12 MP JPEG to 100 x 75", "ordinary.jpg", 100),
    jpeg("progressive-100", "progressive 12 MP JPEG to 100 x 75", "progressive.jpg", 100),
    jpeg("dense-800", "dense 12 MP JPEG to 800 x 600", "dense.jpg", 800),
    jpeg("ordinary-800", "ordinary 12 MP JPEG to 800 x 600", "ordinary.jpg", 800),
    jpeg("progressive-800", "progressive 12 MP JPEG to 800 x 600", "progressive.jpg", 800),
    jpeg("small-100", "640 x 480 JPEG to 100 x 75", "small.jpg", 100),
    Case { id: "png", title: "1080p PNG with alpha to 400 x 225", file: "alpha.png", format: "png", ..FULL_HD },
    Case { id: "webp", title: "1080p WebP to 400 x 225", file: "photo.webp", format: "webp", ..FULL_HD },
];

const FULL_HD: Case = Case { id: "", title: "", file: "", format: "", width: 400, height: 225 };

impl Case {
    /// The case as the measured programs read it.
    pub(crate) fn task(&self, folder: &Path) -> Value {
        let file = folder.join(self.file);
        json!({"file": file, "format": self.format, "width": self.width, "height": self.height})
    }

    /// The same with one thing more.
    pub(crate) fn task_with(&self, folder: &Path, name: &str, value: Value) -> Value {
        let mut task: Map<String, Value> = self.task(folder).as_object().cloned().unwrap_or_default();
        task.insert(name.to_owned(), value);
        task.into()
    }
}
