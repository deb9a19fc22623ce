//! Makes copies of texts by the edits that people really make: a greeting added, marks changed, the other script, a
//! sentence left out, a place swapped, a slip of the keyboard. The same seed makes the same copies.

use crate::evaluation::metrics::{GOLDEN, mixed};
use crate::matching::{Analyser, areas, is_han};
use std::collections::BTreeMap;

/// What people put before what they pass on, and after it.
const GREETINGS: [&str; 7] = ["您好，", "领导好，", "你好！", "请问一下，", "本人意见：", "支持！", "我也是这个意见。"];
const THANKS: [&str; 4] = ["谢谢！", "盼复。", "麻烦了", "！！"];
/// Districts that stand in for one another.
const PLACES: [&str; 4] = ["城东区", "城西区", "青石县", "柳溪县"];
/// Marks, each beside what people type instead.
const MARKS: [(char, &str); 6] = [('，', " "), ('。', "！"), ('？', "?"), ('、', "，"), ('；', "。"), ('：', ":")];
/// Slips of the keyboard come once in so many characters.
const SLIP_EVERY: usize = 25;

/// An edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit {
    Greeting,
    Marks,
    Script,
    Sentence,
    Place,
    Slip,
}

const EDITS: [Edit; 6] = [Edit::Greeting, Edit::Marks, Edit::Script, Edit::Sentence, Edit::Place, Edit::Slip];

/// Makes copies.
#[derive(Debug)]
pub struct Copier {
    state: u64,
    /// The simplified form of each traditional character.
    simple: BTreeMap<char, char>,
    /// A traditional form of simplified characters.
    traditional: BTreeMap<char, char>,
}

impl Copier {
    /// A copier whose copies depend on the seed alone.
    pub fn new(analyser: &Analyser, seed: u64) -> Self {
        let block: Vec<char> = ('\u{4e00}'..='\u{9fff}').collect();
        // Line breaks keep the neighbours from being read as words.
        let lines: String = block.iter().flat_map(|c| [*c, '\n']).collect();
        let (mut simple, mut traditional) = (BTreeMap::new(), BTreeMap::new());
        for (from, to) in block.iter().zip(analyser.normalise(&lines).lines()) {
            let mut chars = to.chars();
            if let (Some(to), None) = (chars.next(), chars.next())
                && to != *from
                && is_han(to)
            {
                simple.insert(*from, to);
                traditional.entry(to).or_insert(*from);
            }
        }
        Self { state: seed, simple, traditional }
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(GOLDEN);
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from(mixed(self.state) % bound).unwrap_or(0)
    }

    /// A copy with one to three edits.
    pub fn copy(&mut self, text: &str) -> String {
        let edits = 1 + self.below(3);
        let mut copy = text.to_owned();
        for _ in 0..edits {
            let edit = EDITS[self.below(EDITS.len())];
            copy = self.edit(&copy, edit);
        }
        copy
    }

    fn edit(&mut self, text: &str, edit: Edit) -> String {
        match edit {
            Edit::Greeting if self.below(3) == 0 => format!("{text}{}", THANKS[self.below(THANKS.len())]),
            Edit::Greeting => format!("{}{text}", GREETINGS[self.below(GREETINGS.len())]),
            Edit::Marks => self.marks(text),
            Edit::Script => self.script(text),
            Edit::Sentence => self.without_sentence(text),
            Edit::Place => self.elsewhere(text),
            Edit::Slip => self.slips(text),
        }
    }

    fn marks(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match MARKS.iter().find(|(mark, _)| *mark == c) {
                Some((_, other)) if self.below(2) == 0 => out.push_str(other),
                _ => out.push(c),
            }
        }
        out
    }

    /// The whole text in the other script.
    fn script(&self, text: &str) -> String {
        let table = if text.chars().any(|c| self.simple.contains_key(&c)) { &self.simple } else { &self.traditional };
        text.chars().map(|c| table.get(&c).copied().unwrap_or(c)).collect()
    }

    /// Without one of at least three sentences that isn't the bulk of the text; a slip where there are fewer.
    fn without_sentence(&mut self, text: &str) -> String {
        let sentences: Vec<&str> = text.split_inclusive(['。', '！', '？', '；', '!', '?']).collect();
        let out = self.below(sentences.len());
        if sentences.len() < 3 || sentences[out].chars().count() * 3 > text.chars().count() {
            return self.slips(text);
        }
        sentences.iter().enumerate().filter(|(at, _)| *at != out).map(|(_, sentence)| *sentence).collect()
    }

    /// Another district instead of the one that is named; a slip where none is.
    fn elsewhere(&mut self, text: &str) -> String {
        let place = PLACES[self.below(PLACES.len())];
        match areas(text).first() {
            Some(named) if text.contains(named.as_str()) => text.replace(named.as_str(), place),
            _ => self.slips(text),
        }
    }

    /// Characters lost, doubled or swapped with the next one. Numbers and what negates stay: they would say another
    /// thing.
    fn slips(&mut self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..chars.len().div_ceil(SLIP_EVERY) {
            if chars.len() < 4 {
                break;
            }
            let at = self.below(chars.len() - 1);
            let telling = |c: char| c.is_ascii_digit() || "不没沒未无無非别別勿一二三四五六七八九十百两兩".contains(c);
            if telling(chars[at]) || telling(chars[at + 1]) {
                continue;
            }
            match self.below(3) {
                0 => drop(chars.remove(at)),
                1 => chars.insert(at, chars[at]),
                _ => chars.swap(at, at + 1),
            }
        }
        chars.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "城东区老码头的渡船停了两个月。每天上班要绕路。请尽快恢复，谢谢。";

    #[test]
    fn the_same_seed_makes_the_same_copies() {
        let analyser = Analyser::new();
        let made = |seed| {
            let mut copier = Copier::new(&analyser, seed);
            (0..20).map(|_| copier.copy(TEXT)).collect::<Vec<_>>()
        };
        assert_eq!(made(1), made(1));
        assert_ne!(made(1), made(2));
    }

    #[test]
    fn each_edit_does_what_it_says() {
        let mut copier = Copier::new(&Analyser::new(), 3);
        assert_eq!(copier.edit("醫療保險", Edit::Script), "医疗保险");
        assert_eq!(copier.edit("医疗", Edit::Script), "醫療");
        assert!(copier.edit(TEXT, Edit::Greeting).contains(TEXT));
        let moved: Vec<String> = (0..20).map(|_| copier.edit(TEXT, Edit::Place)).collect();
        assert!(moved.iter().any(|text| text.contains("青石县")), "{moved:?}");
        let shorter: Vec<String> = (0..20).map(|_| copier.edit(TEXT, Edit::Sentence)).collect();
        assert!(shorter.iter().any(|text| !text.contains("每天上班要绕路")), "{shorter:?}");
    }

    #[test]
    fn hostile_input_is_survived() {
        let mut copier = Copier::new(&Analyser::new(), 5);
        for text in ["", "。", "😀", "a", "\u{0}"] {
            for edit in EDITS {
                copier.edit(text, edit);
            }
        }
    }
}
