//! From a text to the tokens that are compared: words, character bigrams, Latin stems, numbers, document numbers.
//!
//! Bigrams find what the word list does not know; words of three and more characters add precision; a word of two
//! characters is its bigram, marked. The same [`Analyser`] must be used at indexing and at asking.

use crate::matching::normalise::{Normaliser, is_han};
use crate::matching::wording::{strip_politeness, weak_words};
use jieba_rs::Jieba;
use rustc_hash::FxHashSet;

/// A question is read up to this many characters; what follows adds work and no sense. So many take no longer than
/// the slowest ordinary question.
pub const QUESTION_LIMIT: usize = 600;

/// From so many digits on a number belongs to a person.
const PERSONAL: usize = 11;

/// How much a token made of weak words alone counts in a question, against 1 for others.
const WEAK_WEIGHT: f32 = 0.15;
/// The same for a bigram with one weak half.
const HALF_WEIGHT: f32 = 0.6;

/// A word in letters is read up to this many: a base64 blob or one repeated letter is no word.
pub(crate) const LATIN_LIMIT: usize = 40;

/// What a token was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Two neighbouring Chinese characters that are no word by themselves.
    Bigram,
    /// A Chinese word; with two characters it shares its term with the bigram.
    Word,
    /// A word in letters, lower-cased and stemmed.
    Latin,
    /// The first letters of a long word, which its relatives share.
    Prefix,
    /// A number.
    Number,
    /// A number with what it counts (`30日`), or a document number (`〔2025〕18号`).
    Exact,
}

/// One thing to be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// The term. Terms of different kinds may be equal only where they mean the same.
    pub term: String,
    /// What it was made from.
    pub kind: TokenKind,
    /// How much it says, from 0 to 1: weak words say little.
    pub weight: f32,
    /// Where it starts in [`Analysed::text`], in characters.
    pub position: usize,
}

/// What is left of a text to be compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Analysed {
    /// The normalised text without politeness.
    pub text: String,
    /// Its tokens, in the order in which they start.
    pub tokens: Vec<Token>,
}

impl Analysed {
    /// Whether nothing comparable was found (empty, only punctuation, only emoji).
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }
}

/// Turns texts into tokens. Costs some 100 ms and 30 MB to build; share one.
pub struct Analyser {
    normaliser: Normaliser,
    jieba: Jieba,
    weak: FxHashSet<&'static str>,
}

impl std::fmt::Debug for Analyser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyser").finish_non_exhaustive()
    }
}

impl Default for Analyser {
    fn default() -> Self {
        Self::new()
    }
}

impl Analyser {
    /// An analyser with the general dictionary only.
    pub fn new() -> Self {
        Self { normaliser: Normaliser::new(), jieba: Jieba::new(), weak: weak_words().iter().copied().collect() }
    }

    /// An analyser that also knows the city's own words: units, items, abbreviations. Blank ones are passed over.
    pub fn with_words(words: impl IntoIterator<Item = String>) -> Self {
        let mut analyser = Self::new();
        for word in words {
            let word = analyser.normaliser.normalise(word.trim());
            if !word.is_empty() {
                analyser.jieba.add_word(&word, None, None);
            }
        }
        analyser
    }

    /// The comparable form of a text, without cutting it into tokens.
    pub fn normalise(&self, text: &str) -> String {
        self.normaliser.normalise(text)
    }

    /// Analyses a text of any length.
    pub fn analyse(&self, text: &str) -> Analysed {
        let normal = self.normaliser.normalise(text);
        let text = strip_politeness(&normal).to_owned();
        let mut tokens = Vec::new();
        self.cut(&text, &mut tokens);
        Analysed { text, tokens }
    }

    /// Analyses what a person asked: at most [`QUESTION_LIMIT`] characters of it.
    pub fn analyse_question(&self, question: &str) -> Analysed {
        let end = question.char_indices().nth(QUESTION_LIMIT).map_or(question.len(), |(at, _)| at);
        self.analyse(&without_personal_numbers(&question[..end]))
    }

