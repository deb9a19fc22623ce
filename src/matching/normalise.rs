//! Brings a text into the one form that everything else compares: compatibility forms folded, traditional script
//! turned into simplified, letters in lower case without accents, Chinese numerals as digits.
//!
//! The same steps run at indexing and at asking, so a document that writes 二〇二五年 is found by 2025年.

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use rustc_hash::FxHashMap;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// Turns texts into their comparable form. Building one takes some ten milliseconds: keep it.
pub struct Normaliser {
    /// Absent only if the built-in table cannot be read; then traditional script stays as it is.
    converter: Option<OpenCC>,
    /// Characters that the converter changes, with what each becomes by itself. Most texts hold none, and asking here is
    /// far cheaper than converting.
    traditional: FxHashMap<char, char>,
}

impl Default for Normaliser {
    fn default() -> Self {
        Self::new()
    }
}

impl Normaliser {
    /// Reads the built-in conversion table.
    pub fn new() -> Self {
        let converter = OpenCC::from_config(BuiltinConfig::T2s).ok();
        let mut traditional = FxHashMap::default();
        if let Some(converter) = &converter {
            // One call for the whole block; a line break keeps the neighbours from forming phrases.
            let block: Vec<char> = ('\u{4e00}'..='\u{9fff}').collect();
            let lines: String = block.iter().flat_map(|c| [*c, '\n']).collect();
            let simple = converter.convert(&lines);
            for (from, to) in block.iter().zip(simple.lines()) {
                if let Some(to) = to.chars().next().filter(|to| to != from) {
                    traditional.insert(*from, to);
                }
            }
        }
        Self { converter, traditional }
    }

    /// The comparable form of `text`. Line breaks stay, other control characters become spaces.
    pub fn normalise(&self, text: &str) -> String {
        let folded: String = text.nfkc().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
        let simplified = match &self.converter {
            Some(converter) if folded.chars().any(|c| self.traditional.contains_key(&c)) => converter.convert(&folded),
            _ => folded,
        };
        numerals(&lower(&simplified))
    }

    /// The characters of `text` in comparable form, each with the bytes that it stands for. Every character is folded by
    /// itself and numerals stay as they were written, so that a piece of a text is folded like the whole.
    pub(crate) fn fold_each(&self, text: &str, mut give: impl FnMut(Range<usize>, char)) {
        for (at, c) in text.char_indices() {
            let bytes = at..at + c.len_utf8();
            if let Some(simple) = self.traditional.get(&c) {
                give(bytes, *simple);
            } else if c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&c) {
                give(bytes, c.to_ascii_lowercase());
            } else {
                let folded: String = std::iter::once(c).nfkc().collect();
                for c in lower(&folded).chars() {
                    give(bytes.clone(), self.traditional.get(&c).copied().unwrap_or(c));
                }
            }
        }
    }
}

/// Lower case, accents off Latin letters. Other scripts keep their marks.
fn lower(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else if is_han(c) {
            out.push(c);
        } else {
            match c {
                'œ' | 'Œ' => out.push_str("oe"),
                'æ' | 'Æ' => out.push_str("ae"),
                'ß' => out.push_str("ss"),
                '’' | '‘' => out.push('\''),
                _ if ('\u{c0}'..='\u{24f}').contains(&c) => {
                    out.extend(std::iter::once(c).nfd().filter(|d| !is_mark(*d)).flat_map(char::to_lowercase));
                }
                _ if is_mark(c) => {}
                _ => out.extend(c.to_lowercase()),
            }
        }
    }
    out
}

/// Whether `c` is a mark above or below the letter before it.
pub(crate) fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Whether `c` is a Chinese character (the unified ideographs and their extensions).
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}

/// Whether `c` may be a part of a number in Chinese.
pub(crate) fn is_numeral(c: char) -> bool {
    digit(c).is_some() || multiplier(c).is_some()
}

