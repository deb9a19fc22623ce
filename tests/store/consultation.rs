//! Opinions get a receipt, keep their earlier versions, and are taken until the last day.

use jiff::civil::{Date, date};
use wenzheng::{
    consultation::{
        self, Basis, Consultation, Draft, DraftAdoption, DraftOpinion, Given, Opinion, OpinionPhase, OpinionRefusal,
        Outcome, Phase, Stance, Tally,
    },
    directory::citizens,
    id::Ids,
    store::{Store, StoreError},
};

use super::{add_unit, person, second};
use crate::support::{TestClock, ids};

const TODAY: Date = date(2026, 11, 23);

crate::both_stores!(
    an_opinion_is_found_by_its_receipt,
    a_changed_opinion_keeps_what_it_said_before,
    the_second_of_two_changes_is_refused,
    opinions_are_taken_from_the_first_to_the_last_day,
    a_withdrawn_opinion_no_longer_counts,
    a_known_consultation_is_not_imported_again,
);

fn draft() -> Draft {
    Draft {
        id: "park".into(),
        title: "公园管理办法".into(),
        unit: "urban".into(),
        basis: Basis::Major,
        phase: Phase::Announced,
        opens_in_days: 0,
        closes_in_days: 30,
        short_reason: String::new(),
        contact: "公园处".into(),
        explanation: "说明".into(),
        clauses: vec![("开放时间".into(), "六时至二十二时。".into()), ("宠物".into(), "应当牵引。".into())],
        opinions: vec![DraftOpinion { clause: Some(2), stance: Stance::Oppose, text: "太严".into() }],
        adoptions: vec![DraftAdoption {
            clause: Some(2),
            opinions: vec![1],
            outcome: Outcome::Partly,
            reason: "设专区".into(),
        }],
    }
}

async fn announced(store: &Store) -> (Consultation, Ids) {
    let ids = ids(&TestClock::default());
    add_unit(store, "urban").await;
    let mut tx = store.begin().await.unwrap();
    citizens::at_address(&mut tx, &person("li"), ("c1", "zh-CN"), second(0)).await.unwrap();
    assert!(consultation::import(&mut tx, &ids, &draft(), TODAY, second(0)).await.unwrap());
    let found = consultation::find(&mut tx, "park").await.unwrap().unwrap();
    tx.commit().await.unwrap();
    (found, ids)
}

async fn give(
    store: &Store,
    (to, ids): (&Consultation, &Ids),
    clause: Option<i64>,
    day: Date,
) -> Result<Opinion, OpinionRefusal> {
    let given = Given { citizen: "c1", clause, stance: Stance::Suggest, text: "再早一点" };
    let mut tx = store.begin().await.unwrap();
    let outcome = consultation::file_opinion(&mut tx, ids, to, given, (day, second(1))).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

async fn change(store: &Store, opinion: &Opinion) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    consultation::change_opinion(&mut tx, opinion, second(2)).await?;
    tx.commit().await
}

async fn find(store: &Store, receipt: &str) -> Option<Opinion> {
    consultation::find_opinion(&mut store.read().await.unwrap(), receipt).await.unwrap()
}

async fn an_opinion_is_found_by_its_receipt(store: Store) {
    let (park, ids) = announced(&store).await;
    let given = give(&store, (&park, &ids), Some(1), TODAY).await.unwrap();
    assert_eq!(find(&store, &given.receipt).await, Some(given.clone()));
    assert_eq!(find(&store, "Y-2222-2222").await, None);
    let mut connection = store.read().await.unwrap();
    assert_eq!(consultation::of_citizen(&mut connection, "c1").await.unwrap(), [given]);
    assert_eq!(consultation::opinions(&mut connection, "park").await.unwrap().len(), 2);
}

async fn a_changed_opinion_keeps_what_it_said_before(store: Store) {
    let (park, ids) = announced(&store).await;
    let given = give(&store, (&park, &ids), Some(1), TODAY).await.unwrap();
    let reworded = given.reword("c1", park.stage(TODAY), Stance::Support, "很好").unwrap();
    change(&store, &reworded).await.unwrap();

    let now = find(&store, &reworded.receipt).await.unwrap();
    assert_eq!((now.stance, now.text.as_str(), now.version), (Stance::Support, "很好", 2));
    let mut connection = store.read().await.unwrap();
    let kept: Vec<(i64, String)> = sqlx::query_as("SELECT version, text FROM opinion_version WHERE opinion_id = $1")
        .bind(&now.id)
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    assert_eq!(kept, [(1, "再早一点".to_owned())]);
}

async fn the_second_of_two_changes_is_refused(store: Store) {
    let (park, ids) = announced(&store).await;
    let given = give(&store, (&park, &ids), None, TODAY).await.unwrap();
    let stage = park.stage(TODAY);
    let first = given.clone().reword("c1", stage, Stance::Support, "好").unwrap();
    let late = given.withdraw("c1", stage).unwrap();
    change(&store, &first).await.unwrap();
    assert!(matches!(change(&store, &late).await, Err(StoreError::Conflict)));
    assert_eq!(find(&store, &first.receipt).await.unwrap().phase, OpinionPhase::Counted);
}

async fn opinions_are_taken_from_the_first_to_the_last_day(store: Store) {
    let (park, ids) = announced(&store).await;
    assert_eq!(park.closes_on, date(2026, 12, 23));
    assert_eq!(give(&store, (&park, &ids), None, date(2026, 11, 22)).await.unwrap_err(), OpinionRefusal::NotOpen);
    assert_eq!(give(&store, (&park, &ids), None, date(2026, 12, 24)).await.unwrap_err(), OpinionRefusal::NotOpen);
    assert_eq!(give(&store, (&park, &ids), Some(3), TODAY).await.unwrap_err(), OpinionRefusal::NoSuchClause);
    assert!(give(&store, (&park, &ids), None, date(2026, 12, 23)).await.is_ok());
}

async fn a_withdrawn_opinion_no_longer_counts(store: Store) {
    let (park, ids) = announced(&store).await;
    let given = give(&store, (&park, &ids), Some(1), TODAY).await.unwrap();
    let mut connection = store.read().await.unwrap();
    let tally = consultation::tally(&mut connection, "park").await.unwrap();
    assert_eq!(tally, Tally { support: 0, oppose: 1, suggest: 1 });
    change(&store, &given.withdraw("c1", park.stage(TODAY)).unwrap()).await.unwrap();
    let tally = consultation::tally(&mut connection, "park").await.unwrap();
    assert_eq!(tally, Tally { support: 0, oppose: 1, suggest: 0 });
}

async fn a_known_consultation_is_not_imported_again(store: Store) {
    let (park, ids) = announced(&store).await;
    let mut tx = store.begin().await.unwrap();
    let later = date(2026, 12, 1);
    assert!(!consultation::import(&mut tx, &ids, &draft(), later, second(9)).await.unwrap());
    tx.commit().await.unwrap();
    let mut connection = store.read().await.unwrap();
    assert_eq!(consultation::find(&mut connection, "park").await.unwrap(), Some(park.clone()));
    assert_eq!(consultation::clauses(&mut connection, "park").await.unwrap().len(), 2);
    let adoptions = consultation::adoptions(&mut connection, "park").await.unwrap();
    let opinions = consultation::opinions(&mut connection, "park").await.unwrap();
    assert_eq!(adoptions[0].opinions, [opinions[0].id.clone()]);
    assert_eq!(consultation::public(&mut connection, later).await.unwrap(), std::slice::from_ref(&park));
    assert_eq!(consultation::of_unit(&mut connection, "urban").await.unwrap(), [park]);
}
