//! Tickets are numbered by day, saved by one of two writers, and keep every step.

use wenzheng::{
    calendar::Calendar,
    casework::{
        self, Actor, Clocks, Ground, Grounds, Listing, Moment, NewTicket, Proposal, Rating, Scope, State, Ticket, View,
    },
    directory::{
        citizens,
        staff::{Role, StaffMember},
    },
    matching::{Explanation, Nearest, Reason, Spoken, Verdict, Wording},
    store::{Connection, Store, StoreError, full_text, marks},
};

use super::{RACERS, add_unit, person, second};
use crate::support::{TestClock, ids};

crate::both_stores!(
    a_ticket_comes_back_as_it_was_filed,
    numbers_count_up_without_doubles,
    the_second_of_two_writers_is_refused,
    every_step_is_kept,
    lists_show_each_what_is_theirs,
    grounds_are_kept_and_go_with_the_words,
    words_are_found_where_they_stand,
    a_word_that_stands_everywhere_is_found_in_the_order_of_the_list,
    what_is_older_than_the_search_is_made_ready_once,
    units_that_cooperate_are_kept_as_they_change,
);

pub(super) fn member(login: &str, unit: &str, role: Role) -> StaffMember {
    StaffMember { id: login.into(), login: login.into(), name: login.into(), unit: unit.into(), roles: [role].into() }
}

pub(super) async fn prepare(store: &Store) {
    add_unit(store, "hrss").await;
    add_unit(store, "tax").await;
    let mut tx = store.begin().await.unwrap();
    citizens::at_address(&mut tx, &person("li"), ("c1", "zh-CN"), second(0)).await.unwrap();
    tx.commit().await.unwrap();
}

pub(super) async fn file(store: &Store, id: &str, unit: &str) -> Ticket {
    let mut tx = store.begin().await.unwrap();
    let ticket = file_in(&mut tx, id, unit).await;
    tx.commit().await.unwrap();
    ticket
}

async fn file_in(connection: &mut Connection, id: &str, unit: &str) -> Ticket {
    let day = jiff::civil::date(2026, 11, 23);
    let new = NewTicket {
        id,
        citizen_id: "c1",
        reply_to: &person("li"),
        question: "灵活就业人员怎么参保？",
        kind: None,
        unit,
        clocks: Clocks::start(&Calendar::embedded().unwrap(), day, 1, casework::REPLY_WORKING_DAYS),
        split_from: None,
        filed_by: "citizen",
        chosen_by: "bot",
    };
    casework::file(connection, new, &format!("{id}-filed"), second(0)).await.unwrap()
}

/// An instant with the working days of the program.
pub(super) fn moment(calendar: &Calendar, nth: i64) -> Moment<'_> {
    Moment { at: second(nth), calendar }
}

pub(super) async fn find(store: &Store, id: &str) -> Ticket {
    casework::find(&mut store.read().await.unwrap(), id).await.unwrap().unwrap()
}

pub(super) async fn save(store: &Store, step: &casework::Step, event: &str) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    casework::save(&mut tx, step, event, second(1)).await?;
    tx.commit().await
}

async fn a_ticket_comes_back_as_it_was_filed(store: Store) {
    prepare(&store).await;
    let filed = file(&store, "t1", "hrss").await;
    assert_eq!(filed.number, "Z20261118-0001");
    assert_eq!(find(&store, "t1").await, filed);
    let mut connection = store.read().await.unwrap();
    assert_eq!(casework::find_by_number(&mut connection, "Z20261118-0001").await.unwrap(), Some(filed));
    assert_eq!(casework::find_by_number(&mut connection, "Z20261118-0002").await.unwrap(), None);
}

