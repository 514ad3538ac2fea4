//! "Did you mean": tells a misspelling of a known name from a name that is merely unknown.

/// The known name that `word` is a misspelling of, if it is one.
///
/// A word is a misspelling when it differs from a known name only in case or in `_`, `-` and blanks; by two swapped letters in names of
/// three and four; by one edit in names of five; by two in longer ones (Damerau-Levenshtein). Short names are close to too many others:
/// `jpeg` is no misspelling of `jpg`.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 64 {
        return None;
    }
    let word = fold(word);
    known.filter_map(|name| Some((distance(&word, &fold(name))?, name))).min().map(|(_, name)| name)
}

fn fold(word: &str) -> String {
    word.chars().filter(|letter| !matches!(letter, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// How many edits away the word is, when that is few enough for a misspelling.
fn distance(word: &str, name: &str) -> Option<usize> {
    let distance = strsim::damerau_levenshtein(word, name);
    let misspelt = match name.len() {
        0..=2 => distance == 0,
        3..=4 => distance == 0 || (distance == 1 && sorted(word) == sorted(name)),
        5 => distance <= 1,
        _ => distance <= 2,
    };
    misspelt.then_some(distance)
}

fn sorted(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
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
        assert_eq!(nearest("wepb", ["webp"].into_iter()), Some("webp"));
        assert_eq!(nearest("jpeg", ["jpg"].into_iter()), None);
        assert_eq!(near("z"), None);
        assert_eq!(near("weight_of_all"), None);
        assert_eq!(near("kernel"), None);
        assert_eq!(near(&"w".repeat(1_000_000)), None);
    }
}
