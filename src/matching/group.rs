//! Finds copies among texts as they come in: the same text with a greeting before it, a sentence left out, a place
//! swapped, a character lost, doubled or replaced.
//!
//! Each group keeps a few of its texts as samples. A new text is compared with every sample that it can be a copy of,
//! and no other: how many pairs of neighbouring characters two texts share bounds how alike they are. It joins the
//! group of the most alike one, the earliest of equals, and groups are never joined afterwards: what was said of a
//! group yesterday holds today, and one odd text can't glue two campaigns together. Texts that differ in a "not", in a
//! number or in a reservation are different however alike they look.

#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length is a length")]

use crate::matching::document::as_u32;
use crate::matching::wording::strip_politeness;
use crate::matching::{shared, similar::negations};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Two texts are copies from this likeness on: the share of characters that need not be changed.
const COPY: f64 = 0.8;
/// Samples that a group keeps: enough to know its variants by, few enough that a campaign of thousands stays cheap.
const SAMPLES: usize = 8;
/// A text may be another one with sentences left out if it has so many characters, and this share of the longer one.
const WHOLE: (usize, f64) = (12, 0.55);
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

/// What begins a reservation: with one more of it, it is another opinion.
const RESERVATIONS: [&str; 6] = ["但", "不过", "然而", "除非", "前提是", "只要"];

/// Where a text belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// The number of its group: groups are numbered in the order in which their first texts came.
    pub group: usize,
    /// Whether it was kept as a sample of the group.
    pub sample: bool,
}

/// The groups of copies known so far.
#[derive(Default)]
pub struct Copies {
    /// The number of a pair of neighbouring characters.
    pairs: FxHashMap<(char, char), u32>,
    /// By the number of a pair: the samples that hold it.
    holders: Vec<Vec<u32>>,
    /// Equal texts need no comparing, and campaigns bring thousands of them.
    exact: FxHashMap<Box<[char]>, usize>,
    samples: Vec<Sample>,
    /// By group: how many samples it has.
    groups: Vec<usize>,
    /// Scratch: how many pairs each sample shares with the text at hand. Texts are cut, so that a small number holds it,
    /// and the numbers of a hundred thousand samples stay near the processor.
    hits: Vec<u16>,
}

struct Sample {
    text: Text,
    /// How many distinct pairs it has.
    pairs: usize,
    group: usize,
}

/// A text as it is compared.
struct Text {
    chars: Box<[char]>,
    /// The clauses: what stands between marks, as places in `chars`.
    clauses: Vec<Range<usize>>,
    signs: Signs,
}

/// What makes a difference however alike two texts are.
#[derive(Debug, PartialEq, Eq)]
struct Signs {
    negations: usize,
    numbers: Vec<String>,
}

impl Copies {
    /// No groups yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a text in and says where it belongs.
    pub fn add(&mut self, text: &str) -> Copied {
        let text = Text::new(text);
        if let Some(group) = self.exact.get(&text.chars) {
            return Copied { group: *group, sample: false };
        }
        let pairs = self.numbered(&text.chars);
        let group = self.nearest(&text, &pairs).unwrap_or(self.groups.len());
        let sample = self.groups.get(group).is_none_or(|samples| *samples < SAMPLES);
        if sample {
            self.insert(text, &pairs, group);
        }
        Copied { group, sample }
    }

    /// Takes back a sample that was kept earlier, in the order in which samples were.
    pub fn restore(&mut self, text: &str, group: usize) {
        let text = Text::new(text);
        let pairs = self.numbered(&text.chars);
        self.insert(text, &pairs, group);
    }

