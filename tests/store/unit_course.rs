//! Units: changes are versioned and carried out once on their day; open tickets follow, each in a transaction of its own.

use jiff::civil::{Date, date};
use wenzheng::{
    calendar::Calendar,
    casework::{self, Actor, Clocks, Moment, NewTicket, State as TicketState, Ticket},
    directory::{
        citizens,
        staff::{Role, StaffMember},
        units::{self, Entry, Leaving, State, Unit},
    },
    store::{Store, StoreError},
};

use super::{add_unit, person, second};

crate::both_stores!(
    a_unit_comes_back_as_it_was_written,
    the_second_of_two_editors_is_refused,
    a_decision_is_carried_out_once_on_its_day,
    a_chain_of_successors_is_followed,
    open_tickets_follow_and_keep_what_they_are,
    without_a_successor_the_dispatcher_has_them_back,
    a_ticket_that_two_move_moves_once,
    a_file_that_waits_is_taken_once_and_by_its_reader,
);

fn day(day: i8) -> Date {
    date(2026, 11, day)
}

async fn entry(store: &Store, code: &str) -> Entry {
    units::entry(&mut store.read().await.unwrap(), code).await.unwrap().unwrap()
}

async fn save(store: &Store, entry: &Entry) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    units::update(&mut tx, entry, "staff:root").await?;
    tx.commit().await
}

/// Decides that a unit goes, on the 24th.
async fn abolish(store: &Store, code: &str, successor: Option<&str>) {
    let all = units::entries(&mut store.read().await.unwrap()).await.unwrap();
    let decided = entry(store, code).await.abolish(successor, day(24), (&all, day(23))).unwrap();
    save(store, &decided).await.unwrap();
}

async fn leaving(store: &Store, today: Date) -> Vec<Leaving> {
    units::leaving(&mut store.read().await.unwrap(), today).await.unwrap()
}