/// The value of a Chinese digit.
fn digit(c: char) -> Option<u64> {
    Some(match c {
        '〇' | '零' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// The value of a Chinese multiplier below ten thousand.
fn multiplier(c: char) -> Option<u64> {
    Some(match c {
        '十' => 10,
        '百' => 100,
        '千' => 1000,
        _ => return None,
    })
}

/// What may follow a single numeral for it to be a number and not part of a word (一些, 三方).
const COUNTERS: &str = "条款项章节号年月日天个次级类批届期岁周元万亿人户孩胎套";

/// Rewrites Chinese numerals as digits where they are surely numbers: after 第, runs of two and more, before a counter.
/// Larger units (万, 亿) stay as words, as in 300万.
fn numerals(text: &str) -> String {
    if !text.chars().any(is_numeral) {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    write_numerals(&chars, |c| out.push(c));
    out
}

/// The same for characters.
pub(crate) fn write_numerals(chars: &[char], mut push: impl FnMut(char)) {
    let mut at = 0;
    while at < chars.len() {
        let end = chars[at..].iter().position(|c| !is_numeral(*c)).map_or(chars.len(), |offset| at + offset);
        if end == at {
            push(chars[at]);
            at += 1;
            continue;
        }
        let run = &chars[at..end];
        let ordinal = at > 0 && chars[at - 1] == '第';
        let counted = chars.get(end).is_some_and(|c| COUNTERS.contains(*c)) && digit(run[0]).is_some();
        match value(run) {
            // 两 alone before a counter is a number, 一个 is mostly an article: leave the latter.
            Some(number) if ordinal || run.len() > 1 || (counted && run[0] != '一') => {
                number.chars().for_each(&mut push);
            }
            _ => run.iter().copied().for_each(&mut push),
        }
        at = end;
    }
}

/// The digits of a run of numerals, or nothing where it is no number (十百, or far too long).
fn value(run: &[char]) -> Option<String> {
    if run.len() > 12 {
        return None;
    }
    if run.iter().all(|c| digit(*c).is_some()) {
        return Some(run.iter().filter_map(|c| digit(*c)).map(|d| d.to_string()).collect());
    }
    let (mut total, mut pending, mut last) = (0_u64, None::<u64>, u64::MAX);
    for (at, c) in run.iter().enumerate() {
        if let Some(unit) = multiplier(*c) {
            // Units fall from left to right; a unit without a digit is only 十 at the start.
            if unit >= last || (pending.is_none() && at > 0) {
                return None;
            }
            total += pending.take().unwrap_or(1) * unit;
            last = unit;
        } else {
            let d = digit(*c)?;
            if pending.is_some_and(|p| p != 0) {
                return None;
            }
            pending = Some(d);
        }
    }
    Some((total + pending.unwrap_or(0)).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str) {
        assert_eq!(Normaliser::new().normalise(from), to);
    }

    #[test]
    fn traditional_script_becomes_simplified() {
        check("醫療保險報銷", "医疗保险报销");
    }

    #[test]
    fn wide_forms_and_accents_are_folded() {
        check("ＡＢＣ１２３", "abc123");
        check("Téléchargé à l’été", "telecharge a l'ete");
    }

    #[test]
    fn numerals_become_digits_where_they_are_numbers() {
        check("第十二条", "第12条");
        check("二〇二五年", "2025年");
        check("二十五周岁", "25周岁");
        check("三百零五元", "305元");
        check("一百二十万", "120万");
    }

    #[test]
    fn words_with_numerals_stay() {
        check("一些三方协议万一", "一些三方协议万一");
    }

    #[test]
    fn hostile_input_is_survived() {
        for text in ["", "\u{0}\u{1}\u{7f}", "😀😀", "。，！", "\u{301}\u{301}"] {
            Normaliser::new().normalise(text);
        }
        Normaliser::new().normalise(&"一".repeat(300_000));
        Normaliser::new().normalise(&"a\u{301}".repeat(300_000));
    }
}
