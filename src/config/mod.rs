//! Settings in two stages: as written in the file, and as checked. Every error says where and what to write instead.

mod answer;
mod casework;
mod hook;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use secrecy::SecretString;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    calendar::OfficeHours,
    casework::{Tiers, attachments, topics},
    channel::telegram,
    channel::web,
    hook::Hooks,
    knowledge::{Caution, second_look},
    matching::Weights,
    semantic,
};

/// A fault in the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct ConfigError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to write instead.
    pub what: String,
}

/// Where the store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreSetting {
    /// Embedded, in this folder.
    Folder(PathBuf),
    /// At this URL. It may hold a password: it is never shown.
    Url(HiddenUrl),
}

/// A URL that doesn't print itself.
#[derive(Clone, PartialEq, Eq)]
pub struct HiddenUrl(String);

impl HiddenUrl {
    /// The URL, for connecting.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for HiddenUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[hidden]")
    }
}

/// Checked settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the store is.
    pub store: StoreSetting,
    /// When to answer and when to ask back, for the site and for units that are more careful.
    pub caution: Caution,
    /// A folder with other names of the site's own, besides those of the program.
    pub aliases: Option<PathBuf>,
    /// A model that compares texts by what they mean; none for words alone.
    pub semantic: Option<semantic::Settings>,
    /// The site's own weights, as `tune` wrote them; without them those in the program are used.
    pub weights: Option<PathBuf>,
    /// How long units have for tickets.
    pub tiers: Tiers,
    /// When offices are open: what only staff need to see is sent then.
    pub office_hours: OfficeHours,
    /// How many files a ticket may have, and how large.
    pub files: attachments::Limits,
    /// When a published answer is worth a second look.
    pub second_look: second_look::Rule,
    /// A folder with years of working days of the site's own, besides those of the program.
    pub calendar: Option<PathBuf>,
    /// When a topic is hot.
    pub topics: topics::Rules,
    /// The web chat.
    pub web: web::Settings,
    /// Telegram bots.
    pub telegram: Vec<telegram::Settings>,
    /// Other systems and group robots that are told what happens.
    pub hooks: Arc<Hooks>,
}

impl Settings {
    /// What `demo` runs with.
    pub fn demo(listen: SocketAddr, folder: PathBuf) -> Self {
        Self {
            listen,
            store: StoreSetting::Folder(folder),
            caution: Caution::default(),
            aliases: None,
            semantic: None,
            weights: None,
            tiers: Tiers::default(),
            office_hours: OfficeHours::default(),
            files: attachments::Limits::default(),
            second_look: second_look::Rule::default(),
            calendar: None,
            topics: topics::Rules::default(),
            web: web::Settings { public: Some(format!("http://{listen}")), ..web::Settings::default() },
            telegram: Vec::new(),
            hooks: Arc::default(),
        }
    }

