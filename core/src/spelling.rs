//! "Did you mean": tells a misspelling of a known name from a name that is merely unknown.

/// The known name that `word` is a misspelling of, if it is one.
///
/// A word is a misspelling when it differs from a known name only in case or in `_`, `-` and spaces, or by a single edit, or by two edits in
/// names of six letters and more (Damerau-Levenshtein: insert, delete, replace, swap neighbours).
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 64 {
        return None;
    }
    let word = fold(word);
    known
        .map(|name| (strsim::damerau_levenshtein(&word, &fold(name)), name))
        .filter(|(distance, name)| *distance <= allowance(name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

fn fold(word: &str) -> String {
    word.chars().filter(|letter| !matches!(letter, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

fn allowance(name: &str) -> usize {
    match name.len() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_misspelt_from_unknown() {
        let known = ["width", "height", "gravity", "x", "y", "id"];
        let near = |word| nearest(word, known.into_iter());
        assert_eq!(near("widht"), Some("width"));
        assert_eq!(near("Width"), Some("width"));
        assert_eq!(near("heigth"), Some("height"));
        assert_eq!(near("hieght"), Some("height"));
        assert_eq!(near("gravitiy"), Some("gravity"));
        assert_eq!(near("X"), Some("x"));
        assert_eq!(near("z"), None);
        assert_eq!(near("weight_of_all"), None);
        assert_eq!(near("kernel"), None);
        assert_eq!(near(&"w".repeat(1_000_000)), None);
    }
}
