//! How a message leans on what was said before (`wording.toml`): it names no matter of its own, corrects
//! the question, or asks several things at once. Pure: it reads words and knows no document.

use std::{collections::HashSet, sync::Arc};

use serde::Deserialize;

use super::intent::IntentError;
use crate::matching::{Analyser, is_han};

const FILE: &str = "src/conversation/wording.toml";
const TEXT: &str = include_str!("wording.toml");

/// The longest message that can be a follow-up, in characters; a longer one tells more than a side of a matter.
const SHORT: usize = 30;

/// How many questions of one message are answered apart; what follows stays with the last.
pub const QUESTIONS: usize = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    aspect: Vec<Aspect>,
    fillers: Words,
    pointing: Words,
    asking: Words,
    joins: Words,
    correction: Correction,
    titles: Endings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Endings {
    endings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Correction {
    no: Vec<String>,
    mean: Vec<String>,
    mean_after_no: Vec<String>,
}

/// A side of a matter that people ask about: what to bring, how long it takes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aspect {
    /// Its name, for reading the file.
    pub name: String,
    /// Whether its words stand in questions about other sides too (怎么, how), so that those count alone.
    #[serde(default)]
    general: bool,
    asked: Vec<String>,
    found: Vec<String>,
}

impl Aspect {
    /// Whether a heading or a question of a document shows that it tells this.
    pub fn is_told_by(&self, heading: &str) -> bool {
        let heading = heading.to_lowercase();
        self.found.iter().any(|word| heading.contains(word.as_str()))
    }
}

/// The words by which messages lean on each other.
pub struct Wording {
    aspects: Vec<Aspect>,
    known: HashSet<String>,
    longest: usize,
    pointing: Vec<String>,
    asking: Vec<String>,
    joins: Vec<String>,
    correction: Correction,
    endings: Vec<String>,
    analyser: Arc<Analyser>,
}

impl Wording {
    /// The words that are part of the program.
    pub fn embedded(analyser: Arc<Analyser>) -> Result<Self, IntentError> {
        let written: Written =
            toml::from_str(TEXT).map_err(|error| IntentError { file: FILE.to_owned(), what: error.to_string() })?;
        let asked = written.aspect.iter().flat_map(|aspect| &aspect.asked);
        let known: HashSet<String> = asked.chain(&written.fillers.words).cloned().collect();
        let longest = known.iter().map(|word| word.chars().count()).max().unwrap_or(0);
        let mut correction = written.correction;
        // The longest that fits is taken.
        for words in [&mut correction.no, &mut correction.mean, &mut correction.mean_after_no] {
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        }
        let mut joins = written.joins.words;
        joins.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Ok(Self {
            aspects: written.aspect,
            known,
            longest,
            pointing: written.pointing.words,
            asking: written.asking.words,
            joins,
            correction,
            endings: written.titles.endings,
            analyser,
        })
    }

    /// The sides that a message asks about, when it names no matter of its own; none when it does.
    pub fn follow_up(&self, text: &str) -> Option<Vec<&Aspect>> {
        let normal = self.analyser.analyse_question(text).text;
        if normal.chars().count() > SHORT * 2 || (normal.chars().any(is_han) && normal.chars().count() > SHORT) {
            return None;
        }
        let said = self.known_words(&normal)?;
        let asks = |aspect: &&Aspect| aspect.asked.iter().any(|word| said.contains(word.as_str()));
        let mut aspects: Vec<&Aspect> = self.aspects.iter().filter(asks).collect();
        if aspects.iter().any(|aspect| !aspect.general) {
            aspects.retain(|aspect| !aspect.general);
        }
        (!aspects.is_empty()).then_some(aspects)
    }

