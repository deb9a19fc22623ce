//! The console: the pages on which units work, rendered on the server and whole without scripts.
//!
//! | file | what it does |
//! |---|---|
//! | `reader`, `frame` | the reader's language; headers and error pages around every answer |
//! | `session`, `login` | who it is; forged forms are refused before a page sees them |
//! | `layout` | what all pages share: frame, error summary, fields, pages of a list |
//! | `tickets` | the lists: views, filters, saved views, several at once |
//! | `ticket`, `history`, `grounds` | one ticket: its forms and what is done with it; what happened to it; why it was filed |
//! | `offer`, `learn` | a reply becomes knowledge, what is personal masked; replies that wait for that, and answers to look at again |
//! | `live` | open pages follow what happens; who else has a ticket open |
//! | `wordings` | what citizens said, to be accepted as phrasings |
//! | `documents` | what the unit has explained, and releasing what a colleague proposed |
//! | `templates` | texts that replies begin with |
//! | `consultations`, `opinions`, `export` | what the public said, and tables of it |
//! | `notices` | what waits for whoever looks |
//! | `topics`, `topic` | what many people ask; one of these, explained or dismissed |
//! | `statistics` | figures of casework, the bulletin of a month |
//! | `staff` | accounts, for administrators |
//! | `units`, `unit_forms`, `unit_new`, `unit_table` | the directory; changing it; a new unit; taking it along and bringing it back as a table |
//! | `chat` | the unit's chats, and the visitor's own account there |
//! | `hooks` | web hooks and what became of their deliveries, for administrators |

mod chat;
mod consultations;
mod documents;
mod export;
mod frame;
mod grounds;
mod history;
mod hooks;
mod layout;
mod learn;
mod live;
mod login;
mod notices;
mod offer;
mod opinions;
mod reader;
mod session;
mod staff;
mod statistics;
mod templates;
mod ticket;
mod tickets;
mod topic;
mod topics;
mod unit_forms;
mod unit_new;
mod unit_table;
mod units;
mod wordings;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::header,
    middleware,
    routing::{get, post},
};

use jiff::Timestamp;

pub use live::{Pace, Streams};

use crate::{
    calendar::Calendar,
    casework::attachments::Limits,
    clock::SharedClock,
    conversation::{desks::CurrentDesk, office::Office},
    hook::Hooks,
    id::{Entropy, Ids},
    knowledge::{Library, second_look},
    locale::Locales,
    store::Store,
    wake::Wake,
};

/// The longest form that is read, in bytes: four texts of 4000 characters, each percent-encoded.
const MAX_FORM: usize = 256 * 1024;
/// The longest form with a file, in bytes: the file and what surrounds it.
const MAX_UPLOAD: usize = crate::import::MAX_FILE + 64 * 1024;

/// All that the pages need.
#[derive(Clone)]
pub struct Console {
    /// The store.
    pub store: Store,
    /// The words.
    pub locales: Locales,
    /// The time.
    pub clock: SharedClock,
    /// Ids and secrets.
    pub ids: Ids,
    /// Randomness for the salts of passwords.
    pub entropy: Arc<dyn Entropy>,
    /// Wakes the deliverer when a reply was approved.
    pub wake: Wake,
    /// Working days, to say how many are left.
    pub calendar: Arc<Calendar>,
    /// Whether cookies are for https alone.
    pub secure_cookies: bool,
    /// Other systems and group robots that are told what happens.
    pub hooks: Arc<Hooks>,
    /// Streams that tell open pages what changed.
    pub streams: Streams,
    /// What is published, to begin replies with.
    pub library: Arc<Library>,
    /// Which tickets ask nearly the same.
    pub desks: Arc<CurrentDesk>,
    /// Where the public reaches the service; none where the settings don't say: no files go with replies then.
    pub public: Option<String>,
    /// How many files a ticket may have, and how large.
    pub files: Limits,
    /// When a published answer is worth a second look.
    pub second_look: second_look::Rule,
}

impl Console {
    /// What steps of tickets work with, now.
    fn office(&self, now: Timestamp) -> Office<'_> {
        let public = self.public.as_deref();
        Office { locales: &self.locales, ids: &self.ids, calendar: &self.calendar, now, public }
    }
}

