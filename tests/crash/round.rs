//! One round: a fresh store, people who write, a service that is killed again and again, and the count.

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicUsize},
    time::{Duration, Instant},
};

use tokio::{sync::Semaphore, task::JoinSet};
use wenzheng::{
    app::Ambient, conversation::intent::Intents, demo, knowledge::Library, matching::Weights, store::Store,
};

use crate::{
    Options, Stores,
    count::{self, Done},
    dice::Dice,
    people::Author,
    place::Place,
    program::Program,
    said::Record,
    support::telegram::{FakeTelegram, TOKEN},
    traffic::{self, Visitor},
};

/// Telegram chats. A kill blocks each chat that was being sent to for the 30 seconds of a lease, so it takes many.
const CHATS: usize = 300;
/// People on the web.
const VISITORS: usize = 12;
/// Messages on each channel for each life of the service.
const MESSAGES: usize = 12;
/// How long a message travels to Telegram, and its answer back.
const TRAVEL: Duration = Duration::from_millis(20);
/// The life of a service that is healthy, in milliseconds.
const LIFE: std::ops::Range<u64> = 20..801;
/// How long the last service may take to finish everything; such time is kept free at the end.
const DRAIN: Duration = Duration::from_mins(3);

/// What happened to the service.
#[derive(Debug, Default)]
pub struct Lives {
    /// How often it was killed.
    pub kills: usize,
    /// How long each start took until it was healthy, the shortest first.
    pub starts: Vec<Duration>,
    /// From the first start to the last kill.
    pub killing: Duration,
    /// How long the last service took to finish everything, if it did.
    pub drain: Option<Duration>,
}

/// Runs a round and prints its figures; gives whether nothing was lost or done twice.
pub async fn run(kind: Stores, options: &Options, until: Instant) -> bool {
    let folder = tempfile::Builder::new().prefix("wenzheng-crash.").tempdir().unwrap();
    let place = Place::new(kind, folder.path()).await;
    let store = place.open().await;
    demo::fill(&store, &Ambient::default()).await.unwrap();
    let before = Done::read(&store).await;

    let fake = Arc::new(FakeTelegram::start().await);
    fake.slow(TRAVEL);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    write_settings(folder.path(), port, &place, fake.url());
    let stage = Stage {
        client: reqwest::Client::builder().no_proxy().build().unwrap(),
        origin: format!("http://127.0.0.1:{port}"),
        record: Arc::new(Record::default()),
        permits: [Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0))],
        visitors: (0..VISITORS).map(|number| Visitor::new(options.seed, number)).collect(),
        fake,
    };
    let mut authors = authors(&store, options.seed).await;
    let mut watchers = stage.watchers(options.seed);
    let mut writers = stage.writers(options.seed, &mut authors);
    let lives = stage.kill_and_start(folder.path(), &store, &mut writers, options, until).await;
    watchers.abort_all();
    while watchers.join_next().await.is_some() {}

    let log = std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
    let report = count::report(&store, &before, &stage.record, &stage.fake, &log).await;
    store.close().await;
    println!("\n{}, {} build, seed {}", place.name(), build(), options.seed);
    println!("{}", lives.report());
    println!("{}", report.text);
    let mut faults = report.faults;
    if lives.kills < options.kills {
        faults.push(format!("only {} of {} kills fitted into the time", lives.kills, options.kills));
    }
    if lives.drain.is_none() {
        faults.push(format!("not everything was finished within {DRAIN:?}"));
    }
    place.clear().await;
    if faults.is_empty() {
        println!("  nothing lost, nothing done twice");
        return true;
    }
    println!("  {} FAULTS", faults.len());
    for fault in faults.iter().take(30) {
        println!("  - {fault}");
    }
    println!("  the service's log is kept in {}", folder.keep().join("log").display());
    false
}

/// Who takes part.
struct Stage {
    client: reqwest::Client,
    origin: String,
    fake: Arc<FakeTelegram>,
    record: Arc<Record>,
    /// For each channel, how many messages may still be sent.
    permits: [Arc<Semaphore>; 2],
    visitors: Vec<Visitor>,
}

impl Stage {
    /// Starts those who look and press.
    fn watchers(&self, seed: u64) -> JoinSet<()> {
        let mut watchers = JoinSet::new();
        watchers.spawn(traffic::ask_to_see_again(self.fake.clone(), self.record.clone(), Dice::new(seed, 1)));
        for visitor in &self.visitors {
            let page = (self.client.clone(), self.origin.clone(), visitor.clone());
            watchers.spawn(traffic::watch_the_page(page, self.record.clone()));
        }
        watchers
    }

