//! Holds the order of the rooms, and keeps libraries of channels and databases in theirs.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Source, is_name};

/// The rooms, the highest first. Each imports only from rows below its own; rooms of one row don't know one another.
const ROWS: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["demo"],
    &["app"],
    &["config"],
    &["http", "jobs"],
    &["channel", "console"],
    &["conversation"],
    &["import"],
    &["knowledge", "casework", "consultation", "disclosure", "service"],
    &["directory"],
    &["inbox", "outbox", "audit", "hook"],
    &["store"],
    &["evaluation"],
    &["matching", "semantic"],
    &["locale", "id", "wake", "telemetry"],
    &["message", "calendar", "clock"],
];

/// Libraries and the places, as beginnings or ends of paths below `src`, that may name them.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("sqlx", &["store/", "/records.rs", "inbox.rs", "outbox.rs", "audit.rs"]),
    ("teloxide", &["channel/telegram/"]),
    ("reqwest", &["hook/"]),
    ("axum", &["http.rs", "channel/", "console/", "app.rs"]),
];

/// Rooms that may name a single channel. Everybody else knows only what all channels have in common.
const KNOW_CHANNELS: &[&str] = &["main", "cli", "app", "config", "http"];

/// Macros stand at the root of the crate, whatever room they come from.
const MACROS: &[(&str, &str)] = &[("phrase", "locale")];

fn row_of(room: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&room))
}

/// Every path in a file that begins at the crate's root, with its line.
fn imports(source: &Source) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for root in ["crate", "wenzheng"] {
        for at in source.places_of(root) {
            let after = at + root.len();
            if source.code[after..].starts_with("::") {
                let line = source.line(at);
                paths(source, after + 2, &[], &mut |path| found.push((line, path)));
            }
        }
    }
    found
}

/// Reads `a::b`, or `a::{b, c::d}`, and gives each path in it.
fn paths(source: &Source, at: usize, before: &[String], give: &mut impl FnMut(Vec<String>)) {
    let at = at + source.code[at..].len() - source.code[at..].trim_start().len();
    let rest = &source.code[at..];
    if rest.starts_with('{') {
        let end = source.closing(at);
        let mut start = at + 1;
        while start < end {
            let branch_end = branch_end(source, start, end);
            if !source.code[start..branch_end].trim().is_empty() {
                paths(source, start, before, give);
            }
            start = branch_end + 1;
        }
        return;
    }
    let name: String = rest.bytes().take_while(|byte| is_name(*byte)).map(char::from).collect();
    let (mut path, after) = (before.to_vec(), at + name.len());
    path.push(name);
    // `name::<T>` ends the path.
    if source.code[after..].starts_with("::") && !source.code[after..].starts_with("::<") {
        paths(source, after + 2, &path, give);
    } else {
        give(path);
    }
}

fn branch_end(source: &Source, start: usize, end: usize) -> usize {
    let mut at = start;
    while at < end {
        match source.code.as_bytes()[at] {
            b',' => return at,
            b'{' => at = source.closing(at) + 1,
            _ => at += 1,
        }
    }
    end
}

/// What one import does wrong, if anything.
fn fault(from: &str, path: &[String]) -> Option<String> {
    let first = path[0].as_str();
    let to = MACROS.iter().find(|(name, _)| *name == first).map_or(first, |(_, room)| *room);
    if from == to {
        return None;
    }
    match (row_of(from), row_of(to)) {
        (Some(upper), Some(lower)) if upper < lower => None,
        (Some(_), Some(_)) => Some(format!("{from} imports {to}, which isn't below it")),
        _ => Some(format!("{from} imports {to}, which has no row in tests/app/architecture.rs")),
    }
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn rooms_import_only_from_those_below() {
    let mut faults = Vec::new();
    for source in Source::all().iter().filter(|source| source.path != "lib.rs") {
        for (line, path) in imports(source) {
            faults.extend(fault(source.room(), &path).map(|what| format!("src/{}:{line}: {what}", source.path)));
        }
    }
    report(&faults);
}

#[test]
fn every_room_has_its_row_and_only_one() {
    let rooms: BTreeSet<String> = Source::all().iter().map(|source| source.room().to_owned()).collect();
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    for room in ROWS.iter().copied().flatten() {
        *rows.entry(room).or_default() += 1;
    }
    assert!(rows.values().all(|count| *count == 1), "a room stands twice: {rows:?}");
    let missing: Vec<_> = rooms.iter().filter(|room| *room != "lib" && !rows.contains_key(room.as_str())).collect();
    assert!(missing.is_empty(), "no row for {missing:?}: say in tests/app/architecture.rs where it belongs");
}

/// `super::` out of a room would be an import that the test above doesn't see.
#[test]
fn nobody_leaves_a_room_by_super() {
    let mut faults = Vec::new();
    for source in Source::all() {
        let file = source.path.trim_end_matches("mod.rs").trim_end_matches('/').trim_end_matches(".rs");
        let depth = file.split('/').count();
        for at in source.places_of("super").filter(|at| !source.code[..*at].ends_with("super::")) {
            let steps = source.code[at..].split("::").take_while(|step| *step == "super").count();
            // Test code is left out already; what is in another inline module would be one step deeper.
            if steps >= depth {
                faults.push(format!("src/{}:{}: write `crate::` to leave the room", source.path, source.line(at)));
            }
        }
    }
    report(&faults);
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut faults = Vec::new();
    for source in Source::all() {
        for (library, places) in LIBRARIES {
            if places.iter().any(|place| source.path.starts_with(place) || source.path.ends_with(place)) {
                continue;
            }
            for at in source.places_of(library) {
                let named = source.code[at + library.len()..].starts_with("::")
                    || source.code[..at].trim_end().ends_with("use");
                if named {
                    faults.push(format!("src/{}:{}: {library} doesn't belong here", source.path, source.line(at)));
                }
            }
        }
    }
    report(&faults);
}

#[test]
fn channels_are_named_only_where_the_parts_are_put_together() {
    let sources = Source::all();
    let channels: BTreeSet<&str> = sources
        .iter()
        .filter_map(|source| source.path.strip_prefix("channel/")?.split_once('/').map(|(name, _)| name))
        .collect();
    assert!(channels.contains("web"), "{channels:?}");
    let mut faults = Vec::new();
    for source in &sources {
        let own = source.path.strip_prefix("channel/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        for (line, path) in imports(source) {
            let [first, channel, ..] = path.as_slice() else { continue };
            let foreign = first == "channel" && channels.contains(channel.as_str()) && channel != own;
            if foreign && !KNOW_CHANNELS.contains(&source.room()) {
                faults.push(format!("src/{}:{line}: names the channel {channel}", source.path));
            }
        }
    }
    report(&faults);
}

#[test]
fn the_reader_of_imports_sees_them_all() {
    let text = "use crate::{a::{b, c::d}, e};\nfn f() { crate::g::h::<u8>(); crate::phrase!(1); }\n// crate::i\n";
    let source = Source::read("store/x.rs".into(), text);
    let seen: Vec<String> = imports(&source).iter().map(|(line, path)| format!("{line} {}", path.join("::"))).collect();
    assert_eq!(seen, ["1 a::b", "1 a::c::d", "1 e", "2 g::h", "2 phrase"]);
    let path = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(fault("store", &path("phrase")), None);
    assert!(fault("store", &path("directory::staff")).is_some(), "upwards");
    assert!(fault("knowledge", &path("casework")).is_some(), "within a row");
    assert!(fault("store", &path("nowhere")).is_some());
}