    /// The words of a message, when all of them are known ones.
    fn known_words<'a>(&self, normal: &'a str) -> Option<HashSet<&'a str>> {
        let mut said = HashSet::new();
        let mut rest = normal;
        while let Some(first) = rest.chars().next() {
            if is_han(first) {
                let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(self.longest);
                let ends: Vec<usize> = ends.collect();
                let end = ends.into_iter().rev().find(|end| self.known.contains(&rest[..*end]))?;
                said.insert(&rest[..end]);
                rest = &rest[end..];
            } else if first.is_alphanumeric() {
                let end = rest.find(|c: char| is_han(c) || !(c.is_alphanumeric() || c == '\'')).unwrap_or(rest.len());
                if !self.known.contains(&rest[..end]) {
                    return None;
                }
                said.insert(&rest[..end]);
                rest = &rest[end..];
            } else {
                rest = &rest[first.len_utf8()..];
            }
        }
        Some(said)
    }

    /// What somebody means who says that the answer was to another question: 不是，我问的是…, no, I mean ….
    pub fn correction<'a>(&self, text: &'a str) -> Option<&'a str> {
        let text = text.trim();
        let refused = self.correction.no.iter().find_map(|no| {
            let rest = strip(text, no)?;
            let bare = rest.trim_start_matches(is_mark);
            (bare.len() < rest.len() && !bare.is_empty()).then_some(bare)
        });
        let mean = |words: &[String], text: &'a str| words.iter().find_map(|mean| strip(text, mean));
        let meant = match refused {
            Some(rest) => mean(&self.correction.mean, rest).or_else(|| mean(&self.correction.mean_after_no, rest)),
            None => mean(&self.correction.mean, text),
        };
        let meant = meant?.trim_matches(|c: char| is_mark(c) && !matches!(c, '?' | '？'));
        (meant.chars().filter(|c| c.is_alphanumeric()).count() >= 2).then_some(meant)
    }

    /// The questions of a message, each with whether a word said that it is another one. Background stays with the
    /// question that it belongs to. At most [`QUESTIONS`].
    pub fn questions<'a>(&self, text: &'a str) -> Vec<(&'a str, bool)> {
        let mut questions: Vec<(std::ops::Range<usize>, bool)> = Vec::new();
        // Where a background began that waits for its question.
        let mut waiting: Option<(usize, bool)> = None;
        for (range, joined) in self.sentences(text) {
            let (from, joined) = waiting.take().unwrap_or((range.start, joined));
            let own = from..range.end;
            if !self.asks(&text[range.clone()]) {
                waiting = Some((from, joined));
                continue;
            }
            let leans = self.points_back(&text[own.clone()]) || self.follow_up(&text[range]).is_some();
            match questions.last_mut() {
                Some((last, _)) if leans || is_tail(&own, joined, last) => last.end = own.end,
                _ => questions.push((own, joined)),
            }
        }
        if let (Some(_), Some((last, _))) = (waiting, questions.last_mut()) {
            last.end = text.len();
        }
        if questions.len() > QUESTIONS {
            let end = questions.last().map_or(text.len(), |(range, _)| range.end);
            questions.truncate(QUESTIONS);
            if let Some((last, _)) = questions.last_mut() {
                last.end = end;
            }
        }
        questions.into_iter().map(|(range, joined)| (self.without_join(text[range].trim()), joined)).collect()
    }

    /// Sentences, cut at their ends and before joining words; with whether a joining word begins it.
    fn sentences(&self, text: &str) -> Vec<(std::ops::Range<usize>, bool)> {
        let mut cuts = vec![0];
        for (at, c) in text.char_indices() {
            let after = at + c.len_utf8();
            let ends = matches!(c, '？' | '?' | '。' | '！' | '!' | '；' | ';' | '\n');
            let joins = || self.joins.iter().any(|join| strip(text[after..].trim_start(), join).is_some());
            if ends || (is_mark(c) && joins()) {
                cuts.push(after);
            }
        }
        cuts.push(text.len());
        cuts.dedup();
        let mut sentences = Vec::new();
        for pair in cuts.windows(2) {
            let sentence = &text[pair[0]..pair[1]];
            if sentence.chars().any(char::is_alphanumeric) {
                let joined = self.joins.iter().any(|join| strip(sentence.trim_start(), join).is_some());
                sentences.push((pair[0]..pair[1], joined));
            }
        }
        sentences
    }

    fn asks(&self, sentence: &str) -> bool {
        let normal = self.analyser.normalise(sentence);
        sentence.trim_end().ends_with(['？', '?']) || self.asking.iter().any(|word| holds(&normal, word))
    }

    fn points_back(&self, sentence: &str) -> bool {
        let normal = self.analyser.normalise(self.without_join(sentence.trim()));
        let start: String = normal.chars().take(12).collect();
        self.pointing.iter().any(|word| holds(&start, word))
    }

    fn without_join<'a>(&self, sentence: &'a str) -> &'a str {
        let rest = self.joins.iter().find_map(|join| strip(sentence, join));
        rest.map_or(sentence, |rest| rest.trim_start_matches(is_mark))
    }

    /// The matter that a title names, without the kind of paper it is.
    pub fn subject<'a>(&self, title: &'a str) -> &'a str {
        let shorter = self.endings.iter().find_map(|ending| title.strip_suffix(ending.as_str()));
        shorter.filter(|shorter| shorter.chars().count() >= 2).unwrap_or(title)
    }
}

