//! One consultation: the tally, the opinions one by one, and groups of those that say the same in nearly the same
//! words.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Console,
    consultations::{open, stage},
    frame::Fault,
    layout::{Part, Shell, encoded},
    reader::Reader,
    session::{Asking, Visit},
};
use crate::{
    consultation::{self, Clause, Opinion, OpinionPhase, Stance},
    locale::Phrase,
    matching, phrase,
    store::Connection,
};

/// Opinions, or groups, on a page.
const ON_A_PAGE: usize = 50;

/// For, against, a suggestion.
pub(super) fn stance(stance: Stance) -> Phrase {
    match stance {
        Stance::Support => phrase!("console-stance-support"),
        Stance::Oppose => phrase!("console-stance-oppose"),
        Stance::Suggest => phrase!("console-stance-suggest"),
    }
}

/// What an opinion is about: a clause with its heading, or the whole draft.
pub(super) fn about(reader: &Reader, clauses: &[Clause], number: Option<i64>) -> String {
    let Some(number) = number else { return reader.say(&phrase!("console-whole-draft")) };
    let heading = clauses.iter().find(|clause| clause.number == number).map_or("", |clause| clause.heading.as_str());
    reader.say(&phrase!("console-clause", number = number, heading = heading)).trim_end().to_owned()
}

/// The opinions that count, in the order in which they came. What its author took back is nobody's any more.
pub(super) async fn counted(connection: &mut Connection, consultation: &str) -> Result<Vec<Opinion>, Fault> {
    let mut opinions = consultation::opinions(connection, consultation).await?;
    opinions.retain(|opinion| opinion.phase == OpinionPhase::Counted);
    Ok(opinions)
}

/// For each opinion the place of the first one that says nearly the same.
pub(super) async fn grouped(opinions: &[Opinion]) -> Result<Vec<usize>, Fault> {
    let texts: Vec<String> = opinions.iter().map(|opinion| opinion.text.clone()).collect();
    // Thousands of texts keep a processor busy for a while: not on the threads that answer everybody else.
    tokio::task::spawn_blocking(move || matching::group(&texts)).await.map_err(|error| {
        tracing::error!(%error, "opinions could not be grouped");
        Fault::Internal
    })
}

/// Groups of at least two, the largest first; each as places in the list of opinions.
fn groups_of_several(places: &[usize]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, first) in places.iter().enumerate() {
        groups.entry(*first).or_default().push(at);
    }
    let mut several: Vec<Vec<usize>> = groups.into_values().filter(|members| members.len() > 1).collect();
    several.sort_by_key(|members| std::cmp::Reverse(members.len()));
    several
}

/// How opinions are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum View {
    #[default]
    Each,
    Groups,
}

/// What the address asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    view: View,
    page: Option<usize>,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    Path(id): Path<String>,
    visit: Visit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let asked = asked.map_or(Asked { view: View::Each, page: None }, |Query(asked)| asked);
    let part = Part::asked(asked.page, ON_A_PAGE);
    let mut connection = console.store.read().await?;
    let consultation = open(&mut connection, &visit, &id).await?;
    let clauses = consultation::clauses(&mut connection, &id).await?;
    let tally = consultation::tally(&mut connection, &id).await?;
    let opinions = counted(&mut connection, &id).await?;
    drop(connection);
    let groups = groups_of_several(&grouped(&opinions).await?);
    let reader = &visit.reader;
    let address = format!("/console/consultations/{}", encoded(&id));
    let (view, here, length) = match asked.view {
        View::Each => (each(reader, &clauses, &opinions, part), format!("{address}?view=each"), opinions.len()),
        View::Groups => {
            (alike(reader, &clauses, &opinions, &groups, part), format!("{address}?view=groups"), groups.len())
        }
    };
    let body = html! {
        h1 { (consultation.title) }
        dl.facts {
            div {
                dt { (reader.say(&phrase!("console-column-state"))) }
                dd { (reader.say(&stage(consultation.stage(visit.today())))) }
            }
            div {
                dt { (reader.say(&phrase!("console-column-period"))) }
                dd { (reader.say(&phrase!("console-period", first = consultation.opens_on, last = consultation.closes_on))) }
            }
            div.wide {
                dt { (reader.say(&phrase!("console-tally"))) }
                dd {
                    (reader.say(&phrase!(
                        "console-tally-told",
                        all = opinions.len(),
                        support = tally.support,
                        oppose = tally.oppose,
                        suggest = tally.suggest
                    )))
                }
            }
        }
        p.files {
            a href={ (address) "/opinions.csv" } { (reader.say(&phrase!("console-export-csv"))) } " "
            a href={ (address) "/opinions.xlsx" } { (reader.say(&phrase!("console-export-xlsx"))) }
        }
        nav.tabs aria-label=(reader.say(&phrase!("console-tabs"))) {
            ul {
                li {
                    a href=(address) aria-current=[(asked.view == View::Each).then_some("page")] {
                        (reader.say(&phrase!("console-view-each")))
                    }
                }
                li {
                    a href={ (address) "?view=groups" } aria-current=[(asked.view == View::Groups).then_some("page")] {
                        (reader.say(&phrase!("console-view-groups", count = groups.len())))
                    }
                }
            }
        }
        (view)
        (part.links(reader, &format!("{here}&"), length > part.offset() + part.size))
    };
    Ok(Shell::new(&visit, &consultation.title, &here).respond(StatusCode::OK, &body))
}

