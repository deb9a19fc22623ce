//! Notes, presence and notices as rows.

use jiff::SignedDuration;
use wenzheng::{
    calendar::Calendar,
    casework::{
        self, Clocks, NewTicket, Ticket, journal,
        notes::{self, Body, Desk, NewNote, Readers},
        notices::{self, Audience, Matter},
        presence::{self, Present, Sign},
    },
    directory::{
        citizens,
        staff::{Role, StaffMember},
    },
    store::Store,
};

use super::{add_unit, person, second};
use crate::support::{TestClock, ids};

crate::both_stores!(
    notes_are_read_struck_out_and_erased,
    a_form_brings_one_note,
    notes_follow_their_people,
    presence_ends_by_itself,
    notices_are_counted_as_listed,
    events_concern_units,
);

fn member(login: &str, unit: &str, roles: &[Role]) -> StaffMember {
    let roles = roles.iter().copied().collect();
    StaffMember { id: login.into(), login: login.into(), name: login.into(), unit: unit.into(), roles }
}

async fn prepare(store: &Store) -> Ticket {
    add_unit(store, "hrss").await;
    add_unit(store, "tax").await;
    let mut tx = store.begin().await.unwrap();
    citizens::at_address(&mut tx, &person("li"), ("c1", "zh-CN"), second(0)).await.unwrap();
    let day = jiff::civil::date(2026, 11, 23);
    let new = NewTicket {
        id: "t1",
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
    let ticket = casework::file(&mut tx, new, "t1-filed", second(0)).await.unwrap();
    tx.commit().await.unwrap();
    ticket
}

async fn note(store: &Store, id: &str, author: &str, readers: &Readers) -> bool {
    let mut tx = store.begin().await.unwrap();
    let note = NewNote { id, ticket: "t1", author, readers, text: "东街5号", form: id };
    let written = notes::write(&mut tx, &note, second(1)).await.unwrap();
    tx.commit().await.unwrap();
    written
}

async fn read(store: &Store, ticket: &Ticket, member: &StaffMember) -> Vec<(String, Body)> {
    let mut connection = store.read().await.unwrap();
    let notes = notes::of_ticket(&mut connection, ticket, member).await.unwrap();
    notes.into_iter().map(|note| (note.id, note.body)).collect()
}

fn hrss(dispatch_too: bool) -> Readers {
    Readers { desk: Desk::Unit("hrss".into()), dispatch_too }
}

async fn notes_are_read_struck_out_and_erased(store: Store) {
    let ticket = prepare(&store).await;
    let (anna, dora) = (member("anna", "hrss", &[Role::Staff]), member("dora", "tax", &[Role::Dispatcher]));
    let dispatch = Readers { desk: Desk::Dispatch, dispatch_too: false };
    for (id, author, readers) in
        [("n1", "anna", hrss(false)), ("n2", "anna", hrss(true)), ("n3", "dora", dispatch), ("n4", "anna", hrss(false))]
    {
        assert!(note(&store, id, author, &readers).await);
    }
    let words = || Body::Words("东街5号".into());
    assert_eq!(read(&store, &ticket, &dora).await, [("n2".into(), words()), ("n3".into(), words())]);
    let mut tx = store.begin().await.unwrap();
    assert!(!notes::strike(&mut tx, ("t1", "n1"), "ben", second(2)).await.unwrap(), "somebody else's");
    assert!(!notes::strike(&mut tx, ("t2", "n1"), "anna", second(2)).await.unwrap(), "another ticket's");
    assert!(notes::strike(&mut tx, ("t1", "n1"), "anna", second(2)).await.unwrap());
    assert!(!notes::strike(&mut tx, ("t1", "n1"), "anna", second(3)).await.unwrap(), "gone already");
    tx.commit().await.unwrap();
    let expected = [("n1".into(), Body::StruckOut { at: second(2) }), ("n2".into(), words()), ("n4".into(), words())];
    assert_eq!(read(&store, &ticket, &anna).await, expected);

    let clock = TestClock::default();
    let mut tx = store.begin().await.unwrap();
    casework::forget(&mut tx, &ids(&clock), "c1", second(9)).await.unwrap();
    tx.commit().await.unwrap();
    let bodies = |read: Vec<(String, Body)>| read.into_iter().all(|(_, body)| body == Body::Erased { at: second(9) });
    let ticket = casework::find(&mut store.read().await.unwrap(), "t1").await.unwrap().unwrap();
    assert!(bodies(read(&store, &ticket, &anna).await) && bodies(read(&store, &ticket, &dora).await));
    let mut tx = store.begin().await.unwrap();
    assert!(!notes::strike(&mut tx, ("t1", "n4"), "anna", second(10)).await.unwrap());
}

async fn a_form_brings_one_note(store: Store) {
    let ticket = prepare(&store).await;
    assert!(note(&store, "n1", "anna", &hrss(false)).await);
    let mut tx = store.begin().await.unwrap();
    let twice = NewNote { id: "n2", ticket: "t1", author: "anna", readers: &hrss(false), text: "二", form: "n1" };
    assert!(!notes::write(&mut tx, &twice, second(2)).await.unwrap());
    // Somebody else's form may bear the same name.
    assert!(notes::write(&mut tx, &NewNote { author: "ben", ..twice }, second(2)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(read(&store, &ticket, &member("anna", "hrss", &[Role::Staff])).await.len(), 2);
}

async fn notes_follow_their_people(store: Store) {
    let ticket = prepare(&store).await;
    note(&store, "n1", "anna", &hrss(false)).await;
    let mut tx = store.begin().await.unwrap();
    notes::move_all(&mut tx, "hrss", "tax").await.unwrap();
    tx.commit().await.unwrap();
    let anna = member("anna", "tax", &[Role::Staff]);
    assert_eq!(read(&store, &ticket, &anna).await, [], "the ticket is still where it was");
    let moved = Ticket { unit: "tax".into(), ..ticket };
    assert_eq!(read(&store, &moved, &anna).await.len(), 1);
}

async fn presence_ends_by_itself(store: Store) {
    prepare(&store).await;
    let touch = async |login: &str, sign: Sign, at: i64| {
        let mut tx = store.begin().await.unwrap();
        presence::touch(&mut tx, "t1", login, sign, second(at)).await.unwrap();
        tx.commit().await.unwrap();
    };
    let others = async |login: &str, at: i64| {
        presence::others(&mut store.read().await.unwrap(), "t1", login, second(at)).await.unwrap()
    };
    let present = |login: &str, since: i64, edits| Present { login: login.into(), since: second(since), edits };
    touch("ben", Sign::Opened, 0).await;
    touch("anna", Sign::Opened, 10).await;
    assert_eq!(others("anna", 10).await, [present("ben", 0, false)]);
    assert_eq!(others("", 179).await.len(), 2);
    assert_eq!(others("", 180).await, [present("anna", 10, false)]);
    // An open stream says so again and again, typing too; since when stays.
    touch("anna", Sign::Typing, 20).await;
    touch("anna", Sign::Watching, 40).await;
    assert_eq!(others("ben", 99).await, [present("anna", 10, true)]);
    touch("anna", Sign::Watching, 99).await;
    assert_eq!(others("ben", 110).await, [present("anna", 10, false)], "still there, but typing no more");
    assert_eq!(others("ben", 99 + SignedDuration::from_mins(1).as_secs()).await, []);
    touch("anna", Sign::Opened, 500).await;
    assert_eq!(others("ben", 501).await, [present("anna", 500, false)], "come back");
}

async fn notices_are_counted_as_listed(store: Store) {
    prepare(&store).await;
    let anna = member("anna", "hrss", &[Role::Staff]);
    let mut tx = store.begin().await.unwrap();
    let to_anna = Audience::Member("anna".into());
    notices::post(&mut tx, "u1", (&to_anna, Matter::Mentioned), "t1", second(1)).await.unwrap();
    notices::post(&mut tx, "u2", (&Audience::Dispatchers, Matter::Returned), "t1", second(1)).await.unwrap();
    notices::post(&mut tx, "u3", (&Audience::Reviewers("hrss".into()), Matter::ToApprove), "t1", second(1))
        .await
        .unwrap();
    // The one that filing wrote, and the mention.
    assert_eq!(notices::count(&mut tx, &anna, 50).await.unwrap(), 2);
    assert_eq!(notices::count(&mut tx, &anna, 1).await.unwrap(), 1);
    let listed = notices::list(&mut tx, &anna, 50).await.unwrap();
    assert_eq!(listed.iter().map(|notice| notice.matter).collect::<Vec<_>>(), [Matter::Mentioned, Matter::Came]);
    notices::mark_read(&mut tx, &anna, "t1-filed").await.unwrap();
    assert_eq!(notices::count(&mut tx, &anna, 50).await.unwrap(), 1);
    notices::mark_read(&mut tx, &anna, "u1").await.unwrap();
    assert_eq!(notices::count(&mut tx, &anna, 50).await.unwrap(), 0);
    let reviewer = member("ben", "hrss", &[Role::Reviewer, Role::Dispatcher]);
    assert_eq!(notices::count(&mut tx, &reviewer, 50).await.unwrap(), 3);
}

async fn events_concern_units(store: Store) {
    prepare(&store).await;
    let mut connection = store.read().await.unwrap();
    let mut concern =
        async |events: &[&str], unit: &str, all| journal::concern(&mut connection, events, unit, all).await.unwrap();
    assert!(concern(&["none", "t1-filed"], "hrss", false).await);
    assert!(!concern(&["t1-filed"], "tax", false).await);
    assert!(concern(&["t1-filed"], "tax", true).await);
    assert!(!concern(&[], "tax", true).await);
}
