//! Where a ticket has the words that were searched for: marked in the question's beginning, and in a piece of the text that
//! holds most of the others.

use std::ops::Range;

use maud::{Markup, html};

use super::beginning;
use crate::{casework::Ticket, matching::Sought};

/// How many characters stand before the first hit of a piece.
const BEFORE: usize = 15;
/// How many characters a piece has.
const LONG: usize = 60;

/// The beginning of the question, and below it a piece of what was said with the words that aren't in view there.
pub(super) fn found(ticket: &Ticket, sought: &Sought) -> Markup {
    let start = beginning(&ticket.question);
    let rest = sought.missing_in(&start);
    let piece = (ticket.texts().into_iter())
        .map(|text| (rest.places(text), text))
        // Of texts with as many hits, the first.
        .rev()
        .max_by_key(|(places, _)| places.len())
        .filter(|(places, _)| !places.is_empty());
    html! {
        (marked(&start, &sought.places(&start)))
        @if let Some((places, text)) = piece { p.hit { (self::piece(text, &places)) } }
    }
}

/// A text with places in it marked.
fn marked(text: &str, places: &[Range<usize>]) -> Markup {
    let mut at = 0;
    let pieces: Vec<(&str, &str)> = (places.iter())
        .map(|place| {
            let before = text.get(at..place.start).unwrap_or_default();
            at = place.end;
            (before, text.get(place.clone()).unwrap_or_default())
        })
        .collect();
    html! {
        @for (before, hit) in pieces { (before) mark { (hit) } }
        (text.get(at..).unwrap_or_default())
    }
}

/// The piece of a text around its first hit, in one line.
fn piece(text: &str, places: &[Range<usize>]) -> Markup {
    let Some(first) = places.first() else { return html! {} };
    let before = text.get(..first.start).unwrap_or_default();
    let from = before.char_indices().rev().take(BEFORE).last().map_or(first.start, |(at, _)| at);
    let rest = text.get(from..).unwrap_or_default();
    let to = rest.char_indices().nth(LONG).map_or(text.len(), |(at, _)| from + at);
    let shown = text.get(from..to).unwrap_or_default();
    let within: Vec<Range<usize>> = (places.iter())
        .filter(|place| place.start < to)
        .map(|place| (place.start - from)..(place.end.min(to) - from))
        .collect();
    html! {
        @if from > 0 { "…" }
        (marked(shown, &within))
        @if to < text.len() { "…" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, search: &str) -> String {
        piece(text, &Sought::words(search).places(text)).into_string()
    }

    #[test]
    fn a_piece_shows_the_hit_and_what_stands_around_it() {
        assert_eq!(shown("票价<b>多少", "票价"), "<mark>票价</mark>&lt;b&gt;多少");
        let long = format!("{}渡船{}渡船", "前".repeat(40), "后".repeat(80));
        let expected = format!("…{}<mark>渡船</mark>{}…", "前".repeat(15), "后".repeat(43));
        assert_eq!(shown(&long, "渡船"), expected);
        assert_eq!(shown("没有", "渡船"), "");
    }
}
