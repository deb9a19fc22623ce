//! Chinese text without end, in which few words are frequent and most are rare.

use std::collections::BTreeSet;

use wenzheng::matching::{Analyser, TokenKind, is_han};

/// How many made-up names there are besides the words of the demo city.
const NAMES: usize = 6_000;
/// How a clause of a question begins and ends, and one of a reply.
const ASKS: [(&str, &str); 8] = [
    ("请问", "怎么办理？"),
    ("我想问一下", "需要什么材料？"),
    ("我家", "的问题什么时候能解决？"),
    ("为什么", "一直没有人管？"),
    ("反映一下", "的情况，"),
    ("", "，请有关部门处理。"),
    ("听说", "有新政策，"),
    ("希望", "能够尽快改善。"),
];
const TELLS: [(&str, &str); 6] = [
    ("根据有关规定，", "可以申请办理。"),
    ("经核实，", "的情况属实。"),
    ("您反映的", "已转相关科室，"),
    ("我单位将继续", "，"),
    ("办理时请携带", "等材料。"),
    ("", "的，应当在规定时间内办结。"),
];

/// Makes texts. The same seed makes the same ones.
pub struct Words {
    state: u64,
    words: Vec<String>,
}

impl Words {
    pub fn new(seed: u64) -> Self {
        let mut made = Self { state: seed, words: Vec::new() };
        let city = wenzheng::demo::city();
        let mut texts: Vec<String> = Vec::new();
        for located in city.interpretations.into_iter().chain(city.guides) {
            texts.extend(located.value.items.into_iter().flat_map(|item| [item.question, item.answer]));
        }
        texts.extend(city.policies.into_iter().map(|located| located.value.policy.body));
        let analyser = Analyser::new();
        let mut known: BTreeSet<String> = BTreeSet::new();
        for text in &texts {
            let tokens = analyser.analyse(text).tokens;
            let words = tokens.into_iter().filter(|token| token.kind == TokenKind::Word);
            known.extend(words.map(|token| token.term).filter(|word| word.chars().all(is_han)));
        }
        let letters: Vec<char> = known.iter().flat_map(|word| word.chars()).collect();
        let names: Vec<String> = (0..NAMES)
            .map(|_| {
                let long = 2 + made.below(2);
                (0..long).map(|_| letters[made.below(letters.len())]).collect()
            })
            .collect();
        // The frequent ones are words; names come among the rare ones.
        let mut words: Vec<String> = known.into_iter().collect();
        made.shuffle(&mut words);
        words.extend(names);
        made.words = words;
        made
    }

    fn shuffle(&mut self, words: &mut [String]) {
        for at in (1..words.len()).rev() {
            words.swap(at, self.below(at + 1));
        }
    }

    /// A number below `bound` (`SplitMix64`).
    pub fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound.max(1) as u64).unwrap()
    }

    /// A number from 0 to 1.
    pub fn share(&mut self) -> f64 {
        self.below(1 << 30) as f64 / f64::from(1 << 30)
    }

    /// A place below `bound`, the early ones more often: the nth about n times more seldom than the first.
    pub fn skewed(&mut self, bound: usize) -> usize {
        let place = ((bound + 1) as f64).powf(self.share()) - 1.0;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and a length")]
        let place = place as usize;
        place.min(bound - 1)
    }

    /// The word with this rank; 0 is the most frequent one.
    pub fn ranked(&self, rank: usize) -> &str {
        &self.words[rank.min(self.words.len() - 1)]
    }

    fn text(&mut self, clauses: &[(&str, &str)], long: usize) -> String {
        let mut text = String::with_capacity(long * 4);
        let mut letters = 0;
        while letters < long {
            let (before, after) = clauses[self.below(clauses.len())];
            let mut clause = before.to_owned();
            for _ in 0..2 + self.below(4) {
                let word = self.skewed(self.words.len());
                clause.push_str(&self.words[word]);
            }
            clause.push_str(after);
            letters += clause.chars().count();
            text.push_str(&clause);
        }
        text
    }

    /// A question of a citizen: most are short.
    pub fn question(&mut self) -> String {
        let long = 15 + self.skewed(250);
        let mut text = self.text(&ASKS, long);
        if self.below(20) == 0 {
            text.push_str("电话是12345转8008，WiFi连不上。");
        }
        text
    }

    /// What a unit writes.
    pub fn reply(&mut self) -> String {
        let long = 120 + self.below(400);
        format!("您好！{}感谢您的关注。", self.text(&TELLS, long))
    }

    /// A short remark.
    pub fn remark(&mut self) -> String {
        self.text(&ASKS, 12)
    }
}
