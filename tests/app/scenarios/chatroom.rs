//! A group of staff on Telegram, and what its people write to the bot alone. It is there whatever channel the citizen uses.

use std::{cell::RefCell, collections::BTreeMap};

use super::script::Said;
use crate::support::telegram::{FakeTelegram, Group, Sent};

/// A group with people in it.
pub struct Chatroom {
    /// The group.
    pub group: Group,
    /// Ids of people from here on are theirs.
    first: i64,
    people: RefCell<BTreeMap<String, i64>>,
    /// How much of what the server took, and of what it whispered, was heard.
    heard: (usize, usize),
    unit_code: String,
    own_code: String,
}

impl Chatroom {
    /// An empty group; a hundred ids from `first` on are for it and its people.
    pub fn new(first: i64) -> Self {
        Self {
            group: Group { id: -first },
            first,
            people: RefCell::default(),
            heard: (0, 0),
            unit_code: String::new(),
            own_code: String::new(),
        }
    }

    /// The id of somebody, who is the same person in the group and alone.
    pub fn person(&self, name: &str) -> i64 {
        let mut people = self.people.borrow_mut();
        let next = self.first + i64::try_from(people.len()).unwrap() + 1;
        *people.entry(name.to_owned()).or_insert(next)
    }

    /// Keeps a code that the console showed.
    pub fn keep_code(&mut self, unit: bool, code: String) {
        if unit { self.unit_code = code } else { self.own_code = code }
    }

    /// A text with the codes in it.
    pub fn filled(&self, text: &str) -> String {
        let text = text.replace("{绑定码}", &self.unit_code).replace("{unit code}", &self.unit_code);
        text.replace("{个人码}", &self.own_code).replace("{own code}", &self.own_code)
    }

    /// Somebody says something in the group.
    pub fn say(&self, telegram: &FakeTelegram, name: &str, said: &Said) -> Result<(), String> {
        let (from, sent) = (self.person(name), self.sent(telegram));
        match said {
            Said::Text(text) => {
                telegram.text_in(self.group, from, text, None);
            }
            Said::Answer(text) => {
                let last = sent.last().ok_or("the bot has said nothing in the group")?;
                telegram.text_in(self.group, from, text, Some(last.id));
            }
            Said::Press(label) => {
                // Also one that was taken away meanwhile: somebody's screen may still show it.
                let pressed = sent.iter().rev().find_map(|one| {
                    let button = one.buttons.iter().flatten().find(|(known, _)| known.starts_with(label.as_str()))?;
                    Some((one.id, button.1.clone()))
                });
                let (id, action) = pressed.ok_or_else(|| format!("the group has no button `{label}`"))?;
                telegram.press_in(self.group, from, id, &action);
            }
        }
        Ok(())
    }

    fn sent(&self, telegram: &FakeTelegram) -> Vec<Sent> {
        telegram.sent().into_iter().filter(|sent| sent.chat == self.group.id).collect()
    }

    /// What the bot said in the group since it was last listened to, and then what it whispered.
    pub fn heard(&self, telegram: &FakeTelegram) -> String {
        let sent = telegram.sent();
        let said = sent.iter().skip(self.heard.0).filter(|sent| sent.chat == self.group.id).map(|sent| &sent.text);
        let asides = telegram.asides();
        let all: Vec<&str> = said.chain(asides.iter().skip(self.heard.1)).map(String::as_str).collect();
        all.join("\n")
    }

    /// All of it was heard.
    pub fn listened(&mut self, telegram: &FakeTelegram) {
        self.heard = (telegram.sent().len(), telegram.asides().len());
    }

    /// Everything that the bot wrote to somebody alone.
    pub fn heard_alone(&self, telegram: &FakeTelegram, name: &str) -> String {
        let id = self.person(name);
        let alone = telegram.sent().into_iter().filter(|sent| sent.chat == id);
        alone.map(|sent| sent.text + "\n").collect()
    }
}
