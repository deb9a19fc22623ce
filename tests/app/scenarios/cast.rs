//! A citizen on each of the channels: says things the way the channel carries them, and hears what it shows.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use wenzheng::{
    channel::{Arrival, Intake, terminal},
    locale::Locales,
    message::{Address, Block, Body, Inbound, Outbound},
    outbox,
};

use crate::support::telegram::FakeTelegram;

/// A channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// Lines of text.
    Terminal,
    /// The page's interface.
    Web,
    /// The Bot API.
    Telegram,
}

/// What a citizen heard: the words as shown, and what can be picked.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// Everything as one text.
    pub text: String,
    /// Label and action.
    pub choices: Vec<(String, String)>,
}

/// A citizen.
pub struct Citizen {
    /// Where they are.
    pub address: Address,
    medium: Medium,
    /// How much they have heard: outbox positions, or messages of the fake server.
    heard: usize,
    offered: Vec<(String, String)>,
    count: usize,
    token: String,
    last: Option<Value>,
    /// What the page said instead of sending.
    refusal: String,
}

/// What citizens reach.
pub struct World {
    /// Where messages are handed in.
    pub intake: Intake,
    /// Words.
    pub locales: Locales,
    /// The service's address.
    pub url: String,
    /// Telegram.
    pub telegram: Arc<FakeTelegram>,
    /// For web requests.
    pub http: reqwest::Client,
}

impl Citizen {
    /// Somebody new; `number` is theirs alone.
    pub async fn new(world: &World, medium: Medium, number: i64) -> Self {
        let (address, token) = match medium {
            Medium::Terminal => (("terminal", "local", format!("person-{number}")), String::new()),
            Medium::Telegram => (("telegram", "city", number.to_string()), String::new()),
            Medium::Web => {
                let session = world.http.post(format!("{}/api/chat/session", world.url)).send().await.unwrap();
                let session: Value = session.json().await.unwrap();
                let token = session["token"].as_str().unwrap_or_else(|| panic!("no session: {session}")).to_owned();
                let person = wenzheng::id::digest(&token)[..32].to_owned();
                (("web", "site", person), token)
            }
        };
        Self {
            address: Address { channel: address.0.into(), account: address.1.into(), person: address.2 },
            medium,
            heard: 0,
            offered: Vec::new(),
            count: 0,
            token,
            last: None,
            refusal: String::new(),
        }
    }

    /// Writes words.
    pub async fn write(&mut self, world: &World, text: &str) {
        self.count += 1;
        match self.medium {
            Medium::Terminal => {
                terminal_line(world, &self.address.person, text).await;
            }
            Medium::Web => {
                self.post(world, json!({ "id": format!("m{}", self.count), "text": text })).await;
            }
            Medium::Telegram => {
                self.last = Some(world.telegram.text(self.chat(), text));
            }
        }
    }

    /// Picks a choice by the beginning of its label.
    pub async fn pick(&mut self, world: &World, label: &str) -> Result<(), String> {
        let place = self
            .offered
            .iter()
            .position(|(known, _)| known.starts_with(label))
            .ok_or_else(|| format!("`{label}` is not offered; there are {:?}", self.labels()))?;
        if self.medium == Medium::Terminal {
            self.write(world, &(place + 1).to_string()).await;
        } else {
            let action = self.offered[place].1.clone();
            self.act(world, &action).await;
        }
        Ok(())
    }

    /// Sends a choice's action, offered or not.
    pub async fn act(&mut self, world: &World, action: &str) {
        self.count += 1;
        match self.medium {
            Medium::Web => {
                self.post(world, json!({ "id": format!("m{}", self.count), "choice": action })).await;
            }
            Medium::Telegram => {
                self.last = Some(world.telegram.press(self.chat(), action));
            }
            Medium::Terminal => self.hand_in(world, Body::Choice(action.to_owned())).await,
        }
    }

    /// Opens the conversation by a link.
    pub async fn open(&mut self, world: &World, payload: &str) {
        self.count += 1;
        if self.medium == Medium::Telegram {
            self.last = Some(world.telegram.text(self.chat(), format!("/start {payload}").trim()));
        } else {
            let payload = (!payload.is_empty()).then(|| payload.to_owned());
            self.hand_in(world, Body::Start(payload)).await;
        }
    }

    /// The channel brings the last message once more.
    pub async fn repeat(&mut self, world: &World) {
        match (self.medium, self.last.clone()) {
            (Medium::Web, Some(body)) => self.post(world, body).await,
            (Medium::Telegram, Some(update)) => world.telegram.oddity(update),
            // A terminal has no ids: nothing comes twice.
            _ => {}
        }
    }

