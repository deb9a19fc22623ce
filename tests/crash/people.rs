//! What people say, and what must come of it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use wenzheng::{
    conversation::intent::Intents,
    knowledge::Library,
    matching::{Decision, Thresholds, decide},
};

use crate::dice::Dice;

/// What people ask. The library decides which are answered, asked back or routed, as it does in the service.
const QUESTIONS: [&str; 10] = [
    "社保卡丢了怎么办",
    "老年人坐公交要钱吗",
    "加装电梯补贴多少钱",
    "养狗要办什么证",
    "灵活就业怎么交养老保险",
    "公积金",
    "居住证怎么办",
    "柳溪县老码头的渡船明年还开不开？",
    "我家门口的桂花树该由谁来修剪？",
    "老板不给我发工资，我去哪里告他",
];

/// Drafts on which the public is heard, and the number of a clause.
const DRAFTS: [&str; 3] = ["community-canteen-support", "community-canteen-support:2", "ebike-parking-charging:3"];

/// One message.
#[derive(Debug, Clone)]
pub struct Line {
    /// What is said.
    pub says: Says,
    /// What the first reply must hold.
    pub answer: String,
    /// What must have been done once.
    pub effect: Effect,
}

/// Words, or a choice.
#[derive(Debug, Clone)]
pub enum Says {
    Words(String),
    Choice(String),
}

/// What a message does besides being answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    Nothing,
    /// A ticket with this question.
    Ticket(String),
    /// An opinion with these words.
    Opinion(String),
    /// "It helped", for this question.
    Feedback(String),
    /// The message of this outbox row is shown again.
    Again(String),
}

/// Writes what people say.
pub struct Author {
    dice: Dice,
    library: Arc<Library>,
    intents: Arc<Intents>,
    /// Counts matters over all authors: what is filed is told apart by it.
    count: Arc<AtomicUsize>,
}

impl Author {
    pub fn new(dice: Dice, library: Arc<Library>, intents: Arc<Intents>, count: Arc<AtomicUsize>) -> Self {
        Self { dice, library, intents, count }
    }

    /// One matter, from its first message to its last.
    pub fn matter(&mut self) -> Vec<Line> {
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        match self.dice.below(10) {
            0..=4 => self.question(number),
            5 => {
                let question = format!("请问村口的路灯归谁修？（第{number}问）");
                vec![
                    choice("person", "请把您的问题完整写下来"),
                    words(question.clone(), "可以转给"),
                    choice("units", "请选择部门"),
                    Line { effect: Effect::Ticket(question), ..choice("route-to:transport", "已转办") },
                ]
            }
            6..=8 => {
                let draft = *self.dice.pick(&DRAFTS);
                let stance = *self.dice.pick(&["support", "oppose", "suggest"]);
                let opinion = format!("我的意见是多听听老人的话。（第{number}条）");
                vec![
                    choice(&format!("opine:{draft}"), "您的态度是"),
                    choice(&format!("stance:{stance}"), "请写下您的意见"),
                    Line { effect: Effect::Opinion(opinion.clone()), ..words(opinion, "意见已收到") },
                ]
            }
            _ => vec![choice("mine", ""), choice("consultations", "征求意见")],
        }
    }

    fn question(&mut self, number: usize) -> Vec<Line> {
        let question = *self.dice.pick(&QUESTIONS);
        assert!(self.intents.find(question).is_none(), "{question} is an intent: ask something else");
        let unique = format!("{question}（第{number}问）");
        let plain = question.to_owned();
        match decide(&self.library.find(question), &Thresholds::default()) {
            Decision::Answer(hit) => {
                let title = self.library.source(&hit.id).expect("what was found has a source").title;
                let mut lines = vec![words(plain.clone(), &title)];
                if self.dice.once_in(2) {
                    lines.push(Line { effect: Effect::Feedback(plain), ..choice("helped:yes", "很高兴帮到您") });
                }
                lines
            }
            Decision::Choose(hits) => {
                let title = self.library.source(&hits[0].id).expect("what was found has a source").title;
                vec![words(plain, "您问的是下面哪一件"), choice("pick:0", &title)]
            }
            Decision::Route(_) => match decide(&self.library.find(&unique), &Thresholds::default()) {
                Decision::Route(_) => vec![
                    words(unique.clone(), "可以转给"),
                    Line { effect: Effect::Ticket(unique), ..choice("route", "已转办") },
                ],
                _ => vec![words(unique, "")],
            },
        }
    }
}

fn words(text: String, answer: &str) -> Line {
    Line { says: Says::Words(text), answer: answer.to_owned(), effect: Effect::Nothing }
}

fn choice(action: &str, answer: &str) -> Line {
    Line { says: Says::Choice(action.to_owned()), answer: answer.to_owned(), effect: Effect::Nothing }
}
