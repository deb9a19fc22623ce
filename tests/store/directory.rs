//! Staff log in with the right password, are locked out after wrong ones, and their sessions end.

use jiff::SignedDuration;
use wenzheng::{
    clock::Clock as _,
    directory::{
        citizens,
        staff::{self, LOCK_OUT, LogIn, MAX_FAILURES, PasswordHash, Role, SESSION, StaffMember},
    },
    id::Ids,
    store::Store,
};

use super::{add_unit, person, second};
use crate::support::{TestClock, TestEntropy, ids};

const PASSWORD: &str = "a long enough password";

crate::both_stores!(
    the_right_password_opens_a_session,
    a_session_ends_by_itself_and_by_logging_out,
    a_new_password_ends_sessions_and_locks,
    wrong_passwords_lock_the_account_for_a_while,
    a_citizen_is_known_by_address,
);

/// A store with one member of staff, and what logging in needs.
struct Office {
    store: Store,
    clock: TestClock,
    ids: Ids,
}

impl Office {
    async fn with_li(store: Store) -> Self {
        let clock = TestClock::default();
        add_unit(&store, "hrss").await;
        let mut tx = store.begin().await.unwrap();
        staff::add(&mut tx, &li(), &hash(PASSWORD), clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        Self { store, ids: ids(&clock), clock }
    }

    async fn log_in(&self, login: &str, password: &str) -> LogIn {
        staff::log_in(&self.store, (&self.clock, &self.ids), login, password.to_owned().into()).await.unwrap()
    }

    async fn open(&self, password: &str) -> String {
        match self.log_in("li", password).await {
            LogIn::Open { token } => token,
            other => panic!("{other:?}"),
        }
    }

    async fn whose(&self, token: &str) -> Option<StaffMember> {
        let mut connection = self.store.read().await.unwrap();
        let session = staff::find_by_session(&mut connection, token, self.clock.now()).await.unwrap();
        session.map(|session| session.member)
    }
}

fn li() -> StaffMember {
    StaffMember {
        id: "staff-1".into(),
        login: "li".into(),
        name: "李敏".into(),
        unit: "hrss".into(),
        roles: [Role::Staff, Role::Reviewer].into(),
    }
}

fn hash(password: &str) -> PasswordHash {
    PasswordHash::of(&password.to_owned().into(), &TestEntropy::seeded(2)).unwrap()
}

async fn the_right_password_opens_a_session(store: Store) {
    let office = Office::with_li(store).await;
    assert!(matches!(office.log_in("li", "another password").await, LogIn::Refused));
    assert!(matches!(office.log_in("nobody", PASSWORD).await, LogIn::Refused));
    let token = office.open(PASSWORD).await;
    assert_eq!(office.whose(&token).await, Some(li()));
    assert_eq!(office.whose("guessed").await, None);
    assert_eq!(staff::all(&mut office.store.read().await.unwrap()).await.unwrap(), [li()]);
}

async fn a_session_ends_by_itself_and_by_logging_out(store: Store) {
    let office = Office::with_li(store).await;
    let first = office.open(PASSWORD).await;
    office.clock.advance(SESSION - SignedDuration::from_millis(1));
    assert!(office.whose(&first).await.is_some());
    office.clock.advance(SignedDuration::from_millis(1));
    assert!(office.whose(&first).await.is_none());

    let second = office.open(PASSWORD).await;
    let mut tx = office.store.begin().await.unwrap();
    staff::log_out(&mut tx, &second).await.unwrap();
    tx.commit().await.unwrap();
    assert!(office.whose(&second).await.is_none());
}

async fn a_new_password_ends_sessions_and_locks(store: Store) {
    let office = Office::with_li(store).await;
    let token = office.open(PASSWORD).await;
    for _ in 0..MAX_FAILURES {
        office.log_in("li", "another password").await;
    }
    let mut tx = office.store.begin().await.unwrap();
    staff::set_password(&mut tx, "li", &hash("quite a new password")).await.unwrap();
    assert!(staff::set_password(&mut tx, "nobody", &hash(PASSWORD)).await.is_err());
    tx.commit().await.unwrap();
    assert!(office.whose(&token).await.is_none());
    assert!(matches!(office.log_in("li", PASSWORD).await, LogIn::Refused));
    office.open("quite a new password").await;
}

async fn wrong_passwords_lock_the_account_for_a_while(store: Store) {
    let office = Office::with_li(store).await;
    for _ in 1..MAX_FAILURES {
        assert!(matches!(office.log_in("li", "another password").await, LogIn::Refused));
    }
    let unlocked_at = office.clock.now() + LOCK_OUT;
    let last = office.log_in("li", "another password").await;
    assert!(matches!(last, LogIn::Locked { until } if until == unlocked_at), "{last:?}");
    // Not even the right password opens it before the time.
    office.clock.advance(LOCK_OUT - SignedDuration::from_millis(1));
    assert!(matches!(office.log_in("li", PASSWORD).await, LogIn::Locked { .. }));
    office.clock.advance(SignedDuration::from_millis(1));
    office.open(PASSWORD).await;
}

async fn a_citizen_is_known_by_address(store: Store) {
    let mut tx = store.begin().await.unwrap();
    let first = citizens::at_address(&mut tx, &person("li"), ("c1", "zh-CN"), second(0)).await.unwrap();
    citizens::set_locale(&mut tx, "c1", "en").await.unwrap();
    let again = citizens::at_address(&mut tx, &person("li"), ("c2", "zh-CN"), second(1)).await.unwrap();
    let other = citizens::at_address(&mut tx, &person("wang"), ("c3", "zh-CN"), second(2)).await.unwrap();
    tx.commit().await.unwrap();
    let seen: Vec<_> = [&first, &again, &other].map(|one| (one.id.as_str(), one.locale.as_str())).into();
    assert_eq!(seen, [("c1", "zh-CN"), ("c1", "en"), ("c3", "zh-CN")]);
}
