//! What many ask: copies of one text, and the same matter in other words.
//!
//! Copies are found first ([`Copies`]). The first text of each group of copies is then compared with the themes of its
//! unit: by the terms that they share, the rare ones most. A theme is what its first few wordings have in common; later
//! ones don't change it, so that it can't drift from one matter to another. Nothing is ever moved: a message that was
//! placed stays where it is, and the same messages in the same order always give the same themes.

use crate::matching::Analysed;
use crate::matching::document::as_u32;
use crate::matching::group::{Copied, Copies};
use crate::matching::similar::{bag, shared};
use rustc_hash::FxHashMap;

/// A text is of a theme from this cosine on.
const ALIKE: f64 = 0.5;
/// A text and a theme share at least so many terms: one word makes no matter.
const SHARED_TERMS: u32 = 3;
/// As many wordings say what a theme is about.
const WORDINGS: usize = 8;
/// A term that says less is left out.
const LEAST: f32 = 0.5;
/// The rarity of a term counts as if so many texts without it had come before: the first texts of a city are no measure.
const BEFORE: f64 = 1_000.0;

/// Where a message belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The number of its theme, in the order in which themes were founded.
    pub theme: usize,
    /// The number of its group of copies.
    pub copies: usize,
    /// Whether it is to be kept, to be compared with later ones.
    pub sample: bool,
}

/// The themes known so far.
#[derive(Default)]
pub struct Themes {
    copies: Copies,
    /// By group of copies.
    theme_of: Vec<usize>,
    /// By number.
    known: Vec<Theme>,
    terms: FxHashMap<Box<str>, u32>,
    /// By the number of a term: the wordings that hold it, each as its theme and the term's weight.
    holders: Vec<Vec<(u32, f32)>>,
    /// How many groups of copies there are.
    wordings: usize,
    /// Scratch: how much a theme has in common with the text at hand, and how many terms.
    common: Vec<(f32, u32)>,
}

struct Theme {
    unit: Box<str>,
    /// The sum of its wordings' vectors.
    sum: FxHashMap<u32, f32>,
    /// Its length.
    length: f64,
    wordings: usize,
    kept: bool,
}

/// A text as the terms in it with their weights; its length is 1.
type Vector = Vec<(u32, f32)>;

impl Themes {
    /// No themes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a message in, with the unit that it was sent to, and says where it belongs.
    pub fn add(&mut self, text: &str, unit: &str) -> Placed {
        let Copied { group, sample } = self.copies.add(text);
        if let Some(theme) = self.theme_of.get(group) {
            return Placed { theme: *theme, copies: group, sample };
        }
        let vector = self.vector(text);
        let theme = self.nearest(&vector, unit).unwrap_or(self.known.len());
        self.found(&vector, group, theme, unit);
        Placed { theme, copies: group, sample }
    }

    /// Takes back a message that was kept earlier, in the order in which messages were.
    pub fn restore(&mut self, text: &str, unit: &str, copies: usize, theme: usize) {
        self.copies.restore(text, copies);
        if copies >= self.theme_of.len() {
            let vector = self.vector(text);
            self.found(&vector, copies, theme, unit);
        }
    }

    /// Another unit is responsible for a theme.
    pub fn set_unit(&mut self, theme: usize, unit: &str) {
        if let Some(theme) = self.known.get_mut(theme) {
            theme.unit = unit.into();
        }
    }

