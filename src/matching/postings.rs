//! The postings of one term, packed: which documents hold it, and how much that adds to their score, in fifteen levels.
//!
//! New postings go to a tail, in the order in which they come. When the tail has grown, everything is sorted by level
//! into runs: within a run only the gaps between documents are kept, a byte or two each. So the runs that add most can
//! be read first, and reading can stop when the rest hardly matters.

#![allow(
    clippy::cast_possible_truncation,
    reason = "slots, gaps and levels are written as the small numbers that they are"
)]

/// Levels are 1 to this.
pub(crate) const LEVELS: u8 = 15;
/// A tail shorter than this is never sorted into runs.
const SHORTEST: u32 = 1_024;
/// A gap byte that means: go on so far, nothing is here.
const SKIP: u8 = u8::MAX;
const WIDE_SKIP: u16 = u16::MAX;

/// The postings of one term.
#[derive(Debug)]
pub(crate) struct List {
    /// How many bytes the heads take; the head of each run: level, width of a gap, number of postings, bytes; then the gaps of each. A question
    /// reads all heads and few gaps, so the heads stand together.
    runs: Box<[u8]>,
    /// Gap and level of each posting that is in no run yet.
    tail: Vec<u8>,
    tail_count: u32,
    count: u32,
    /// The last slot that is in a run, and the last of all; [`NONE`] where there is none.
    packed: u32,
    last: u32,
}

/// The slot before the first one.
const NONE: u32 = u32::MAX;

impl Default for List {
    fn default() -> Self {
        Self { runs: Box::default(), tail: Vec::new(), tail_count: 0, count: 0, packed: NONE, last: NONE }
    }
}

/// Postings of one level.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run<'a> {
    pub(crate) level: u8,
    pub(crate) count: u32,
    wide: bool,
    gaps: &'a [u8],
}

impl List {
    /// How many documents hold the term, those counted that were removed and not swept out yet.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Appends a posting. Slots come in rising order.
    pub(crate) fn push(&mut self, slot: u32, level: u8) {
        let gap = slot.wrapping_sub(self.last);
        write_varint(&mut self.tail, (u64::from(gap) << 4) | u64::from(level.min(LEVELS)));
        self.last = slot;
        self.tail_count += 1;
        self.count += 1;
        if self.tail_count >= SHORTEST && self.tail_count >= self.count / 4 {
            self.pack(|slot, level| Some((slot, level)));
        }
    }

    /// Takes no more memory than it must.
    pub(crate) fn shrink(&mut self) {
        if self.tail_count >= SHORTEST || (self.tail_count > 64 && !self.runs.is_empty()) {
            self.pack(|slot, level| Some((slot, level)));
        }
        self.tail.shrink_to_fit();
    }

    /// Every posting anew: `change` gives its slot and level, or nothing where it goes. Must keep the order of slots.
    pub(crate) fn rewrite(&mut self, change: impl Fn(u32, u8) -> Option<(u32, u8)>) {
        if self.runs.is_empty() {
            let mut fresh = Self::default();
            self.tail_each(|slot, level| {
                if let Some((slot, level)) = change(slot, level) {
                    fresh.push(slot, level);
                }
            });
            *self = fresh;
        } else {
            self.pack(change);
        }
    }