/// The badge's colour repeats the stance.
fn colour(stance: Stance) -> &'static str {
    match stance {
        Stance::Support => "ends",
        Stance::Oppose => "against",
        Stance::Suggest => "works",
    }
}

fn head(reader: &Reader) -> Markup {
    html! {
        thead {
            tr {
                th scope="col" { (reader.say(&phrase!("console-column-receipt"))) }
                th scope="col" { (reader.say(&phrase!("console-column-stance"))) }
                th scope="col" { (reader.say(&phrase!("console-column-about"))) }
                th scope="col" { (reader.say(&phrase!("console-column-text"))) }
            }
        }
    }
}

fn row(reader: &Reader, clauses: &[Clause], opinion: &Opinion) -> Markup {
    html! {
        tr {
            th.nowrap scope="row" { (opinion.receipt) }
            td data-label=(reader.say(&phrase!("console-column-stance"))) {
                span class={ "badge " (colour(opinion.stance)) } { (reader.say(&stance(opinion.stance))) }
            }
            td data-label=(reader.say(&phrase!("console-column-about"))) { (about(reader, clauses, opinion.clause)) }
            td.words.main { (opinion.text) }
        }
    }
}

fn each(reader: &Reader, clauses: &[Clause], opinions: &[Opinion], part: Part) -> Markup {
    html! {
        @if opinions.is_empty() { p.none { (reader.say(&phrase!("console-opinions-none"))) } }
        @else {
            table {
                caption { (reader.say(&phrase!("console-view-each"))) }
                (head(reader))
                tbody {
                    @for opinion in opinions.iter().skip(part.offset()).take(part.size) { (row(reader, clauses, opinion)) }
                }
            }
        }
    }
}

fn alike(reader: &Reader, clauses: &[Clause], opinions: &[Opinion], groups: &[Vec<usize>], part: Part) -> Markup {
    html! {
        @if groups.is_empty() { p.none { (reader.say(&phrase!("console-groups-none"))) } }
        @for members in groups.iter().skip(part.offset()).take(part.size) {
            @let members: Vec<&Opinion> = members.iter().filter_map(|at| opinions.get(*at)).collect();
            section.group {
                h2 { (reader.say(&phrase!("console-group", count = members.len()))) }
                @if let Some(first) = members.first() { blockquote.words { (first.text) } }
                details {
                    summary { (reader.say(&phrase!("console-group-members"))) }
                    table {
                        (head(reader))
                        tbody { @for opinion in &members { (row(reader, clauses, opinion)) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::groups_of_several;

    #[test]
    fn the_largest_group_comes_first_and_single_opinions_are_none() {
        assert_eq!(groups_of_several(&[0, 1, 0, 3, 3, 3]), [vec![3, 4, 5], vec![0, 2]]);
    }
}
