//! Other names of the same thing (`aliases/*.toml`): 低保 is 最低生活保障, a driving licence is a 机动车驾驶证.
//!
//! A question is read once more with each such word replaced, so that it finds documents that use another name. What is
//! quoted stays what the document says. A wrong alias makes wrong answers: every word belongs to one term only, and a
//! file that breaks this is left out, with the reason.

use std::{
    collections::{BTreeMap, btree_map},
    ops::Range,
    sync::{Arc, LazyLock},
};

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use toml::Spanned;

use crate::matching::normalise::{Normaliser, is_han};

/// How many other readings a question has at most.
pub const READINGS: usize = 3;

/// How many words of a question are replaced at most: a text that is full of them says enough by itself.
const REPLACED: usize = 6;

/// From so many bytes on a question tells a story, and has no other readings. It also bounds the work.
const LONGEST: usize = 1_500;

/// The files that are part of the program, a field of work each.
const BUILT_IN: &[(&str, &str)] = &[
    ("aliases/agriculture.toml", include_str!("../../aliases/agriculture.toml")),
    ("aliases/asking.toml", include_str!("../../aliases/asking.toml")),
    ("aliases/business.toml", include_str!("../../aliases/business.toml")),
    ("aliases/city.toml", include_str!("../../aliases/city.toml")),
    ("aliases/civil-affairs.toml", include_str!("../../aliases/civil-affairs.toml")),
    ("aliases/culture-safety.toml", include_str!("../../aliases/culture-safety.toml")),
    ("aliases/education.toml", include_str!("../../aliases/education.toml")),
    ("aliases/employment.toml", include_str!("../../aliases/employment.toml")),
    ("aliases/government.toml", include_str!("../../aliases/government.toml")),
    ("aliases/health.toml", include_str!("../../aliases/health.toml")),
    ("aliases/household.toml", include_str!("../../aliases/household.toml")),
    ("aliases/housing.toml", include_str!("../../aliases/housing.toml")),
    ("aliases/justice.toml", include_str!("../../aliases/justice.toml")),
    ("aliases/medical-insurance.toml", include_str!("../../aliases/medical-insurance.toml")),
    ("aliases/social-insurance.toml", include_str!("../../aliases/social-insurance.toml")),
    ("aliases/tax-finance.toml", include_str!("../../aliases/tax-finance.toml")),
    ("aliases/traffic.toml", include_str!("../../aliases/traffic.toml")),
    ("aliases/veterans-disability.toml", include_str!("../../aliases/veterans-disability.toml")),
];

/// A fault in a file of aliases. The file is left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct AliasProblem {
    /// Which file.
    pub file: String,
    /// Which line, from 1.
    pub line: usize,
    /// Which entry is wrong, and what to write instead.
    pub what: String,
}

/// A file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The official name, and what people say for it, the commonest first.
    #[serde(default)]
    terms: Section,
    /// What it is called in English.
    #[serde(default)]
    english: Section,
    /// What people say who come from Taiwan, Hong Kong or Macao. Understood, never looked for.
    #[serde(default)]
    elsewhere: Section,
    /// Chinese words for ways of asking in another language. They are put in, never looked for.
    #[serde(default)]
    asking: Section,
    #[serde(default)]
    keep: Keep,
}

type Section = BTreeMap<Spanned<String>, Vec<Spanned<String>>>;

/// Longer words that hold one of the others by accident and are left alone (最低保障 holds 低保).
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keep {
    words: Vec<Spanned<String>>,
}

/// A word that is looked for in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Another word for this term.
    Of(usize),
    /// Left alone.
    Kept,
}

/// A thing and its Chinese names, the official one first.
#[derive(Debug, Clone)]
struct Term {
    names: Vec<String>,
}

/// Other names of the same things. Building them takes some ten milliseconds: share them.
#[derive(Debug, Default)]
pub struct Aliases {
    terms: Vec<Term>,
    words: Vec<Word>,
    finder: Option<AhoCorasick>,
}

impl Aliases {
    /// The aliases that are part of the program.
    pub fn built_in() -> Arc<Self> {
        static BUILT: LazyLock<Arc<Aliases>> = LazyLock::new(|| Arc::new(Aliases::with_files([]).0));
        Arc::clone(&BUILT)
    }