    /// Starts those who write, each with an author of their own.
    fn writers(&self, seed: u64, author: &mut impl FnMut(u64) -> Author) -> JoinSet<()> {
        let mut writers = JoinSet::new();
        let [telegram, web] = &self.permits;
        writers.spawn(traffic::write_on_telegram(
            self.fake.clone(),
            self.record.clone(),
            telegram.clone(),
            CHATS,
            (author(100), Dice::new(seed, 2)),
        ));
        for (visitor, number) in self.visitors.iter().zip(200..) {
            let page = (self.client.clone(), self.origin.clone(), visitor.clone());
            let chance = (author(number), Dice::new(seed, 1000 + number));
            writers.spawn(traffic::write_on_the_web(page, self.record.clone(), web.clone(), chance));
        }
        writers
    }

    async fn kill_and_start(
        &self,
        folder: &Path,
        store: &Store,
        writers: &mut JoinSet<()>,
        options: &Options,
        until: Instant,
    ) -> Lives {
        let (config, log) = (folder.join("wenzheng.toml"), folder.join("log"));
        let start = || Program::start(&config, &log, &self.origin, &self.client);
        let mut dice = Dice::new(options.seed, 0);
        let (mut lives, began) = (Lives::default(), Instant::now());
        while lives.kills < options.kills && Instant::now() + DRAIN < until {
            let (program, took) = start().await;
            lives.starts.push(took);
            for permits in &self.permits {
                permits.add_permits(MESSAGES);
            }
            tokio::time::sleep(dice.millis(LIFE)).await;
            program.kill();
            lives.kills += 1;
            if lives.kills.is_multiple_of(50) {
                eprintln!("{} kills in {:.0?}", lives.kills, began.elapsed());
            }
        }
        lives.killing = began.elapsed();
        let (program, took) = start().await;
        lives.starts.push(took);
        lives.starts.sort();
        self.permits.iter().for_each(|permits| permits.close());
        let drain = Instant::now();
        let finish = async {
            while let Some(ended) = writers.join_next().await {
                ended.unwrap();
            }
            self.until_quiet(store).await;
        };
        if tokio::time::timeout(DRAIN.min(until.saturating_duration_since(Instant::now())), finish).await.is_ok() {
            lives.drain = Some(drain.elapsed());
        }
        program.kill();
        lives
    }

    /// Waits until nothing is left to do, and nobody presses anything more.
    async fn until_quiet(&self, store: &Store) {
        let mut quiet = 0;
        while quiet < 3 {
            tokio::time::sleep(Duration::from_millis(700)).await;
            let still = self.fake.waiting() == 0
                && count::open_work(store).await == 0
                && count::unseen(store, &self.record).await.is_empty();
            quiet = if still { quiet + 1 } else { 0 };
        }
    }
}

/// Makes authors who know what the service knows.
async fn authors(store: &Store, seed: u64) -> impl FnMut(u64) -> Author {
    let library = Arc::new(Library::load(store, Weights::built_in()).await.unwrap());
    let intents = Arc::new(Intents::embedded().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    move |purpose| Author::new(Dice::new(seed, purpose), library.clone(), intents.clone(), count.clone())
}

fn write_settings(folder: &Path, port: u16, place: &Place, telegram: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let token = folder.join("token");
    std::fs::write(&token, TOKEN).unwrap();
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
    let settings = format!(
        "listen = \"127.0.0.1:{port}\"\n[store]\n{}\n[web]\nmessages_a_minute = 100000\n[[telegram]]\n\
         account = \"{}\"\ntoken = {{ file = \"token\" }}\napi_url = \"{telegram}\"\n",
        place.setting(),
        traffic::TELEGRAM.1,
    );
    std::fs::write(folder.join("wenzheng.toml"), settings).unwrap();
}

fn build() -> &'static str {
    if cfg!(debug_assertions) { "debug" } else { "release" }
}

impl Lives {
    fn report(&self) -> String {
        let part = |percent: usize| self.starts[(self.starts.len() * percent / 100).min(self.starts.len() - 1)];
        let drain = self.drain.map_or("never".to_owned(), |took| format!("{:.0} s", took.as_secs_f64()));
        format!(
            "  service     {} kills in {:.0} s; {} starts, healthy after {:.2} s (p50), {:.2} s (p99); all done after {drain}",
            self.kills,
            self.killing.as_secs_f64(),
            self.starts.len(),
            part(50).as_secs_f64(),
            part(99).as_secs_f64(),
        )
    }
}