    /// Reads and checks a file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError {
            file: file.clone(),
            line: 1,
            what: format!("it can't be read: {error}"),
        })?;
        let base = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, &Reader { file: &file, base, text: &text })
    }

    /// The weights to work with, and what is wrong with the site's own where they can't be used. The bot goes on with
    /// those in the program then: it answers a little worse, which is better than not at all.
    pub fn load_weights(&self) -> (Arc<Weights>, Option<ConfigError>) {
        let Some(path) = &self.weights else { return (Weights::built_in(), None) };
        match answer::read_weights(path) {
            Ok(weights) => (Arc::new(weights), None),
            Err(fault) => (Weights::built_in(), Some(fault)),
        }
    }

    /// The weights to work with once texts are compared by meaning: the site's own where they are sound, learnt with its
    /// model; those of the program otherwise.
    pub fn weights_with_meaning(&self) -> Arc<Weights> {
        match self.load_weights() {
            (own, None) if self.weights.is_some() => own,
            _ => Weights::with_meaning(),
        }
    }

    fn parse(text: &str, reader: &Reader<'_>) -> Result<Self, ConfigError> {
        let written: Written = toml::from_str(text).map_err(|error| ConfigError {
            file: reader.file.to_owned(),
            line: error.span().map_or(1, |span| reader.line(span.start)),
            what: error.message().to_owned(),
        })?;
        let listen = written.listen.get_ref().parse().map_err(|_| {
            reader.fault(&written.listen, "listen: write an address and a port, such as 127.0.0.1:8080".into())
        })?;
        let store = match (written.store.data, written.store.url) {
            (Some(data), None) => StoreSetting::Folder(reader.base.join(data.into_inner())),
            (None, Some(url)) => {
                crate::store::Dialect::of(url.get_ref())
                    .map_err(|error| reader.fault(&url, format!("store.url: {error}")))?;
                StoreSetting::Url(HiddenUrl(url.into_inner()))
            }
            (Some(data), Some(_)) => return Err(reader.fault(&data, "store: give data or url, not both".into())),
            (None, None) => {
                return Err(ConfigError {
                    file: reader.file.to_owned(),
                    line: 1,
                    what: "[store] needs data = \"FOLDER\" or url = \"postgres://…\"".into(),
                });
            }
        };
        let semantic = written.semantic.map(|model| model.check(reader));
        let answer = written.answer.check(reader, semantic.is_some())?;
        let office_hours = written.casework.office_hours.clone();
        let files = written.casework.files(reader)?;
        let second_look = written.casework.second_look(reader)?;
        let tiers = written.casework.check(reader)?;
        let calendar = reader.folder("calendar.folder", written.calendar.folder)?;
        let mut telegram = Vec::new();
        for bot in written.telegram {
            telegram.push(bot.check(reader)?);
        }
        Ok(Self {
            listen,
            store,
            caution: answer.caution,
            aliases: answer.aliases,
            semantic,
            weights: answer.weights,
            tiers,
            office_hours,
            files,
            second_look,
            calendar,
            topics: written.topics.check(reader)?,
            web: web::Settings {
                https: written.web.https,
                behind_proxy: written.web.behind_proxy,
                public: written.web.public(reader)?,
                embed_origins: written.web.embed_origins,
                messages_a_minute: written.web.messages_a_minute,
                ..web::Settings::default()
            },
            telegram,
            hooks: Arc::new(hook::check(written.hook, reader)?),
        })
    }
}

/// What reading needs to know for good errors.
struct Reader<'a> {
    file: &'a str,
    base: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    fn fault<T>(&self, at: &Spanned<T>, what: String) -> ConfigError {
        ConfigError { file: self.file.to_owned(), line: self.line(at.span().start), what }
    }

    /// A folder that is there.
    fn folder(&self, name: &str, written: Option<Spanned<PathBuf>>) -> Result<Option<PathBuf>, ConfigError> {
        let Some(written) = written else { return Ok(None) };
        let path = self.base.join(written.get_ref());
        if path.is_dir() {
            Ok(Some(path))
        } else {
            Err(self.fault(&written, format!("{name}: {} is no folder", path.display())))
        }
    }

    /// A secret from the environment, or from a file that nobody else can read.
    fn secret(&self, at: &Spanned<SecretPlace>) -> Result<SecretString, ConfigError> {
        let text = match at.get_ref() {
            SecretPlace::Env(name) => std::env::var(name)
                .map_err(|_| self.fault(at, format!("the environment variable {name} is not set")))?,
            SecretPlace::File(path) => {
                let path = self.base.join(path);
                let shown = path.display();
                let text = std::fs::read_to_string(&path)
                    .map_err(|error| self.fault(at, format!("{shown} can't be read: {error}")))?;
                if others_can_read(&path) {
                    return Err(self.fault(at, format!("others can read {shown}: run chmod 600 {shown}")));
                }
                text
            }
        };
        Ok(text.trim().to_owned().into())
    }
}