    /// Those of the program and those of more files, given as name and content; and what is wrong with files that were
    /// left out.
    pub fn with_files(files: impl IntoIterator<Item = (String, String)>) -> (Self, Vec<AliasProblem>) {
        let own = BUILT_IN.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned()));
        Self::from_files(own.chain(files))
    }

    /// Aliases from files, given as name and content, in order; and what is wrong with files that were left out. An
    /// entry that an earlier file has gets more words. A word that a later file keeps is left alone from then on.
    pub fn from_files(files: impl IntoIterator<Item = (String, String)>) -> (Self, Vec<AliasProblem>) {
        let normaliser = Normaliser::new();
        let mut table = Table::default();
        let mut problems = Vec::new();
        for (file, text) in files {
            match read(&file, &text, &normaliser).and_then(|read| table.with(&read)) {
                Ok(more) => table = more,
                Err(found) => problems.extend(found),
            }
        }
        (table.finish(), problems)
    }

    /// Checks one file by itself.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<AliasProblem>> {
        Ok(Table::default().with(&read(file, text, &Normaliser::new())?)?.finish())
    }

    /// How many things have other names.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// All Chinese names, for an analyser that should know them as words.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().flat_map(|term| &term.names).map(String::as_str)
    }

    /// Other wordings of a normalised question: at most [`READINGS`] copies in which every word that has other names
    /// is replaced by the official one, then by the commonest others. None when there is nothing to replace.
    pub fn readings(&self, normalised: &str) -> Vec<String> {
        let found = self.found(normalised);
        let mut readings: Vec<String> = Vec::new();
        if found.is_empty() {
            return readings;
        }
        for nth in 0..READINGS {
            let mut reading = String::with_capacity(normalised.len() + 32);
            let (mut at, mut changed) = (0, false);
            for (range, term) in &found {
                let said = &normalised[range.clone()];
                let mut others = self.terms[*term].names.iter().filter(|name| *name != said);
                // A thing with fewer names keeps its official one while its neighbours go on.
                let other = others.clone().nth(nth).inspect(|_| changed = true).or_else(|| others.next());
                reading.push_str(&normalised[at..range.start]);
                reading.push_str(other.map_or(said, String::as_str));
                at = range.end;
            }
            reading.push_str(&normalised[at..]);
            if changed && reading != normalised && !readings.contains(&reading) {
                readings.push(reading);
            }
        }
        readings
    }

    /// The words of a question that have other names, each with its term; the longest word that fits is taken.
    fn found(&self, normalised: &str) -> Vec<(Range<usize>, usize)> {
        let Some(finder) = self.finder.as_ref().filter(|_| normalised.len() <= LONGEST) else { return Vec::new() };
        let terms = finder.find_iter(normalised).filter_map(|found| match self.words[found.pattern().as_usize()] {
            Word::Of(term) if is_whole(normalised, &found.range()) => Some((found.range(), term)),
            Word::Of(_) | Word::Kept => None,
        });
        terms.take(REPLACED).collect()
    }
}

/// Whether letters and digits end where the word ends: `rent` is no word of `parental`, nor 1999 of 19995.
fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let joined = |a: Option<char>, b: Option<char>| {
        a.is_some_and(|a| a.is_ascii_alphanumeric()) && b.is_some_and(|b| b.is_ascii_alphanumeric())
    };
    let word = &text[range.clone()];
    !joined(text[..range.start].chars().next_back(), word.chars().next())
        && !joined(word.chars().next_back(), text[range.end..].chars().next())
}

/// What the files said so far.
#[derive(Debug, Clone, Default)]
struct Table {
    terms: Vec<Term>,
    by_name: FxHashMap<String, usize>,
    words: BTreeMap<String, (usize, String)>,
    kept: FxHashSet<String>,
}

/// A file, read and normalised.
struct Read {
    file: String,
    /// Official name, other Chinese names, words that are only understood; each with its line.
    entries: BTreeMap<String, Entry>,
    kept: Vec<(usize, String)>,
}

#[derive(Default)]
struct Entry {
    line: usize,
    has_names: bool,
    /// Whether its own name is no word to look for.
    asking: bool,
    names: Vec<(usize, String)>,
    understood: Vec<(usize, String)>,
}

fn read(file: &str, text: &str, normaliser: &Normaliser) -> Result<Read, Vec<AliasProblem>> {
    let line_of = |offset: usize| text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
    let written: Written = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(span.start));
        vec![AliasProblem { file: file.to_owned(), line, what: error.message().to_owned() }]
    })?;
    let placed = |word: &Spanned<String>| (line_of(word.span().start), normaliser.normalise(word.get_ref().trim()));
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    for (section, is_names) in [(&written.terms, true), (&written.english, false), (&written.elsewhere, false)] {
        for (name, words) in section {
            let (line, name) = placed(name);
            let entry = entries.entry(name).or_default();
            let words = words.iter().map(&placed);
            if is_names {
                (entry.line, entry.has_names) = (line, true);
                entry.names.extend(words);
            } else {
                entry.line = if entry.has_names { entry.line } else { line };
                entry.understood.extend(words);
            }
        }
    }
    for (name, words) in &written.asking {
        let (line, name) = placed(name);
        let entry = entries.entry(name).or_default();
        (entry.line, entry.asking) = (line, true);
        entry.understood.extend(words.iter().map(&placed));
    }
    let kept = written.keep.words.iter().map(placed).collect();
    Ok(Read { file: file.to_owned(), entries, kept })
}