    /// Forgets the themes that aren't to be kept. The others keep their numbers.
    pub fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        for (number, theme) in self.known.iter_mut().enumerate() {
            if theme.kept && !keep(number) {
                *theme = Theme { unit: "".into(), sum: FxHashMap::default(), length: 0.0, wordings: 0, kept: false };
            }
        }
        let (themes, theme_of) = (&self.known, &self.theme_of);
        for holders in &mut self.holders {
            holders.retain(|(theme, _)| themes[*theme as usize].kept);
        }
        self.copies.retain(|group| theme_of.get(group).is_some_and(|theme| themes[*theme].kept));
        self.wordings = theme_of.iter().filter(|theme| themes[**theme].kept).count();
    }

    fn vector(&mut self, text: &str) -> Vector {
        let mut analysed = shared().analyse_question(text);
        analysed.tokens.retain(|token| token.weight >= LEAST);
        let mut words: Vec<(&str, f64)> = bag(&analysed).into_iter().collect();
        // In a fixed order, since sums of fractions depend on it.
        words.sort_unstable_by_key(|(term, _)| *term);
        let all = self.wordings as f64 + BEFORE;
        let mut vector: Vec<(u32, f64)> = Vec::with_capacity(words.len());
        for (term, weight) in words {
            let number = self.terms.get(term).copied().unwrap_or_else(|| {
                self.holders.push(Vec::new());
                let number = as_u32(self.holders.len() - 1);
                self.terms.insert(term.into(), number);
                number
            });
            let holders = self.holders[number as usize].len() as f64;
            vector.push((number, weight * (all / (holders + 1.0)).ln()));
        }
        let length = vector.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        #[allow(clippy::cast_possible_truncation, reason = "seven digits are more than a weight is known to")]
        vector.into_iter().map(|(term, weight)| (term, (weight / length.max(1e-9)) as f32)).collect()
    }

    /// The theme of the unit that is most alike, the earliest of equals, if one is alike enough.
    fn nearest(&mut self, vector: &Vector, unit: &str) -> Option<usize> {
        let mut met = Vec::new();
        for (term, weight) in vector {
            for (theme, other) in &self.holders[*term as usize] {
                let common = &mut self.common[*theme as usize];
                if common.1 == 0 {
                    met.push(*theme);
                }
                common.0 += weight * other;
                common.1 += 1;
            }
        }
        let mut best: Option<(f64, u32)> = None;
        for number in met {
            let (product, terms) = std::mem::take(&mut self.common[number as usize]);
            let theme = &self.known[number as usize];
            // A sum of `n` vectors of length 1 is at least as long as the square root of `n` where none is negative.
            let most = f64::from(product) / (theme.wordings as f64).sqrt();
            if most < ALIKE || terms < SHARED_TERMS || *theme.unit != *unit || !theme.kept {
                continue;
            }
            let cosine = f64::from(product) / theme.length.max(1e-9);
            let better = best.is_none_or(|(known, first)| cosine > known || (cosine >= known && number < first));
            if cosine >= ALIKE && better {
                best = Some((cosine, number));
            }
        }
        best.map(|(_, number)| number as usize)
    }

    /// A new group of copies belongs to a theme, perhaps a new one.
    fn found(&mut self, vector: &Vector, group: usize, theme: usize, unit: &str) {
        while self.known.len() <= theme {
            let sum = FxHashMap::default();
            self.known.push(Theme { unit: unit.into(), sum, length: 0.0, wordings: 0, kept: true });
            self.common.push((0.0, 0));
        }
        if self.theme_of.len() <= group {
            self.theme_of.resize(group + 1, theme);
        }
        self.theme_of[group] = theme;
        self.wordings += 1;
        let known = &mut self.known[theme];
        if known.wordings == WORDINGS {
            return;
        }
        known.wordings += 1;
        for (term, weight) in vector {
            *known.sum.entry(*term).or_default() += weight;
            self.holders[*term as usize].push((as_u32(theme), *weight));
        }
        let mut squares: Vec<f32> = known.sum.values().map(|weight| weight * weight).collect();
        squares.sort_unstable_by(f32::total_cmp);
        known.length = f64::from(squares.iter().sum::<f32>()).sqrt();
    }
}

