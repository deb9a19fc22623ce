//! The pages that are asked for.

use crate::city::City;

/// A page for somebody.
#[derive(Debug, Clone)]
pub struct Page {
    /// In the table.
    pub name: String,
    /// Who asks.
    pub login: &'static str,
    pub path: String,
}

/// A word as addresses hold it.
fn encoded(words: &str) -> String {
    words.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

pub fn pages(city: &City) -> Vec<Page> {
    let mut pages = Vec::new();
    let mut add = |name: &str, login, path: String| pages.push(Page { name: name.to_owned(), login, path });
    let views = ["open", "mine", "accept", "approve", "waiting", "parts", "overdue", "closed"];
    for login in ["staff", "reviewer", "dispatcher"] {
        for view in views {
            add(&format!("inbox {view}"), login, format!("/console?tab={view}"));
        }
    }
    for view in ["returned", "all"] {
        add(&format!("inbox {view}"), "dispatcher", format!("/console?tab={view}"));
    }
    add("inbox closed, page 50", "dispatcher", "/console?tab=closed&page=50".to_owned());
    add("inbox closed, of a unit", "dispatcher", format!("/console?tab=closed&unit={}", city.unit));
    add("inbox closed, kind and channel", "dispatcher", "/console?tab=closed&kind=help&channel=telegram".to_owned());
    let searches = [
        ("number", city.number.clone()),
        ("rare word", city.rare.clone()),
        ("usual word", city.usual.clone()),
        ("common word", city.common.clone()),
        ("long word", city.long.clone()),
        ("two words", format!("{} {}", city.common, city.usual)),
        ("common and rare", format!("{} {}", city.common, city.rare)),
        ("two common", format!("{} 办理", city.common)),
        ("one character", city.common.chars().take(1).collect()),
        ("nothing", "鱻麤龘".to_owned()),
    ];
    for (name, words) in &searches {
        for (login, view) in [("staff", "open"), ("staff", "closed"), ("dispatcher", "all"), ("dispatcher", "closed")] {
            add(&format!("search {view}, {name}"), login, format!("/console?tab={view}&q={}", encoded(words)));
        }
    }
    let filtered = format!("/console?tab=closed&kind=help&unit={}&q={}", city.unit, encoded(&city.usual));
    add("search closed, filters", "dispatcher", filtered);
    add("whole number", "staff", format!("/console?q={}", city.closed));
    for (name, number) in [("open", &city.open), ("closed", &city.closed), ("many events", &city.eventful)] {
        add(&format!("ticket {name}"), "staff", format!("/console/tickets/{number}"));
    }
    add("ticket open", "dispatcher", format!("/console/tickets/{}", city.open));
    for login in ["staff", "reviewer", "dispatcher"] {
        add("notices", login, "/console/notices".to_owned());
    }
    let period = |days: i64| {
        let today = wenzheng::clock::city_date(wenzheng::clock::Clock::now(&wenzheng::clock::SystemClock));
        let from = today.saturating_sub(jiff::ToSpan::days(days));
        format!("/console/statistics?from={from}&to={today}")
    };
    for login in ["staff", "dispatcher"] {
        add("statistics, a month", login, period(30));
        add("statistics, a year", login, period(365));
    }
    pages
}
