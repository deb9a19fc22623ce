//! A happening becomes a request, as each receiver wants it. Pure.

use jiff::Timestamp;
use reqwest::Url;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{Happening, Hook, Kind, Parcel, Topic, sign};
use crate::{
    locale::{DEFAULT, Locales, Phrase},
    phrase,
};

/// The longest name of a unit in a robot's message, in characters: with it `BUNDLE` lines fit into WeCom's 4096 bytes.
const MAX_UNIT: usize = 30;

/// A request, ready to go.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Where.
    pub(super) url: Url,
    /// Besides the content type.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

impl Request {
    /// What stands after the `?`.
    #[cfg(test)]
    pub(super) fn query(&self) -> &str {
        self.url.query().unwrap_or_default()
    }
}

/// The request that tells a hook of some happenings: one for other systems, a bundle for robots.
pub fn request(hook: &Hook, parcels: &[Parcel], locales: &Locales, now: Timestamp) -> Request {
    let mut url = hook.target.url().clone();
    let mut headers = Vec::new();
    let seconds = now.as_second();
    let body = match &hook.kind {
        Kind::Plain { key } => {
            let parcel = parcels.first();
            let body = parcel.map_or(Value::Null, |parcel| plain(hook, &parcel.happening)).to_string();
            let id = parcel.map_or("", |parcel| parcel.id.as_str());
            headers.push(("webhook-id", id.to_owned()));
            headers.push(("webhook-timestamp", seconds.to_string()));
            headers.push(("webhook-signature", sign::standard(key.expose_secret(), id, seconds, &body)));
            body
        }
        Kind::WeCom => {
            let content = [format!("**{}**", title(locales))].into_iter().chain(lines(hook, parcels, locales, true));
            let content = content.collect::<Vec<_>>().join("\n");
            json!({ "msgtype": "markdown", "markdown": { "content": content } }).to_string()
        }
        Kind::DingTalk { secret } => {
            if let Some(secret) = secret {
                let millis = now.as_millisecond();
                url.query_pairs_mut()
                    .append_pair("timestamp", &millis.to_string())
                    .append_pair("sign", &sign::dingtalk(secret.expose_secret(), millis));
            }
            let title = title(locales);
            let text = [format!("#### {title}")].into_iter().chain(lines(hook, parcels, locales, true));
            // One line break is none in DingTalk's Markdown.
            let text = text.collect::<Vec<_>>().join("\n\n");
            json!({ "msgtype": "markdown", "markdown": { "title": title, "text": text } }).to_string()
        }
        Kind::Feishu { secret } => {
            let text = [title(locales)].into_iter().chain(lines(hook, parcels, locales, false));
            let text = text.collect::<Vec<_>>().join("\n");
            let mut body = json!({ "msg_type": "text", "content": { "text": text } });
            if let Some(secret) = secret {
                body["timestamp"] = seconds.to_string().into();
                body["sign"] = sign::feishu(secret.expose_secret(), seconds).into();
            }
            body.to_string()
        }
    };
    Request { url, headers, body }
}

/// What other systems read.
fn plain(hook: &Hook, happening: &Happening) -> Value {
    let ticket = happening.ticket.as_ref().map(|ticket| {
        json!({
            "number": ticket.number,
            "unit": ticket.unit,
            "phase": ticket.phase,
            "due": ticket.due,
            "link": link(hook, &ticket.number),
        })
    });
    let mut body = json!({ "id": happening.id, "event": happening.event, "at": happening.at, "ticket": ticket });
    if let Some(topic) = &happening.topic {
        body["topic"] = json!({
            "id": topic.id,
            "unit": topic.unit,
            "phase": topic.phase,
            "people": topic.people,
            "link": topic_link(hook, &topic.id),
        });
    }
    body
}

fn link(hook: &Hook, number: &str) -> Option<String> {
    hook.console.as_ref().map(|console| format!("{console}/console/tickets/{number}"))
}

fn topic_link(hook: &Hook, id: &str) -> Option<String> {
    hook.console.as_ref().map(|console| format!("{console}/console/topics/{id}"))
}

/// It names the service, so that a group's key word 问政 is always in it.
fn title(locales: &Locales) -> String {
    locales.text(DEFAULT, &phrase!("hook-title"))
}

/// One line for each happening. Nobody knows which language a group reads: the default one.
fn lines(hook: &Hook, parcels: &[Parcel], locales: &Locales, markdown: bool) -> Vec<String> {
    let told = |parcel: &Parcel| {
        let happening = &parcel.happening;
        let what = happening.event.phrase();
        if let Some(topic) = &happening.topic {
            return topic_line(hook, topic, what, locales, markdown);
        }
        let Some(ticket) = &happening.ticket else { return locales.text(DEFAULT, &what) };
        let link = link(hook, &ticket.number);
        let number = match &link {
            Some(link) if markdown => format!("[{}]({link})", ticket.number),
            _ => ticket.number.clone(),
        };
        let unit = unmarked(&ticket.unit_name);
        let said =
            locales.text(DEFAULT, &phrase!("hook-line", number = number, unit = unit, what = what, due = ticket.due));
        match link {
            Some(link) if !markdown => format!("{said} {link}"),
            _ => said,
        }
    };
    parcels.iter().map(told).collect()
}

/// A topic is named by its unit and by how many people raised it: what they wrote stays in the house.
fn topic_line(hook: &Hook, topic: &Topic, what: Phrase, locales: &Locales, markdown: bool) -> String {
    let said = phrase!("hook-topic-line", unit = unmarked(&topic.unit_name), what = what, people = topic.people);
    let said = locales.text(DEFAULT, &said);
    match topic_link(hook, &topic.id) {
        Some(link) if markdown => format!("[{said}]({link})"),
        Some(link) => format!("{said} {link}"),
        None => said,
    }
}

/// A name without what robots would take for a mark or for calling somebody.
fn unmarked(name: &str) -> String {
    let name = name.chars().take(MAX_UNIT);
    name.map(|c| if c.is_control() || "<>[]()*_`#@\\".contains(c) { ' ' } else { c }).collect()
}
