//! Consultations: reading drafts, giving opinions.

use super::{Done, Room, not_found};
use crate::{
    audit,
    consultation::{self, Consultation, Given, Opinion, OpinionRefusal, Outcome, Stage, Stance},
    conversation::{action::Action, dialogue::Place, say::Say},
    locale::Phrase,
    phrase,
    store::StoreError,
};

/// Lists what the public may see.
pub(super) async fn list(room: &mut Room<'_>) -> Result<Done, StoreError> {
    let all = consultation::public(room.tx, room.today).await?;
    if all.is_empty() {
        return Ok(Say::text(phrase!("consultations-none")).into());
    }
    let mut say = Say::text(phrase!("consultations", count = all.len())).list(
        all.iter()
            .map(|one| phrase!("consultation-line", title = &one.title, stage = stage(one, room.today)))
            .collect(),
    );
    for one in &all {
        say = say.named_choice(&one.title, Action::Consultation(one.id.clone()));
    }
    Ok(say.into())
}

/// Where a consultation stands, with the date that matters.
fn stage(one: &Consultation, today: jiff::civil::Date) -> Phrase {
    match one.stage(today) {
        Stage::Announced | Stage::Hidden => phrase!("stage-announced", opens = one.opens_on),
        Stage::Open => phrase!("stage-open", closes = one.closes_on),
        Stage::Closed => phrase!("stage-closed", closes = one.closes_on),
        Stage::Published => phrase!("stage-published"),
    }
}

/// One consultation that the public may see.
async fn visible(room: &mut Room<'_>, id: &str) -> Result<Option<Consultation>, StoreError> {
    let today = room.today;
    Ok(consultation::find(room.tx, id).await?.filter(|one| one.stage(today) != Stage::Hidden))
}

fn unit_name(room: &Room<'_>, code: &str) -> String {
    room.core.desk().unit(code).map_or_else(|| code.to_owned(), |unit| unit.name.clone())
}

/// Shows a consultation: the explanation, the dates, and for a published one what became of the opinions.
pub(super) async fn show(room: &mut Room<'_>, id: &str) -> Result<Done, StoreError> {
    let Some(one) = visible(room, id).await? else { return Ok(not_found()) };
    let lead = unit_name(room, &one.unit);
    let mut say = Say::default().heading(phrase!("verbatim", text = &one.title)).list(vec![
        stage(&one, room.today),
        phrase!("consultation-period", opens = one.opens_on, closes = one.closes_on),
        phrase!("consultation-unit", unit = lead, contact = &one.contact),
    ]);
    if !one.short_reason.is_empty() {
        say = say.and(phrase!("consultation-short", reason = &one.short_reason));
    }
    say = say.quote(&one.explanation);
    let mut says = Vec::new();
    if one.stage(room.today) == Stage::Published {
        says.push(results(room, &one).await?);
    }
    say = say.choice(phrase!("choice-draft"), Action::DraftOf(one.id.clone()));
    if one.stage(room.today) == Stage::Open {
        say = say.choice(phrase!("choice-opine"), Action::Opine(one.id.clone(), None));
    }
    says.insert(0, say);
    Ok(Done { says, reading: Some(one.id), ..Done::default() })
}

async fn results(room: &mut Room<'_>, one: &Consultation) -> Result<Say, StoreError> {
    let tally = consultation::tally(room.tx, &one.id).await?;
    let mut say = Say::text(phrase!(
        "results",
        total = tally.support + tally.oppose + tally.suggest,
        support = tally.support,
        oppose = tally.oppose,
        suggest = tally.suggest
    ));
    let lines = consultation::adoptions(room.tx, &one.id).await?.into_iter().map(|adoption| {
        let about = match adoption.clause {
            Some(number) => phrase!("about-clause", number = number),
            None => phrase!("about-whole"),
        };
        let outcome = match adoption.outcome {
            Outcome::Adopted => phrase!("outcome-adopted"),
            Outcome::Partly => phrase!("outcome-partly"),
            Outcome::Rejected => phrase!("outcome-rejected"),
        };
        phrase!(
            "result-line",
            about = about,
            count = adoption.opinions.len(),
            outcome = outcome,
            reason = adoption.reason
        )
    });
    say = say.list(lines.collect());
    Ok(say)
}

