//! Answers: verbatim quotations with their source.

use super::{Done, Room};
use crate::{
    casework::{
        Desk,
        notices::{self, Audience},
        statistics::{Found, Group, Tally},
    },
    conversation::{
        action::Action,
        dialogue::{Answer, Matter},
        say::Say,
        section,
    },
    knowledge::{self, Library, Source, Standing},
    locale::Phrase,
    phrase,
    store::StoreError,
};

/// A section up to this many characters is quoted whole; a longer one by its best passage.
const WHOLE: usize = 300;

/// Quotes what answers a question.
pub(super) fn answer(library: &Library, desk: &Desk, given: &Answer) -> Done {
    let document = given.document.as_str();
    let (Some(source), Some(text)) = (library.source(document), library.text(document)) else {
        // It was withdrawn between the look and the answer.
        return gone();
    };
    let whole = text.chars().count() <= WHOLE;
    let quote = if whole { None } else { library.quote(&given.question, document, given.quote) };
    let partial = quote.is_some();
    let quote = quote.unwrap_or_else(|| first_part(&text));
    let partial = partial || quote.len() < text.len();
    let page = partial.then(|| {
        let parts = section::parts(&library.sections(document).unwrap_or_default());
        section::holding(&parts, &quote)
    });
    let mut say = Say::default();
    if let Some(item) = &source.item_question {
        say = say.heading(phrase!("verbatim", text = item));
    }
    say = say.quote(quote).source(source.title.clone(), source_lines(&source, desk), source.url.clone());
    let (question, document) = (given.question.clone(), document.to_owned());
    let matter = Matter { question, document, leaning: given.leaning, page };
    shown(say, matter, given.nth, phrase!("choice-more"))
}

fn gone() -> Done {
    Say::text(phrase!("answer-gone")).choice(phrase!("choice-person"), Action::Person).into()
}

/// A quotation with what can be said to it: it helped, it didn't, read on.
fn shown(say: Say, matter: Matter, nth: Option<usize>, more: Phrase) -> Done {
    let partial = matter.page.is_some();
    let say = match nth {
        None => {
            let say = say
                .choice(phrase!("choice-helped"), Action::Helped(true))
                .choice(phrase!("choice-not-helped"), Action::Helped(false));
            if partial { say.choice(more, Action::More) } else { say }
        }
        Some(nth) => {
            let say = say
                .choice(phrase!("choice-helped-of", nth = nth), Action::HelpedWith(nth, true))
                .choice(phrase!("choice-not-helped-of", nth = nth), Action::HelpedWith(nth, false));
            if partial { say.choice(phrase!("choice-more-of", nth = nth), Action::MoreOf(nth)) } else { say }
        }
    };
    Done { says: vec![say], matter: Some(matter), nth, ..Done::default() }
}