    async fn hand_in(&self, world: &World, body: Body) {
        let message = Inbound {
            address: self.address.clone(),
            key: format!("{}-{}", self.address.person, self.count),
            body,
            language: Some("zh-CN".into()),
            sent_at: world.intake.clock.now(),
            within: None,
        };
        world.intake.accept(&[Arrival::Message(message)]).await.unwrap();
    }

    async fn post(&mut self, world: &World, body: Value) {
        self.last = Some(body.clone());
        let request = world.http.post(format!("{}/api/chat/messages", world.url));
        let answer =
            request.bearer_auth(&self.token).header("accept-language", "zh-CN").json(&body).send().await.unwrap();
        match answer.status().as_u16() {
            202 => {}
            // The page shows the refusal beside the words, which stay in their field.
            400 => {
                let refusal: Value = answer.json().await.unwrap();
                self.refusal.push_str(refusal["message"].as_str().unwrap());
            }
            status => panic!("{status}: {}", answer.text().await.unwrap()),
        }
    }

    fn chat(&self) -> i64 {
        self.address.person.parse().unwrap()
    }

    fn labels(&self) -> Vec<&str> {
        self.offered.iter().map(|(label, _)| label.as_str()).collect()
    }

    /// What is offered now.
    pub fn offered(&self) -> &[(String, String)] {
        &self.offered
    }

    /// What came since the last time, once everything that was written is delivered.
    pub async fn listen(&mut self, world: &World) -> Heard {
        let heard = match self.medium {
            Medium::Web => self.listen_web(world).await,
            Medium::Terminal => self.listen_terminal(world).await,
            Medium::Telegram => self.listen_telegram(world),
        };
        if !heard.choices.is_empty() {
            self.offered.clone_from(&heard.choices);
        }
        heard
    }

    async fn listen_web(&mut self, world: &World) -> Heard {
        let request = world.http.get(format!("{}/api/chat/history", world.url)).bearer_auth(&self.token);
        let history: Value = request.header("accept-language", "zh-CN").send().await.unwrap().json().await.unwrap();
        let mut heard = Heard::default();
        heard.add(&std::mem::take(&mut self.refusal), Vec::new());
        for entry in history["entries"].as_array().unwrap() {
            let position = usize::try_from(entry["position"].as_u64().unwrap_or(0)).unwrap();
            if entry["kind"] == "heard" && position > self.heard {
                self.heard = position;
                let message: Outbound =
                    serde_json::from_value(json!({ "blocks": entry["blocks"], "choices": entry["choices"] })).unwrap();
                heard.add(&words(&message), choices(&message));
            }
        }
        heard
    }

    async fn listen_terminal(&mut self, world: &World) -> Heard {
        let mut connection = world.intake.store.read().await.unwrap();
        let after = i64::try_from(self.heard).unwrap();
        let mut heard = Heard::default();
        for shown in outbox::after(&mut connection, &self.address, after, 100).await.unwrap() {
            self.heard = usize::try_from(shown.position).unwrap();
            heard.add(&terminal::render(&shown.message), choices(&shown.message));
        }
        heard
    }

    fn listen_telegram(&mut self, world: &World) -> Heard {
        let (chat, mut heard) = (self.chat(), Heard::default());
        let sent: Vec<_> = world.telegram.sent().into_iter().filter(|sent| sent.chat == chat).collect();
        for one in &sent[self.heard.min(sent.len())..] {
            heard.add(&one.text, one.buttons.concat());
        }
        self.heard = sent.len();
        heard
    }
}

impl Heard {
    fn add(&mut self, text: &str, choices: Vec<(String, String)>) {
        self.text.push_str(text);
        self.text.push('\n');
        if !choices.is_empty() {
            self.choices = choices;
        }
    }
}

/// One line at the terminal: written, answered, and the end of the input.
async fn terminal_line(world: &World, person: &str, text: &str) {
    let terminal = terminal::Terminal {
        intake: world.intake.clone(),
        locales: world.locales.clone(),
        language: "zh-CN".into(),
        person: person.to_owned(),
        interactive: false,
        answer_within: Duration::from_secs(20),
    };
    let line = format!("{text}\n");
    let mut shown = Vec::new();
    terminal.run(line.as_bytes(), &mut shown).await.unwrap();
}

fn choices(message: &Outbound) -> Vec<(String, String)> {
    message.choices.iter().map(|choice| (choice.label.clone(), choice.action.clone())).collect()
}

/// The words of a message, as a page shows them.
fn words(message: &Outbound) -> String {
    let mut lines: Vec<String> = Vec::new();
    for block in &message.blocks {
        match block {
            Block::Text { text } | Block::Heading { text } | Block::Quote { text } => lines.push(text.clone()),
            Block::List { lines: listed } => lines.extend(listed.iter().cloned()),
            Block::Source { title, lines: said, url } => {
                lines.push(title.clone());
                lines.extend(said.iter().cloned());
                lines.push(url.clone());
            }
        }
    }
    lines.join("\n")
}