    /// The words of a run of Chinese characters, in order.
    pub(crate) fn words<'a>(&self, run: &'a str) -> impl Iterator<Item = &'a str> {
        self.jieba.cut(run, true).into_iter().map(|word| word.word)
    }

    fn cut(&self, text: &str, tokens: &mut Vec<Token>) {
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        while at < chars.len() {
            let c = chars[at];
            let end = if is_han(c) {
                let end = run_end(&chars, at, is_han);
                self.cut_han(&chars[at..end], at, tokens);
                end
            } else if c.is_ascii_digit() {
                number(&chars, at, tokens)
            } else if c.is_alphabetic() {
                let end = run_end(&chars, at, |c| c.is_alphanumeric() && !is_han(c));
                self.latin(&chars[at..end], at, tokens);
                end
            } else {
                at + 1
            };
            at = end;
        }
    }

    fn cut_han(&self, run: &[char], start: usize, tokens: &mut Vec<Token>) {
        let text: String = run.iter().collect();
        let mut weak = vec![false; run.len()];
        let mut word_start = vec![0_usize; run.len()];
        for word in self.jieba.cut(&text, true) {
            let known_weak = self.weak.contains(word.word);
            if known_weak {
                weak[word.start..word.end].fill(true);
            }
            word_start[word.start] = word.end - word.start;
        }
        if let [only] = run {
            let weight = if weak[0] { WEAK_WEIGHT } else { 1.0 };
            tokens.push(Token { term: only.to_string(), kind: TokenKind::Word, weight, position: start });
            return;
        }
        for at in 0..run.len() {
            if at + 1 < run.len() {
                let term: String = run[at..at + 2].iter().collect();
                let kind = if word_start[at] == 2 { TokenKind::Word } else { TokenKind::Bigram };
                let weight = match (weak[at], weak[at + 1]) {
                    (true, true) => WEAK_WEIGHT,
                    (false, false) => 1.0,
                    _ => HALF_WEIGHT,
                };
                tokens.push(Token { term, kind, weight, position: start + at });
            }
            // Long compounds are covered by their bigrams; as words they would only make the vocabulary huge.
            if (3..=8).contains(&word_start[at]) {
                let term: String = run[at..at + word_start[at]].iter().collect();
                let weight = if weak[at] { WEAK_WEIGHT } else { 1.0 };
                tokens.push(Token { term, kind: TokenKind::Word, weight, position: start + at });
            }
        }
    }

    fn latin(&self, run: &[char], position: usize, tokens: &mut Vec<Token>) {
        let run = &run[..run.len().min(LATIN_LIMIT)];
        let word: String = run.iter().collect();
        let weight = if self.weak.contains(word.as_str()) { WEAK_WEIGHT } else { 1.0 };
        let stemmed = stem(&word);
        if let Some(term) = prefix(run) {
            tokens.push(Token { term, kind: TokenKind::Prefix, weight, position });
        }
        tokens.push(Token { term: stemmed.to_owned(), kind: TokenKind::Latin, weight, position });
    }
}

/// The first letters of a long word, which its relatives share.
pub(crate) fn prefix(run: &[char]) -> Option<String> {
    (run.len() >= 7).then(|| run.iter().take(5).chain(&['*']).collect())
}

/// A question without the long numbers by which persons are told apart (telephone, identity card, account): no document holds
/// them, and they would pass for the most telling words.
fn without_personal_numbers(question: &str) -> String {
    let mut out = String::with_capacity(question.len());
    let mut digits = String::new();
    for c in question.chars().chain(['\n']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if digits.len() < PERSONAL {
            out.push_str(&digits);
        }
        digits.clear();
        out.push(c);
    }
    out.pop();
    out
}

pub(crate) fn run_end(chars: &[char], at: usize, belongs: impl Fn(char) -> bool) -> usize {
    chars[at..].iter().position(|c| !belongs(*c)).map_or(chars.len(), |offset| at + offset)
}

/// A number, with its decimals, and once more with what it counts. Returns where the number ends.
pub(crate) fn number(chars: &[char], at: usize, tokens: &mut Vec<Token>) -> usize {
    let mut end = run_end(chars, at, |c| c.is_ascii_digit());
    if chars.get(end) == Some(&'.') && chars.get(end + 1).is_some_and(char::is_ascii_digit) {
        end = run_end(chars, end + 1, |c| c.is_ascii_digit());
    }
    let digits: String = chars[at..end.min(at + 40)].iter().collect();
    if at > 0
        && matches!(chars[at - 1], '〔' | '[' | '(' | '【')
        && let Some(serial) = serial_after(chars, end)
    {
        let term = format!("〔{digits}〕{serial}号");
        tokens.push(Token { term, kind: TokenKind::Exact, weight: 1.0, position: at });
    }
    match chars.get(end) {
        Some(unit) if is_han(*unit) || *unit == '%' => {
            let term = format!("{digits}{unit}");
            tokens.push(Token { term, kind: TokenKind::Exact, weight: 1.0, position: at });
        }
        _ => {}
    }
    tokens.push(Token { term: digits, kind: TokenKind::Number, weight: 1.0, position: at });
    end
}