/// The console's pages, all under `/console`.
pub fn routes(console: Console) -> Router {
    Router::new()
        .route("/console", get(tickets::show))
        .route("/console/bulk", get(tickets::back).post(tickets::take_several))
        .route("/console/views", get(tickets::back).post(tickets::change_views))
        .route("/console/login", get(login::show).post(login::enter))
        .route("/console/logout", post(login::leave))
        .route("/console/tickets/{number}", get(ticket::show))
        .route("/console/tickets/{number}/not-knowledge", get(ticket::back).post(learn::decline))
        .route("/console/tickets/{number}/keep-reply", get(ticket::back).post(learn::keep_reply))
        .route("/console/tickets/{number}/live", get(live::ticket))
        .route("/console/tickets/{number}/typing", get(ticket::back).post(live::typing))
        .route("/console/tickets/{number}/notes", get(ticket::back).post(ticket::write_note))
        .route("/console/tickets/{number}/notes/{id}", get(ticket::back).post(ticket::strike_note))
        .route("/console/live", get(live::pages))
        .route("/console/tickets/{number}/knowledge", get(ticket::back).post(offer::propose))
        .route(
            "/console/tickets/{number}/files",
            get(ticket::back).post(ticket::files::add).layer(DefaultBodyLimit::max(console.files.bytes + 64 * 1024)),
        )
        .route("/console/tickets/{number}/files/{id}", get(ticket::files::download))
        .route("/console/tickets/{number}/files/{id}/remove", get(ticket::back).post(ticket::files::remove))
        .route("/console/tickets/{number}/{act}", get(ticket::back).post(ticket::take))
        .route("/console/consultations", get(consultations::list))
        .route("/console/consultations/{id}", get(opinions::show))
        .route("/console/consultations/{id}/opinions.csv", get(export::csv))
        .route("/console/consultations/{id}/opinions.xlsx", get(export::xlsx))
        .route("/console/documents", get(documents::list))
        .route("/console/documents/{id}", get(documents::show))
        .route("/console/documents/{id}/wordings", get(wordings::back).post(wordings::decide))
        .route("/console/documents/{id}/keep", get(wordings::back).post(learn::keep))
        .route("/console/documents/{id}/{step}", get(documents::back).post(documents::take))
        .route("/console/notices", get(notices::show).post(notices::seen))
        .route("/console/templates", get(templates::list).post(templates::add))
        .route("/console/templates/{id}", get(templates::show).post(templates::change))
        .route("/console/topics", get(topics::list))
        .route("/console/topics/{id}", get(topic::show))
        .route("/console/topics/{id}/{act}", get(topic::back).post(topic::take))
        .route("/console/statistics", get(statistics::show))
        .route("/console/statistics.xlsx", get(statistics::xlsx))
        .route("/console/bulletin/{month}", get(statistics::bulletin))
        .route("/console/staff", get(staff::list).post(staff::add))
        .route("/console/staff/member", get(staff::member))
        .route("/console/staff/roles", post(staff::change_roles))
        .route("/console/staff/password", post(staff::change_password))
        .route("/console/units", get(units::list).post(unit_new::add))
        .route("/console/units.csv", get(unit_table::csv))
        .route("/console/units.xlsx", get(unit_table::xlsx))
        .route("/console/units/{code}", get(units::show))
        .route("/console/units/{code}/{act}", get(unit_forms::back).post(unit_forms::take))
        .route(
            "/console/unit-file",
            get(unit_table::back).post(unit_table::preview).layer(DefaultBodyLimit::max(MAX_UPLOAD)),
        )
        .route("/console/unit-file/apply", get(unit_table::back).post(unit_table::apply))
        .route("/console/chat", get(chat::show).post(chat::act))
        .route("/console/hooks", get(hooks::show).post(hooks::act))
        .route("/console/{*elsewhere}", get(frame::nowhere))
        .layer(middleware::from_fn_with_state(console.clone(), frame::frame))
        .route("/console/console.css", get(style))
        .route("/console/keys.js", get(keys))
        .route("/console/live.js", get(live_script))
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .with_state(console)
}

async fn style() -> impl axum::response::IntoResponse {
    ours("text/css; charset=utf-8", include_str!("console.css"))
}

async fn keys() -> impl axum::response::IntoResponse {
    ours("text/javascript; charset=utf-8", include_str!("keys.js"))
}

async fn live_script() -> impl axum::response::IntoResponse {
    ours("text/javascript; charset=utf-8", include_str!("live.js"))
}

/// A file of ours that browsers may keep for a while.
fn ours(kind: &'static str, text: &'static str) -> impl axum::response::IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text)
}