async fn numbers_count_up_without_doubles(store: Store) {
    prepare(&store).await;
    let tasks: Vec<_> = (0..RACERS)
        .map(|racer| {
            let store = store.clone();
            tokio::spawn(async move { file(&store, &format!("t{racer}"), "hrss").await.number })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.push(task.await.unwrap());
    }
    numbers.sort();
    assert_eq!(numbers, (1..=RACERS).map(|count| format!("Z20261118-{count:04}")).collect::<Vec<_>>());
}

async fn the_second_of_two_writers_is_refused(store: Store) {
    prepare(&store).await;
    let ticket = file(&store, "t1", "hrss").await;
    let (li, wang) = (member("li", "hrss", Role::Staff), member("wang", "hrss", Role::Staff));
    let first = ticket.clone().claim(Actor::Staff(&li)).unwrap();
    let late = ticket.claim(Actor::Staff(&wang)).unwrap();
    save(&store, &first, "e1").await.unwrap();
    assert!(matches!(save(&store, &late, "e2").await, Err(StoreError::Conflict)));

    let now = find(&store, "t1").await;
    assert_eq!((now.state, now.version), (State::Claimed { by: "li".into() }, 2));
    let events = casework::events(&mut store.read().await.unwrap(), "t1").await.unwrap();
    assert_eq!(events.len(), 2, "the refused step left no event");
}

async fn every_step_is_kept(store: Store) {
    let calendar = Calendar::embedded().unwrap();
    prepare(&store).await;
    file(&store, "t1", "hrss").await;
    let (li, wang) = (member("li", "hrss", Role::Staff), member("wang", "hrss", Role::Reviewer));
    let step = find(&store, "t1").await.draft(Actor::Staff(&li), "可以在户籍地参保。").unwrap();
    save(&store, &step, "u1").await.unwrap();
    let step = find(&store, "t1").await.approve(Actor::Staff(&wang), &moment(&calendar, 2)).unwrap();
    save(&store, &step, "u2").await.unwrap();
    let step = find(&store, "t1").await.rate(Actor::Citizen("c1"), Rating::Helped).unwrap();
    save(&store, &step, "u3").await.unwrap();

    let rated = find(&store, "t1").await;
    assert!(
        matches!(&rated.state, State::Rated { reply, rating: Rating::Helped, .. } if reply.approved_by == "wang"),
        "{rated:?}"
    );
    let events = casework::events(&mut store.read().await.unwrap(), "t1").await.unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.actor.as_str(), event.kind.as_str())).collect();
    assert_eq!(told, [("citizen", "filed"), ("staff:li", "drafted"), ("staff:wang", "approved"), ("citizen", "rated")]);
}

