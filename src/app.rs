//! The only place where the parts are put together.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    casework::Kinds,
    channel::{Intake, Outlets, telegram::Telegram, web},
    clock::{SharedClock, SystemClock, city_date},
    config::{Settings, StoreSetting},
    console::{self, Console, Pace, Streams},
    conversation::{core::Core, desks::CurrentDesk, intent::Intents, kinds::CurrentKinds, wording::Wording},
    hook, http,
    id::{Entropy, Ids, SystemEntropy},
    import, jobs,
    knowledge::Library,
    locale::Locales,
    semantic,
    store::Store,
    wake::Wake,
};

/// Time and randomness: the machine's, or a test's.
#[derive(Clone)]
pub struct Ambient {
    /// The time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Default for Ambient {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }
    }
}

impl Ambient {
    /// Ids from these.
    pub fn ids(&self) -> Ids {
        Ids::new(self.clock.clone(), self.entropy.clone())
    }
}

/// The service, put together.
pub struct App {
    core: Arc<Core>,
    ambient: Ambient,
    settings: Settings,
}

/// Opens the store that the settings name.
pub async fn open_store(setting: &StoreSetting) -> anyhow::Result<Store> {
    match setting {
        StoreSetting::Folder(folder) => {
            Store::open_folder(folder).await.with_context(|| format!("opening the store in {}", folder.display()))
        }
        StoreSetting::Url(url) => Store::open(url.expose()).await.context("opening the database"),
    }
}

impl App {
    /// Puts the parts together on a store.
    pub async fn new(settings: Settings, store: Store, ambient: Ambient) -> anyhow::Result<Self> {
        let (weights, fault) = settings.load_weights();
        if let Some(fault) = fault {
            tracing::error!(%fault, "the site's own weights are damaged: those in the program are used");
        }
        let (aliases, problems) = import::aliases(settings.aliases.as_deref());
        for problem in problems {
            tracing::error!(%problem, "a file of aliases is left out");
        }
        let mut library = Library::load(&store, weights).await.context("reading the library")?.with_aliases(aliases);
        if let Some(model) = settings.semantic.clone() {
            // Reading a model takes a second of the processor: not on a thread that others wait for.
            match tokio::task::spawn_blocking(move || semantic::load(&model.folder, &model.manner)).await? {
                Ok(encoder) => library = library.with_encoder(Arc::new(encoder), settings.weights_with_meaning()),
                Err(fault) => tracing::error!(%fault, "the model can't be used: words alone count"),
            }
        }
        let today = crate::clock::city_date(ambient.clock.now());
        let desks =
            CurrentDesk::learn(&store, &library, today).await.context("learning who is responsible for what")?;
        let kinds = CurrentKinds::learn(&store, Kinds::embedded()?).await.context("learning the kinds of messages")?;
        let intents = Intents::embedded()?;
        let wording = Wording::embedded(intents.analyser())?;
        let (calendar, faults) = import::calendar(settings.calendar.as_deref())?;
        for fault in faults {
            tracing::error!(%fault, "a calendar file is left out");
        }
        for year in calendar.missing(city_date(ambient.clock.now())) {
            tracing::warn!(
                year,
                "no table of working days: deadlines there leave out weekends only, see docs/calendar.md"
            );
        }
        let core = Core {
            clock: ambient.clock.clone(),
            ids: ambient.ids(),
            wake: Wake::default(),
            locales: Locales::embedded()?,
            calendar,
            library: Arc::new(library),
            intents,
            wording,
            kinds: Arc::new(kinds),
            caution: settings.caution.clone(),
            tiers: settings.tiers.clone(),
            office_hours: settings.office_hours.clone(),
            second_look: settings.second_look,
            topics: settings.topics,
            desks: Arc::new(desks),
            public: settings.web.public.clone(),
            store,
        };
        Ok(Self { core: Arc::new(core), ambient, settings })
    }

    /// What conversations work with.
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// Where channels hand in messages.
    pub fn intake(&self) -> Intake {
        Intake {
            store: self.core.store.clone(),
            clock: self.core.clock.clone(),
            ids: self.core.ids.clone(),
            wake: self.core.wake.clone(),
        }
    }

