//! Every message that code or an intent names exists in every language with the same arguments, and none is left over.

use std::collections::{BTreeMap, BTreeSet};

use wenzheng::locale::{Locales, MessageEntry, Phrase, Value, inventory};

use crate::source::{Source, is_name};

/// A `phrase!` in the source.
struct Use {
    place: String,
    key: String,
    arguments: BTreeSet<String>,
}

fn uses() -> Vec<Use> {
    let mut uses = Vec::new();
    for source in Source::all() {
        for at in source.places_of("phrase") {
            let open = at + "phrase!".len();
            if !source.code[at..].starts_with("phrase!(") {
                continue;
            }
            let mut parts = parts(&source, open + 1, source.closing(open)).into_iter();
            let place = format!("src/{}:{}", source.path, source.line(at));
            let key = parts.next().unwrap_or_default().trim_matches('"').to_owned();
            let arguments = parts.filter(|part| !part.is_empty()).map(|part| argument(&part)).collect();
            uses.push(Use { place, key, arguments });
        }
    }
    assert!(uses.len() > 20, "the messages weren't found");
    uses
}

/// What stands between the commas of a call.
fn parts(source: &Source, start: usize, end: usize) -> Vec<String> {
    let (mut parts, mut from, mut at) = (Vec::new(), start, start);
    while at < end {
        match source.code.as_bytes()[at] {
            b',' => {
                parts.push(source.text[from..at].trim().to_owned());
                from = at + 1;
                at += 1;
            }
            b'(' | b'[' | b'{' => at = source.closing(at) + 1,
            _ => at += 1,
        }
    }
    parts.push(source.text[from..end].trim().to_owned());
    parts
}

/// The name in `name = value`.
fn argument(part: &str) -> String {
    part.bytes().take_while(|byte| is_name(*byte)).map(char::from).collect()
}

/// Keys that intents lead to, with the file that names them.
fn said_by_intents() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("intents");
    let mut said = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let table: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let key = table.get("leads_to").and_then(|lead| lead.get("say")).and_then(toml::Value::as_str);
        said.extend(key.map(|key| (path.display().to_string(), key.to_owned())));
    }
    said
}

/// Keys that other messages are made of, as in `{ service-name }`.
fn named_by_messages() -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (file, text) in locale_files() {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            for rest in line.split('{').skip(1) {
                let key = rest.split('}').next().unwrap_or_default().trim();
                if key.starts_with(|c: char| c.is_ascii_lowercase()) && !key.contains(' ') {
                    named.insert(key.to_owned());
                }
            }
        }
        assert!(!text.contains(['\u{2068}', '\u{2069}']), "{file} holds an isolation mark");
    }
    named
}

fn locale_files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            files.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    files
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn what_code_says_exists_in_every_language_with_its_arguments() {
    let languages = inventory();
    let mut faults = Vec::new();
    for one in uses() {
        for (tag, messages) in &languages {
            let Some(entry) = messages.get(&one.key) else {
                faults.push(format!("{}: {} is missing in {tag}", one.place, one.key));
                continue;
            };
            let takes: BTreeSet<String> = entry.arguments.iter().cloned().collect();
            if takes != one.arguments {
                let (key, gives) = (&one.key, &one.arguments);
                faults.push(format!("{}: {key} is given {gives:?}, but {tag} takes {takes:?}", one.place));
            }
        }
    }
    for (place, key) in said_by_intents() {
        for (tag, messages) in &languages {
            match messages.get(&key) {
                None => faults.push(format!("{place}: {key} is missing in {tag}")),
                Some(entry) if !entry.arguments.is_empty() => {
                    faults.push(format!("{place}: {key} takes arguments in {tag}, but an intent gives none"));
                }
                Some(_) => {}
            }
        }
    }
    report(&faults);
}

#[test]
fn languages_have_the_same_messages() {
    let languages = inventory();
    let mut faults = Vec::new();
    let all: BTreeMap<&String, &MessageEntry> = languages.values().flatten().collect();
    for (key, entry) in all {
        for (tag, messages) in &languages {
            match messages.get(key) {
                None => faults.push(format!("{}:{}: {key} is missing in {tag}", entry.file, entry.line)),
                Some(other) if other.arguments != entry.arguments => faults.push(format!(
                    "{}:{}: {key} takes {:?}, but {:?} at {}:{}",
                    entry.file, entry.line, entry.arguments, other.arguments, other.file, other.line
                )),
                Some(_) => {}
            }
        }
    }
    report(&faults);
}

#[test]
fn no_message_is_left_over() {
    let mut used: BTreeSet<String> = uses().into_iter().map(|one| one.key).collect();
    used.extend(said_by_intents().into_iter().map(|(_, key)| key));
    used.extend(named_by_messages());
    let mut faults = Vec::new();
    for (key, entry) in inventory().values().flatten().filter(|(key, _)| !used.contains(*key)) {
        faults.push(format!("{}:{}: nothing says {key}: delete it", entry.file, entry.line));
    }
    report(&faults);
}

#[test]
fn every_message_can_be_written_and_holds_no_invisible_marks() {
    let locales = Locales::embedded().unwrap();
    let mut faults = Vec::new();
    for (tag, messages) in inventory() {
        for (key, entry) in messages {
            let args = entry.arguments.iter().map(|name| (name.clone(), Value::Text("某".into()))).collect();
            let text = locales.text(&tag, &Phrase { key: key.clone(), args });
            // An argument that is not given shows as `{$name}`.
            let marked = text.contains(['\u{2068}', '\u{2069}', '\u{FFFC}']) || text.contains("{$");
            if marked || text.is_empty() || text == key {
                faults.push(format!("{}:{}: {key} comes out as {text:?}", entry.file, entry.line));
            }
        }
    }
    report(&faults);
}
