//! How alike two ways of asking are, in spite of slips: wrong characters that sound the same, a character too many,
//! too few or in the wrong place.

use crate::matching::analyse::Analysed;
use pinyin::ToPinyin;

/// Edit distance is quadratic; what is longer than this is compared by its beginning.
const EDIT_LIMIT: usize = 96;

/// A way of asking, ready to be compared.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// The numbers of its tokens.
    pub(crate) numbers: Vec<u32>,
    /// Its characters by sound: homophones are equal.
    sounds: Vec<u16>,
    /// Pairs of neighbouring sounds, sorted.
    pairs: Vec<u32>,
}

impl Phrase {
    /// Prepares a phrase; `numbers` are the numbers of its terms (empty where there is no index).
    pub(crate) fn new(analysed: &Analysed, numbers: Vec<u32>) -> Self {
        let sounds: Vec<u16> = analysed.text.chars().filter(|c| c.is_alphanumeric()).take(2_000).map(sound).collect();
        let mut pairs: Vec<u32> = sounds.windows(2).map(|w| (u32::from(w[0]) << 16) | u32::from(w[1])).collect();
        pairs.sort_unstable();
        Self { numbers, sounds, pairs }
    }

    /// Whether nothing can be compared.
    pub fn is_empty(&self) -> bool {
        self.sounds.is_empty()
    }

    /// Share of neighbouring sounds in common (Dice), from 0 to 1. Cheap.
    pub fn sound_overlap(&self, other: &Self) -> f64 {
        dice(&self.pairs, &other.pairs, self.sounds == other.sounds)
    }

    /// Share of characters that need not be changed to get from one to the other, by sound, from 0 to 1.
    pub fn edit_likeness(&self, other: &Self) -> f64 {
        let (a, b) = (head(&self.sounds), head(&other.sounds));
        let longer = a.len().max(b.len());
        if longer == 0 {
            return 0.0;
        }
        1.0 - strsim::generic_levenshtein(&Slice(a), &Slice(b)) as f64 / longer as f64
    }
}

fn head(sounds: &[u16]) -> &[u16] {
    &sounds[..sounds.len().min(EDIT_LIMIT)]
}

/// Gives strsim a slice by reference.
struct Slice<'a>(&'a [u16]);

impl<'a> IntoIterator for &Slice<'a> {
    type Item = &'a u16;
    type IntoIter = std::slice::Iter<'a, u16>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// Dice's coefficient of two sorted multisets; `equal` decides for those too short to have members.
fn dice(a: &[u32], b: &[u32], equal: bool) -> f64 {
    let all = a.len() + b.len();
    if all == 0 {
        return if equal { 1.0 } else { 0.0 };
    }
    let (mut i, mut j, mut common) = (0, 0, 0_usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    2.0 * common as f64 / all as f64
}

/// A number for how a character sounds. Sounds that are often confused (zh/z, -ng/-n, l/n) are equal.
fn sound(c: char) -> u16 {
    let Some(pinyin) = c.to_pinyin() else {
        // Letters and digits stand for themselves, far from the hashes of the sounds as far as it matters.
        return (u32::from(c) & 0x7fff) as u16;
    };
    let mut plain = pinyin.plain();
    let mut hash = 0x811c_u32;
    for (from, to) in [("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l")] {
        if let Some(rest) = plain.strip_prefix(from) {
            for byte in to.bytes() {
                hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
            plain = rest;
            break;
        }
    }
    let plain = plain.strip_suffix('g').filter(|p| p.ends_with('n')).unwrap_or(plain);
    for byte in plain.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    ((hash ^ (hash >> 15)) & 0x7fff) as u16 | 0x8000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::analyse::Analyser;

    fn phrase(text: &str) -> Phrase {
        Phrase::new(&Analyser::new().analyse(text), Vec::new())
    }

    #[test]
    fn homophones_sound_the_same() {
        let (right, wrong) = (phrase("社保卡如何补办"), phrase("社宝卡如何补半"));
        assert!((right.sound_overlap(&wrong) - 1.0).abs() < 1e-9);
        assert!((right.edit_likeness(&wrong) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn slips_cost_little_and_other_questions_much() {
        let stored = phrase("新生儿落户需要哪些材料");
        assert!(stored.edit_likeness(&phrase("新生儿落需要哪些材料")) > 0.85);
        assert!(stored.edit_likeness(&phrase("公积金贷款能贷多少")) < 0.4);
    }

    #[test]
    fn hostile_input_is_survived() {
        for text in ["", "😀", "。"] {
            let p = phrase(text);
            assert!(p.edit_likeness(&p).is_finite() && p.sound_overlap(&p).is_finite());
        }
        let long = phrase(&"办".repeat(100_000));
        assert!(long.edit_likeness(&long) > 0.99);
    }
}