/// Whether a question that no word sets apart is only the end of the one before, as in “丢了？怎么办？”.
fn is_tail(own: &std::ops::Range<usize>, joined: bool, last: &std::ops::Range<usize>) -> bool {
    const SHORTEST: usize = 12;
    !joined && (own.len() < SHORTEST || last.len() < SHORTEST)
}

/// A mark or a blank between parts of a sentence.
fn is_mark(c: char) -> bool {
    !c.is_alphanumeric()
}

/// What follows a word at the beginning of a text, whatever the case of its letters; letters end where the word ends.
fn strip<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    if head.to_lowercase() != word {
        return None;
    }
    let rest = &text[word.len()..];
    let runs_on = word.ends_with(|c: char| c.is_ascii_alphanumeric())
        && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '\'');
    (!runs_on).then_some(rest)
}

/// Whether a text holds a word; one of letters as a whole word.
fn holds(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let joined = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        !word.is_ascii() || (!joined(text[..at].chars().next_back()) && !joined(text[at + word.len()..].chars().next()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wording() -> Wording {
        Wording::embedded(Arc::new(Analyser::new())).unwrap()
    }

    #[test]
    fn a_message_without_a_matter_asks_for_a_side_of_the_last_one() {
        let wording = wording();
        for (text, expected) in [
            ("那要什么材料？", Some("documents")),
            ("多久能办好？", Some("duration")),
            ("在哪办", Some("place")),
            ("要多少钱", Some("cost")),
            ("電話是多少？", Some("phone")),
            ("What documents do I need?", Some("documents")),
            ("How long does it take?", Some("duration")),
            ("怎么办理", Some("way")),
            ("社保卡要什么材料", None),
            ("办居住证要多少钱", None),
            ("How long does a passport take?", None),
            ("好的", None),
            ("谢谢", None),
            ("那呢", None),
            ("", None),
            ("？？？", None),
        ] {
            let found = wording.follow_up(text);
            let names: Option<Vec<&str>> = found.map(|found| found.iter().map(|one| one.name.as_str()).collect());
            match expected {
                Some(name) => assert_eq!(names, Some(vec![name]), "{text}"),
                None => assert_eq!(names, None, "{text}"),
            }
        }
    }

    #[test]
    fn a_correction_says_what_is_meant() {
        let wording = wording();
        for (text, expected) in [
            ("不是，我问的是新生儿上户口", Some("新生儿上户口")),
            ("我是说老人怎么代办？", Some("老人怎么代办？")),
            ("不是这个，是居住证", Some("居住证")),
            ("No, I mean the residence permit", Some("the residence permit")),
            ("不对 我想问的是低保", Some("低保")),
            ("不是本地户口能上学吗", None),
            ("不是，", None),
            ("I mean", None),
            ("notary fees", None),
            ("不是", None),
        ] {
            assert_eq!(wording.correction(text), expected, "{text}");
        }
    }

    #[test]
    fn questions_of_a_message_are_told_apart_and_background_stays() {
        let wording = wording();
        for (text, expected) in [
            ("社保卡丢了怎么补？另外新生儿怎么上户口？", vec!["社保卡丢了怎么补？", "新生儿怎么上户口？"]),
            ("社保卡丢了怎么补，顺便问一下新生儿怎么上户口", vec!["社保卡丢了怎么补，", "新生儿怎么上户口"]),
            (
                "How do I replace a card? And also, where do I register a baby?",
                vec!["How do I replace a card?", "where do I register a baby?"],
            ),
            ("我在望川打工三年了，有居住证。孩子怎么上学？", vec!["我在望川打工三年了，有居住证。孩子怎么上学？"]),
            (
                "我妈的社保卡丢了怎么办？她不会用手机。能代办吗？",
                vec!["我妈的社保卡丢了怎么办？她不会用手机。能代办吗？"],
            ),
            ("社保卡丢了怎么补？要多少钱？", vec!["社保卡丢了怎么补？要多少钱？"]),
            (
                "社保卡怎么补？新生儿怎么上户口？低保怎么申请？居住证怎么办？",
                vec!["社保卡怎么补？", "新生儿怎么上户口？", "低保怎么申请？居住证怎么办？"],
            ),
            ("谢谢", vec![]),
        ] {
            let found: Vec<&str> = wording.questions(text).into_iter().map(|(question, _)| question).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn hostile_input_is_survived() {
        let wording = wording();
        for text in ["？".repeat(50_000), "另外".repeat(20_000), "a ".repeat(50_000), "不是，".repeat(20_000)] {
            wording.questions(&text);
            wording.follow_up(&text);
            wording.correction(&text);
        }
    }
}