/// The serial of a document number such as 〔2025〕18号, read after its year.
fn serial_after(chars: &[char], at: usize) -> Option<String> {
    if !matches!(chars.get(at), Some('〕' | ']' | ')' | '】')) {
        return None;
    }
    let mut from = at + 1;
    while matches!(chars.get(from), Some(' ' | '第')) {
        from += 1;
    }
    let end = run_end(chars, from.min(chars.len()), |c| c.is_ascii_digit());
    let serial = chars.get(from..end)?;
    let plain: String = serial.iter().skip_while(|c| **c == '0').collect();
    (chars.get(end) == Some(&'号') && !plain.is_empty() && plain.len() <= 6).then_some(plain)
}

/// Takes the commonest endings of English and French off a word. Meant to bring relatives together, not to be right.
pub(crate) fn stem(word: &str) -> &str {
    if word.len() < 4 || !word.is_ascii() {
        return word;
    }
    let mut stem = word;
    for ending in ["s", "x"] {
        if let Some(cut) = stem.strip_suffix(ending) {
            stem = cut;
            break;
        }
    }
    for ending in ["ing", "ed", "ee", "er", "ez", "e"] {
        if let Some(cut) = stem.strip_suffix(ending)
            && cut.len() >= 3
        {
            return cut;
        }
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        Analyser::new().analyse(text).tokens.into_iter().map(|t| t.term).collect()
    }

    #[test]
    fn han_becomes_bigrams_and_longer_words() {
        let terms = terms("公积金提取");
        for term in ["公积", "积金", "公积金", "提取"] {
            assert!(terms.iter().any(|t| t == term), "{term} missing in {terms:?}");
        }
    }

    #[test]
    fn both_scripts_and_both_numerals_are_the_same() {
        assert_eq!(terms("第十二條規定"), terms("第12条规定"));
    }

    #[test]
    fn question_words_weigh_little() {
        let analysed = Analyser::new().analyse("社保卡怎么补办");
        let weight = |term: &str| analysed.tokens.iter().find(|t| t.term == term).map(|t| t.weight);
        assert!(weight("怎么") < weight("补办"));
    }

    #[test]
    fn document_numbers_are_one_token_whatever_the_brackets() {
        for text in ["望人社〔2025〕18号", "望人社[2025]18号", "望人社（2025）第018号", "望人社【二〇二五】18号"]
        {
            assert!(terms(text).contains(&"〔2025〕18号".to_owned()), "{text}: {:?}", terms(text));
        }
    }

    #[test]
    fn relatives_of_latin_words_share_a_term() {
        assert!(terms("Téléchargements").iter().any(|t| terms("télécharger").contains(t)));
        assert!(terms("masques").iter().any(|t| terms("masque").contains(t)));
    }

    #[test]
    fn numbers_of_persons_are_no_part_of_a_question() {
        let question = |text: &str| Analyser::new().analyse_question(text).text;
        assert_eq!(question("社保卡丢了 13800138000"), question("社保卡丢了"));
        assert_eq!(question("望政办〔2024〕17号"), Analyser::new().analyse("望政办〔2024〕17号").text);
    }

    #[test]
    fn own_words_are_known() {
        let analyser = Analyser::with_words(["望川通".to_owned(), String::new()]);
        assert!(analyser.analyse("望川通怎么注册").tokens.iter().any(|t| t.term == "望川通"));
    }

    #[test]
    fn hostile_input_is_survived() {
        let analyser = Analyser::new();
        for text in ["", "  \n", "😀👩‍👩‍👧", "\u{0}\u{7}", "？！。", "〔2025〕", "〔2025〕第号", "1.", "0.0.0.0", "号〔"]
        {
            analyser.analyse(text);
        }
        for unit in ["啊", "a", "1", "。", "😀"] {
            analyser.analyse(&unit.repeat(1_000_000 / unit.len()));
        }
        assert!(analyser.analyse_question(&"办".repeat(100_000)).tokens.len() <= 2 * QUESTION_LIMIT);
    }
}
