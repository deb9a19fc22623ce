//! What messages are compared with, and the ids of what it numbers.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};

use crate::{
    casework::topics::{Message, Place, Sample},
    id::Ids,
    matching::{Themes, areas},
};

/// What messages are compared with.
pub(super) struct Memory {
    themes: Themes,
    /// By the number of a theme: the topic's id, and when it was last spoken of.
    topics: Vec<(String, Timestamp)>,
    /// By the number of a group of copies: the id of the first.
    copies: Vec<String>,
    /// The counter of erased words when this was read.
    revision: i64,
    /// The day on which old themes were last forgotten.
    kept_on: Date,
}

/// A message and where it belongs.
pub(super) struct Read {
    pub(super) message: Message,
    pub(super) topic: String,
    /// Whether it is the topic's first message.
    pub(super) founds: bool,
    copies: String,
    sample: bool,
    areas: Vec<String>,
}

impl Read {
    /// Where it was placed.
    pub(super) fn place(&self) -> Place<'_> {
        Place { topic: &self.topic, copies: &self.copies, sample: self.sample, areas: &self.areas }
    }
}

impl Memory {
    /// As it was when the samples were kept.
    pub(super) fn restore(samples: &[Sample], revision: i64, today: Date) -> Self {
        let mut memory =
            Self { themes: Themes::new(), topics: Vec::new(), copies: Vec::new(), revision, kept_on: today };
        let (mut topics, mut copies): (HashMap<&str, usize>, HashMap<&str, usize>) = (HashMap::new(), HashMap::new());
        for sample in samples {
            let topic = *topics.entry(&sample.topic).or_insert_with(|| {
                memory.topics.push((sample.topic.clone(), sample.last_seen));
                memory.topics.len() - 1
            });
            let group = *copies.entry(&sample.copies).or_insert_with(|| {
                memory.copies.push(sample.copies.clone());
                memory.copies.len() - 1
            });
            memory.themes.restore(&sample.words, &sample.unit, group, topic);
        }
        memory
    }

    /// The counter of erased words when this was read.
    pub(super) fn revision(&self) -> i64 {
        self.revision
    }

    /// Takes a message in.
    pub(super) fn read(&mut self, message: Message, ids: &Ids) -> Read {
        let placed = self.themes.add(&message.text, &message.unit);
        let founds = placed.theme == self.topics.len();
        if founds {
            self.topics.push((ids.next(), message.at));
        }
        if placed.copies == self.copies.len() {
            self.copies.push(message.id.clone());
        }
        let (topic, last_seen) = &mut self.topics[placed.theme];
        *last_seen = (*last_seen).max(message.at);
        Read {
            topic: topic.clone(),
            founds,
            copies: self.copies[placed.copies].clone(),
            sample: placed.sample,
            areas: areas(&message.text),
            message,
        }
    }

    /// Another unit is responsible for a topic.
    pub(super) fn set_unit(&mut self, topic: &str, unit: &str) {
        if let Some(theme) = self.topics.iter().position(|(id, _)| id == topic) {
            self.themes.set_unit(theme, unit);
        }
    }

    /// Once a day forgets the topics that nobody has spoken of since then.
    pub(super) fn keep_from(&mut self, today: Date, since: Timestamp) {
        if self.kept_on != today {
            self.kept_on = today;
            let topics = &self.topics;
            self.themes.retain(|theme| topics.get(theme).is_some_and(|(_, last_seen)| *last_seen >= since));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{casework::topics::Source, clock::SystemClock, id::SystemEntropy};

    fn message(id: usize, text: &str) -> Message {
        Message {
            source: Source::Ticket,
            id: format!("m{id}"),
            version: 1,
            text: text.into(),
            unit: "transport".into(),
            person: None,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_memory_that_was_restored_goes_on_where_the_first_one_stopped() {
        let ids = Ids::new(Arc::new(SystemClock), Arc::new(SystemEntropy));
        let today = jiff::civil::date(2026, 11, 23);
        let mut first = Memory::restore(&[], 0, today);
        let said = ["城东区夜间公交什么时候开通", "社保卡丢了怎么补办", "请问城东区夜间公交什么时候开通？"];
        let read: Vec<Read> = said.iter().enumerate().map(|(at, text)| first.read(message(at, text), &ids)).collect();
        assert!(read[0].founds && read[1].founds && !read[2].founds);
        assert_eq!((read[2].topic.as_str(), read[2].copies.as_str()), (read[0].topic.as_str(), "m0"));
        assert_eq!(read[0].areas, ["城东区"]);
        let samples: Vec<Sample> = read
            .iter()
            .filter(|read| read.sample)
            .map(|read| Sample {
                topic: read.topic.clone(),
                unit: read.message.unit.clone(),
                copies: read.copies.clone(),
                words: read.message.text.clone(),
                last_seen: read.message.at,
            })
            .collect();
        let mut again = Memory::restore(&samples, 0, today);
        for text in ["城东区夜间公交几时开通", "社保卡丢了怎么补办呀"] {
            let (one, other) = (first.read(message(9, text), &ids), again.read(message(9, text), &ids));
            assert_eq!((one.topic, one.copies, one.founds), (other.topic, other.copies, other.founds), "{text}");
        }
    }
}
