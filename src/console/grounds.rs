//! Beside a ticket: why the bot did not answer, and why it proposed the unit, as it was known when the ticket was filed.

use maud::{Markup, html};

use super::{reader::Reader, tickets::unit_name};
use crate::{
    casework::{Grounds, Proposed},
    conversation::why::{self, ToldNearest, percent},
    directory::units::Unit,
    matching::Verdict,
    phrase,
};

/// The section; nothing where nothing was kept.
pub(super) fn section(reader: &Reader, units: &[Unit], grounds: Option<&Grounds>) -> Markup {
    let Some(grounds) = grounds else { return html! {} };
    let told = why::told(&grounds.explanation);
    html! {
        details.act.grounds {
            summary { (reader.say(&phrase!("console-grounds"))) }
            p { (reader.say(&told.verdict)) }
            // There was something to show, so the ticket needs another reason.
            @if grounds.explanation.verdict != Verdict::Route {
                p { (reader.say(&phrase!("console-grounds-declined"))) }
            }
            @if let Some(lead) = &told.lead { p { (reader.say(lead)) } }
            @for nearest in &told.nearest { (document(reader, nearest)) }
            (proposed(reader, units, &grounds.proposed))
            p.hint { (reader.say(&phrase!("console-grounds-then"))) }
        }
    }
}

fn document(reader: &Reader, nearest: &ToldNearest) -> Markup {
    html! {
        h3 { (reader.say(&nearest.name)) }
        ul.plain {
            @for fact in &nearest.facts { li { (reader.say(fact)) } }
        }
        @if !nearest.reasons.is_empty() {
            ul.reasons {
                @for reason in &nearest.reasons {
                    li {
                        span.marks aria-hidden="true" { (reason.marks) }
                        span {
                            (reader.say(&reason.says))
                            span.unseen { " (" (reader.say(&reason.strength)) ")" }
                        }
                    }
                }
            }
        }
    }
}

fn proposed(reader: &Reader, units: &[Unit], proposed: &[Proposed]) -> Markup {
    html! {
        @if !proposed.is_empty() {
            h3 { (reader.say(&phrase!("console-grounds-units"))) }
            ol {
                @for one in proposed {
                    @let name = unit_name(units, &one.unit);
                    li {
                        @if one.named {
                            (reader.say(&phrase!("console-grounds-named", unit = name)))
                        } @else if one.probability > 0.0 {
                            (reader.say(&phrase!("console-grounds-likely", unit = name, percent = percent(one.probability))))
                        } @else {
                            (reader.say(&phrase!("console-grounds-dispatch", unit = name)))
                        }
                    }
                }
            }
        }
    }
}