    /// The runs.
    pub(crate) fn runs(&self) -> impl Iterator<Item = Run<'_>> {
        let (size, behind) = read_varint(&self.runs);
        let size = usize::try_from(size).unwrap_or(0);
        let (mut heads, mut rest) = behind.split_at_checked(size).unwrap_or((&[], &[]));
        std::iter::from_fn(move || {
            let (&head, after) = heads.split_first()?;
            let (count, after) = read_varint(after);
            let (bytes, after) = read_varint(after);
            heads = after;
            let (gaps, after) = rest.split_at_checked(usize::try_from(bytes).ok()?)?;
            rest = after;
            let count = u32::try_from(count).ok()?;
            Some(Run { level: head & 0x0f, wide: head & 0x10 != 0, count, gaps })
        })
    }

    /// How many postings are in no run.
    pub(crate) fn tail_count(&self) -> u32 {
        self.tail_count
    }

    /// Every posting that is in no run.
    pub(crate) fn tail_each(&self, mut each: impl FnMut(u32, u8)) {
        let mut rest: &[u8] = &self.tail;
        let mut slot = self.packed;
        while !rest.is_empty() {
            let (value, after) = read_varint(rest);
            rest = after;
            slot = slot.wrapping_add((value >> 4) as u32);
            each(slot, (value & 0x0f) as u8);
        }
    }

    fn pack(&mut self, change: impl Fn(u32, u8) -> Option<(u32, u8)>) {
        let mut levels: [Vec<u32>; LEVELS as usize + 1] = Default::default();
        let mut put = |slot: u32, level: u8| {
            if let Some((slot, level)) = change(slot, level) {
                levels[usize::from(level.min(LEVELS))].push(slot);
            }
        };
        for run in self.runs() {
            run.each(|slot| put(slot, run.level));
        }
        self.tail_each(&mut put);
        let (mut heads, mut gaps) = (Vec::new(), Vec::with_capacity(self.runs.len() + self.tail.len()));
        let (mut count, mut last) = (0, NONE);
        // The highest first, as they are read.
        for (level, slots) in levels.iter_mut().enumerate().rev() {
            // Runs that became one level, and the tail behind them, interleave.
            slots.sort_unstable();
            if !slots.is_empty() {
                write_run(&mut heads, &mut gaps, level as u8, slots);
                count += slots.len() as u32;
                let highest = slots.last().copied().unwrap_or(NONE);
                last = if last == NONE { highest } else { last.max(highest) };
            }
        }
        // What was there goes first, so that there is room for what comes: in a large collection the holes came to 20 MB.
        *self = Self { count, packed: last, last, ..Self::default() };
        let mut size = Vec::new();
        write_varint(&mut size, heads.len() as u64);
        self.runs = [size, heads, gaps].concat().into();
    }
}

impl Run<'_> {
    /// Adds `amount` to the score of each document.
    pub(crate) fn add(&self, scores: &mut [u16], amount: u16) {
        let mut slot = usize::MAX;
        if self.wide {
            for pair in self.gaps.chunks_exact(2) {
                let gap = u16::from_le_bytes([pair[0], pair[1]]);
                slot = slot.wrapping_add(usize::from(gap) + usize::from(gap != WIDE_SKIP));
                if let Some(score) = scores.get_mut(slot) {
                    *score = score.wrapping_add(if gap == WIDE_SKIP { 0 } else { amount });
                }
            }
            return;
        }
        let mut add = |slot: usize, gap: u8| {
            if let Some(score) = scores.get_mut(slot) {
                *score = score.wrapping_add(if gap == SKIP { 0 } else { amount });
            }
        };
        let step = |gap: u8| usize::from(gap) + usize::from(gap != SKIP);
        // Four at a time, so that not each must wait for the one before.
        let (fours, rest) = self.gaps.as_chunks();
        for [a, b, c, d] in fours {
            let two = slot.wrapping_add(step(*a) + step(*b));
            add(slot.wrapping_add(step(*a)), *a);
            add(two, *b);
            slot = two.wrapping_add(step(*c) + step(*d));
            add(two.wrapping_add(step(*c)), *c);
            add(slot, *d);
        }
        for gap in rest {
            slot = slot.wrapping_add(step(*gap));
            add(slot, *gap);
        }
    }

    /// Every slot, rising.
    pub(crate) fn each(&self, mut each: impl FnMut(u32)) {
        let mut slot = u32::MAX;
        let mut step = |gap: u32, skip: u32| {
            slot = slot.wrapping_add(gap + u32::from(gap != skip));
            if gap != skip {
                each(slot);
            }
        };
        if self.wide {
            for pair in self.gaps.chunks_exact(2) {
                step(u32::from(u16::from_le_bytes([pair[0], pair[1]])), u32::from(WIDE_SKIP));
            }
        } else {
            for gap in self.gaps {
                step(u32::from(*gap), u32::from(SKIP));
            }
        }
    }
}

