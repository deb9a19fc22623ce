//! What the person who asked does: answer back, rate, reopen, withdraw.

use serde_json::json;

use super::{Actor, Happened, Moment, Refusal, Step, checked};
use crate::casework::{Rating, State, Ticket};

/// The longest remark with a rating, in characters.
const MAX_WORDS: usize = 500;

impl Ticket {
    /// Answers what the unit asked. The clock goes on; the day of the answer doesn't count.
    pub fn answer_back(mut self, actor: Actor<'_>, text: &str, moment: &Moment<'_>) -> Result<Step, Refusal> {
        self.asker(actor)?;
        let text = checked(text).ok_or(Refusal::BadText)?;
        let State::AwaitingCitizen { by, .. } = self.state else { return Err(Refusal::WrongState) };
        if let Some(exchange) = self.course.exchanges.last_mut() {
            exchange.answer = Some(text.clone());
        }
        self.state = State::Claimed { by };
        self.resume(moment);
        Ok(self.step(actor, Happened::CitizenAnswered, json!({ "answer": text })))
    }

    /// Says whether the reply helped. They may change their mind.
    pub fn rate(mut self, actor: Actor<'_>, rating: Rating) -> Result<Step, Refusal> {
        self.asker(actor)?;
        match self.state {
            State::Answered { reply } | State::Rated { reply, .. } => {
                self.state = State::Rated { reply, rating, words: String::new() };
                Ok(self.step(actor, Happened::Rated, json!({ "rating": rating })))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// Says in words why it helped or didn't.
    pub fn explain_rating(mut self, actor: Actor<'_>, text: &str) -> Result<Step, Refusal> {
        self.asker(actor)?;
        let said = checked(text).filter(|text| text.chars().nth(MAX_WORDS).is_none()).ok_or(Refusal::BadText)?;
        match self.state {
            State::Rated { reply, rating, .. } => {
                let detail = json!({ "rating": rating, "words": said });
                self.state = State::Rated { reply, rating, words: said };
                Ok(self.step(actor, Happened::Rated, detail))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// It isn't solved: the unit looks at it once more, and once only.
    pub fn ask_again(mut self, actor: Actor<'_>, moment: &Moment<'_>) -> Result<Step, Refusal> {
        self.asker(actor)?;
        let reason = match &self.state {
            State::Rated { rating: Rating::NotHelped, words, .. } => words.clone(),
            _ => return Err(Refusal::WrongState),
        };
        self.begin_again(moment)?;
        Ok(self.step(actor, Happened::Reopened, json!({ "reason": reason })))
    }

    /// Takes the question back until it is answered.
    pub fn withdraw(mut self, actor: Actor<'_>) -> Result<Step, Refusal> {
        self.asker(actor)?;
        if self.state.is_closed() {
            return Err(Refusal::WrongState);
        }
        // Nobody waits for an answer any more.
        if let Some(pause) = self.clocks.reply.pauses.last_mut() {
            pause.to.get_or_insert(pause.from);
        }
        self.state = State::Withdrawn;
        Ok(self.step(actor, Happened::Withdrawn, serde_json::Value::Null))
    }
}
