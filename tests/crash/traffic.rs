//! People who write at the same time, and go on while the service is away.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::{
    dice::Dice,
    people::{Author, Effect, Line, Says},
    said::{Record, Said},
    support::telegram::FakeTelegram,
};

/// The bot's account and the web's, as they stand in addresses.
pub const TELEGRAM: (&str, &str) = ("telegram", "bot");
pub const WEB: (&str, &str) = ("web", "site");

/// How long a page waits for an answer before it tries again.
const PATIENCE: Duration = Duration::from_secs(10);

/// Somebody who writes on the web.
#[derive(Debug, Clone)]
pub struct Visitor {
    token: String,
    pub person: String,
}

impl Visitor {
    pub fn new(seed: u64, number: usize) -> Self {
        let token = wenzheng::id::digest(&format!("crash {seed} {number}"));
        let person = wenzheng::id::digest(&token)[..32].to_owned();
        Self { token, person }
    }
}

/// Streams updates of many chats. Takes a permit for each message, and ends when there are none any more.
pub async fn write_on_telegram(
    fake: Arc<FakeTelegram>,
    record: Arc<Record>,
    permits: Arc<Semaphore>,
    chats: usize,
    (mut author, mut dice): (Author, Dice),
) {
    let mut open: Vec<VecDeque<Line>> = vec![VecDeque::new(); chats];
    while let Ok(permit) = permits.acquire().await {
        permit.forget();
        tokio::time::sleep(dice.millis(0..60)).await;
        let place = dice.below(chats);
        let script = &mut open[place];
        if script.is_empty() {
            script.extend(author.matter());
        }
        // Some are quick: the whole matter comes in one batch, and must be taken in its order.
        let lines = if dice.once_in(3) { script.len() } else { 1 };
        for line in script.drain(..lines) {
            let chat = i64::try_from(1000 + place).unwrap();
            let update = match &line.says {
                Says::Words(text) => fake.text(chat, text),
                Says::Choice(action) => fake.press(chat, action),
            };
            record.said().push(on_telegram(chat, &update, line.answer, line.effect));
        }
    }
}

fn on_telegram(chat: i64, update: &Value, answer: String, effect: Effect) -> Said {
    Said { channel: TELEGRAM.0, key: update["update_id"].to_string(), person: chat.to_string(), answer, effect }
}

/// Presses "show it again" below some of the offers, as soon as they arrive.
pub async fn ask_to_see_again(fake: Arc<FakeTelegram>, record: Arc<Record>, mut dice: Dice) {
    let mut looked_at = 0;
    let mut pressed = BTreeSet::new();
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let sent = fake.sent();
        for message in &sent[looked_at..] {
            for (_, action) in message.buttons.iter().flatten() {
                if let Some(id) = action.strip_prefix("again:")
                    && dice.once_in(2)
                    && pressed.insert(id.to_owned())
                {
                    let update = fake.press(message.chat, action);
                    let effect = Effect::Again(id.to_owned());
                    record.said().push(on_telegram(message.chat, &update, String::new(), effect));
                }
            }
        }
        looked_at = sent.len();
    }
}

/// Writes on the web, one message after the other; each is sent until it is accepted, always with the same id.
pub async fn write_on_the_web(
    (client, origin, visitor): (reqwest::Client, String, Visitor),
    record: Arc<Record>,
    permits: Arc<Semaphore>,
    (mut author, mut dice): (Author, Dice),
) {
    let mut script = VecDeque::new();
    let mut count = 0;
    while let Ok(permit) = permits.acquire().await {
        permit.forget();
        tokio::time::sleep(dice.millis(0..200)).await;
        if script.is_empty() {
            script.extend(author.matter());
        }
        let Some(line) = script.pop_front() else { continue };
        count += 1;
        let id = format!("m{count}");
        record.said().push(Said {
            channel: WEB.0,
            key: format!("{}:{id}", visitor.person),
            person: visitor.person.clone(),
            answer: line.answer,
            effect: line.effect,
        });
        let body = match line.says {
            Says::Words(text) => json!({"id": id, "text": text}),
            Says::Choice(action) => json!({"id": id, "choice": action}),
        };
        let mut tries = 0;
        loop {
            let request = client.post(format!("{origin}/api/chat/messages")).bearer_auth(&visitor.token).json(&body);
            let answer = request.timeout(PATIENCE).send().await;
            match answer {
                Ok(answer) if answer.status().is_success() => {
                    let accepted = answer.json::<Value>().await.unwrap_or_default();
                    if tries > 0 && accepted["accepted"] == "duplicate" {
                        Record::add(&record.known);
                    } else if tries == 0 && accepted["accepted"] == "duplicate" {
                        record.oddities().push(format!("{id} was called known at its first try"));
                    }
                    break;
                }
                Ok(answer) if answer.status().is_client_error() && answer.status() != 429 => {
                    record.oddities().push(format!("{body} was refused: {}", answer.status()));
                    break;
                }
                Ok(_) | Err(_) => {
                    tries += 1;
                    Record::add(&record.resent);
                    tokio::time::sleep(dice.millis(10..60)).await;
                }
            }
        }
    }
}

/// Keeps a visitor's event stream open and notes the position of each message on it.
pub async fn watch_the_page((client, origin, visitor): (reqwest::Client, String, Visitor), record: Arc<Record>) {
    loop {
        let after = record.last_seen(&visitor.person);
        let url = format!("{origin}/api/chat/events?after={after}");
        if let Ok(mut stream) = client.get(url).bearer_auth(&visitor.token).send().await
            && stream.status().is_success()
        {
            let mut waiting = Vec::new();
            while let Ok(Some(bytes)) = stream.chunk().await {
                waiting.extend_from_slice(&bytes);
                // An event counts when its empty line is there: a page doesn't show half of one either.
                while let Some(end) = waiting.windows(2).position(|pair| pair == b"\n\n") {
                    let event: Vec<u8> = waiting.drain(..end + 2).collect();
                    note(&record, &visitor.person, &String::from_utf8_lossy(&event));
                }
            }
            Record::add(&record.broken_streams);
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

fn note(record: &Record, person: &str, event: &str) {
    if let Some(position) = event.lines().find_map(|line| line.strip_prefix("id:")?.trim().parse().ok()) {
        record.seen().entry(person.to_owned()).or_default().push(position);
    }
}
