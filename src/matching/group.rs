//! Finds copies among opinions: the same text with a word before it, a character lost, doubled or replaced.
//!
//! Every pair that can be a copy is met, no more: two texts that share a fraction of their character pairs must share
//! one of their rarest ones, so only those are looked up (prefix filtering, exact). Opinions that differ in a "not",
//! or in a number, are different however alike they look.

#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length is a length")]

use crate::matching::document::as_u32;
use crate::matching::similar::shared;
use rustc_hash::FxHashMap;

/// Two texts with at least this share of character pairs in common (of those in either) may be copies.
const CANDIDATE: f64 = 0.4;
/// Two texts are copies from this likeness on.
const COPY: f64 = 0.78;
/// Texts are compared up to this many characters.
const LIMIT: usize = 1_000;

/// What people put before an opinion; it makes no other opinion of it. After normalising, without marks.
const LEADS: &[&str] = &[
    "本人意见",
    "我的意见是",
    "我的意见",
    "我的建议是",
    "我的建议",
    "意见",
    "建议",
    "支持",
    "赞成",
    "同意",
    "我认为",
    "我觉得",
    "本人认为",
    "个人认为",
    "认为",
    "觉得",
    "希望",
];

struct Text {
    chars: Vec<char>,
    /// Distinct pairs of neighbouring characters, the rarest first.
    pairs: Vec<u32>,
    negations: usize,
    numbers: Vec<String>,
}

/// The group of each text: the place of the group's first member. A text without copies is its own group. The same
/// texts in the same order always give the same groups.
pub fn group<T: AsRef<str>>(texts: &[T]) -> Vec<usize> {
    let mut ids: FxHashMap<(char, char), u32> = FxHashMap::default();
    let mut counts: Vec<u32> = Vec::new();
    let mut read: Vec<Text> = texts.iter().map(|text| Text::new(text.as_ref(), &mut ids, &mut counts)).collect();
    for text in &mut read {
        text.pairs.sort_unstable_by_key(|p| (counts[*p as usize], *p));
    }
    let mut parents: Vec<usize> = (0..read.len()).collect();
    let mut exact: FxHashMap<&[char], usize> = FxHashMap::default();
    let mut holders: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (at, text) in read.iter().enumerate() {
        // Equal texts need no comparing, and campaigns bring thousands of them.
        if let Some(first) = exact.get(text.chars.as_slice()) {
            join(&mut parents, *first, at);
            continue;
        }
        exact.insert(&text.chars, at);
        let own = text.pairs.len();
        let prefix = own - ((CANDIDATE * own as f64).ceil() as usize).min(own) + usize::from(own > 0);
        let mut met: Vec<usize> = Vec::new();
        for pair in text.pairs.iter().take(prefix) {
            let holders = holders.entry(*pair).or_default();
            met.extend(holders.iter().copied());
            holders.push(at);
        }
        met.sort_unstable();
        met.dedup();
        for other in met {
            if root(&mut parents, other) != root(&mut parents, at) && copies(&read[other], text) {
                join(&mut parents, other, at);
            }
        }
    }
    (0..read.len()).map(|at| root(&mut parents, at)).collect()
}

impl Text {
    fn new(text: &str, ids: &mut FxHashMap<(char, char), u32>, counts: &mut Vec<u32>) -> Self {
        let normal = shared().normalise(text);
        let all: Vec<char> = normal.chars().filter(|c| c.is_alphanumeric()).take(LIMIT).collect();
        let chars = without_leads(&all).to_vec();
        let mut pairs: Vec<u32> = chars
            .windows(2)
            .map(|w| {
                let next = as_u32(ids.len());
                *ids.entry((w[0], w[1])).or_insert(next)
            })
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        counts.resize(ids.len(), 0);
        for pair in &pairs {
            counts[*pair as usize] += 1;
        }
        // A doubled character is a slip, and no second "not".
        let mut once = chars.clone();
        once.dedup();
        let negations = once.iter().filter(|c| matches!(c, '不' | '没' | '未' | '无' | '非' | '别' | '勿')).count();
        // The figures of an address mean nothing, and slips in it are many.
        let figures = if normal.contains("http") { &[][..] } else { &chars[..] };
        let mut numbers: Vec<String> = figures
            .split(|c| !c.is_ascii_digit())
            .filter(|run| !run.is_empty())
            .map(|run| run.iter().collect())
            .collect();
        numbers.sort_unstable();
        Self { chars, pairs, negations, numbers }
    }
}

/// The characters behind whatever leads there are, unless nothing would be left.
fn without_leads(chars: &[char]) -> &[char] {
    let mut rest = chars;
    while let Some(lead) = LEADS.iter().find(|lead| lead.chars().eq(rest.iter().copied().take(lead.chars().count()))) {
        let cut = lead.chars().count();
        if rest.len() < cut + 2 {
            break;
        }
        rest = &rest[cut..];
    }
    rest
}

fn copies(a: &Text, b: &Text) -> bool {
    if a.negations != b.negations || a.numbers != b.numbers {
        return false;
    }
    let longer = a.chars.len().max(b.chars.len());
    if longer == 0 {
        return true;
    }
    let gap = a.chars.len().abs_diff(b.chars.len());
    if 1.0 - (gap as f64 / longer as f64) < COPY {
        return false;
    }
    let distance = strsim::generic_levenshtein(&Chars(&a.chars), &Chars(&b.chars));
    1.0 - distance as f64 / longer as f64 >= COPY
}

/// Gives strsim a slice by reference.
struct Chars<'a>(&'a [char]);

impl<'a> IntoIterator for &Chars<'a> {
    type Item = &'a char;
    type IntoIter = std::slice::Iter<'a, char>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

fn root(parents: &mut [usize], mut at: usize) -> usize {
    while parents[at] != at {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    at
}

/// The smaller root stays, so a group is named after its first member.
fn join(parents: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parents, a), root(parents, b));
    parents[a.max(b)] = a.min(b);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_found_and_others_kept_apart() {
        let groups = group(&[
            "建议延长夜间公交运营时间，方便加班的人回家",
            "老小区加装电梯应当由居民投票决定",
            "本人意见：建议延长夜间公交公交运营时间，方便加班的人回家！",
            "支持！老小区加裝電梯應當由居民投票決定",
            "老小区加装电梯不应当由居民投票决定",
            "建议延长夜间公交运营时间，方便加班人回家",
        ]);
        assert_eq!(groups, [0, 1, 0, 1, 4, 0]);
    }

    #[test]
    fn numbers_make_a_difference() {
        assert_eq!(group(&["停车费每小时不超过5元比较合适", "停车费每小时不超过8元比较合适"]), [0, 1]);
    }

    #[test]
    fn hostile_input_is_survived() {
        assert!(group::<&str>(&[]).is_empty());
        assert_eq!(group(&["", "", "😀", "支持", "支持"]), [0, 0, 0, 3, 3]);
        let long = "啊".repeat(500_000);
        assert_eq!(group(&[long.as_str(), long.as_str()]), [0, 0]);
    }
}
