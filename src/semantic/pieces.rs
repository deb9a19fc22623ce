//! Cuts a text into the pieces of a vocabulary so that the sum of their scores is highest (the “unigram” of `SentencePiece`).

use rustc_hash::FxHashMap;

/// Stands for a blank in the vocabulary, and before the first word.
pub(crate) const BLANK: char = '\u{2581}';

/// A character that stands in no piece costs this much more than the rarest piece, as in `SentencePiece`.
const UNKNOWN_PENALTY: f32 = 10.0;

/// A vocabulary with a score for each piece; a piece's number is its row in the model's table.
#[derive(Debug)]
pub(crate) struct Pieces {
    numbers: FxHashMap<Box<str>, u32>,
    scores: Vec<f32>,
    longest: usize,
    unknown: u32,
    unknown_score: f32,
}

impl Pieces {
    /// Pieces in the order of their numbers. `special` ones are no text and never found.
    pub(crate) fn new(pieces: Vec<(Box<str>, f32)>, unknown: u32, special: &[u32]) -> Self {
        let lowest = pieces.iter().map(|(_, score)| *score).fold(f32::INFINITY, f32::min);
        let longest = pieces.iter().map(|(piece, _)| piece.len()).max().unwrap_or(0);
        let scores = pieces.iter().map(|(_, score)| *score).collect();
        let numbers = (0u32..)
            .zip(pieces)
            .filter(|(number, (piece, _))| *number != unknown && !special.contains(number) && !piece.is_empty())
            .map(|(number, (piece, _))| (piece, number))
            .collect();
        Self { numbers, scores, longest, unknown, unknown_score: lowest - UNKNOWN_PENALTY }
    }

    pub(crate) fn len(&self) -> usize {
        self.scores.len()
    }

    /// The numbers of the best pieces of a text in which blanks are already [`BLANK`].
    pub(crate) fn cut(&self, text: &str) -> Vec<u32> {
        // For each border: the best sum up to it, the piece that ends there, and where that begins.
        let mut best = vec![(f32::NEG_INFINITY, self.unknown, 0); text.len() + 1];
        if let Some(first) = best.first_mut() {
            first.0 = 0.0;
        }
        for (start, c) in text.char_indices() {
            let (so_far, ..) = best[start];
            let single = start + c.len_utf8();
            for (offset, c) in text[start..].char_indices() {
                let end = start + offset + c.len_utf8();
                if end - start > self.longest {
                    break;
                }
                if let Some(&number) = self.numbers.get(&text[start..end]) {
                    let score = so_far + self.scores[number as usize];
                    if score > best[end].0 {
                        best[end] = (score, number, start);
                    }
                }
            }
            let score = so_far + self.unknown_score;
            if score > best[single].0 {
                best[single] = (score, self.unknown, start);
            }
        }
        let mut out = Vec::new();
        let mut at = text.len();
        while at > 0 {
            let (_, number, start) = best[at];
            out.push(number);
            at = start;
        }
        out.reverse();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces() -> Pieces {
        let list =
            [("<unk>", 0.0), ("公", -4.0), ("积", -4.0), ("金", -4.0), ("公积金", -5.0), ("▁", -3.0), ("▁公", -6.0)];
        Pieces::new(list.map(|(piece, score)| (piece.into(), score)).to_vec(), 0, &[])
    }

    #[test]
    fn the_highest_sum_wins() {
        assert_eq!(pieces().cut("▁公积金"), [5, 4]);
        assert_eq!(pieces().cut("公积"), [1, 2]);
        assert_eq!(pieces().cut("公积金公"), [4, 1]);
    }

    #[test]
    fn what_stands_in_no_piece_is_unknown() {
        assert_eq!(pieces().cut("公x😀"), [1, 0, 0]);
        assert!(pieces().cut("").is_empty());
    }
}
