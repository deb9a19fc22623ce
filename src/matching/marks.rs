//! Where a text holds characters of the question: a bit for each unit, so that all others are passed over at once.

use crate::matching::probe::ROLE;

/// How many bits a word has.
const BITS: usize = 64;

/// A bit for each unit of a text, set where its character has a role in the question.
#[derive(Debug, Default)]
pub(crate) struct Marks(Vec<u64>);

impl Marks {
    /// Marks another text, by what is known of its units.
    pub(crate) fn set(&mut self, facts: &[u16]) {
        self.0.clear();
        self.0.extend(facts.chunks(BITS).map(|facts| {
            let mut flags = [0_u8; BITS];
            for (flag, fact) in flags.iter_mut().zip(facts) {
                *flag = u8::from(fact >> ROLE != 0);
            }
            // The product brings the lowest bits of eight bytes together in the highest byte.
            let eight = |flags: &[u8; 8]| u64::from_le_bytes(*flags).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            flags.as_chunks().0.iter().rev().fold(0, |bits, flags| bits << 8 | eight(flags))
        }));
    }

    /// The words that hold the bits of the units from `begin` up to `end`.
    pub(crate) fn words(begin: usize, end: usize) -> impl Iterator<Item = usize> {
        begin / BITS..end.div_ceil(BITS)
    }

    /// The bits of a word that lie from `begin` up to `end`. They stand for the units from `word` times 64 on.
    #[inline]
    pub(crate) fn word(&self, word: usize, begin: usize, end: usize) -> u64 {
        let first = word * BITS;
        let below = |unit: usize| match unit.saturating_sub(first) {
            within @ 0..BITS => (1 << within) - 1,
            _ => u64::MAX,
        };
        self.0.get(word).copied().unwrap_or(0) & below(end) & !below(begin)
    }
}

/// The units that bits of a word stand for.
pub(crate) fn units(word: usize, mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let unit = (bits != 0).then(|| word * BITS + bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
        unit
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_marked_units_are_those_with_a_role() {
        let fact = prop_oneof![3 => 0_u16..1 << ROLE, 1 => any::<u16>()];
        let text = prop::collection::vec(fact, 0..300);
        proptest!(|(facts in text, begin in 0_usize..300, length in 0_usize..300)| {
            let mut marks = Marks::default();
            marks.set(&[u16::MAX; 500]);
            marks.set(&facts);
            let (begin, end) = (begin.min(facts.len()), (begin + length).min(facts.len()));
            let found: Vec<usize> =
                Marks::words(begin, end).flat_map(|word| units(word, marks.word(word, begin, end))).collect();
            let wanted: Vec<usize> = (begin..end).filter(|at| facts[*at] >> ROLE != 0).collect();
            prop_assert_eq!(found, wanted);
        });
    }
}
