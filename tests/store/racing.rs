//! Two people at a time do whatever comes to their minds with the same tickets. Whatever the order, every step that was
//! accepted is kept once, none that was refused left anything behind, and nobody approved their own words.

use std::sync::Arc;

use wenzheng::{
    calendar::Calendar,
    casework::{self, Actor, Clocks, Moment, NewTicket, Rating, Refusal, State, Step, Ticket},
    conversation::office::Office,
    directory::{
        citizens,
        staff::{Role, StaffMember},
    },
    id::Entropy as _,
    locale::Locales,
    store::{Store, StoreError},
};

use super::{add_unit, person, second};
use crate::support::{TestClock, TestEntropy};

crate::both_stores!(two_writers_race_and_every_step_is_kept_once);

const TICKETS: [&str; 8] = ["t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8"];
/// What each writer tries.
const TRIES: u64 = 400;

fn member(login: &str, unit: &str, roles: &[Role]) -> StaffMember {
    let roles = roles.iter().copied().collect();
    StaffMember { id: login.into(), login: login.into(), name: login.into(), unit: unit.into(), roles }
}

async fn prepare(store: &Store) {
    for unit in ["hrss", "tax"] {
        add_unit(store, unit).await;
    }
    let mut tx = store.begin().await.unwrap();
    citizens::at_address(&mut tx, &person("li"), ("c1", "zh-CN"), second(0)).await.unwrap();
    let day = jiff::civil::date(2026, 11, 23);
    for id in TICKETS {
        let new = NewTicket {
            id,
            citizen_id: "c1",
            reply_to: &person("li"),
            question: "灵活就业人员怎么参保？",
            kind: None,
            unit: "hrss",
            clocks: Clocks::start(&Calendar::embedded().unwrap(), day, 1, casework::REPLY_WORKING_DAYS),
            split_from: None,
            filed_by: "citizen",
            chosen_by: "bot",
        };
        casework::file(&mut tx, new, &format!("{id}-filed"), second(0)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Whatever comes to a mind, with a ticket as it was read.
fn whim(dice: u8, people: &[StaffMember], ticket: Ticket, main: &Ticket, moment: &Moment<'_>) -> Result<Step, Refusal> {
    let someone = Actor::Staff(&people[usize::from(dice / 32) % people.len()]);
    match dice % 16 {
        0 | 1 => ticket.claim(someone),
        2 | 3 => ticket.draft(someone, "到户籍地的窗口办理。"),
        4 | 5 => ticket.approve(someone, moment),
        6 => ticket.send_back(someone, "请写清楚"),
        7 => ticket.give_back(someone, "不是我们的事"),
        8 => ticket.assign(someone, "tax", moment),
        9 => ticket.assign(someone, "hrss", moment),
        10 => ticket.ask_citizen(someone, "哪一年的？", moment),
        11 => ticket.answer_back(Actor::Citizen("c1"), "去年的", moment),
        12 => ticket.merge(someone, main),
        13 => ticket.reopen(someone, "答错了", moment),
        14 => ticket.rate(Actor::Citizen("c1"), Rating::NotHelped),
        _ => ticket.involve(someone, "tax", moment),
    }
}

async fn write(store: Store, seed: u64) -> (usize, usize) {
    let (clock, calendar, locales) = (TestClock::at("2026-11-23T02:00:00Z"), Calendar::embedded(), Locales::embedded());
    let (calendar, locales, dice) = (calendar.unwrap(), locales.unwrap(), TestEntropy::seeded(seed));
    let ids = wenzheng::id::Ids::new(clock.shared(), Arc::new(TestEntropy::seeded(seed + 1000)));
    let people = [
        member("li", "hrss", &[Role::Staff]),
        member("wang", "hrss", &[Role::Staff, Role::Reviewer]),
        member("zhao", "hrss", &[Role::Reviewer]),
        member("qian", "tax", &[Role::Staff, Role::Reviewer]),
        member("sun", "tax", &[Role::Reviewer]),
        member("zhou", "office", &[Role::Dispatcher]),
    ];
    let (mut kept, mut late) = (0, 0);
    for _ in 0..TRIES {
        let mut thrown = [0; 8];
        dice.fill(&mut thrown);
        let office = Office { locales: &locales, ids: &ids, calendar: &calendar, now: second(1), public: None };
        let moment = office.moment();
        let (ticket, main) = {
            let mut connection = store.read().await.unwrap();
            let id = TICKETS[usize::from(thrown[0]) % TICKETS.len()];
            let main = TICKETS[usize::from(thrown[1]) % TICKETS.len()];
            let find = |found: Option<Ticket>| found.unwrap();
            let ticket = find(casework::find(&mut connection, id).await.unwrap());
            (ticket, find(casework::find(&mut connection, main).await.unwrap()))
        };
        let Ok(step) = whim(thrown[2], &people, ticket, &main, &moment) else { continue };
        // The other one has time to be first.
        tokio::time::sleep(std::time::Duration::from_micros(u64::from(thrown[3]) * 20)).await;
        let mut tx = store.begin().await.unwrap();
        match office.take(&mut tx, &step).await {
            Ok(_) => {
                tx.commit().await.unwrap();
                kept += 1;
            }
            Err(StoreError::Conflict) => late += 1,
            Err(error) => panic!("{error}"),
        }
    }
    (kept, late)
}

async fn two_writers_race_and_every_step_is_kept_once(store: Store) {
    prepare(&store).await;
    let writers = [1, 2].map(|seed| tokio::spawn(write(store.clone(), seed)));
    let (mut kept, mut late) = (0, 0);
    for writer in writers {
        let (one, other) = writer.await.unwrap();
        (kept, late) = (kept + one, late + other);
    }
    assert!(kept > 20, "only {kept} steps were possible: the test does too little");
    let mut connection = store.read().await.unwrap();
    let mut steps = 0;
    for id in TICKETS {
        let ticket = casework::find(&mut connection, id).await.unwrap().unwrap();
        let events = casework::events(&mut connection, id).await.unwrap();
        // Filing is the first version; each step made one more, and told of it once.
        assert_eq!(i64::try_from(events.len()).unwrap(), ticket.version, "{id}: {events:?}");
        steps += events.len() - 1;
        let replies = ticket.course.earlier.iter().chain(ticket.state.reply());
        for reply in replies {
            assert_ne!(reply.author, reply.approved_by, "{id}");
        }
        let approved = events.iter().filter(|event| event.kind == "approved").count();
        let followed = events.iter().filter(|event| event.kind == "answered_with").count();
        let answers = ticket.course.earlier.len() + usize::from(ticket.state.reply().is_some());
        assert!(approved + followed >= answers, "{id} has a reply that nobody approved: {events:?}");
        if let State::Merged { into, .. } = &ticket.state {
            let main = casework::find(&mut connection, into).await.unwrap().unwrap();
            assert!(main.state.is_open(), "{id} waits for {into}, which has ended: {:?}", main.state);
        }
    }
    // Steps that follow by themselves, such as a merged ticket that gets the reply, are steps too.
    assert!(steps >= kept, "{kept} steps were accepted and {steps} are kept ({late} came late)");
}
