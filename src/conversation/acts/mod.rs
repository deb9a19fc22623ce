//! What a turn does to the store, and how the bot puts it. One matter a file; all of it runs inside the turn's
//! transaction.

mod answer;
mod consult;
mod data;
mod disclose;
mod mine;
mod route;

use jiff::{Timestamp, civil::Date};

use super::{
    action::Action,
    core::Core,
    dialogue::{Act, Answer, Matter, Place, Undecided},
    notice::shortened,
    say::Say,
};
use crate::{
    casework::{Desk, Tiers, statistics::Tally},
    directory::citizens::Citizen,
    knowledge::Library,
    matching::{Decision, Hit},
    message::{Address, Outbound},
    phrase,
    store::{Connection, StoreError},
};

/// What an act leads to.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// What to say.
    pub says: Vec<Say>,
    /// A message that is shown again as it was.
    pub again: Option<Outbound>,
    /// Where the conversation stands then, if the act moves it.
    pub place: Option<Place>,
    /// The answer that was shown.
    pub matter: Option<Matter>,
    /// Which answer of the turn it is, from 1, when there are several.
    pub nth: Option<usize>,
    /// The consultation that was shown.
    pub reading: Option<String>,
    /// An answer, to be counted.
    pub tally: Option<Tally>,
}

impl From<Say> for Done {
    fn from(say: Say) -> Self {
        Self { says: vec![say], ..Self::default() }
    }
}

/// What acts work with.
pub(super) struct Room<'a> {
    pub core: &'a Core,
    pub tx: &'a mut Connection,
    pub address: &'a Address,
    pub citizen: &'a mut Citizen,
    pub now: Timestamp,
    pub today: Date,
}

/// Performs one act.
pub(super) async fn perform(room: &mut Room<'_>, act: Act) -> Result<Done, StoreError> {
    match act {
        Act::Say(say) => Ok(say.into()),
        Act::Answer(given) => {
            let mut done = answer::answer(&room.core.library, &room.core.desk(), &given);
            done.tally = done.matter.is_some().then(|| answer::tally(room, &given)).flatten();
            if given.picked && !given.leaning && done.matter.is_some() {
                answer::propose(room, &given.question, &given.document).await?;
            }
            Ok(done)
        }
        Act::Offer { undecided, named } => {
            Ok(offer(&room.core.library, &room.core.desk(), &room.core.tiers, undecided, named))
        }
        Act::Disclose { question, candidates } => Ok(disclose::tell(room, question, candidates)),
        Act::More(matter, nth) => Ok(answer::more(&room.core.library, &room.core.desk(), matter, nth)),
        Act::Feedback(matter, helped) => answer::feedback(room, &matter, helped).await,
        Act::Refuse(matter) => answer::refuse(room, &matter).await,
        Act::ShowUnits { question } => Ok(route::show_units(room, &question)),
        Act::FileTicket { question, unit, chosen } => route::file(room, &question, &unit, chosen).await,
        Act::Consultations => consult::list(room).await,
        Act::Consultation(id) => consult::show(room, &id).await,
        Act::Draft(id) => consult::draft(room, &id).await,
        Act::BeginOpinion(id, clause) => consult::begin(room, &id, clause).await,
        Act::BeginChange(receipt) => consult::begin_change(room, &receipt).await,
        Act::FileOpinion { consultation, clause, stance, text } => {
            consult::file(room, &consultation, clause, stance, &text).await
        }
        Act::RewordOpinion { receipt, stance, text } => consult::reword(room, &receipt, stance, &text).await,
        Act::WithdrawOpinion(receipt) => consult::withdraw(room, &receipt).await,
        Act::Mine => mine::list(room).await,
        Act::ShowOpinion(receipt) => mine::opinion(room, &receipt).await,
        Act::ShowTicket(number) => mine::ticket(room, &number).await,
        Act::WithdrawTicket(number) => mine::withdraw_ticket(room, &number).await,
        Act::AnswerTicket(number, text) => mine::answer_unit(room, &number, &text).await,
        Act::AskAgain(number) => mine::ask_again(room, &number).await,
        Act::ExplainRating(number, text) => mine::explain_rating(room, &number, &text).await,
        Act::Rate(number, rating) => mine::rate(room, &number, rating).await,
        Act::Language(tag) => data::language(room, &tag).await,
        Act::Languages => Ok(data::languages(room)),
        Act::MyData => data::summary(room).await,
        Act::ExportData => data::copy(room).await,
        Act::EraseData => data::erase(room).await,
        Act::Again(id) => data::again(room, &id).await,
    }
}

/// Asks which document is meant, or offers to route the question.
fn offer(library: &Library, desk: &Desk, tiers: &Tiers, undecided: Undecided, named: bool) -> Done {
    let say = if named {
        Say::text(phrase!("about-question", question = shortened(&undecided.question)))
    } else {
        Say::default()
    };
    if undecided.route {
        route::offer(say, library, desk, tiers, undecided)
    } else {
        answer::offer_matters(say, library, &undecided.candidates)
    }
}

/// What the bot would say to a question, for looking at it outside a conversation.
pub fn preview(library: &Library, desk: &Desk, tiers: &Tiers, question: &str, decision: Decision) -> Vec<Say> {
    let question = question.to_owned();
    let ids = |hits: Vec<Hit>| hits.into_iter().map(|hit| hit.id).collect();
    let done = match decision {
        Decision::Answer(hit) => {
            let (document, quote) = (hit.id, hit.quote);
            let given = Answer { question, leaning: false, document, quote, nth: None, picked: false };
            answer::answer(library, desk, &given)
        }
        Decision::Choose(hits) => {
            let undecided = Undecided { question, leaning: false, candidates: ids(hits), route: false };
            offer(library, desk, tiers, undecided, false)
        }
        Decision::Route(near) => {
            let undecided = Undecided { question, leaning: false, candidates: ids(near), route: true };
            offer(library, desk, tiers, undecided, false)
        }
    };
    done.says
}

/// "There is no such thing (of yours)": the same words whether it doesn't exist or is somebody else's.
pub(super) fn not_found() -> Done {
    Say::text(phrase!("not-found")).choice(phrase!("choice-mine"), Action::Mine).into()
}