/// Writes a run's head, and its gaps in the width that takes fewer bytes.
fn write_run(heads: &mut Vec<u8>, packed: &mut Vec<u8>, level: u8, slots: &[u32]) {
    let gaps = || {
        let mut before = u32::MAX;
        slots.iter().map(move |slot| {
            let gap = slot.wrapping_sub(before).wrapping_sub(1);
            before = *slot;
            gap
        })
    };
    let narrow: usize = gaps().map(|gap| 1 + gap as usize / usize::from(SKIP)).sum();
    let wide: usize = gaps().map(|gap| 2 + 2 * (gap as usize / usize::from(WIDE_SKIP))).sum();
    heads.push(level | if wide < narrow { 0x10 } else { 0 });
    write_varint(heads, slots.len() as u64);
    write_varint(heads, wide.min(narrow) as u64);
    for mut gap in gaps() {
        if wide < narrow {
            while gap >= u32::from(WIDE_SKIP) {
                packed.extend(WIDE_SKIP.to_le_bytes());
                gap -= u32::from(WIDE_SKIP);
            }
            packed.extend(&gap.to_le_bytes()[..2]);
        } else {
            while gap >= u32::from(SKIP) {
                packed.push(SKIP);
                gap -= u32::from(SKIP);
            }
            packed.push(gap.to_le_bytes()[0]);
        }
    }
}

/// Appends a number, seven bits a byte, the lowest first.
pub(crate) fn write_varint(into: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        into.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    into.push(value.to_le_bytes()[0]);
}

/// The number at the beginning, and what follows it.
#[inline]
pub(crate) fn read_varint(from: &[u8]) -> (u64, &[u8]) {
    let (mut value, mut shift, mut at) = (0_u64, 0_u32, 0);
    while let Some(byte) = from.get(at) {
        at += 1;
        value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    (value, &from[at..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(list: &List) -> Vec<(u32, u8)> {
        let mut all = Vec::new();
        for run in list.runs() {
            run.each(|slot| all.push((slot, run.level)));
        }
        list.tail_each(|slot, level| all.push((slot, level)));
        all.sort_unstable();
        all
    }

    fn gaps() -> impl Strategy<Value = Vec<(u32, u8)>> {
        let gap = prop_oneof![8 => 1_u32..4, 4 => 1_u32..600, 1 => 1_u32..200_000];
        prop::collection::vec((gap, 1..=LEVELS), 0..3_000)
    }

    #[test]
    fn what_goes_in_comes_out() {
        proptest!(ProptestConfig::with_cases(40), |(gaps in gaps())| {
            let (mut list, mut slot, mut wanted) = (List::default(), u32::MAX, Vec::new());
            for (gap, level) in gaps {
                slot = slot.wrapping_add(gap);
                wanted.push((slot, level));
                list.push(slot, level);
            }
            prop_assert_eq!(all(&list), wanted.clone());
            list.shrink();
            prop_assert_eq!(all(&list), wanted.clone());
            prop_assert_eq!(list.count() as usize, wanted.len());
            // Half of the documents go, the others close up.
            list.rewrite(|slot, level| (slot % 2 == 0).then_some((slot / 2, level)));
            let kept: Vec<(u32, u8)> = wanted.iter().filter(|(s, _)| s % 2 == 0).map(|(s, l)| (s / 2, *l)).collect();
            prop_assert_eq!(all(&list), kept);
        });
    }

    #[test]
    fn adding_a_run_adds_to_its_documents_alone() {
        let mut list = List::default();
        let slots: Vec<u32> = (0..3_000).map(|n| n * 7 + n % 3).chain([100_000, 170_000]).collect();
        for slot in &slots {
            list.push(*slot, 4);
        }
        list.shrink();
        let mut scores = vec![0; 170_001];
        list.runs().for_each(|run| run.add(&mut scores, 9));
        let met: Vec<u32> = (0..).zip(&scores).filter(|(_, score)| **score == 9).map(|(slot, _)| slot).collect();
        assert_eq!(met, slots);
        assert!(scores.iter().all(|score| matches!(score, 0 | 9)));
    }
}