    /// Forgets the samples of groups that aren't to be kept. The others keep their numbers.
    pub fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        let samples = std::mem::take(&mut self.samples);
        let groups = self.groups.len();
        *self = Self { groups: vec![0; groups], ..Self::default() };
        for Sample { text, group, .. } in samples {
            if keep(group) {
                let pairs = self.numbered(&text.chars);
                self.insert(text, &pairs, group);
            }
        }
    }

    /// How many samples are compared with.
    pub fn samples(&self) -> usize {
        self.samples.len()
    }

    /// The distinct pairs of a text, by number.
    fn numbered(&mut self, chars: &[char]) -> Vec<u32> {
        let (known, holders) = (&mut self.pairs, &mut self.holders);
        let number = |pair: &[char]| {
            *known.entry((pair[0], pair[1])).or_insert_with(|| {
                holders.push(Vec::new());
                as_u32(holders.len() - 1)
            })
        };
        let mut pairs: Vec<u32> = chars.windows(2).map(number).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    fn insert(&mut self, text: Text, pairs: &[u32], group: usize) {
        let number = as_u32(self.samples.len());
        for pair in pairs {
            self.holders[*pair as usize].push(number);
        }
        self.exact.insert(text.chars.clone(), group);
        if self.groups.len() <= group {
            self.groups.resize(group + 1, 0);
        }
        self.groups[group] += 1;
        self.samples.push(Sample { text, pairs: pairs.len(), group });
        self.hits.push(0);
    }

    /// The group of the sample that is most alike, if one is alike enough.
    fn nearest(&mut self, text: &Text, pairs: &[u32]) -> Option<usize> {
        let mut met = Vec::new();
        for pair in pairs {
            for sample in &self.holders[*pair as usize] {
                let hits = &mut self.hits[*sample as usize];
                if *hits == 0 {
                    met.push(*sample);
                }
                *hits += 1;
            }
        }
        let mut near: Vec<(f64, u32)> = Vec::new();
        let least = text.at_least(pairs.len());
        for number in met {
            let shared = usize::from(std::mem::take(&mut self.hits[number as usize]));
            // Most samples share a pair or two by chance: they are left alone without looking at them.
            if shared < least {
                continue;
            }
            let sample = &self.samples[number as usize];
            let bound = text.at_most(&sample.text, shared, (pairs.len(), sample.pairs));
            if bound >= COPY {
                near.push((bound, number));
            }
        }
        near.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut best: Option<(f64, u32)> = None;
        for (bound, number) in near {
            if best.is_some_and(|(known, _)| known > bound) {
                break;
            }
            let likeness = text.likeness(&self.samples[number as usize].text);
            let better = best.is_none_or(|(known, first)| likeness > known || (likeness >= known && number < first));
            if likeness >= COPY && better {
                best = Some((likeness, number));
            }
        }
        best.map(|(_, number)| self.samples[number as usize].group)
    }
}

/// The group of each text: the place of the group's first member. A text without copies is its own group. The same
/// texts in the same order always give the same groups.
pub fn group<T: AsRef<str>>(texts: &[T]) -> Vec<usize> {
    let mut copies = Copies::new();
    let mut firsts: Vec<usize> = Vec::new();
    let place = |(at, text): (usize, &T)| {
        let group = copies.add(text.as_ref()).group;
        if group == firsts.len() {
            firsts.push(at);
        }
        firsts[group]
    };
    texts.iter().enumerate().map(place).collect()
}

impl Text {
    fn new(text: &str) -> Self {
        let end = text.char_indices().nth(2 * LIMIT).map_or(text.len(), |(at, _)| at);
        let normal = shared().normalise(&text[..end]);
        let polite = strip_politeness(&normal);
        // The figures of an address mean nothing, and slips in it are many.
        let address = polite.contains("http");
        let (mut chars, mut clauses, mut from) = (Vec::new(), Vec::new(), 0);
        for c in polite.chars() {
            if c.is_alphanumeric() {
                if chars.len() == LIMIT {
                    break;
                }
                chars.push(c);
            } else if !c.is_whitespace() && chars.len() > from {
                clauses.push(from..chars.len());
                from = chars.len();
            }
        }
        if chars.len() > from {
            clauses.push(from..chars.len());
        }
        let cut = chars.len() - without_leads(&chars).len();
        chars.drain(..cut);
        for clause in &mut clauses {
            *clause = clause.start.saturating_sub(cut)..clause.end.saturating_sub(cut);
        }
        clauses.retain(|clause| !clause.is_empty());
        let signs = if address { Signs { negations: 0, numbers: Vec::new() } } else { Signs::of(&chars) };
        Self { chars: chars.into(), clauses, signs }
    }

