//! Cuts a policy's text into passages, each an exact piece of the text. Pure.
//!
//! A passage begins where a section does: at a Markdown heading, or at `一、`, `（一）` or `第一条` that opens a line or
//! stands behind a blank, since texts taken from web pages have lost their line breaks.

use crate::matching::Passage;

/// The longest heading, in characters; what is longer is text.
const HEADING: usize = 40;

/// The passages of `body`, in order. Together they hold all of it but the blanks between them.
pub(in crate::knowledge) fn split(body: &str) -> Vec<Passage> {
    let starts = section_starts(body);
    let mut passages = Vec::new();
    // A heading with nothing under it belongs to the section that follows.
    let mut waiting = String::new();
    for (at, start) in starts.iter().enumerate() {
        let section = body[*start..starts.get(at + 1).copied().unwrap_or(body.len())].trim();
        let (heading, text) = heading_of(section);
        if !waiting.is_empty() && !heading.is_empty() {
            waiting.push(' ');
        }
        waiting.push_str(heading);
        if !text.is_empty() {
            passages.push(Passage { heading: std::mem::take(&mut waiting), text: text.to_owned() });
        }
    }
    if !waiting.is_empty() {
        passages.push(Passage { heading: String::new(), text: waiting });
    }
    passages
}

/// The text as it is read on: headings and passages, a paragraph each.
pub(in crate::knowledge) fn join(passages: &[Passage]) -> String {
    let parts: Vec<&str> = passages
        .iter()
        .flat_map(|passage| [passage.heading.as_str(), passage.text.as_str()])
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("\n\n")
}

fn section_starts(body: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut before = '\n';
    for (at, c) in body.char_indices() {
        let opens = if c == '#' { before == '\n' } else { before.is_whitespace() && opens_section(&body[at..]) };
        if opens && at > 0 {
            starts.push(at);
        }
        before = c;
    }
    starts
}

/// Whether a text begins with `一、`, `（一）` or `第一条`.
fn opens_section(text: &str) -> bool {
    let numeral = |c: char| "一二三四五六七八九十百零〇".contains(c);
    let (rest, ends): (&str, &[char]) = if let Some(rest) = text.strip_prefix(['（', '(']) {
        (rest, &['）', ')'])
    } else if let Some(rest) = text.strip_prefix('第') {
        (rest, &['条', '章', '节'])
    } else {
        (text, &['、'])
    };
    let after = rest.trim_start_matches(numeral);
    after.len() < rest.len() && after.starts_with(ends)
}

fn heading_of(section: &str) -> (&str, &str) {
    let marked = section.starts_with('#');
    if !marked && !opens_section(section) {
        return ("", section);
    }
    let end = section.find(|c: char| if marked { c == '\n' } else { c.is_whitespace() }).unwrap_or(section.len());
    // `第一条 目的`: the blank stands inside the heading.
    let end = if section.starts_with('第') { section.find('\n').unwrap_or(end) } else { end };
    let heading = &section[..end];
    let ends_as_text = heading.ends_with(['。', '；', '：', '！', '？', ';', ':', '.']);
    if heading.chars().count() > HEADING || ends_as_text || heading.contains('。') {
        return ("", section);
    }
    (heading.trim_start_matches('#').trim(), section[end..].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(body: &str) -> Vec<(String, String)> {
        split(body).into_iter().map(|p| (p.heading, p.text)).collect()
    }

    fn pair(heading: &str, text: &str) -> (String, String) {
        (heading.to_owned(), text.to_owned())
    }

    #[test]
    fn numbered_points_are_passages() {
        assert_eq!(
            parts("现通知如下。\n\n一、夜间指22:00至次日6:00。\n\n二、午间不断岗。"),
            [pair("", "现通知如下。"), pair("", "一、夜间指22:00至次日6:00。"), pair("", "二、午间不断岗。")]
        );
    }

    #[test]
    fn a_text_without_line_breaks_is_cut_at_its_sections() {
        assert_eq!(
            parts("各单位： 特制定措施： 一、保障供应 1.实施补货。 2.开放通道。 二、附则 本通知自印发之日起施行。"),
            [
                pair("", "各单位： 特制定措施："),
                pair("一、保障供应", "1.实施补货。 2.开放通道。"),
                pair("二、附则", "本通知自印发之日起施行。"),
            ]
        );
    }

    #[test]
    fn a_heading_without_text_goes_to_the_next_section() {
        assert_eq!(parts("# 第一章\n第一条 目的\n为了安静。"), [pair("第一章 第一条 目的", "为了安静。")]);
        assert_eq!(parts("# 只有标题"), [pair("", "只有标题")]);
        assert_eq!(parts(" \n "), []);
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_or_made_up(body in "[#一二、（）第条\\n 。a文]{0,80}") {
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != '#').collect::<String>();
            proptest::prop_assert_eq!(letters(&join(&split(&body))), letters(&body));
        }
    }
}