/// Shows the clauses of a draft.
pub(super) async fn draft(room: &mut Room<'_>, id: &str) -> Result<Done, StoreError> {
    let Some(one) = visible(room, id).await? else { return Ok(not_found()) };
    let clauses = consultation::clauses(room.tx, id).await?;
    let open = one.stage(room.today) == Stage::Open;
    let mut say = Say::default().heading(phrase!("verbatim", text = &one.title));
    for clause in &clauses {
        say = say
            .heading(phrase!("clause-heading", number = clause.number, heading = &clause.heading))
            .quote(&clause.text);
    }
    if open {
        say = say.and(phrase!("draft-opine"));
        for clause in &clauses {
            say = say.choice(
                phrase!("choice-clause", number = clause.number, heading = &clause.heading),
                Action::Opine(one.id.clone(), Some(clause.number)),
            );
        }
        say = say.choice(phrase!("choice-whole"), Action::Opine(one.id.clone(), None));
    }
    Ok(Done { says: vec![say], reading: Some(one.id), ..Done::default() })
}

fn ask_stance(say: Say) -> Say {
    say.choice(phrase!("choice-support"), Action::Stance(Stance::Support))
        .choice(phrase!("choice-oppose"), Action::Stance(Stance::Oppose))
        .choice(phrase!("choice-suggest"), Action::Stance(Stance::Suggest))
        .choice(phrase!("choice-cancel"), Action::Cancel)
}

/// Asks for the stance of an opinion on a clause, or on the whole draft.
pub(super) async fn begin(room: &mut Room<'_>, id: &str, clause: Option<i64>) -> Result<Done, StoreError> {
    let Some(one) = visible(room, id).await? else { return Ok(not_found()) };
    if one.stage(room.today) != Stage::Open {
        return Ok(refused(OpinionRefusal::NotOpen).into());
    }
    let mut say = match clause {
        None => Say::text(phrase!("opine-whole", title = &one.title)),
        Some(number) => {
            let clauses = consultation::clauses(room.tx, id).await?;
            let Some(clause) = clauses.into_iter().find(|known| known.number == number) else {
                return Ok(refused(OpinionRefusal::NoSuchClause).into());
            };
            Say::text(phrase!("opine-clause", title = &one.title, number = number, heading = clause.heading))
                .quote(clause.text)
        }
    };
    say = ask_stance(say.and(phrase!("opine-stance")));
    let place = Place::Stance { consultation: one.id.clone(), clause, receipt: None };
    Ok(Done { says: vec![say], place: Some(place), reading: Some(one.id), ..Done::default() })
}

/// Asks for the stance of one's own opinion anew.
pub(super) async fn begin_change(room: &mut Room<'_>, receipt: &str) -> Result<Done, StoreError> {
    let Some((opinion, _, open)) = own(room, receipt).await? else { return Ok(not_found()) };
    if !open {
        return Ok(refused(OpinionRefusal::NotOpen).into());
    }
    let say = ask_stance(Say::text(phrase!("opinion-change", receipt = receipt)).quote(&opinion.text));
    let place =
        Place::Stance { consultation: opinion.consultation_id, clause: opinion.clause, receipt: Some(opinion.receipt) };
    Ok(Done { says: vec![say], place: Some(place), ..Done::default() })
}