async fn lists_show_each_what_is_theirs(store: Store) {
    prepare(&store).await;
    for (id, unit) in [("t1", "hrss"), ("t2", "tax"), ("t3", "hrss"), ("t4", "hrss")] {
        file(&store, id, unit).await;
    }
    let li = member("li", "hrss", Role::Staff);
    let returned = find(&store, "t3").await.give_back(Actor::Staff(&li), "不属于我局职责").unwrap();
    save(&store, &returned, "u1").await.unwrap();
    let withdrawn = find(&store, "t4").await.withdraw(Actor::Citizen("c1")).unwrap();
    save(&store, &withdrawn, "u2").await.unwrap();

    let mut connection = store.read().await.unwrap();
    let today = jiff::civil::date(2026, 12, 24);
    let own = Scope { unit: "hrss", login: "li", everywhere: false, today };
    let listing = |view, everywhere| Listing {
        view,
        scope: Scope { everywhere, ..own },
        unit: None,
        kind: None,
        channel: None,
        search: "",
    };
    for (view, everywhere, expected) in [
        (View::Open, false, vec!["t1"]),
        (View::ToAccept, false, vec!["t1"]),
        (View::ToAccept, true, vec!["t1", "t2"]),
        (View::Mine, false, vec![]),
        (View::Overdue, false, vec!["t1", "t3"]),
        (View::Overdue, true, vec!["t1", "t2", "t3"]),
        (View::Closed, false, vec!["t4"]),
        (View::Returned, true, vec!["t3"]),
        (View::All, true, vec!["t1", "t2", "t3"]),
        // Without the dispatcher's role even these are the unit's own.
        (View::All, false, vec!["t1", "t3"]),
    ] {
        let tickets = casework::list(&mut connection, &listing(view, everywhere), (10, 0)).await.unwrap();
        assert_eq!(tickets.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), expected, "{view:?} {everywhere}");
        let counts = casework::counts(&mut connection, &Scope { everywhere, ..own }, &[view]).await.unwrap();
        let counted = (view != View::Closed).then_some(i64::try_from(expected.len()).unwrap());
        assert_eq!(counts.of(view), counted, "{view:?} {everywhere}");
    }
    let all = listing(View::All, true);
    assert_eq!(casework::list(&mut connection, &all, (1, 2)).await.unwrap()[0].id, "t3");
    for (search, unit, found) in [
        ("参保", None, 3),
        ("灵活 参保", None, 3),
        ("灵活 公积金", None, 0),
        ("%", None, 0),
        ("_", None, 0),
        ("Z20", None, 3),
        ("20261118-0002", None, 1),
        ("", Some("tax"), 1),
        ("参保", Some("hrss"), 2),
    ] {
        let listing = Listing { search, unit, ..all };
        let tickets = casework::list(&mut connection, &listing, (10, 0)).await.unwrap();
        assert_eq!(tickets.len(), found, "{search} {unit:?}");
    }
    let number = find(&store, "t2").await.number;
    let listing = Listing { search: &number, ..all };
    assert_eq!(casework::list(&mut connection, &listing, (10, 0)).await.unwrap()[0].id, "t2");
    assert_eq!(casework::channels(&mut connection).await.unwrap(), [person("li").channel]);
    assert_eq!(casework::of_citizen(&mut connection, "c1", 2).await.unwrap()[0].id, "t4");
}