    /// How many distinct pairs another text must share to be a copy of this one, which has so many.
    fn at_least(&self, pairs: usize) -> usize {
        // The longer of two copies has at most so many characters more that the edits between them are this many, and
        // each of them breaks two pairs.
        let edits = ((1.0 - COPY) / COPY * self.chars.len() as f64).floor() as usize;
        let left_out = (WHOLE.1 * pairs as f64 / 4.0).floor() as usize;
        pairs.saturating_sub(2 * edits).min(left_out).max(1)
    }

    /// A bound of the likeness of two texts that share so many distinct pairs. An edit breaks two pairs at most.
    fn at_most(&self, other: &Self, shared: usize, (own, others): (usize, usize)) -> f64 {
        let (a, b) = (self.chars.len(), other.chars.len());
        let (shorter, longer) = (a.min(b), a.max(b).max(1));
        let broken = own.max(others).saturating_sub(shared).div_ceil(2).max(longer - shorter);
        let edited = 1.0 - broken as f64 / longer as f64;
        // With sentences left out, most of the shorter one is in the longer one.
        let left_out = may_leave_out(shorter, longer) && 3 * shared >= own.min(others);
        if left_out { 1.0 } else { edited }
    }

    /// The share of characters that need not be changed to make one of the other, or, with sentences left out, of
    /// those that both have. 0 where something says that they differ.
    fn likeness(&self, other: &Self) -> f64 {
        let edited = if self.signs == other.signs { edit_likeness(&self.chars, &other.chars) } else { 0.0 };
        if edited >= COPY {
            return edited;
        }
        let (short, long) = if self.chars.len() <= other.chars.len() { (self, other) } else { (other, self) };
        if may_leave_out(short.chars.len(), long.chars.len()) { short.within(long) } else { 0.0 }
    }

    /// The share of this text whose clauses are, nearly, clauses of a longer one too.
    fn within(&self, long: &Self) -> f64 {
        let mut free: Vec<&Range<usize>> = long.clauses.iter().collect();
        let (mut found, mut matched) = (0, 0);
        for clause in &self.clauses {
            let words = &self.chars[clause.clone()];
            let place = free.iter().position(|other| {
                let other = &long.chars[(*other).clone()];
                edit_likeness(words, other) >= COPY && Signs::of(words) == Signs::of(other)
            });
            if let Some(place) = place {
                found += words.len();
                matched += free.remove(place).len();
            }
        }
        let share = found as f64 / self.chars.len().max(1) as f64;
        let enough = matched as f64 >= WHOLE.1 * long.chars.len() as f64;
        let reserved = free.iter().any(|clause| {
            let clause: String = long.chars[(*clause).clone()].iter().collect();
            RESERVATIONS.iter().any(|reservation| clause.contains(reservation))
        });
        if enough && !reserved { share } else { 0.0 }
    }
}

impl Signs {
    fn of(chars: &[char]) -> Self {
        // A doubled character is a slip, and no second "not".
        let mut once = chars.to_vec();
        once.dedup();
        let negations = negations(&once.iter().collect::<String>());
        let mut numbers: Vec<String> = chars
            .split(|c| !c.is_ascii_digit())
            .filter(|run| !run.is_empty())
            .map(|run| run.iter().collect())
            .collect();
        numbers.sort_unstable();
        Self { negations, numbers }
    }
}

fn may_leave_out(shorter: usize, longer: usize) -> bool {
    shorter >= WHOLE.0 && shorter as f64 >= WHOLE.1 * longer as f64
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

/// The share of characters that need not be changed to make one of the other.
fn edit_likeness(a: &[char], b: &[char]) -> f64 {
    let longer = a.len().max(b.len());
    let gap = a.len().abs_diff(b.len());
    if longer == 0 {
        return 1.0;
    }
    if 1.0 - gap as f64 / (longer as f64) < COPY {
        return 0.0;
    }
    1.0 - strsim::generic_levenshtein(&Chars(a), &Chars(b)) as f64 / longer as f64
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

#[cfg(test)]
mod tests;
