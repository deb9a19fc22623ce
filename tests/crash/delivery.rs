//! Compares what Telegram really got with what the outbox says about it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use wenzheng::{
    app::Ambient,
    channel::{
        Intake, Outlet,
        telegram::{Mode, Settings, Speed, Telegram},
    },
    message::{Address, Outbound},
    store::{Store, from_json},
    wake::Wake,
};

use crate::{
    count::{Letter, Report},
    support::telegram::{FakeTelegram, Sent, TOKEN},
    traffic::TELEGRAM,
};

/// One Telegram message: its text and its buttons.
type Shown = (String, Vec<Vec<(String, String)>>);

/// Checks every chat.
pub async fn check(report: &mut Report, store: &Store, letters: &[Letter], fake: &FakeTelegram) {
    let letters: Vec<&Letter> = letters.iter().filter(|letter| letter.channel == TELEGRAM.0).collect();
    let parts = Printer::new(store).await.parts(&letters).await;
    let mut got: BTreeMap<String, Vec<Shown>> = BTreeMap::new();
    for Sent { chat, html, buttons, .. } in fake.sent() {
        got.entry(chat.to_string()).or_default().push((html, buttons));
    }
    let received: usize = got.values().map(Vec::len).sum();
    let (mut lost, mut twice, mut surely) = (0, 0, 0);
    let mut chats: BTreeMap<&str, Vec<&Letter>> = BTreeMap::new();
    for letter in &letters {
        chats.entry(&letter.person).or_default().push(letter);
    }
    for (person, letters) in &chats {
        let got = got.remove(*person).unwrap_or_default();
        surely += letters.iter().map(|letter| sure(letter, parts[&letter.id].len())).sum::<usize>();
        let (missing, extra) = difference(letters, &parts, &got);
        lost += missing;
        twice += extra;
        report.check((missing, extra) == (0, 0), || format!("chat {person}: {missing} lost, {extra} twice"));
        report.check(explains(letters, &parts, &got), || format!("chat {person} got its messages in another order"));
    }
    for person in got.keys() {
        report.faults.push(format!("chat {person} got something that nobody wrote"));
    }
    report.line(
        "Telegram",
        &format!("{} written, {received} arrived; {lost} lost, {twice} twice, in the order of writing", letters.len()),
    );
    let uncertain = uncertain(report, &letters);
    let arrived = received.saturating_sub(surely);
    report.line("uncertain", &format!("{uncertain}; of these {arrived} had arrived"));
}

/// Every uncertain delivery is followed by an offer that arrived. Gives the figures.
fn uncertain(report: &mut Report, letters: &[&Letter]) -> String {
    let offers: BTreeMap<&str, &Letter> =
        letters.iter().filter_map(|letter| Some((letter.dedup_key.strip_prefix("again:")?, *letter))).collect();
    let uncertain: Vec<&&Letter> = letters.iter().filter(|letter| letter.state == "uncertain").collect();
    let mut offered = 0;
    for letter in &uncertain {
        let mut last = offers.get(letter.id.as_str());
        // The offer itself may have been uncertain, and offered once more.
        while let Some(offer) = last.filter(|offer| offer.state == "uncertain") {
            last = offers.get(offer.id.as_str());
        }
        let arrived = last.is_some_and(|offer| offer.state == "sent");
        offered += usize::from(arrived);
        report.check(arrived, || format!("{} is uncertain, and no offer arrived", letter.dedup_key));
    }
    let states: BTreeSet<&str> = letters.iter().map(|letter| letter.state.as_str()).collect();
    report.check(states.is_subset(&BTreeSet::from(["sent", "uncertain"])), || format!("deliveries are {states:?}"));
    let ours = uncertain.iter().filter(|letter| letter.dedup_key.starts_with("again:")).count();
    format!("{} deliveries ({ours} of them offers), {offered} followed by an offer that arrived", uncertain.len())
}

/// How many parts of a message surely arrived.
fn sure(letter: &Letter, parts: usize) -> usize {
    if letter.state == "sent" { parts } else { usize::try_from(letter.parts_sent).unwrap_or(0) }
}

/// How many messages a chat lacks, and how many it got too often, whatever their order.
fn difference(letters: &[&Letter], parts: &BTreeMap<String, Vec<Shown>>, got: &[Shown]) -> (usize, usize) {
    // For each text: how often it must have arrived, may have arrived, and did.
    let mut counts: BTreeMap<&Shown, (usize, usize, usize)> = BTreeMap::new();
    for letter in letters {
        let (all, sure) = (&parts[&letter.id], sure(letter, parts[&letter.id].len()));
        for (at, part) in all.iter().enumerate() {
            let count = counts.entry(part).or_default();
            count.0 += usize::from(at < sure);
            // One part at a time is on its way.
            count.1 += usize::from(at < sure || (letter.state == "uncertain" && at == sure));
        }
    }
    for shown in got {
        counts.entry(shown).or_default().2 += 1;
    }
    let missing = counts.values().map(|(must, _, did)| must.saturating_sub(*did)).sum();
    (missing, counts.values().map(|(_, may, did)| did.saturating_sub(*may)).sum())
}

/// Whether the outbox, read in its order, explains exactly what a chat got.
fn explains(letters: &[&Letter], parts: &BTreeMap<String, Vec<Shown>>, got: &[Shown]) -> bool {
    // How much of what the chat got may be explained so far: an uncertain message leaves two possibilities.
    let mut explained = BTreeSet::from([0]);
    for letter in letters {
        let all = &parts[&letter.id];
        let sure = sure(letter, all.len());
        let most = if letter.state == "uncertain" { (sure + 1).min(all.len()) } else { sure };
        let mut next = BTreeSet::new();
        for from in explained {
            next.extend((sure..=most).filter(|n| got[from..].starts_with(&all[..*n])).map(|n| from + n));
        }
        explained = next;
    }
    explained.contains(&got.len())
}

/// Renders messages by sending them to a Bot API server of its own.
struct Printer {
    fake: FakeTelegram,
    outlet: Arc<dyn Outlet>,
}

impl Printer {
    async fn new(store: &Store) -> Self {
        let fake = FakeTelegram::start().await;
        let ambient = Ambient::default();
        let intake =
            Intake { store: store.clone(), clock: ambient.clock.clone(), ids: ambient.ids(), wake: Wake::default() };
        let settings = Settings {
            account: TELEGRAM.1.into(),
            token: TOKEN.into(),
            api_url: Some(fake.url().into()),
            mode: Mode::Polling,
            speed: Speed { overall: Duration::ZERO, per_chat: Duration::ZERO },
        };
        let outlet = Telegram::new(settings, intake).unwrap().outlet();
        Self { fake, outlet }
    }

    /// The parts of each message, by its id.
    async fn parts(&self, letters: &[&Letter]) -> BTreeMap<String, Vec<Shown>> {
        let mut sizes = Vec::new();
        for letter in letters {
            let message: Outbound = from_json(&letter.payload).unwrap();
            let address =
                Address { channel: TELEGRAM.0.into(), account: TELEGRAM.1.into(), person: letter.person.clone() };
            let size = self.outlet.parts(&message);
            for part in 0..size {
                self.outlet.send(&address, &message, part).await.unwrap();
            }
            sizes.push(size);
        }
        let mut printed = self.fake.sent().into_iter().map(|sent| (sent.html, sent.buttons));
        letters
            .iter()
            .zip(sizes)
            .map(|(letter, size)| (letter.id.clone(), printed.by_ref().take(size).collect()))
            .collect()
    }
}