impl Table {
    /// This and one more file, or what is wrong with it.
    fn with(&self, read: &Read) -> Result<Self, Vec<AliasProblem>> {
        let mut table = self.clone();
        let mut problems = Vec::new();
        let mut fault = |line: usize, what: String| problems.push(AliasProblem { file: read.file.clone(), line, what });
        for (name, entry) in &read.entries {
            let known = table.by_name.get(name).copied();
            if known.is_none() && !entry.has_names && !entry.asking {
                fault(entry.line, format!("{name}: no entry of [terms] has this name; write it there as well"));
                continue;
            }
            if known.is_some() && entry.has_names && entry.names.is_empty() && entry.understood.is_empty() {
                fault(entry.line, format!("{name}: give at least one other word for it"));
            }
            let term = known.unwrap_or_else(|| {
                table.terms.push(Term { names: vec![name.clone()] });
                table.by_name.insert(name.clone(), table.terms.len() - 1);
                table.terms.len() - 1
            });
            let official = (entry.line, name.clone());
            let own = (known.is_none() && entry.has_names).then_some(&official).into_iter();
            for (line, word) in own.chain(&entry.names).chain(&entry.understood) {
                if let Some(what) = too_short(word) {
                    fault(*line, format!("{name}: {word:?} {what}"));
                }
                match table.words.entry(word.clone()) {
                    btree_map::Entry::Vacant(place) => {
                        place.insert((term, read.file.clone()));
                    }
                    btree_map::Entry::Occupied(place) => {
                        let (other, file) = place.get();
                        fault(*line, twice(name, word, &table.terms[*other].names[0], file));
                    }
                }
            }
            table.terms[term].names.extend(entry.names.iter().map(|(_, word)| word.clone()));
        }
        for (line, word) in &read.kept {
            if table.words.get(word).is_some_and(|(_, file)| *file == read.file) {
                fault(*line, format!("keep: {word} is a word of this file too; take it out of one place"));
            }
            table.kept.insert(word.clone());
        }
        if problems.is_empty() { Ok(table) } else { Err(problems) }
    }

    fn finish(self) -> Aliases {
        let Self { terms, words, kept, .. } = self;
        let kinds: BTreeMap<&String, Word> = words
            .iter()
            .map(|(word, (term, _))| (word, Word::Of(*term)))
            .chain(kept.iter().map(|word| (word, Word::Kept)))
            .collect();
        // Words alone can't fail to build; should they, questions have no other readings, which is safe.
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(kinds.keys()).ok();
        Aliases { words: kinds.into_values().collect(), finder, terms }
    }
}

/// Why a word would be found where it isn't meant.
fn too_short(word: &str) -> Option<&'static str> {
    let han = word.chars().filter(|c| is_han(*c)).count();
    let letters = word.chars().filter(char::is_ascii_alphanumeric).count();
    (han < 2 && han * 2 + letters < 3).then_some("is too short; write at least two characters or three letters")
}

