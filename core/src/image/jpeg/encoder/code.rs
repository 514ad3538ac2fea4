//! Huffman codes for symbols that were counted: the shortest there are with words of at most 16 bits.

/// A code, as the file defines it and as it is used.
pub(super) struct Code {
    /// How many words of each length.
    lengths: [u8; 16],
    /// The symbols, those with the shortest words first.
    symbols: Vec<u8>,
    /// By symbol: bits 0..8 the length, above them the word.
    words: [u32; 256],
}

const LONGEST: usize = 16;

impl Code {
    pub(super) fn new(counts: &[u32; 256]) -> Self {
        let mut found: Vec<(u32, u8)> =
            (0..=255).zip(counts).filter(|(_, count)| **count > 0).map(|(symbol, &count)| (count, symbol)).collect();
        found.sort_unstable();
        // A word of nothing but ones is not allowed: the rarest symbol of all, which does not exist, gets it.
        let weights: Vec<u64> = std::iter::once(0).chain(found.iter().map(|(count, _)| u64::from(*count))).collect();
        let mut lengths = limited(depths(&weights));
        if let Some(longest) = lengths.iter_mut().rev().find(|count| **count > 0) {
            *longest -= 1;
        }
        let symbols: Vec<u8> = found.iter().rev().map(|(_, symbol)| *symbol).collect();
        let mut words = [0; 256];
        let (mut word, mut rest) = (0_u32, symbols.iter());
        for (length, &count) in (1..).zip(&lengths) {
            word <<= 1;
            for &symbol in rest.by_ref().take(count.into()) {
                words[usize::from(symbol)] = word << 8 | length;
                word += 1;
            }
        }
        Self { lengths, symbols, words }
    }

    pub(super) fn lengths(&self) -> &[u8] {
        &self.lengths
    }

    pub(super) fn symbols(&self) -> &[u8] {
        &self.symbols
    }

    /// The word of a symbol and its length.
    #[inline(always)]
    pub(super) fn word(&self, symbol: u8) -> (u32, u32) {
        let packed = self.words[usize::from(symbol)];
        (packed >> 8, packed & 0xFF)
    }
}

/// How many leaves of the tree for ascending `weights` lie at each depth.
fn depths(weights: &[u64]) -> Vec<usize> {
    let leaves = weights.len();
    // Leaves, then the nodes above them in the order in which they are made, which is that of their weights.
    let mut nodes = weights.to_vec();
    let mut parents = vec![0; leaves];
    let (mut leaf, mut node) = (0, leaves);
    while nodes.len() < 2 * leaves - 1 {
        let mut lightest = || {
            let is_leaf = leaf < leaves && (node >= nodes.len() || nodes[leaf] <= nodes[node]);
            let taken = if is_leaf { &mut leaf } else { &mut node };
            *taken += 1;
            *taken - 1
        };
        let (one, other) = (lightest(), lightest());
        let made = nodes.len();
        nodes.push(nodes[one] + nodes[other]);
        parents.push(0);
        (parents[one], parents[other]) = (made, made);
    }
    let mut depth = vec![0_usize; nodes.len()];
    let mut counts = vec![0; leaves.max(2)];
    for at in (0..nodes.len().saturating_sub(1)).rev() {
        depth[at] = depth[parents[at]] + 1;
        if at < leaves {
            counts[depth[at]] += 1;
        }
    }
    if leaves == 1 {
        counts[1] = 1;
    }
    counts
}

/// Shortens words that are too long at the cost of the next longest, as the standard's Annex K.3 has it.
fn limited(mut counts: Vec<usize>) -> [u8; LONGEST] {
    for length in (LONGEST + 1..counts.len()).rev() {
        while counts[length] > 0 {
            let shorter = (1..length - 1).rev().find(|&shorter| counts[shorter] > 0).unwrap_or(1);
            counts[length] -= 2;
            counts[length - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
    let mut lengths = [0; LONGEST];
    for (length, &count) in lengths.iter_mut().zip(counts.iter().skip(1)) {
        *length = count as u8;
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that the words can be told apart and that none is all ones.
    fn check(counts: &[u32; 256]) -> u64 {
        let code = Code::new(counts);
        let mut sum = 0;
        let mut bits = 0;
        for (symbol, &count) in (0..=255).zip(counts) {
            let (word, length) = code.word(symbol);
            assert_eq!(length > 0, count > 0);
            if length > 0 {
                assert!(length <= 16 && word < (1 << length) - 1, "{word:b} of {length}");
                sum += 1 << (16 - length);
                bits += u64::from(count) * u64::from(length);
            }
        }
        assert!(sum < 1 << 16);
        bits
    }

    #[test]
    fn codes_are_short_and_lawful_whatever_is_counted() {
        let mut counts = [0; 256];
        assert_eq!(check(&counts), 0);
        counts[7] = 3;
        assert_eq!(check(&counts), 3);
        counts[9] = 3;
        assert_eq!(check(&counts), 9);
        // The weights of Fibonacci make the longest words.
        let (mut one, mut two) = (1_u32, 1_u32);
        for count in counts.iter_mut().take(40) {
            *count = one;
            (one, two) = (two, one + two);
        }
        check(&counts);
        counts = [1; 256];
        assert_eq!(check(&counts), 256 * 8 + 1);
        for (at, count) in counts.iter_mut().enumerate() {
            *count = (at * at * at % 10_007) as u32;
        }
        check(&counts);
    }
}
