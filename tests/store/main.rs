//! What the store promises, tested on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod attachments;
mod audit;
mod casework;
mod consultation;
mod directory;
mod hook;
mod inbox;
mod lessons;
mod notes;
mod outbox;
mod racing;
mod statistics;
mod topics;
mod unit_course;
mod vectors;

use jiff::Timestamp;
use wenzheng::{
    directory::units::{self, Unit},
    message::{Address, Block, Body, Inbound, Outbound},
    store::Store,
};

/// How many tasks race in the tests of concurrent use.
const RACERS: usize = 8;

fn person(name: &str) -> Address {
    Address { channel: "web".into(), account: "main".into(), person: name.into() }
}

fn said(from: &str, key: &str, text: &str) -> Inbound {
    Inbound {
        address: person(from),
        key: key.into(),
        body: Body::text(text),
        language: None,
        sent_at: Timestamp::UNIX_EPOCH,
        within: None,
    }
}

fn words(text: &str) -> Outbound {
    Outbound { blocks: vec![Block::Text { text: text.into() }], ..Outbound::default() }
}

/// An instant so many seconds into the test.
fn second(number: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + number).unwrap()
}

async fn add_unit(store: &Store, code: &str) {
    let unit = Unit { short: code.to_owned(), ..Unit::new(code, &format!("{code}局")) };
    let mut tx = store.begin().await.unwrap();
    assert!(units::upsert(&mut tx, &unit).await.unwrap());
    tx.commit().await.unwrap();
}