async fn city(store: &Store) {
    for code in ["hrss", "tax", "civil"] {
        add_unit(store, code).await;
    }
    let mut tx = store.begin().await.unwrap();
    citizens::at_address(&mut tx, &person("li"), ("c1", "zh-CN"), second(0)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn file(store: &Store, id: &str) -> Ticket {
    let new = NewTicket {
        id,
        citizen_id: "c1",
        reply_to: &person("li"),
        question: "灵活就业人员怎么参保？",
        kind: None,
        unit: "hrss",
        clocks: Clocks::start(&Calendar::embedded().unwrap(), day(23), 1, casework::REPLY_WORKING_DAYS),
        split_from: None,
        filed_by: "citizen",
        chosen_by: "bot",
    };
    let mut tx = store.begin().await.unwrap();
    let ticket = casework::file(&mut tx, new, &format!("{id}-1"), second(0)).await.unwrap();
    tx.commit().await.unwrap();
    ticket
}

async fn follow(store: &Store, id: &str, gone: &Leaving, event: &str) -> Result<Option<Ticket>, StoreError> {
    let calendar = Calendar::embedded().unwrap();
    let moment = Moment { at: second(9), calendar: &calendar };
    let mut tx = store.begin().await?;
    let ticket = casework::find(&mut tx, id).await?.unwrap();
    let units = (gone.code.as_str(), gone.to.as_deref());
    let Ok(step) = ticket.follow_unit(Actor::Rule("directory"), units, "不再办公", &moment) else {
        return Ok(None);
    };
    casework::save(&mut tx, &step, event, second(9)).await?;
    let moved = casework::find(&mut tx, id).await?;
    tx.commit().await?;
    Ok(moved)
}

async fn a_unit_comes_back_as_it_was_written(store: Store) {
    let unit = Unit {
        aliases: vec!["社保局".into()],
        fields: vec!["就业".into()],
        duties: "找工作".into(),
        parent: Some("office".into()),
        phone: "12333".into(),
        address: "和谐路".into(),
        hours: "工作日".into(),
        contact: "内线".into(),
        head: Some("li".into()),
        ..Unit::new("hrss", "人社局")
    };
    let mut tx = store.begin().await.unwrap();
    assert!(units::upsert(&mut tx, &unit).await.unwrap());
    assert!(!units::upsert(&mut tx, &unit).await.unwrap(), "the same once more changes nothing");
    tx.commit().await.unwrap();
    let read = entry(&store, "hrss").await;
    assert_eq!((&read.unit, &read.state, read.version), (&unit, &State::Active, 1));
}

async fn the_second_of_two_editors_is_refused(store: Store) {
    city(&store).await;
    let (mut first, mut second) = (entry(&store, "tax").await, entry(&store, "tax").await);
    first.unit.phone = "1".into();
    second.unit.phone = "2".into();
    save(&store, &first).await.unwrap();
    assert!(matches!(save(&store, &second).await, Err(StoreError::Conflict)));
    let now = entry(&store, "tax").await;
    assert_eq!((now.unit.phone.as_str(), now.version, now.changed_by.as_str()), ("1", 2, "staff:root"));
}

async fn a_decision_is_carried_out_once_on_its_day(store: Store) {
    city(&store).await;
    let all = units::entries(&mut store.read().await.unwrap()).await.unwrap();
    let decided = entry(&store, "tax").await.rename(("税费局", "税费"), day(24), (&all, day(23))).unwrap();
    save(&store, &decided).await.unwrap();
    abolish(&store, "civil", None).await;
    for (today, expected) in [(23, vec![]), (24, vec!["civil", "tax"]), (25, vec![])] {
        let mut tx = store.begin().await.unwrap();
        let settled = units::settle_due(&mut tx, day(today), "rule:directory").await.unwrap();
        tx.commit().await.unwrap();
        let codes: Vec<&str> = settled.iter().map(|entry| entry.unit.code.as_str()).collect();
        assert_eq!(codes, expected, "on the {today}th");
    }
    let tax = units::find(&mut store.read().await.unwrap(), "tax").await.unwrap().unwrap();
    assert_eq!(tax.name, "税费局");
    assert!(tax.aliases.contains(&"tax局".to_owned()));
    // A file that still holds the old name doesn't bring it back; what else it says counts.
    let mut tx = store.begin().await.unwrap();
    let older = Unit { phone: "7".into(), ..Unit::new("tax", "tax局") };
    assert!(units::upsert(&mut tx, &older).await.unwrap());
    tx.commit().await.unwrap();
    let tax = entry(&store, "tax").await.unit;
    assert_eq!((tax.name.as_str(), tax.phone.as_str()), ("税费局", "7"));
}

async fn a_chain_of_successors_is_followed(store: Store) {
    city(&store).await;
    abolish(&store, "hrss", Some("tax")).await;
    abolish(&store, "tax", Some("civil")).await;
    let mut connection = store.read().await.unwrap();
    for (today, expected) in [(23, "hrss"), (24, "civil")] {
        let heir = units::successor(&mut connection, "hrss", day(today)).await.unwrap();
        assert_eq!(heir.as_deref(), Some(expected));
    }
    assert_eq!(units::successor(&mut connection, "nobody", day(23)).await.unwrap(), None);
    drop(connection);
    assert!(leaving(&store, day(23)).await.is_empty());
    let gone: Vec<_> = leaving(&store, day(24)).await.into_iter().map(|gone| (gone.code, gone.to)).collect();
    assert_eq!(gone, [("hrss".to_owned(), Some("civil".to_owned())), ("tax".to_owned(), Some("civil".to_owned()))]);
}

async fn open_tickets_follow_and_keep_what_they_are(store: Store) {
    city(&store).await;
    let li = StaffMember {
        id: "li".into(),
        login: "li".into(),
        name: "li".into(),
        unit: "hrss".into(),
        roles: [Role::Staff].into(),
    };
    let mut drafted = file(&store, "t1").await;
    drafted.designated = true;
    let step = drafted.draft(Actor::Staff(&li), "可以参保").unwrap();
    let mut tx = store.begin().await.unwrap();
    casework::save(&mut tx, &step, "t1-2", second(1)).await.unwrap();
    tx.commit().await.unwrap();
    abolish(&store, "hrss", Some("tax")).await;
    let gone = leaving(&store, day(24)).await.remove(0);
    let moved = follow(&store, "t1", &gone, "t1-3").await.unwrap().unwrap();
    assert_eq!((moved.unit.as_str(), moved.designated, moved.version), ("tax", true, 3));
    assert!(matches!(&moved.state, TicketState::Drafted { draft } if draft.text == "可以参保"));
    assert_eq!(follow(&store, "t1", &gone, "t1-4").await.unwrap(), None, "once is enough");
    let mut connection = store.read().await.unwrap();
    let event = casework::events(&mut connection, "t1").await.unwrap().pop().unwrap();
    assert_eq!((event.actor.as_str(), event.kind.as_str()), ("rule:directory", "moved"));
    assert_eq!(
        event.detail,
        serde_json::json!({ "from": "hrss", "to": "tax", "reason": "不再办公", "draft": "可以参保" })
    );
    assert!(casework::open_of_unit(&mut connection, "hrss", 9).await.unwrap().is_empty());
}

async fn without_a_successor_the_dispatcher_has_them_back(store: Store) {
    city(&store).await;
    file(&store, "t1").await;
    abolish(&store, "hrss", None).await;
    let gone = leaving(&store, day(24)).await.remove(0);
    let moved = follow(&store, "t1", &gone, "t1-2").await.unwrap().unwrap();
    assert!(matches!(&moved.state, TicketState::Returned { unit, reason } if unit == "hrss" && reason == "不再办公"));
    assert_eq!(follow(&store, "t1", &gone, "t1-3").await.unwrap(), None);
    assert_eq!(
        casework::find(&mut store.read().await.unwrap(), "t1").await.unwrap().unwrap().state.phase(),
        "returned"
    );
}

async fn a_ticket_that_two_move_moves_once(store: Store) {
    city(&store).await;
    file(&store, "t1").await;
    abolish(&store, "hrss", Some("tax")).await;
    let gone = leaving(&store, day(24)).await.remove(0);
    let race = |event: &'static str| {
        let (store, gone) = (store.clone(), gone.clone());
        tokio::spawn(async move { follow(&store, "t1", &gone, event).await })
    };
    let racers = [race("t1-a"), race("t1-b"), race("t1-c")];
    let mut moved = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(Some(_)) => moved += 1,
            Ok(None) | Err(StoreError::Conflict) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(moved, 1);
    let events = casework::events(&mut store.read().await.unwrap(), "t1").await.unwrap();
    assert_eq!(events.len(), 2);
}

async fn a_file_that_waits_is_taken_once_and_by_its_reader(store: Store) {
    let mut tx = store.begin().await.unwrap();
    units::keep_upload(&mut tx, "u1", "root", ("{}", "[]"), second(0)).await.unwrap();
    assert_eq!(units::take_upload(&mut tx, "u1", "anna").await.unwrap(), None);
    let taken = units::take_upload(&mut tx, "u1", "root").await.unwrap();
    assert_eq!(taken, Some(("{}".to_owned(), "[]".to_owned())));
    assert_eq!(units::take_upload(&mut tx, "u1", "root").await.unwrap(), None);
    tx.commit().await.unwrap();
}