fn twice(name: &str, word: &str, other: &str, file: &str) -> String {
    if name == other {
        format!("{name}: {word} is written twice")
    } else if name == word {
        format!("{name}: it is a word for {other} in {file} already; take it out in one place")
    } else if word == other {
        format!("{name}: {word} is the name of an entry of its own in {file}; take it out here")
    } else {
        format!("{name}: {word} is a word for {other} in {file} already; keep it in one place")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Aliases {
        let text = "[terms]\n'最低生活保障' = ['低保', '低保金']\n'社会保障卡' = ['社保卡', '医保卡']\n\
                    [english]\n'最低生活保障' = ['minimum living allowance']\n[elsewhere]\n'社会保障卡' = ['健保卡']\n\
                    [asking]\n'丢了怎么办' = ['lost my']\n[keep]\nwords = ['最低保障']";
        Aliases::parse("a.toml", text).unwrap()
    }

    #[test]
    fn a_word_is_read_as_the_other_names_of_the_same_thing() {
        for (asked, readings) in [
            ("低保怎么申请", vec!["最低生活保障怎么申请", "低保金怎么申请"]),
            ("最低生活保障怎么申请", vec!["低保怎么申请", "低保金怎么申请"]),
            ("低保金怎么领", vec!["最低生活保障怎么领", "低保怎么领"]),
            ("健保卡丢了", vec!["社会保障卡丢了", "社保卡丢了", "医保卡丢了"]),
            ("有低保怎么办社保卡", vec!["有最低生活保障怎么办社会保障卡", "有低保金怎么办医保卡"]),
            (
                "how to get minimum living allowance",
                vec!["how to get 最低生活保障", "how to get 低保", "how to get 低保金"],
            ),
            (
                "lost my minimum living allowance",
                vec!["丢了怎么办 最低生活保障", "丢了怎么办 低保", "丢了怎么办 低保金"],
            ),
            ("丢了怎么办", vec![]),
            ("minimum living allowances", vec![]),
            ("最低保障怎么算", vec![]),
            ("今天天气", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(small().readings(asked), readings, "{asked}");
        }
    }

    #[test]
    fn the_words_of_the_program_are_many_and_sound() {
        let (aliases, problems) = Aliases::with_files([]);
        assert_eq!(problems, []);
        assert!(aliases.len() >= 400, "{}", aliases.len());
        assert_eq!(aliases.readings("低保怎么申请").first().map(String::as_str), Some("最低生活保障怎么申请"));
        assert!(aliases.readings("how do i renew my driving licence").first().unwrap().contains("机动车驾驶证换证"));
    }

    #[test]
    fn every_file_of_the_folder_is_built_in() {
        let mut files: Vec<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/aliases"))
            .unwrap()
            .map(|entry| format!("aliases/{}", entry.unwrap().file_name().to_string_lossy()))
            .collect();
        files.sort();
        assert_eq!(files, BUILT_IN.iter().map(|(file, _)| (*file).to_owned()).collect::<Vec<_>>());
    }

    #[test]
    fn a_damaged_file_is_left_out_and_the_rest_goes_on() {
        let good = "[terms]\n'甲证书' = ['甲证']";
        for (bad, expected) in [
            ("[terms]\n'乙证书' = ['甲证']", "b.toml:2: 乙证书: 甲证 is a word for 甲证书 in a.toml already"),
            ("[terms]\n'乙证书' = ['甲证书']", "b.toml:2: 乙证书: 甲证书 is the name of an entry of its own in a.toml"),
            ("[terms]\n'乙证书' = ['乙证',\n'乙证']", "b.toml:3: 乙证书: 乙证 is written twice"),
            (
                "[terms]\n'乙证书' = ['丙证书']\n'丙证书' = ['乙证书']",
                "b.toml:2: 乙证书: it is a word for 丙证书 in b.toml",
            ),
            ("[terms]\n'乙证书' = ['证']", "b.toml:2: 乙证书: \"证\" is too short"),
            ("[english]\n'乙证书' = ['paper']", "b.toml:2: 乙证书: no entry of [terms] has this name"),
            ("[terms]\n'乙证书' = ['乙证']\n[keep]\nwords = ['乙证']", "b.toml:4: keep: 乙证 is a word of this file"),
            ("[terms\n", "b.toml:1: "),
            ("[words]\n", "b.toml:1: unknown field"),
        ] {
            let files = [("a.toml", good), ("b.toml", bad), ("c.toml", "[terms]\n'丁证书' = ['丁证']")];
            let files = files.map(|(file, text)| (file.to_owned(), text.to_owned()));
            let (aliases, problems) = Aliases::from_files(files);
            assert!(problems[0].to_string().starts_with(expected), "{}", problems[0]);
            assert_eq!(aliases.len(), 2);
            assert_eq!(aliases.readings("丁证呢"), ["丁证书呢"]);
        }
    }

    #[test]
    fn a_site_adds_words_and_takes_words_away() {
        let more = "[terms]\n'最低生活保障' = ['困难户钱']\n[keep]\nwords = ['老年卡']";
        let (aliases, problems) = Aliases::with_files([("site.toml".to_owned(), more.to_owned())]);
        assert_eq!(problems, []);
        assert_eq!(aliases.readings("困难户钱怎么领")[0], "最低生活保障怎么领");
        assert!(aliases.readings("老年卡怎么办").is_empty());
    }

    #[test]
    fn hostile_input_is_bounded() {
        let aliases = Aliases::built_in();
        assert!(aliases.readings(&"低保".repeat(100_000)).is_empty());
        assert!(aliases.readings(&"低保".repeat(100))[0].chars().count() < 300);
        for text in ["。", "\u{0}", "😀", "低"] {
            assert!(aliases.readings(text).is_empty());
        }
    }
}