/// One's own opinion, its consultation, and whether that is open.
async fn own(room: &mut Room<'_>, receipt: &str) -> Result<Option<(Opinion, Consultation, bool)>, StoreError> {
    let Some(opinion) = consultation::find_opinion(room.tx, receipt).await? else { return Ok(None) };
    if opinion.citizen_id.as_deref() != Some(room.citizen.id.as_str()) {
        return Ok(None);
    }
    let Some(one) = consultation::find(room.tx, &opinion.consultation_id).await? else { return Ok(None) };
    let open = one.stage(room.today) == Stage::Open;
    Ok(Some((opinion, one, open)))
}

fn refused(refusal: OpinionRefusal) -> Say {
    let say = Say::text(match refusal {
        OpinionRefusal::NotOpen => phrase!("opinion-not-open"),
        OpinionRefusal::NoSuchClause => phrase!("opinion-no-clause"),
        OpinionRefusal::BadText => phrase!("opinion-bad-text", max = crate::consultation::MAX_OPINION),
        OpinionRefusal::NotTheAuthor => phrase!("not-found"),
        OpinionRefusal::Withdrawn => phrase!("opinion-was-withdrawn"),
    });
    say.choice(phrase!("choice-consultations"), Action::Consultations)
}

/// Takes an opinion and gives its receipt.
pub(super) async fn file(
    room: &mut Room<'_>,
    id: &str,
    clause: Option<i64>,
    stance: Stance,
    text: &str,
) -> Result<Done, StoreError> {
    let Some(one) = visible(room, id).await? else { return Ok(not_found()) };
    let citizen = room.citizen.id.clone();
    let given = Given { citizen: &citizen, clause, stance, text };
    let opinion = match consultation::file_opinion(room.tx, &room.core.ids, &one, given, (room.today, room.now)).await?
    {
        Ok(opinion) => opinion,
        Err(refusal) => return Ok(refused(refusal).into()),
    };
    let detail = serde_json::json!({ "consultation": one.id, "clause": clause });
    audit::append(room.tx, room.now, "citizen", "opinion.filed", &format!("opinion:{}", opinion.receipt), &detail)
        .await?;
    let say = Say::text(phrase!("opinion-filed", receipt = &opinion.receipt, closes = one.closes_on))
        .choice(phrase!("choice-show-opinion"), Action::ShowOpinion(opinion.receipt.clone()))
        .choice(phrase!("choice-more-opinion"), Action::DraftOf(one.id));
    Ok(say.into())
}

/// Changes one's own opinion.
pub(super) async fn reword(room: &mut Room<'_>, receipt: &str, stance: Stance, text: &str) -> Result<Done, StoreError> {
    let Some((opinion, one, _)) = own(room, receipt).await? else { return Ok(not_found()) };
    match opinion.reword(&room.citizen.id, one.stage(room.today), stance, text) {
        Ok(opinion) => {
            consultation::change_opinion(room.tx, &opinion, room.now).await?;
            audited(room, "opinion.changed", receipt).await?;
            Ok(Say::text(phrase!("opinion-changed", receipt = receipt))
                .choice(phrase!("choice-show-opinion"), Action::ShowOpinion(receipt.to_owned()))
                .into())
        }
        Err(refusal) => Ok(refused(refusal).into()),
    }
}

/// Withdraws one's own opinion.
pub(super) async fn withdraw(room: &mut Room<'_>, receipt: &str) -> Result<Done, StoreError> {
    let Some((opinion, one, _)) = own(room, receipt).await? else { return Ok(not_found()) };
    match opinion.withdraw(&room.citizen.id, one.stage(room.today)) {
        Ok(opinion) => {
            consultation::change_opinion(room.tx, &opinion, room.now).await?;
            audited(room, "opinion.withdrawn", receipt).await?;
            Ok(Say::text(phrase!("opinion-withdrawn", receipt = receipt)).into())
        }
        Err(refusal) => Ok(refused(refusal).into()),
    }
}

async fn audited(room: &mut Room<'_>, action: &str, receipt: &str) -> Result<(), StoreError> {
    audit::append(room.tx, room.now, "citizen", action, &format!("opinion:{receipt}"), &serde_json::Value::Null).await
}