/// The beginning of a text up to [`WHOLE`] characters, ending at a line or a sentence.
fn first_part(text: &str) -> String {
    let Some((limit, _)) = text.char_indices().nth(WHOLE) else { return text.to_owned() };
    let head = &text[..limit];
    let end = head
        .rfind(['\n', '。', '！', '？'])
        .map_or(limit, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    head[..end].to_owned()
}

/// Number, owner, date and standing of a source, a line each.
pub(super) fn source_lines(source: &Source, desk: &Desk) -> Vec<Phrase> {
    let mut lines = Vec::new();
    match (&source.policy, source.number.is_empty()) {
        (Some(policy), true) => lines.push(phrase!("source-policy", title = &policy.title)),
        (Some(policy), false) => {
            lines.push(phrase!("source-policy-number", title = &policy.title, number = &source.number));
        }
        (None, false) => lines.push(phrase!("source-number", number = &source.number)),
        (None, true) => {}
    }
    lines.push(match source.dated {
        Some(date) => phrase!("source-owner-date", unit = &source.unit, date = date),
        None => phrase!("source-owner", unit = &source.unit),
    });
    if let Some(successor) = desk.successor(&source.unit_code) {
        lines.push(phrase!("source-successor", unit = &successor.name));
    }
    lines.push(match &source.standing {
        Standing::InForce => phrase!("source-in-force"),
        Standing::Superseded { by_title, by_number } if by_number.is_empty() => {
            phrase!("source-superseded", title = by_title)
        }
        Standing::Superseded { by_title, by_number } => {
            phrase!("source-superseded-number", title = by_title, number = by_number)
        }
    });
    lines
}

/// Asks which of a few matters is meant.
pub(super) fn offer_matters(say: Say, library: &Library, candidates: &[String]) -> Done {
    name_matters(say.and(phrase!("which-matter")), library, candidates)
        .choice(phrase!("choice-none"), Action::NoneOfThese)
        .into()
}

/// Adds a choice for each of a few matters.
pub(super) fn name_matters(mut say: Say, library: &Library, candidates: &[String]) -> Say {
    for (place, id) in candidates.iter().enumerate() {
        if let Some(source) = library.source(id) {
            say = say.named_choice(&source.label(), Action::Pick(place));
        }
    }
    say
}

/// Shows the section around the last quotation, and what follows it the next time.
pub(super) fn more(library: &Library, desk: &Desk, matter: Matter, nth: Option<usize>) -> Done {
    let (Some(source), Some(sections)) = (library.source(&matter.document), library.sections(&matter.document)) else {
        return gone();
    };
    let mut parts = section::parts(&sections);
    // Asked once more after the end: it begins again.
    let page = matter.page.filter(|page| *page < parts.len()).unwrap_or(0);
    let next = (page + 1 < parts.len()).then_some(page + 1);
    if parts.is_empty() {
        return gone();
    }
    let part = parts.swap_remove(page);
    let heading = if part.heading.is_empty() { source.item_question.clone() } else { Some(part.heading) };
    let mut say = Say::default();
    if let Some(heading) = heading {
        say = say.heading(phrase!("verbatim", text = heading));
    }
    say = say.quote(part.text).source(source.title.clone(), source_lines(&source, desk), source.url.clone());
    shown(say, Matter { page: next, ..matter }, nth, phrase!("choice-read-on"))
}

/// How an answer is counted.
pub(super) fn tally(room: &Room<'_>, given: &Answer) -> Option<Tally> {
    let source = room.core.library.source(&given.document)?;
    let kind = room.core.kinds.now().of(&given.question).map_or("", |(kind, _)| kind.name());
    let group = Group { unit: source.unit_code, kind: kind.to_owned(), channel: room.address.channel.clone() };
    Some(Tally { day: room.today, found: if given.picked { Found::Chosen } else { Found::Outright }, group })
}

/// Records that an answer was to another question than the one that was meant.
pub(super) async fn refuse(room: &mut Room<'_>, matter: &Matter) -> Result<Done, StoreError> {
    record(room, matter, false).await?;
    Ok(Done::default())
}

/// Records whether an answer helped.
pub(super) async fn feedback(room: &mut Room<'_>, matter: &Matter, helped: bool) -> Result<Done, StoreError> {
    record(room, matter, helped).await?;
    if helped && !matter.leaning {
        propose(room, &matter.question, &matter.document).await?;
    }
    Ok(if helped { Say::text(phrase!("helped")).into() } else { Say::text(phrase!("not-helped")).into() })
}

async fn record(room: &mut Room<'_>, matter: &Matter, helped: bool) -> Result<(), StoreError> {
    let (question, document) = (matter.question.as_str(), matter.document.as_str());
    let (ids, citizen) = (&room.core.ids, room.citizen.id.as_str());
    knowledge::interpretation::record_feedback(room.tx, ids, citizen, (question, document), helped, room.now).await?;
    if helped {
        return Ok(());
    }
    let (rule, now) = (room.core.second_look, room.now);
    if let Some((id, owner)) = knowledge::second_look::is_due(room.tx, (document, citizen), rule, now).await? {
        let told = (&Audience::Unit(owner), notices::Matter::LookAgain);
        notices::post_on_document(room.tx, &room.core.ids.next(), told, &id, now).await?;
    }
    Ok(())
}

/// Proposes what the person wrote as a wording of what they found; staff decide.
pub(super) async fn propose(room: &mut Room<'_>, question: &str, document: &str) -> Result<(), StoreError> {
    let (ids, citizen) = (&room.core.ids, room.citizen.id.as_str());
    knowledge::phrasing::propose(room.tx, ids, citizen, (question, document), room.now).await
}
