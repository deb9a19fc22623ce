//! Figures come from the rows of a day's work, each to the units that may see them.

use jiff::{Timestamp, civil::date};
use wenzheng::{
    calendar::Calendar,
    casework::{
        self, Actor, Clocks, Moment, NewTicket, Rating, Step, Ticket,
        statistics::{self, Found, Group, Period, Report, Scope, Tally, Tenths},
    },
    clock::instant_of,
    directory::{
        citizens,
        staff::{Role, StaffMember},
    },
    store::Store,
};

use super::{add_unit, person};

crate::both_stores!(
    a_days_work_is_told_in_figures,
    what_was_given_back_lies_with_the_dispatcher,
    a_reopened_ticket_counts_by_its_new_reply,
    answers_are_counted_by_the_day,
);

fn member(login: &str, unit: &str, role: Role) -> StaffMember {
    StaffMember { id: login.into(), login: login.into(), name: login.into(), unit: unit.into(), roles: [role].into() }
}

/// An instant by the city's clocks.
fn at(time: &str) -> Timestamp {
    instant_of(time.parse().unwrap())
}

async fn prepare(store: &Store) {
    for code in ["hrss", "tax", "office"] {
        add_unit(store, code).await;
    }
    let mut tx = store.begin().await.unwrap();
    citizens::at_address(&mut tx, &person("li"), ("c1", "zh-CN"), at("2026-11-23T09:00")).await.unwrap();
    tx.commit().await.unwrap();
}

async fn file(store: &Store, id: &str, unit: &str, time: &str) -> Ticket {
    let now = at(time);
    let new = NewTicket {
        id,
        citizen_id: "c1",
        reply_to: &person("li"),
        question: "渡船明年还开不开？",
        kind: None,
        unit,
        clocks: Clocks::start(&Calendar::embedded().unwrap(), wenzheng::clock::city_date(now), 1, 5),
        split_from: None,
        filed_by: "citizen",
        chosen_by: "bot",
    };
    let mut tx = store.begin().await.unwrap();
    let ticket = casework::file(&mut tx, new, &format!("{id}-filed"), now).await.unwrap();
    tx.commit().await.unwrap();
    ticket
}