    /// Binds the address that the settings name.
    pub async fn listen(&self) -> anyhow::Result<TcpListener> {
        let address = self.settings.listen;
        TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))
    }

    /// Serves until `stop` is cancelled, then drains: no new requests, running turns and deliveries are finished.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
        let bots = self
            .settings
            .telegram
            .iter()
            .map(|bot| Telegram::new(bot.clone(), self.intake()).map(Arc::new))
            .collect::<Result<Vec<_>, _>>()
            .context("setting up Telegram")?;
        let outlets: Outlets = bots.iter().map(|bot| bot.outlet()).collect();
        let mut running = jobs::start(&self.core, outlets, &stop);
        if !self.settings.hooks.0.is_empty() {
            let sender = hook::Sender::new().context("setting up web hooks")?;
            let courier = Arc::new(jobs::Courier::new(&self.core, self.settings.hooks.clone(), sender));
            running.spawn(courier.run(stop.clone()));
        }
        let menus = self.command_menus();
        for bot in &bots {
            let (bot, menus, stop) = (bot.clone(), menus.clone(), stop.clone());
            running.spawn(async move {
                let borrowed: Vec<_> = menus.iter().map(|(tag, menu)| (tag.as_str(), menu.clone())).collect();
                tokio::select! {
                    () = stop.cancelled() => return,
                    set = bot.set_commands(&borrowed) => {
                        // The menu is a convenience: messages are answered without it.
                        if let Err(error) = set {
                            tracing::warn!(%error, "the Telegram menu was not set");
                        }
                    }
                }
                bot.run(stop).await;
            });
        }
        let router = self.router(bots.iter().map(|bot| bot.routes()), &stop);
        http::serve(listener, router, stop.clone()).await?;
        stop.cancel();
        while running.join_next().await.is_some() {}
        self.core.store.close().await;
        Ok(())
    }

    /// All routes, with those that are given.
    pub fn router(&self, telegram: impl Iterator<Item = axum::Router>, stop: &CancellationToken) -> axum::Router {
        let chat = web::WebChat::new(self.intake(), self.core.locales.clone(), self.settings.web.clone(), stop.clone());
        let console = console::routes(Console {
            store: self.core.store.clone(),
            locales: self.core.locales.clone(),
            clock: self.core.clock.clone(),
            ids: self.core.ids.clone(),
            entropy: self.ambient.entropy.clone(),
            wake: self.core.wake.clone(),
            calendar: Arc::new(self.core.calendar.clone()),
            secure_cookies: self.settings.web.https,
            hooks: self.settings.hooks.clone(),
            streams: Streams::new(Pace::default(), stop.clone()),
            library: Arc::clone(&self.core.library),
            desks: Arc::clone(&self.core.desks),
            public: self.core.public.clone(),
            files: self.settings.files,
            second_look: self.settings.second_look,
        });
        http::router(self.core.clone(), [web::routes(chat), console].into_iter().chain(telegram))
    }

    /// The menu of commands in each language; the default one also for everybody else.
    fn command_menus(&self) -> Vec<(String, Vec<(String, String)>)> {
        let core = &self.core;
        let menu = |tag: &str| -> Vec<(String, String)> {
            let described = core.intents.all().iter().filter_map(|intent| Some((intent.command.clone()?, intent)));
            described.map(|(command, intent)| (command, intent.describe(tag))).collect()
        };
        let mut menus = vec![(String::new(), menu(crate::locale::DEFAULT))];
        menus.extend(core.locales.tags().map(|tag| (tag.to_owned(), menu(tag))));
        menus
    }
}

/// The first free port from the one asked for: a second demo on one machine shouldn't fail.
pub async fn listen_near(address: SocketAddr) -> anyhow::Result<TcpListener> {
    const TRIES: u16 = 50;
    let mut last = None;
    for step in 0..TRIES {
        let mut near = address;
        near.set_port(address.port().saturating_add(step));
        match TcpListener::bind(near).await {
            Ok(listener) => return Ok(listener),
            Err(error) => last = Some(error),
        }
    }
    let error = last.map_or_else(|| anyhow::anyhow!("no port was tried"), anyhow::Error::from);
    Err(error.context(format!("no free port from {address} on")))
}
