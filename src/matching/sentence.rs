//! Cuts a text into the pieces that a quotation is made of. Every piece is an exact range of the text.

use std::ops::Range;

/// A piece longer than this many characters is cut at a comma, or simply there.
const LONGEST: usize = 120;

/// The sentences of `text` as byte ranges, in order, without the blanks around them. Empty ones are left out.
pub fn split(text: &str) -> Vec<Range<usize>> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut out = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at].1;
        let next = chars.get(at + 1).map(|(_, c)| *c);
        let ends = match c {
            '。' | '！' | '？' | '!' | '?' | '；' | '\n' | '…' => true,
            '.' => next.is_none_or(char::is_whitespace) && !short_before(&chars[from..at]),
            // Chinese has no blanks inside a sentence: one between two characters was a line break once.
            ' ' | '\u{3000}' => {
                at > from && is_cjk(chars[at - 1].1) && next.is_none_or(|n| is_cjk(n) || n == '\u{3000}')
            }
            _ => false,
        };
        at += 1;
        if ends {
            // Closing marks belong to the sentence before them.
            while chars
                .get(at)
                .is_some_and(|(_, c)| matches!(c, '”' | '」' | '』' | '）' | ')' | '"' | '。' | '！' | '？'))
            {
                at += 1;
            }
            piece(text, &chars, from..at, &mut out);
            from = at;
        } else if at - from >= LONGEST {
            let comma = chars[from..at].iter().rposition(|(_, c)| matches!(c, '，' | ',' | '、' | '：' | ':' | ' '));
            let cut = comma.map_or(at, |offset| from + offset + 1);
            piece(text, &chars, from..cut, &mut out);
            from = cut;
        }
    }
    piece(text, &chars, from..chars.len(), &mut out);
    out
}

fn piece(text: &str, chars: &[(usize, char)], range: Range<usize>, out: &mut Vec<Range<usize>>) {
    let start = chars.get(range.start).map_or(text.len(), |(at, _)| *at);
    let end = chars.get(range.end).map_or(text.len(), |(at, _)| *at);
    let Some(whole) = text.get(start..end) else { return };
    let trimmed = whole.trim();
    if trimmed.chars().any(char::is_alphanumeric) {
        let start = start + (whole.len() - whole.trim_start().len());
        out.push(start..start + trimmed.len());
    }
}

/// Whether a full stop here follows a single letter or a number: `M. Martin`, `1. Qui peut`.
fn short_before(chars: &[(usize, char)]) -> bool {
    let tail = chars.iter().rev().take_while(|(_, c)| c.is_alphanumeric());
    let tail: Vec<char> = tail.map(|(_, c)| *c).collect();
    tail.len() == 1 || (!tail.is_empty() && tail.len() < 3 && tail.iter().all(char::is_ascii_digit))
}

fn is_cjk(c: char) -> bool {
    crate::matching::normalise::is_han(c)
        || ('\u{3001}'..='\u{303f}').contains(&c)
        || ('\u{ff00}'..='\u{ff65}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn sentences_keep_their_marks() {
        assert_eq!(pieces("带身份证。到窗口办理！多久？三天；"), ["带身份证。", "到窗口办理！", "多久？", "三天；"]);
        assert_eq!(pieces("他说：“可以。”然后走了"), ["他说：“可以。”", "然后走了"]);
    }

    #[test]
    fn blanks_between_characters_end_a_line() {
        assert_eq!(
            pieces("关于补贴的通知 各单位：\u{3000}\u{3000}现通知如下"),
            ["关于补贴的通知", "各单位：", "现通知如下"]
        );
        assert_eq!(pieces("使用 APP 办理"), ["使用 APP 办理"]);
    }

    #[test]
    fn latin_stops_are_not_taken_inside_numbers_and_initials() {
        assert_eq!(pieces("Version 2.5 is out. See M. Martin."), ["Version 2.5 is out.", "See M. Martin."]);
    }

    #[test]
    fn long_ones_are_cut_and_nothing_but_blanks_is_lost() {
        let text = "办理事项，".repeat(100);
        assert_eq!(pieces(&text).concat(), text);
        assert!(pieces(&"长".repeat(1_000)).iter().all(|p| p.chars().count() <= LONGEST));
    }

    #[test]
    fn hostile_input_is_survived() {
        for text in ["", "。。。", "\u{0}", "😀", " \u{3000} ", "..."] {
            assert!(pieces(text).len() <= 1);
        }
        split(&"。".repeat(300_000));
    }
}