/// The most central of some texts, each said by so many: the one that all of them are most alike to, the first of
/// equals.
pub fn central<T: AsRef<str>>(texts: &[(T, usize)]) -> Option<usize> {
    let read: Vec<Analysed> = texts.iter().map(|(text, _)| shared().analyse_question(text.as_ref())).collect();
    let bags: Vec<FxHashMap<&str, f64>> = read.iter().map(bag).collect();
    let cosine = |a: &FxHashMap<&str, f64>, b: &FxHashMap<&str, f64>| {
        let sum = |mut values: Vec<f64>| {
            values.sort_unstable_by(f64::total_cmp);
            values.iter().sum::<f64>()
        };
        let length = |bag: &FxHashMap<&str, f64>| sum(bag.values().map(|weight| weight * weight).collect()).sqrt();
        let product = sum(a.iter().filter_map(|(term, weight)| b.get(term).map(|other| weight * other)).collect());
        product / (length(a) * length(b)).max(1e-9)
    };
    let nearness = |at: usize| -> f64 {
        bags.iter().zip(texts).map(|(other, (_, said))| *said as f64 * cosine(&bags[at], other)).sum()
    };
    let mut best: Option<(f64, usize)> = None;
    for at in 0..texts.len() {
        let near = nearness(at);
        if best.is_none_or(|(known, _)| near > known + 1e-9) {
            best = Some((near, at));
        }
    }
    best.map(|(_, at)| at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn themes(said: &[(&str, &str)]) -> Vec<usize> {
        let mut themes = Themes::new();
        said.iter().map(|(text, unit)| themes.add(text, unit).theme).collect()
    }

    #[test]
    fn the_same_matter_in_other_words_is_one_theme() {
        let found = themes(&[
            ("地铁3号线什么时候开通运营", "transport"),
            ("请问地铁3号线开通时间定了吗", "transport"),
            ("社保卡丢了怎么补办", "hrss"),
            ("社保卡遗失了在哪里补办", "hrss"),
            ("您好，地铁3号线什么时候开通运营？", "transport"),
            ("地铁3号线开通了吗", "transport"),
            ("图书馆几点开门", "culture"),
        ]);
        assert_eq!(found, [0, 0, 1, 1, 0, 0, 2]);
    }

    #[test]
    fn another_unit_is_another_theme_but_a_copy_stays_with_its_copies() {
        let found = themes(&[
            ("地铁3号线什么时候开通运营", "transport"),
            ("地铁3号线开通运营的时间", "planning"),
            ("地铁3号线什么时候开通运营！", "planning"),
        ]);
        assert_eq!(found, [0, 1, 0]);
    }

    #[test]
    fn what_was_restored_places_like_what_placed_it() {
        let texts = ["地铁3号线什么时候开通运营", "社保卡丢了怎么补办", "请问地铁3号线开通时间定了吗"];
        let (mut first, mut again) = (Themes::new(), Themes::new());
        for text in texts {
            let placed = first.add(text, "u");
            if placed.sample {
                again.restore(text, "u", placed.copies, placed.theme);
            }
        }
        for text in ["地铁3号线开通了吗", "社保卡丢了怎么补办呢", "图书馆几点开门"] {
            assert_eq!(first.add(text, "u"), again.add(text, "u"), "{text}");
        }
    }

    #[test]
    fn a_theme_that_is_not_kept_is_founded_anew() {
        let mut themes = Themes::new();
        let old = themes.add("地铁3号线什么时候开通运营", "u");
        let card = themes.add("社保卡丢了怎么补办", "u");
        themes.retain(|theme| theme == card.theme);
        let new = themes.add("地铁3号线什么时候开通运营", "u");
        assert!(new.theme > card.theme && new.copies > card.copies && new.theme != old.theme);
        assert_eq!(themes.add("请问社保卡丢了怎么补办", "u").theme, card.theme);
    }

    #[test]
    fn the_most_central_wording_speaks_for_all() {
        let said = [("3号线呢", 1), ("地铁3号线什么时候开通运营", 9), ("地铁3号线开通时间定了吗", 2)];
        assert_eq!(central(&said), Some(1));
        assert_eq!(central::<&str>(&[]), None);
    }

    #[test]
    fn hostile_input_is_survived() {
        assert_eq!(themes(&[("", ""), ("", "u"), ("😀", ""), ("\u{0}", "u")]), [0, 0, 0, 0]);
        let long = "啊".repeat(300_000);
        assert_eq!(themes(&[(&long, "u"), (&long, "u")]), [0, 0]);
    }

    proptest! {
        /// The same messages in the same order give the same themes, and a message's group is of one theme.
        #[test]
        fn the_same_messages_give_the_same_themes(
            said in prop::collection::vec(("[地铁公交电梯开通时间补办社保卡]{0,10}", "[ab]"), 0..40),
        ) {
            let place = || {
                let mut themes = Themes::new();
                said.iter().map(|(text, unit)| themes.add(text, unit)).collect::<Vec<_>>()
            };
            let placed = place();
            prop_assert_eq!(&placed, &place());
            for one in &placed {
                for other in &placed {
                    prop_assert!(one.copies != other.copies || one.theme == other.theme);
                }
            }
        }
    }
}
