use std::sync::Arc;

use super::*;
use crate::{
    clock::SystemClock,
    id::{Ids, SystemEntropy},
    message::{Block, Outbound},
    store::Store,
    wake::Wake,
};

async fn terminal(folder: &tempfile::TempDir) -> Terminal {
    let clock = Arc::new(SystemClock);
    let intake = Intake {
        store: Store::open_folder(folder.path()).await.unwrap(),
        clock: clock.clone(),
        ids: Ids::new(clock, Arc::new(SystemEntropy)),
        wake: Wake::default(),
    };
    Terminal {
        intake,
        locales: Locales::embedded().unwrap(),
        language: "zh-CN".into(),
        person: "me".into(),
        interactive: false,
        answer_within: Duration::from_secs(20),
    }
}

fn words(text: String) -> Outbound {
    Outbound { blocks: vec![Block::Text { text }], ..Outbound::default() }
}

/// Answers every message with its own words, as the core would: in one transaction.
async fn echo(intake: Intake) {
    loop {
        let mut connection = intake.store.read().await.unwrap();
        let due = inbox::due(&mut connection, 10).await.unwrap();
        drop(connection);
        for pending in due {
            let Body::Text(text) = &pending.message.body else { panic!("no text") };
            let (address, now) = (&pending.message.address, intake.clock.now());
            let mut tx = intake.store.begin().await.unwrap();
            let key = format!("echo:{}", pending.id);
            outbox::enqueue(&mut tx, &intake.ids.next(), address, &key, &words(format!("= {text}")), now)
                .await
                .unwrap();
            inbox::settle(&mut tx, &pending.id, now).await.unwrap();
            tx.commit().await.unwrap();
            intake.wake.wrote_to(address);
        }
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn piped_lines_are_answered_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = terminal(&folder).await;
    let worker = tokio::spawn(echo(terminal.intake.clone()));
    let mut output = Vec::new();
    terminal.run("一\n\n 2 \n三".as_bytes(), &mut output).await.unwrap();
    assert_eq!(String::from_utf8(output).unwrap(), "= 一\n\n= 2\n\n= 三\n\n");
    let mut output = Vec::new();
    terminal.run("四\n/quit\n五\n".as_bytes(), &mut output).await.unwrap();
    assert_eq!(String::from_utf8(output).unwrap(), "= 四\n\n");
    worker.abort();
}

#[tokio::test]
async fn what_came_while_nobody_was_there_is_shown_once() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = terminal(&folder).await;
    let intake = &terminal.intake;
    let mut tx = intake.store.begin().await.unwrap();
    let (address, now) = (terminal.address(), intake.clock.now());
    outbox::enqueue(&mut tx, "1", &address, "1", &words("回复".into()), now).await.unwrap();
    tx.commit().await.unwrap();
    for expected in ["回复\n\n", ""] {
        let mut output = Vec::new();
        terminal.run(&b""[..], &mut output).await.unwrap();
        assert_eq!(String::from_utf8(output).unwrap(), expected);
    }
}

#[tokio::test]
async fn a_message_without_an_answer_does_not_hold_up_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = terminal(&folder).await;
    terminal.answer_within = Duration::from_millis(50);
    let mut output = Vec::new();
    terminal.run("一\n".as_bytes(), &mut output).await.unwrap();
    let expected = terminal.locales.text("zh-CN", &phrase!("terminal-no-answer-yet"));
    assert_eq!(String::from_utf8(output).unwrap(), format!("{expected}\n\n"));
}