/// Saves a step and gives the ticket as it is stored then.
async fn save(store: &Store, step: Step, time: &str) -> Ticket {
    let event = format!("{}-{}", step.ticket.id, step.ticket.version);
    let mut tx = store.begin().await.unwrap();
    casework::save(&mut tx, &step, &event, at(time)).await.unwrap();
    let ticket = casework::find(&mut tx, &step.ticket.id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    ticket
}

async fn reply(store: &Store, ticket: Ticket, time: &str) -> Ticket {
    let calendar = Calendar::embedded().unwrap();
    let (writer, reviewer) = (member("li", &ticket.unit, Role::Staff), member("wang", &ticket.unit, Role::Reviewer));
    // Words that look like the field must not be taken for it.
    let drafted = ticket.draft(Actor::Staff(&writer), "照常开。\"rating\":\"helped\"").unwrap();
    let drafted = save(store, drafted, time).await;
    let moment = Moment { at: at(time), calendar: &calendar };
    save(store, drafted.approve(Actor::Staff(&reviewer), &moment).unwrap(), time).await
}

async fn rate(store: &Store, ticket: Ticket, rating: Rating, time: &str) -> Ticket {
    save(store, ticket.rate(Actor::Citizen("c1"), rating).unwrap(), time).await
}

async fn report(store: &Store, scope: Scope<'_>, period: Period, today: &str) -> Report {
    let calendar = Calendar::embedded().unwrap();
    let mut connection = store.read().await.unwrap();
    statistics::report(&mut connection, scope, period, (&calendar, today.parse().unwrap())).await.unwrap()
}

async fn a_days_work_is_told_in_figures(store: Store) {
    prepare(&store).await;
    let monday = date(2026, 11, 23);
    // The first and the last minute of the day in the city, and the minute before and after it.
    file(&store, "t0", "hrss", "2026-11-22T23:59").await;
    let first = file(&store, "t1", "hrss", "2026-11-23T00:00").await;
    let second = file(&store, "t2", "hrss", "2026-11-23T10:00").await;
    file(&store, "t3", "tax", "2026-11-23T23:59").await;
    file(&store, "t4", "tax", "2026-11-24T00:00").await;
    let first = reply(&store, first, "2026-11-23T09:30").await;
    rate(&store, first, Rating::Helped, "2026-11-23T11:00").await;
    let second = reply(&store, second, "2026-11-23T10:30").await;
    rate(&store, second, Rating::NotHelped, "2026-11-23T11:00").await;

    let all = report(&store, Scope::All, Period::day(monday), "2026-12-03").await;
    assert_eq!((all.total.routed, all.total.replied, all.total.on_time), (3, 2, 2));
    assert_eq!((all.total.helped, all.total.not_helped), (1, 1));
    assert_eq!((all.total.open, all.total.overdue), (3, 3), "open is as of now, whatever the period");
    assert_eq!(all.total.median_hours(), Some(Tenths(50)));
    assert_eq!(all.total.median_working_days(), Some(Tenths(0)));
    assert_eq!(all.by_day.keys().copied().collect::<Vec<_>>(), [monday]);
    assert_eq!(all.by_unit["tax"].routed, 1);
    assert_eq!(all.by_channel["web"].routed, 3);

    let tax = report(&store, Scope::Unit("tax"), Period::day(monday), "2026-11-24").await;
    assert_eq!((tax.total.routed, tax.total.replied, tax.total.open, tax.total.overdue), (1, 0, 2, 0));
    assert_eq!(tax.by_unit.keys().collect::<Vec<_>>(), ["tax"], "a unit sees nobody else's figures");

    let mut connection = store.read().await.unwrap();
    let month = statistics::month(&mut connection, Period::month(monday)).await.unwrap();
    assert_eq!(month.routed, [("hrss".to_owned(), 3), ("tax".to_owned(), 2)]);
    assert_eq!(month.replied, [("hrss".to_owned(), 2)]);
    assert_eq!((month.on_time.part, month.on_time.whole), (2, 2));
}

async fn what_was_given_back_lies_with_the_dispatcher(store: Store) {
    prepare(&store).await;
    let ticket = file(&store, "t1", "hrss", "2026-11-23T10:00").await;
    let anna = member("anna", "hrss", Role::Staff);
    save(&store, ticket.give_back(Actor::Staff(&anna), "不归我们管").unwrap(), "2026-11-23T11:00").await;
    let day = Period::day(date(2026, 11, 23));
    let unit = report(&store, Scope::Unit("hrss"), day, "2026-11-23").await;
    assert_eq!((unit.total.routed, unit.total.open), (1, 0));
    let office = report(&store, Scope::Unit("office"), day, "2026-11-23").await;
    assert_eq!((office.total.routed, office.total.open), (0, 1));
}

async fn a_reopened_ticket_counts_by_its_new_reply(store: Store) {
    prepare(&store).await;
    let calendar = Calendar::embedded().unwrap();
    let ticket = file(&store, "t1", "hrss", "2026-11-23T10:00").await;
    let ticket = reply(&store, ticket, "2026-11-23T12:00").await;
    let ticket = rate(&store, ticket, Rating::NotHelped, "2026-11-24T09:00").await;
    let moment = Moment { at: at("2026-11-24T10:00"), calendar: &calendar };
    let ticket = save(&store, ticket.ask_again(Actor::Citizen("c1"), &moment).unwrap(), "2026-11-24T10:00").await;
    let week = Period::week(date(2026, 11, 23));
    let meanwhile = report(&store, Scope::All, week, "2026-11-24").await.total;
    assert_eq!((meanwhile.replied, meanwhile.not_helped, meanwhile.reopened, meanwhile.open), (0, 0, 1, 1));
    // Far too late.
    reply(&store, ticket, "2026-12-14T10:00").await;
    let later = report(&store, Scope::All, Period::month(date(2026, 12, 1)), "2026-12-14").await.total;
    assert_eq!((later.replied, later.on_time, later.reopened, later.open), (1, 0, 0, 0));
}

async fn answers_are_counted_by_the_day(store: Store) {
    prepare(&store).await;
    let tally = |day: i8, found, unit: &str| Tally {
        day: date(2026, 11, day),
        found,
        group: Group { unit: unit.into(), kind: "inquiry".into(), channel: "web".into() },
    };
    let tallies = vec![
        tally(23, Found::Outright, "tax"),
        tally(23, Found::Outright, "hrss"),
        tally(23, Found::Outright, "hrss"),
        tally(23, Found::Chosen, "hrss"),
        tally(24, Found::Outright, "hrss"),
    ];
    let mut tx = store.begin().await.unwrap();
    statistics::add(&mut tx, tallies.clone()).await.unwrap();
    tx.commit().await.unwrap();
    // What is rolled back wasn't counted.
    let mut lost = store.begin().await.unwrap();
    statistics::add(&mut lost, tallies).await.unwrap();
    drop(lost);
    let day = report(&store, Scope::All, Period::day(date(2026, 11, 23)), "2026-11-24").await;
    assert_eq!((day.total.answered, day.total.chosen, day.total.received()), (3, 1, 4));
    assert_eq!((day.by_unit["hrss"].answered, day.by_kind["inquiry"].received()), (2, 4));
    let own = report(&store, Scope::Unit("hrss"), Period::week(date(2026, 11, 23)), "2026-11-24").await;
    assert_eq!((own.total.answered, own.total.chosen), (3, 1));
}
