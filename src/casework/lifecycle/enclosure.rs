//! Files that go with the reply. Adding one or taking one out is a step of the ticket like any other, so the version that a
//! reviewer looked at names the files with the words: whoever approves an older one is refused.

use serde_json::json;

use super::{Actor, Happened, Refusal, Step};
use crate::casework::{State, Ticket, attachments::Enclosure};

impl Ticket {
    /// Proposes a file with the draft, whether that is written yet or not.
    pub fn enclose(mut self, actor: Actor<'_>, file: Enclosure) -> Result<Step, Refusal> {
        self.unit_staff(actor)?;
        if !matches!(self.state, State::Assigned | State::Claimed { .. } | State::Drafted { .. }) {
            return Err(Refusal::WrongState);
        }
        let detail = json!({ "aim": "reply", "name": file.name, "sha256": file.sha256 });
        self.course.enclosures.push(file);
        Ok(self.step(actor, Happened::FileAdded, detail))
    }

    /// Takes a file out of what is to go with the reply. Who may is for the file to know.
    pub fn take_out(mut self, actor: Actor<'_>, id: &str) -> Result<Step, Refusal> {
        let Some(place) = self.course.enclosures.iter().position(|file| file.id == id) else {
            return Err(Refusal::WrongState);
        };
        if !self.state.is_open() {
            return Err(Refusal::WrongState);
        }
        let file = self.course.enclosures.remove(place);
        let detail = json!({ "aim": "reply", "name": file.name, "sha256": file.sha256 });
        Ok(self.step(actor, Happened::FileRemoved, detail))
    }
}
