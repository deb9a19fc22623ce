use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;

fn day(day: i8) -> Date {
    date(2026, 12, day)
}

fn entry(code: &str) -> Entry {
    Entry {
        unit: Unit::new(code, &format!("{code}局")),
        former: Vec::new(),
        state: State::Active,
        version: 1,
        changed_by: String::new(),
    }
}

/// Decides that one unit goes into another, and puts it into the list.
fn merged(all: &mut [Entry], from: &str, into: &str, on: Date) -> Result<(), Refusal> {
    let place = all.iter().position(|entry| entry.unit.code == from).unwrap();
    all[place] = all[place].clone().merge(into, on, (&*all, day(1)))?;
    Ok(())
}

fn code_of(found: Option<&Entry>) -> Option<&str> {
    found.map(|entry| entry.unit.code.as_str())
}

#[test]
fn a_chain_is_followed_as_far_as_each_day_says() {
    let mut all = vec![entry("a"), entry("b"), entry("c")];
    merged(&mut all, "a", "b", day(3)).unwrap();
    merged(&mut all, "b", "c", day(10)).unwrap();
    for (today, expected) in [(2, "a"), (3, "b"), (9, "b"), (10, "c")] {
        assert_eq!(code_of(successor_on(&all, "a", day(today))), Some(expected), "on the {today}th");
    }
    let (units, heirs) = present_on(&all, day(10));
    assert_eq!(units.len(), 1);
    assert!(units[0].aliases.contains(&"a局".to_owned()) && units[0].aliases.contains(&"b局".to_owned()));
    assert_eq!(heirs.into_values().collect::<Vec<_>>(), ["c", "c"]);
}

#[test]
fn a_circle_is_refused_whatever_its_days_are() {
    let mut all = vec![entry("a"), entry("b"), entry("c")];
    merged(&mut all, "a", "b", day(30)).unwrap();
    merged(&mut all, "b", "c", day(2)).unwrap();
    assert_eq!(merged(&mut all, "c", "a", day(4)), Err(Refusal::Circle));
    assert_eq!(merged(&mut all, "c", "c", day(4)), Err(Refusal::Circle));
    assert_eq!(merged(&mut all, "c", "nobody", day(4)), Err(Refusal::UnknownUnit));
}

#[test]
fn a_successor_must_be_there_on_the_day() {
    let mut all = vec![entry("a"), entry("b")];
    all[1] = all[1].clone().abolish(None, day(5), (&all, day(1))).unwrap();
    assert_eq!(merged(&mut all, "a", "b", day(6)), Err(Refusal::SuccessorGone));
    assert_eq!(merged(&mut all, "a", "b", day(4)), Ok(()));
    // When the successor goes too and names nobody, the dispatcher has what is left.
    let gone = leavers(&all, day(5));
    assert_eq!(
        gone.iter().map(|gone| (gone.code.as_str(), gone.to.as_deref())).collect::<Vec<_>>(),
        [("a", None), ("b", None)]
    );
}

#[test]
fn the_old_name_stays_as_another_name() {
    let all = vec![entry("a"), entry("b")];
    let decided = all[0].clone().rename(("新局", "新"), day(4), (&all, day(1))).unwrap();
    assert_eq!(decided.clone().settle(day(3)), decided, "not before its day");
    let settled = decided.settle(day(4));
    assert_eq!((settled.unit.name.as_str(), settled.unit.short.as_str()), ("新局", "新"));
    assert_eq!((&settled.former, &settled.state), (&vec!["a局".to_owned()], &State::Active));
    assert_eq!(settled.shown().aliases, ["a局"]);
    // And back again: the present name is no former one.
    let back = settled.rename(("a局", "a局"), day(9), (&all, day(5))).unwrap().settle(day(9));
    assert_eq!(back.shown().aliases, ["新局", "新"]);
}

#[test]
fn what_cannot_be_decided_says_why() {
    let all = vec![entry("a"), entry("b"), entry(OFFICE)];
    let a = all[0].clone();
    let now = (all.as_slice(), day(5));
    assert_eq!(a.clone().merge("b", day(4), now), Err(Refusal::Past));
    assert_eq!(a.clone().rename(("b局", "甲"), day(6), now), Err(Refusal::NameTaken("b".into())));
    assert_eq!(a.clone().rename((" ", "甲"), day(6), now), Err(Refusal::BadName));
    assert_eq!(a.clone().rename(("a局", "a局"), day(6), now), Err(Refusal::SameName));
    assert_eq!(all[2].clone().abolish(None, day(6), now), Err(Refusal::Office));
    let decided = a.merge("b", day(6), now).unwrap();
    assert_eq!(decided.clone().abolish(None, day(7), now), Err(Refusal::Decided));
    assert_eq!(decided.clone().call_off(day(5)).unwrap().state, State::Active);
    assert_eq!(decided.call_off(day(6)), Err(Refusal::Nothing));
}

proptest! {
    /// Whatever is decided in whatever order, every chain ends, and it ends at a unit that is there or at nobody.
    #[test]
    fn every_chain_ends(decisions in proptest::collection::vec((0..6_usize, 0..7_usize, 1..20_i8), 0..30), today in 1..25_i8) {
        let mut all: Vec<Entry> = ["a", "b", "c", "d", "e", "f"].map(entry).into();
        for (from, to, on) in decisions {
            let heir = all.get(to).map(|entry| entry.unit.code.clone());
            if let Ok(changed) = all[from].clone().abolish(heir.as_deref(), day(on), (&all, day(1))) {
                all[from] = changed;
            }
        }
        for entry in &all {
            let mut steps = 0;
            let mut next = entry.state.heir();
            while let Some(code) = next {
                steps += 1;
                prop_assert!(steps <= all.len(), "a circle");
                next = all.iter().find(|entry| entry.unit.code == code).and_then(|entry| entry.state.heir());
            }
            let heir = successor_on(&all, &entry.unit.code, day(today));
            prop_assert!(heir.is_none_or(|heir| !heir.is_gone(day(today))));
            prop_assert_eq!(!entry.is_gone(day(today)), code_of(heir) == Some(entry.unit.code.as_str()));
        }
    }
}