#[cfg(unix)]
fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    listen: Spanned<String>,
    store: WrittenStore,
    #[serde(default)]
    answer: answer::WrittenAnswer,
    semantic: Option<WrittenModel>,
    #[serde(default)]
    casework: casework::Written,
    #[serde(default)]
    calendar: WrittenCalendar,
    #[serde(default)]
    topics: WrittenTopics,
    #[serde(default)]
    web: WrittenWeb,
    #[serde(default)]
    telegram: Vec<WrittenTelegram>,
    #[serde(default)]
    hook: Vec<hook::WrittenHook>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStore {
    data: Option<Spanned<PathBuf>>,
    url: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenModel {
    folder: PathBuf,
    pooling: Option<semantic::Pooling>,
    question_prefix: Option<String>,
    passage_prefix: Option<String>,
}

impl WrittenModel {
    /// Whether a model lies in the folder is found out when it is loaded: without it the service still runs.
    fn check(self, reader: &Reader<'_>) -> semantic::Settings {
        let Self { folder, pooling, question_prefix, passage_prefix } = self;
        let manner = semantic::Manner { pooling, question_prefix, passage_prefix };
        semantic::Settings { folder: reader.base.join(folder), manner }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WrittenCalendar {
    folder: Option<Spanned<PathBuf>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenTopics {
    window_days: Spanned<u16>,
    raise_at: Spanned<u16>,
    growth: Spanned<f64>,
    explain_within_working_days: Spanned<u16>,
}

impl Default for WrittenTopics {
    fn default() -> Self {
        let topics::Rules { window_days, raise_at, growth, explain_within_working_days } = topics::Rules::default();
        Self {
            window_days: Spanned::new(0..0, window_days),
            raise_at: Spanned::new(0..0, raise_at),
            growth: Spanned::new(0..0, growth),
            explain_within_working_days: Spanned::new(0..0, explain_within_working_days),
        }
    }
}

impl WrittenTopics {
    fn check(self, reader: &Reader<'_>) -> Result<topics::Rules, ConfigError> {
        let within = |at: &Spanned<u16>, name: &str, bounds: std::ops::RangeInclusive<u16>| {
            if bounds.contains(at.get_ref()) {
                Ok(*at.get_ref())
            } else {
                Err(reader.fault(at, format!("topics.{name}: between {} and {}", bounds.start(), bounds.end())))
            }
        };
        let growth = *self.growth.get_ref();
        if !(1.0..=100.0).contains(&growth) {
            return Err(reader.fault(&self.growth, "topics.growth: between 1.0 and 100.0".into()));
        }
        Ok(topics::Rules {
            window_days: within(&self.window_days, "window_days", 1..=90)?,
            // Two people are no secret any more: a topic of one would show who asked.
            raise_at: within(&self.raise_at, "raise_at", 2..=10_000)?,
            growth,
            explain_within_working_days: within(
                &self.explain_within_working_days,
                "explain_within_working_days",
                1..=60,
            )?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenWeb {
    https: bool,
    behind_proxy: bool,
    embed_origins: Vec<String>,
    messages_a_minute: u32,
    public_url: Option<Spanned<String>>,
}

impl Default for WrittenWeb {
    fn default() -> Self {
        let web = web::Settings::default();
        Self {
            https: web.https,
            behind_proxy: web.behind_proxy,
            embed_origins: web.embed_origins,
            messages_a_minute: web.messages_a_minute,
            public_url: None,
        }
    }
}

impl WrittenWeb {
    /// Where the public reaches the service: an address without anything after the host that citizens could lose.
    fn public(&self, reader: &Reader<'_>) -> Result<Option<String>, ConfigError> {
        let Some(url) = &self.public_url else { return Ok(None) };
        let address = url.get_ref().trim_end_matches('/');
        let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]/".contains(&byte);
        if rest.is_none_or(|rest| rest.is_empty() || !rest.bytes().all(plain)) {
            let what = "web.public_url: write an address such as \"https://ask.example.gov.cn\"".to_owned();
            return Err(reader.fault(url, what));
        }
        Ok(Some(address.to_owned()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTelegram {
    account: Spanned<String>,
    token: Spanned<SecretPlace>,
    api_url: Option<String>,
    webhook: Option<WrittenWebhook>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWebhook {
    public_url: String,
    secret: Spanned<SecretPlace>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SecretPlace {
    Env(String),
    File(PathBuf),
}

impl WrittenTelegram {
    fn check(self, reader: &Reader<'_>) -> Result<telegram::Settings, ConfigError> {
        let mode = match self.webhook {
            None => telegram::Mode::Polling,
            Some(webhook) => {
                telegram::Mode::Webhook { public_url: webhook.public_url, secret: reader.secret(&webhook.secret)? }
            }
        };
        let settings = telegram::Settings {
            token: reader.secret(&self.token)?,
            account: self.account.get_ref().clone(),
            api_url: self.api_url,
            mode,
            speed: telegram::Speed::default(),
        };
        settings.check().map_err(|error| reader.fault(&self.account, format!("[[telegram]]: {error}")))?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn parse(text: &str) -> Result<Settings, ConfigError> {
        Settings::parse(text, &Reader { file: "w.toml", base: Path::new("/srv"), text })
    }

    #[test]
    fn faults_name_their_line_and_the_mend() {
        for (text, expected) in [
            (
                "listen = \"here\"\n[store]\ndata = \"d\"",
                "w.toml:1: listen: write an address and a port, such as 127.0.0.1:8080",
            ),
            (
                "listen = \"127.0.0.1:1\"\n[store]\nurl = \"mysql://x\"",
                "w.toml:3: store.url: the database URL must begin with sqlite: or postgres:",
            ),
            (
                "listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n[answer]\nanswer = 0.5\nchoose = 0.6",
                "w.toml:6: answer.choose: between 0 and answer.answer",
            ),
            (
                "listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n[answer.units.tax]\nanswer = 1.5",
                "w.toml:5: answer.units.tax.answer: a probability between 0 and 1",
            ),
            (
                "listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n[answer.units.tax]\nanswer = 0.9\nchoose = 0.95",
                "w.toml:6: answer.units.tax.choose: between 0 and answer.units.tax.answer",
            ),
            (
                "listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n[answer]\naliases = \"no-such\"",
                "w.toml:5: answer.aliases: /srv/no-such is no folder",
            ),
            (
                "listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n[calendar]\nfolder = \"no-such\"",
                "w.toml:5: calendar.folder: /srv/no-such is no folder",
            ),
            (
                "listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n[web]\npublic_url = \"ask.example.gov.cn\"",
                "w.toml:5: web.public_url: write an address such as \"https://ask.example.gov.cn\"",
            ),
            (
                "listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n[casework.files]\nmax_megabytes = 0",
                "w.toml:5: casework.files.max_megabytes: between 1 and 50",
            ),
            (
                "listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n[casework]\noffice_hours = [\"9-12\"]",
                "w.toml:5: office_hours: 9-12 is no span of time: write from and to with a hyphen, as in \
                 [\"09:00-12:00\", \"14:00-17:30\"]",
            ),
            (
                "listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n[[telegram]]\naccount = \"a\"\ntoken = { env = \"NO_SUCH_TOKEN\" }",
                "w.toml:6: the environment variable NO_SUCH_TOKEN is not set",
            ),
        ] {
            assert_eq!(parse(text).err().map(|error| error.to_string()).as_deref(), Some(expected));
        }
        assert!(parse("listen = \"127.0.0.1:1\"\nlisten_to = 3").unwrap_err().to_string().starts_with("w.toml:2:"));
    }

    #[test]
    fn a_unit_that_needs_longer_says_so() {
        let head = "listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n[casework]\n";
        let tiers = parse(&format!(
            "{head}reply_working_days = 4\n[casework.kinds.inquiry]\nreply_working_days = 1\n\
             [casework.units.planning]\nreply_working_days = 10\naccept_working_days = 2"
        ))
        .unwrap()
        .tiers;
        let terms = |unit, kind| (tiers.of(unit, kind).accept, tiers.of(unit, kind).reply);
        assert_eq!(terms("hrss", None), (1, 4));
        assert_eq!(terms("hrss", Some(crate::casework::MessageKind::Inquiry)), (1, 1));
        assert_eq!(terms("planning", None), (2, 10));
        let error = parse(&format!("{head}[casework.units.tax]\nreply_working_days = 0")).unwrap_err();
        assert_eq!(error.to_string(), "w.toml:6: casework.units.tax.reply_working_days: between 1 and 60");
    }

    #[test]
    fn a_model_is_named_with_what_it_wants() {
        let head = "listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n";
        let model = |text: &str| parse(&format!("{head}{text}")).unwrap().semantic;
        assert_eq!(model(""), None);
        let plain = model("[semantic]\nfolder = \"m\"").unwrap();
        assert_eq!((plain.folder.as_path(), plain.manner), (Path::new("/srv/m"), semantic::Manner::default()));
        let own = model("[semantic]\nfolder = \"/n\"\npooling = \"cls\"").unwrap();
        assert_eq!(own.manner.pooling, Some(semantic::Pooling::Cls));
        let error = parse(&format!("{head}[semantic]\nfolder = \"m\"\npooling = \"max\"")).unwrap_err();
        assert!(error.to_string().starts_with("w.toml:6: unknown variant `max`"), "{error}");
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let settings = parse("listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"").unwrap();
        assert_eq!(settings.store, StoreSetting::Folder("/srv/d".into()));
    }

    #[test]
    fn a_database_password_is_not_printed() {
        let settings = parse("listen = \"127.0.0.1:1\"\n[store]\nurl = \"postgres://u:hunter2@h/d\"").unwrap();
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn the_example_is_valid() {
        let text = include_str!("../../wenzheng.example.toml");
        assert!(parse(text).is_ok(), "{:?}", parse(text).err());
    }
}
