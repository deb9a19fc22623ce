//! Citizens on three channels: they ask for a person, write their question, pick the unit, and wait for its reply.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::{Value, json};

use crate::{process::Process, service::Service, support::telegram::FakeTelegram};

/// How long a citizen waits for words of the bot.
const PATIENCE: Duration = Duration::from_mins(1);

/// Something that a citizen was told.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// The words.
    pub text: String,
    /// Labels, with what picking them says.
    choices: Vec<(String, String)>,
}

/// Where a citizen writes.
pub enum Line {
    /// In a chat with the bot.
    Telegram {
        /// Telegram's side of it.
        server: Arc<FakeTelegram>,
        /// The chat.
        chat: i64,
    },
    /// On the web page, as its script does.
    Web {
        /// Where the service is.
        origin: String,
        /// What the browser keeps.
        cookie: String,
        /// How much was sent.
        count: usize,
    },
    /// At a terminal.
    Terminal {
        /// The program, running.
        process: Process,
    },
}

impl Line {
    /// Opens the web page for the first time.
    pub async fn on_the_web(origin: &str) -> Self {
        let page = reqwest::get(format!("{origin}/?lang=zh-CN")).await.unwrap();
        let cookies: Vec<&str> = page
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|header| header.to_str().ok()?.split(';').next())
            .collect();
        Self::Web { origin: origin.to_owned(), cookie: cookies.join("; "), count: 0 }
    }

    /// Which channel it is, as the console calls it.
    fn channel(&self) -> &'static str {
        match self {
            Self::Telegram { .. } => "telegram",
            Self::Web { .. } => "web",
            Self::Terminal { .. } => "terminal",
        }
    }

    async fn says(&mut self, words: &str) {
        match self {
            Self::Telegram { server, chat } => drop(server.text(*chat, words)),
            Self::Web { .. } => self.post(json!({ "text": words })).await,
            Self::Terminal { process } => process.say(words),
        }
    }

    async fn picks(&mut self, action: &str) {
        match self {
            Self::Telegram { server, chat } => drop(server.press(*chat, action)),
            Self::Web { .. } => self.post(json!({ "choice": action })).await,
            Self::Terminal { process } => process.say(action),
        }
    }

    async fn post(&mut self, mut body: Value) {
        let Self::Web { origin, cookie, count } = self else { return };
        *count += 1;
        body["id"] = format!("m{count}").into();
        let request = reqwest::Client::new().post(format!("{origin}/api/chat/messages"));
        let request = request.header("cookie", cookie.as_str()).header("origin", origin.as_str());
        let answer = request.json(&body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 202, "{body}");
    }

    /// All that came so far.
    pub async fn heard(&self) -> Vec<Heard> {
        match self {
            Self::Telegram { server, chat } => {
                let sent = server.sent().into_iter().filter(|sent| sent.chat == *chat);
                sent.map(|sent| Heard { text: sent.text, choices: sent.buttons.concat() }).collect()
            }
            Self::Web { origin, cookie, .. } => {
                let request = reqwest::Client::new().get(format!("{origin}/api/chat/history"));
                let answer = request.header("cookie", cookie.as_str()).send().await.unwrap();
                let history: Value = answer.json().await.unwrap();
                let entries = history["entries"].as_array().unwrap().iter();
                entries.filter(|entry| entry["kind"] == "heard").map(on_the_page).collect()
            }
            Self::Terminal { process } => in_print(&process.printed()),
        }
    }

    /// Waits for something new that holds these words.
    async fn hears(&self, after: usize, words: &str) -> Heard {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let heard = self.heard().await;
            if let Some(found) = heard.iter().skip(after).find(|one| one.text.contains(words)) {
                return found.clone();
            }
            assert!(
                tokio::time::Instant::now() < until,
                "after {after}, {words:?} didn't come to {}: {heard:#?}",
                self.channel()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Asks for a person, writes the question and picks a unit. Gives the ticket's number.
    pub async fn asks(&mut self, question: &str, unit: &str) -> String {
        let mut after = self.heard().await.len();
        self.says("转人工").await;
        self.hears(after, "请把您的问题完整写下来").await;
        after = self.heard().await.len();
        self.says(question).await;
        let mut told = self.hears(after, "可以转给").await;
        for (label, answer) in [("换一个部门", "请选择部门"), (unit, "已转办")] {
            after = self.heard().await.len();
            let choice = told.choices.iter().find(|(name, _)| name.starts_with(label));
            let (_, action) = choice.unwrap_or_else(|| panic!("no {label:?} below {told:#?}"));
            self.picks(action).await;
            told = self.hears(after, answer).await;
        }
        crate::driver::ticket_number(&told.text)
    }
}

/// A message as the page's script gets it.
fn on_the_page(entry: &Value) -> Heard {
    let lines = |block: &Value| {
        let own = [&block["title"], &block["text"]].into_iter().filter_map(Value::as_str).map(str::to_owned);
        let listed = block["lines"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        own.chain(listed).collect::<Vec<_>>().join("\n")
    };
    let text = entry["blocks"].as_array().unwrap().iter().map(lines).collect::<Vec<_>>().join("\n");
    let word = |choice: &Value, name: &str| choice[name].as_str().unwrap().to_owned();
    let choices = entry["choices"].as_array().unwrap().iter();
    Heard { text, choices: choices.map(|choice| (word(choice, "label"), word(choice, "action"))).collect() }
}

/// What a terminal shows: an empty line ends a message, and a number picks a choice.
fn in_print(printed: &[String]) -> Vec<Heard> {
    let mut messages: Vec<&[String]> = printed.split(String::is_empty).collect();
    // What no empty line has ended yet isn't all there.
    messages.pop();
    messages
        .into_iter()
        .filter(|lines| !lines.is_empty())
        .map(|lines| {
            let choices = lines.iter().filter_map(|line| line.split_once(". "));
            let numbered = choices.filter(|(number, _)| number.parse::<u8>().is_ok());
            let choices = numbered.map(|(number, label)| (label.to_owned(), number.to_owned())).collect();
            Heard { text: lines.join("\n"), choices }
        })
        .collect()
}

/// A citizen with a question.
pub struct Citizen {
    /// What they asked.
    pub question: &'static str,
    /// Their ticket.
    pub number: String,
    place: Place,
}

/// Where the reply will find them.
enum Place {
    /// Their line stays open.
    There(Line),
    /// They left the terminal, and come back to it under this name.
    Gone(&'static str),
}

/// What was printed for those who came back to their terminals, by their names.
pub type Prints = BTreeMap<&'static str, Vec<String>>;

impl Citizen {
    /// Which channel they came by, as the console calls it.
    pub fn channel(&self) -> &'static str {
        match &self.place {
            Place::There(line) => line.channel(),
            Place::Gone(_) => "terminal",
        }
    }

    /// All that they were told about their ticket, once that holds some words.
    pub async fn told(&self, prints: &Prints, words: &str) -> Vec<String> {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let heard = match &self.place {
                Place::There(line) => line.heard().await.into_iter().map(|one| one.text).collect(),
                Place::Gone(person) => prints[person].clone(),
            };
            if words.is_empty() || heard.iter().any(|text: &String| text.contains(words)) {
                return heard.into_iter().filter(|text| text.contains(&self.number)).collect();
            }
            assert!(tokio::time::Instant::now() < until, "{} never heard {words:?}, but {heard:#?}", self.question);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// A question, and the unit that the citizen picks.
pub type Asked = (&'static str, &'static str);

/// Ten people write to the bot, each in a chat of their own, all at once.
pub async fn on_telegram(server: &Arc<FakeTelegram>, asked: &[Asked]) -> Vec<Citizen> {
    let lines = (501..).map(|chat| Line::Telegram { server: server.clone(), chat });
    all_at_once(lines.zip(asked.iter().copied()).collect()).await
}

/// Ten people open the web page, all at once.
pub async fn on_the_web(service: &Service, asked: &[Asked]) -> Vec<Citizen> {
    let mut lines = Vec::new();
    for one in asked {
        lines.push((Line::on_the_web(&service.origin).await, *one));
    }
    all_at_once(lines).await
}

async fn all_at_once(lines: Vec<(Line, Asked)>) -> Vec<Citizen> {
    let mut tasks = Vec::new();
    for (mut line, (question, unit)) in lines {
        tasks.push(tokio::spawn(async move {
            let number = line.asks(question, unit).await;
            Citizen { question, number, place: Place::There(line) }
        }));
    }
    let mut citizens = Vec::new();
    for task in tasks {
        citizens.push(task.await.unwrap());
    }
    citizens
}

/// Somebody sits at a terminal and asks one thing after the other; then they leave it.
pub async fn at_a_terminal(service: &Service, person: &'static str, asked: &[Asked]) -> Vec<Citizen> {
    let mut line = Line::Terminal { process: service.terminal(person) };
    let mut citizens = Vec::new();
    for (question, unit) in asked {
        let number = line.asks(question, unit).await;
        citizens.push(Citizen { question, number, place: Place::Gone(person) });
    }
    if let Line::Terminal { process } = line {
        leave(process).await;
    }
    citizens
}

/// Somebody comes back to the terminal, and leaves it again; what was printed meanwhile.
pub async fn back_at_the_terminal(service: &Service, person: &str) -> Vec<String> {
    let printed = leave(service.terminal(person)).await;
    in_print(&printed).into_iter().map(|heard| heard.text).collect()
}

/// Leaves a terminal; gives all that was printed there.
async fn leave(mut process: Process) -> Vec<String> {
    process.say("/quit");
    // In a thread of its own: Telegram's side, which runs here too, must not wait for it.
    tokio::task::spawn_blocking(move || process.end()).await.unwrap()
}