async fn grounds_are_kept_and_go_with_the_words(store: Store) {
    prepare(&store).await;
    let ticket = file(&store, "t1", "hrss").await;
    assert_eq!(casework::grounds(&mut store.read().await.unwrap(), "t1").await.unwrap(), None);
    let explanation = Explanation {
        verdict: Verdict::Route,
        probability: 0.05,
        answer_from: 0.75,
        choose_from: 0.1,
        lead: Some(2.0),
        nearest: vec![Nearest {
            document: "d".into(),
            title: "参保指南".into(),
            heading: String::new(),
            in_force: true,
            holds: vec!["参保".into()],
            lacks: vec!["灵活就业".into()],
            wording: Some(Wording { text: "怎么参保".into(), likeness: 0.5 }),
            reasons: vec![Spoken { reason: Reason::Missing, effect: -1.5 }],
        }],
    };
    let proposals =
        [Proposal { unit: "hrss".into(), probability: 0.6, grounds: vec![Ground::Named("人社局".into())] }];
    let grounds = Grounds::new(explanation, &proposals);
    let mut tx = store.begin().await.unwrap();
    casework::keep_grounds(&mut tx, &ticket.id, &grounds).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(casework::grounds(&mut store.read().await.unwrap(), "t1").await.unwrap(), Some(grounds));
    // The ticket itself didn't change: whoever works on it isn't refused.
    assert_eq!(find(&store, "t1").await, ticket);

    let clock = wenzheng::clock::SystemClock;
    let ids = wenzheng::id::Ids::new(std::sync::Arc::new(clock), std::sync::Arc::new(wenzheng::id::SystemEntropy));
    let mut tx = store.begin().await.unwrap();
    casework::forget(&mut tx, &ids, "c1", second(3)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(casework::grounds(&mut store.read().await.unwrap(), "t1").await.unwrap(), None);
}

/// The ids of a unit's tickets in which a search finds its words, whether they are open or not.
async fn found(store: &Store, unit: &str, search: &str) -> Vec<String> {
    let mut connection = store.read().await.unwrap();
    let scope = Scope { unit, login: "li", everywhere: false, today: jiff::civil::date(2026, 11, 23) };
    let mut ids = Vec::new();
    for view in [View::Open, View::Closed] {
        let listing = Listing { view, scope, unit: None, kind: None, channel: None, search };
        let tickets = casework::list(&mut connection, &listing, (10, 0)).await.unwrap();
        ids.extend(tickets.into_iter().map(|ticket| ticket.id));
    }
    ids
}

async fn words_are_found_where_they_stand(store: Store) {
    let calendar = Calendar::embedded().unwrap();
    prepare(&store).await;
    file(&store, "t1", "hrss").await;
    file(&store, "t2", "tax").await;
    let (li, wang) = (member("li", "hrss", Role::Staff), member("wang", "hrss", Role::Reviewer));
    let claimed = find(&store, "t1").await.claim(Actor::Staff(&li)).unwrap();
    save(&store, &claimed, "u0").await.unwrap();
    let asked = find(&store, "t1").await.ask_citizen(Actor::Staff(&li), "請問戶口在哪個區", &moment(&calendar, 1));
    let asked = asked.unwrap();
    save(&store, &asked, "u1").await.unwrap();
    let answered =
        find(&store, "t1").await.answer_back(Actor::Citizen("c1"), "在青石县，WiFi名ABC-12", &moment(&calendar, 2));
    let answered = answered.unwrap();
    save(&store, &answered, "u2").await.unwrap();
    for (search, expected) in [
        ("灵活就业", true),
        ("活就业人", true),
        ("员", true),
        ("參保", true),
        ("就业，灵活", true),
        ("户口", true),
        ("ｗｉｆｉ", true),
        ("abc 青石县", true),
        ("wif", true),
        ("县wifi名abc", true),
        ("灵活人员", false),
        ("就业灵", false),
        ("ifi", false),
        ("保请", false),
        ("可以", false),
        ("\" OR t1 --", false),
        ("' | '参保", true),
        ("参保*", true),
        ("NOT", false),
        ("，", false),
    ] {
        let expected: &[&str] = if expected { &["t1"] } else { &[] };
        assert_eq!(found(&store, "hrss", search).await, expected, "{search}");
    }
    assert_eq!(found(&store, "tax", "青石").await, [] as [&str; 0], "another unit's words");
    assert_eq!(found(&store, "tax", "参保").await, ["t2"]);

    let drafted = find(&store, "t1").await.draft(Actor::Staff(&li), "可以在户籍地办。").unwrap();
    save(&store, &drafted, "u3").await.unwrap();
    assert_eq!(found(&store, "hrss", "可以").await, [] as [&str; 0], "what isn't said isn't found");
    let approved = find(&store, "t1").await.approve(Actor::Staff(&wang), &moment(&calendar, 3)).unwrap();
    save(&store, &approved, "u4").await.unwrap();
    assert_eq!(found(&store, "hrss", "户籍地").await, ["t1"]);

    // A step that is rolled back changes nothing, and what was erased isn't found any more.
    let ids = ids(&TestClock::at("2026-11-23T10:00:00+08:00"));
    let mut lost = store.begin().await.unwrap();
    casework::forget(&mut lost, &ids, "c1", second(4)).await.unwrap();
    drop(lost);
    assert_eq!(found(&store, "hrss", "青石").await, ["t1"]);
    let mut tx = store.begin().await.unwrap();
    casework::forget(&mut tx, &ids, "c1", second(4)).await.unwrap();
    tx.commit().await.unwrap();
    for search in ["青石", "参保", "wifi"] {
        assert_eq!(found(&store, "hrss", search).await, [] as [&str; 0], "{search}");
    }
    assert_eq!(found(&store, "hrss", "户籍地").await, ["t1"], "what the office wrote stays");
    assert_eq!(found(&store, "hrss", "z20261118-0001").await, ["t1"]);
}

/// More hits than are gone through one by one.
async fn a_word_that_stands_everywhere_is_found_in_the_order_of_the_list(store: Store) {
    prepare(&store).await;
    let mut tx = store.begin().await.unwrap();
    for nth in 0..1_010 {
        file_in(&mut tx, &format!("t{nth:04}"), if nth % 100 == 7 { "tax" } else { "hrss" }).await;
    }
    tx.commit().await.unwrap();
    let own: Vec<String> = (0..11).filter(|nth| *nth != 7).map(|nth| format!("t{nth:04}")).collect();
    assert_eq!(found(&store, "hrss", "参保").await, own, "a page, the earliest first");
    let others: Vec<String> = (0..10).map(|nth| format!("t0{nth}07")).collect();
    assert_eq!(found(&store, "tax", "灵活就业").await, others);
}

async fn what_is_older_than_the_search_is_made_ready_once(store: Store) {
    prepare(&store).await;
    for nth in 0..130 {
        file(&store, &format!("t{nth:03}"), "hrss").await;
    }
    let mut tx = store.begin().await.unwrap();
    full_text::clear(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(&store, "hrss", "参保").await.len(), 0);
    assert!(casework::fill(&store).await.unwrap(), "a portion, and the place is kept");
    // What was written meanwhile stays.
    let withdrawn = find(&store, "t129").await.withdraw(Actor::Citizen("c1")).unwrap();
    save(&store, &withdrawn, "u1").await.unwrap();
    let mut portions = 1;
    while casework::fill(&store).await.unwrap() {
        portions += 1;
    }
    assert_eq!(portions, 2);
    assert_eq!(found(&store, "hrss", "z20261118-0130").await, ["t129"]);
    assert_eq!(found(&store, "hrss", "z20261118-0001").await, ["t000"]);
    assert!(!casework::fill(&store).await.unwrap(), "it is done once");
    // Another rule of cutting makes all anew.
    let mut tx = store.begin().await.unwrap();
    marks::set(&mut tx, "full_text", "0:~").await.unwrap();
    tx.commit().await.unwrap();
    assert!(casework::fill(&store).await.unwrap());
    assert_eq!(found(&store, "hrss", "z20261118-0001").await, ["t000"]);
    assert_eq!(found(&store, "hrss", "z20261118-0130").await, [] as [&str; 0], "not yet");
}

async fn units_that_cooperate_are_kept_as_they_change(store: Store) {
    let calendar = Calendar::embedded().unwrap();
    prepare(&store).await;
    add_unit(&store, "civil").await;
    file(&store, "t1", "hrss").await;
    let li = member("li", "hrss", Role::Staff);
    let parts = async |unit: &str| {
        let scope = Scope { unit, login: "x", everywhere: false, today: jiff::civil::date(2026, 11, 23) };
        let listing = Listing { view: View::OurParts, scope, unit: None, kind: None, channel: None, search: "" };
        casework::list(&mut store.read().await.unwrap(), &listing, (10, 0)).await.unwrap().len()
    };
    for (nth, unit) in ["tax", "civil"].into_iter().enumerate() {
        let step = find(&store, "t1").await.involve(Actor::Staff(&li), unit, &moment(&calendar, 1)).unwrap();
        save(&store, &step, &format!("u{nth}")).await.unwrap();
    }
    let claimed = find(&store, "t1").await.claim(Actor::Staff(&li)).unwrap();
    save(&store, &claimed, "u3").await.unwrap();
    assert_eq!((parts("tax").await, parts("civil").await), (1, 1));
    let released = find(&store, "t1").await.release_part(Actor::Staff(&li), "tax", "不需要了").unwrap();
    save(&store, &released, "u4").await.unwrap();
    assert_eq!((parts("tax").await, parts("civil").await), (0, 1));
}
