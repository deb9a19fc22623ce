use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::{
    casework::{
        Clocks, Course, Decided, MessageKind, Rating, Silence, State, TicketKind, Watch,
        attachments::{Enclosure, Kind},
    },
    message::Address,
};

fn member(login: &str, unit: &str, roles: &[Role]) -> StaffMember {
    StaffMember {
        id: login.into(),
        login: login.into(),
        name: login.into(),
        unit: unit.into(),
        roles: roles.iter().copied().collect(),
    }
}

fn ticket(id: &str, unit: &str, calendar: &Calendar) -> Ticket {
    Ticket {
        id: id.into(),
        number: format!("Z20261123-{id}"),
        question: "渡船开不开？票价多少？".into(),
        kind: None,
        citizen_id: format!("c{id}"),
        reply_to: Address { channel: "web".into(), account: "main".into(), person: id.into() },
        unit: unit.into(),
        designated: false,
        state: State::Assigned,
        version: 1,
        filed_at: start(),
        clocks: Clocks::start(calendar, crate::clock::city_date(start()), 1, 5),
        course: Course::default(),
        split_from: None,
    }
}

/// Monday 23 November 2026, ten o'clock.
fn start() -> Timestamp {
    "2026-11-23T10:00:00+08:00".parse().unwrap()
}

fn on(calendar: &Calendar, days: i64) -> Moment<'_> {
    Moment { at: start() + SignedDuration::from_hours(24 * days), calendar }
}

fn calendar() -> Calendar {
    Calendar::embedded().unwrap()
}

#[test]
fn nobody_approves_their_own_draft_or_grants_their_own_extension() {
    let calendar = calendar();
    let moment = on(&calendar, 0);
    let both = member("a", "hrss", &[Role::Staff, Role::Reviewer]);
    let other = member("b", "hrss", &[Role::Reviewer]);
    let drafted = ticket("1", "hrss", &calendar).draft(Actor::Staff(&both), "答").unwrap().ticket;
    assert_eq!(drafted.clone().approve(Actor::Staff(&both), &moment), Err(Refusal::OwnDraft));
    let answered = drafted.approve(Actor::Staff(&other), &moment).unwrap().ticket;
    assert!(matches!(answered.state, State::Answered { reply } if reply.text == "答" && reply.approved_by == "b"));

    let asked = ticket("1", "hrss", &calendar).ask_extension(Actor::Staff(&both), 3, "要会商").unwrap().ticket;
    assert_eq!(asked.clone().grant_extension(Actor::Staff(&both), &moment), Err(Refusal::OwnDraft));
    let granted = asked.grant_extension(Actor::Staff(&other), &moment).unwrap().ticket;
    assert_eq!(granted.clocks.reply.due.to_string(), "2026-12-03");
    assert_eq!(granted.ask_extension(Actor::Staff(&both), 1, "再要"), Err(Refusal::ExtendedBefore));
}

#[test]
fn a_designated_unit_can_neither_return_nor_transfer_it() {
    let calendar = calendar();
    let moment = on(&calendar, 0);
    let staff = member("a", "hrss", &[Role::Staff]);
    let dispatcher = member("d", "office", &[Role::Dispatcher]);
    let returned = ticket("1", "hrss", &calendar).give_back(Actor::Staff(&staff), "不是我们").unwrap().ticket;
    let again = returned.assign(Actor::Staff(&dispatcher), "hrss", &moment).unwrap().ticket;
    assert!(again.designated);
    assert_eq!(again.clone().give_back(Actor::Staff(&staff), "还是不是"), Err(Refusal::Designated));
    assert_eq!(again.transfer(Actor::Staff(&staff), "tax", "是税务", &moment), Err(Refusal::Designated));
}

#[test]
fn the_kind_is_set_by_whoever_works_on_it_or_dispatches() {
    let calendar = calendar();
    let (staff, other) = (member("a", "hrss", &[Role::Staff]), member("b", "tax", &[Role::Staff]));
    let dispatcher = member("d", "office", &[Role::Dispatcher]);
    let guessed = TicketKind::Guessed { kind: MessageKind::Help, percent: 61 };
    let filed = Ticket { kind: Some(guessed), ..ticket("1", "hrss", &calendar) };
    assert_eq!(filed.clone().set_kind(Actor::Staff(&other), MessageKind::Help), Err(Refusal::OtherUnit));
    assert_eq!(filed.clone().set_kind(Actor::Citizen("c1"), MessageKind::Help), Err(Refusal::MissingRole));
    let confirmed = filed.clone().set_kind(Actor::Staff(&staff), MessageKind::Help).unwrap().ticket;
    assert_eq!(confirmed.kind, Some(TicketKind::Set(MessageKind::Help)));
    assert_eq!((&confirmed.state, &confirmed.clocks), (&filed.state, &filed.clocks), "nothing else changes");
    assert_eq!(confirmed.clone().set_kind(Actor::Staff(&staff), MessageKind::Help), Err(Refusal::BadKind));
    let step = confirmed.set_kind(Actor::Staff(&dispatcher), MessageKind::Advice).unwrap();
    assert_eq!(step.detail, serde_json::json!({ "kind": "advice", "before": "help" }));

    let returned = step.ticket.give_back(Actor::Staff(&staff), "不是我们").unwrap().ticket;
    assert_eq!(returned.clone().set_kind(Actor::Staff(&staff), MessageKind::Help), Err(Refusal::WrongState));
    assert!(returned.set_kind(Actor::Staff(&dispatcher), MessageKind::Help).is_ok());
    let withdrawn = filed.withdraw(Actor::Citizen("c1")).unwrap().ticket;
    assert_eq!(withdrawn.set_kind(Actor::Staff(&staff), MessageKind::Advice), Err(Refusal::WrongState));
}

#[test]
fn a_ticket_is_not_handed_round_in_a_circle() {
    let calendar = calendar();
    let moment = on(&calendar, 0);
    let staff: BTreeMap<&str, StaffMember> =
        ["hrss", "tax", "civil"].map(|unit| (unit, member(unit, unit, &[Role::Staff]))).into();
    let give = |ticket: Ticket, to: &str| {
        let from = staff[ticket.unit.as_str()].clone();
        ticket.transfer(Actor::Staff(&from), to, "归他们管", &moment).map(|step| step.ticket)
    };
    let third = give(give(ticket("1", "hrss", &calendar), "tax").unwrap(), "civil").unwrap();
    assert_eq!(give(third.clone(), "hrss"), Err(Refusal::SameUnit));
    assert_eq!(give(third, "tax"), Err(Refusal::SameUnit));
}

#[test]
fn another_unit_and_another_citizen_are_refused() {
    let calendar = calendar();
    let stranger = member("s", "tax", &[Role::Staff, Role::Reviewer]);
    let mine = || ticket("1", "hrss", &calendar);
    assert_eq!(mine().claim(Actor::Staff(&stranger)), Err(Refusal::OtherUnit));
    assert_eq!(mine().withdraw(Actor::Citizen("x")), Err(Refusal::NotTheAsker));
    let staff = member("a", "hrss", &[Role::Staff]);
    assert_eq!(mine().give_back(Actor::Staff(&staff), " \u{200B} "), Err(Refusal::NoReason));
    assert_eq!(mine().lapse(Actor::Staff(&staff), &on(&calendar, 40)), Err(Refusal::MissingRole));
}

#[test]
fn the_clock_stands_still_while_the_citizen_is_asked() {
    let calendar = calendar();
    let staff = member("a", "hrss", &[Role::Staff]);
    let fresh = ticket("1", "hrss", &calendar);
    assert_eq!(fresh.clocks.reply.due.to_string(), "2026-11-30");
    // Asked on Tuesday, answered on Friday: Wednesday, Thursday and Friday don't count.
    let asked = fresh.ask_citizen(Actor::Staff(&staff), "哪个码头？", &on(&calendar, 1)).unwrap().ticket;
    assert!(asked.clocks.stand_still());
    let answered = asked.answer_back(Actor::Citizen("c1"), "老码头", &on(&calendar, 4)).unwrap().ticket;
    assert_eq!(answered.clocks.reply.due.to_string(), "2026-12-03");
    assert_eq!(answered.course.exchanges[0].answer.as_deref(), Some("老码头"));
    assert!(matches!(answered.state, State::Claimed { by } if by == "a"));
}

#[test]
fn an_unanswered_question_is_repeated_once_and_then_ends() {
    let calendar = calendar();
    let staff = member("a", "hrss", &[Role::Staff]);
    let asked = ticket("1", "hrss", &calendar).ask_citizen(Actor::Staff(&staff), "哪个？", &on(&calendar, 0)).unwrap();
    let watch = Watch::default();
    assert_eq!(watch.due(&asked.ticket, &on(&calendar, 2)), None);
    let reminded = watch.due(&asked.ticket, &on(&calendar, 8)).unwrap();
    assert_eq!(reminded.event, Happened::CitizenReminded);
    assert_eq!(watch.due(&reminded.ticket, &on(&calendar, 9)), None);
    let ended = watch.due(&reminded.ticket, &on(&calendar, 15)).unwrap();
    assert_eq!((ended.event, ended.ticket.state), (Happened::Lapsed, State::Lapsed));
}

#[test]
fn a_silent_unit_is_reminded_then_its_head_then_the_dispatcher_has_it() {
    let calendar = calendar();
    let watch = Watch::default();
    let mut ticket = ticket("1", "hrss", &calendar);
    let mut told = Vec::new();
    for day in 0..8 {
        while let Some(step) = watch.due(&ticket, &on(&calendar, day)) {
            told.push((day, step.event, step.ticket.course.silence));
            ticket = step.ticket;
        }
    }
    assert_eq!(
        told,
        [
            (1, Happened::Reminded, Silence::Soon),
            (2, Happened::Reminded, Silence::Late),
            (3, Happened::Escalated, Silence::HeadTold),
            (4, Happened::TakenBack, Silence::DispatcherTold),
        ]
    );
    assert!(matches!(ticket.state, State::Returned { unit, .. } if unit == "hrss"));
}

#[test]
fn a_late_reply_climbs_the_same_steps_but_stays_with_the_unit() {
    let calendar = calendar();
    let (watch, staff) = (Watch::default(), member("a", "hrss", &[Role::Staff]));
    let mut ticket = ticket("1", "hrss", &calendar).claim(Actor::Staff(&staff)).unwrap().ticket;
    let mut told = Vec::new();
    for day in 0..20 {
        while let Some(step) = watch.due(&ticket, &on(&calendar, day)) {
            told.push((day, step.ticket.course.silence));
            ticket = step.ticket;
        }
    }
    // Due on Monday the 30th, day 7; the last working day before it is Friday, day 4.
    let levels = [Silence::Soon, Silence::Late, Silence::HeadTold, Silence::DispatcherTold];
    assert_eq!(told, [4, 8, 9, 10].into_iter().zip(levels).collect::<Vec<_>>());
    assert!(matches!(ticket.state, State::Claimed { .. }));
}

#[test]
fn the_lead_waits_for_the_parts_or_says_why_not() {
    let calendar = calendar();
    let moment = on(&calendar, 0);
    let (lead, chief) = (member("a", "hrss", &[Role::Staff]), member("b", "hrss", &[Role::Reviewer]));
    let other = member("t", "tax", &[Role::Staff]);
    let involved = ticket("1", "hrss", &calendar).involve(Actor::Staff(&lead), "tax", &moment).unwrap().ticket;
    assert!(involved.is_seen_by(&other));
    let drafted = involved.draft(Actor::Staff(&lead), "答").unwrap().ticket;
    assert_eq!(drafted.clone().approve(Actor::Staff(&chief), &moment), Err(Refusal::PartMissing));
    let uninvited = member("x", "civil", &[Role::Staff]);
    assert_eq!(drafted.clone().write_part(Actor::Staff(&uninvited), "插话", &moment), Err(Refusal::OtherUnit));
    let written = drafted.clone().write_part(Actor::Staff(&other), "税务意见", &moment).unwrap().ticket;
    assert!(written.approve(Actor::Staff(&chief), &moment).is_ok());
    let released = drafted.release_part(Actor::Staff(&lead), "tax", "来不及").unwrap().ticket;
    assert!(released.approve(Actor::Staff(&chief), &moment).is_ok());
}

#[test]
fn only_the_citizens_own_words_are_split_off() {
    let calendar = calendar();
    let moment = on(&calendar, 2);
    let staff = member("a", "hrss", &[Role::Staff]);
    let whole = ticket("1", "hrss", &calendar);
    let split = |words: &str| whole.clone().split(Actor::Staff(&staff), words, "tax", &moment);
    assert_eq!(split("票价贵不贵？").map(|_| ()), Err(Refusal::BadText));
    assert_eq!(split("渡船开不开？票价多少？").map(|_| ()), Err(Refusal::BadText));
    let (_, splinter) = split("票价多少？").unwrap();
    // The person has waited since Monday: the reply's last day stays, the unit has a day to accept.
    assert_eq!(splinter.clocks.reply, whole.clocks.reply);
    assert_eq!(splinter.clocks.accept.due.to_string(), "2026-11-26");
}

#[test]
fn an_unsolved_matter_is_looked_at_once_more() {
    let calendar = calendar();
    let moment = on(&calendar, 0);
    let (staff, chief) = (member("a", "hrss", &[Role::Staff]), member("b", "hrss", &[Role::Reviewer]));
    let asker = Actor::Citizen("c1");
    let answer = |ticket: Ticket| {
        ticket.draft(Actor::Staff(&staff), "答").unwrap().ticket.approve(Actor::Staff(&chief), &moment).unwrap().ticket
    };
    let first = answer(ticket("1", "hrss", &calendar));
    assert_eq!(first.clone().ask_again(asker, &moment), Err(Refusal::WrongState), "it is rated first");
    let again =
        first.rate(asker, Rating::NotHelped).unwrap().ticket.ask_again(asker, &on(&calendar, 3)).unwrap().ticket;
    assert_eq!(again.clocks.reply.received, on(&calendar, 3).today());
    assert_eq!(again.course.earlier.len(), 1);
    let second = answer(again).rate(asker, Rating::NotHelped).unwrap().ticket;
    assert_eq!(second.ask_again(asker, &moment), Err(Refusal::ReopenedBefore));
}

#[test]
fn every_event_has_a_name_of_its_own() {
    for event in Happened::ALL {
        assert_eq!(Happened::named(event.name()), Some(event));
    }
}

/// What a random somebody tries.
#[derive(Debug, Clone, Copy)]
struct Try {
    /// Which ticket.
    ticket: usize,
    /// Which act.
    act: usize,
    /// Who.
    who: usize,
    /// Another ticket or unit.
    other: usize,
    /// Days that pass before.
    days: i64,
}

const UNITS: [&str; 3] = ["hrss", "tax", "civil"];
const TICKETS: usize = 4;
const ACTS: usize = 29;

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = (0..TICKETS, 0..ACTS, 0..8_usize, 0..4_usize, prop_oneof![3 => Just(0_i64), 1 => 0..4_i64])
        .prop_map(|(ticket, act, who, other, days)| Try { ticket, act, who, other, days });
    prop::collection::vec(one, 0..120)
}

/// Takes one random act: a step, or a refusal.
fn attempt(tickets: &[Ticket], staff: &[StaffMember], tried: Try, moment: &Moment<'_>) -> Result<Step, Refusal> {
    let ticket = tickets[tried.ticket].clone();
    let other = &tickets[tried.other % TICKETS];
    let unit = UNITS[tried.other % UNITS.len()];
    let asker = ticket.citizen_id.clone();
    let citizen = Actor::Citizen(if tried.who == 7 { "somebody" } else { &asker });
    let actor = staff.get(tried.who).map_or(citizen, Actor::Staff);
    let clock = Actor::Rule("clock");
    match tried.act {
        0 => ticket.claim(actor),
        1 => ticket.draft(actor, "答"),
        2 => ticket.refer(actor, "省公司", "请找他们"),
        3 => ticket.send_back(actor, "再改"),
        4 | 5 => ticket.approve(actor, moment),
        6 => ticket.give_back(actor, "不归我们"),
        7 => ticket.assign(actor, unit, moment),
        8 => ticket.transfer(actor, unit, "归他们", moment),
        9 => ticket.ask_citizen(actor, "哪里？", moment),
        10 => ticket.answer_back(citizen, "这里", moment),
        11 => ticket.ask_extension(actor, 3, "会商"),
        12 => ticket.grant_extension(actor, moment),
        13 => ticket.refuse_extension(actor, "不必"),
        14 => ticket.involve(actor, unit, moment),
        15 => ticket.write_part(actor, "意见", moment),
        16 => ticket.release_part(actor, unit, "不等了"),
        17 | 18 => ticket.merge(actor, other),
        19 => ticket.rate(citizen, Rating::NotHelped),
        20 => ticket.ask_again(citizen, moment),
        21 => ticket.reopen(actor, "答错了", moment),
        22 => ticket.withdraw(citizen),
        23 => Watch::default().due(&ticket, moment).ok_or(Refusal::WrongState),
        24 => ticket.hand_over(actor, "h1"),
        25 | 26 => ticket.enclose(actor, enclosure(staff.get(tried.who).map_or("citizen", |one| &one.login))),
        27 => ticket.take_out(actor, "file"),
        _ => ticket.take_back(clock, moment),
    }
}

fn enclosure(by: &str) -> Enclosure {
    let (id, name, sha256) = ("file".to_owned(), "办法.pdf".to_owned(), String::new());
    Enclosure { id, name, kind: Kind::Pdf, size: 1, sha256, by: by.to_owned() }
}

/// What can be read off a ticket at any time.
fn check(tickets: &[Ticket], happened: &[Vec<(Happened, String)>]) -> Result<(), TestCaseError> {
    for (ticket, events) in tickets.iter().zip(happened) {
        let count = |wanted: Happened| events.iter().filter(|(event, _)| *event == wanted).count();
        // None is lost: a merged one hangs on one that is still worked on.
        if let State::Merged { into, .. } = &ticket.state {
            let main = tickets.iter().find(|one| one.id == *into).unwrap();
            prop_assert!(main.state.is_open(), "{} waits for {:?}", ticket.id, main.state);
        }
        // None wanders: it is returned once, and no unit gets it twice from another unit.
        prop_assert!(count(Happened::Returned) <= 1, "{events:?}");
        prop_assert!(count(Happened::Transferred) < UNITS.len(), "{events:?}");
        prop_assert!(count(Happened::Reopened) <= 1);
        // Nothing reaches the citizen that two people didn't see.
        for reply in ticket.state.reply().into_iter().chain(&ticket.course.earlier) {
            prop_assert_ne!(&reply.author, &reply.approved_by);
            prop_assert!(reply.enclosures.iter().all(|file| file.by != reply.approved_by));
        }
        if let Some(Decided::Granted { by }) = ticket.course.extension.as_ref().map(|one| one.decision.clone()) {
            prop_assert_ne!(&by, &ticket.course.extension.as_ref().unwrap().by);
        }
        prop_assert_eq!(ticket.clocks.stand_still(), matches!(ticket.state, State::AwaitingCitizen { .. }));
        prop_assert!(ticket.course.parts.iter().all(|part| part.unit != ticket.unit));
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_people_do_no_ticket_is_lost_unapproved_or_sent_round(tries in tries()) {
        let calendar = calendar();
        let staff = [
            member("h1", "hrss", &[Role::Staff]),
            member("h2", "hrss", &[Role::Reviewer, Role::Staff]),
            member("t1", "tax", &[Role::Staff, Role::Reviewer]),
            member("t2", "tax", &[Role::Reviewer]),
            member("c1", "civil", &[Role::Staff, Role::Reviewer]),
            member("d1", "office", &[Role::Dispatcher]),
        ];
        let mut tickets: Vec<Ticket> =
            (0..TICKETS).map(|nth| ticket(&nth.to_string(), UNITS[nth % 2], &calendar)).collect();
        let mut happened = vec![Vec::new(); TICKETS];
        let mut day = 0;
        for tried in tries {
            day += tried.days;
            let moment = on(&calendar, day);
            let before = tickets[tried.ticket].clone();
            let Ok(step) = attempt(&tickets, &staff, tried, &moment) else { continue };
            // A closed ticket opens by reopening only.
            if before.state.is_closed() && step.ticket.state.is_open() {
                prop_assert_eq!(step.event, Happened::Reopened);
            }
            happened[tried.ticket].push((step.event, step.actor.clone()));
            let main = step.ticket.clone();
            tickets[tried.ticket] = step.ticket;
            if !main.state.is_open() && !matches!(main.state, State::Rated { .. }) {
                for (nth, one) in tickets.clone().into_iter().enumerate() {
                    if let Ok(step) = one.follow(Actor::Rule("merged"), &main, &moment) {
                        happened[nth].push((step.event, step.actor.clone()));
                        tickets[nth] = step.ticket;
                    }
                }
            }
            check(&tickets, &happened)?;
        }
        for one in tickets {
            if one.state.is_open() {
                prop_assert!(finished(one, &staff, &on(&calendar, day + 60)).is_closed());
            }
        }
    }
}

/// From wherever a ticket stands, the office can bring it to an end.
fn finished(mut ticket: Ticket, staff: &[StaffMember], moment: &Moment<'_>) -> State {
    for _ in 0..12 {
        let of_unit = |role: Role, not: &str| {
            let fits = |one: &&StaffMember| one.unit == ticket.unit && one.is(role) && one.login != not;
            staff.iter().find(fits).map(Actor::Staff)
        };
        let dispatcher = Actor::Staff(&staff[5]);
        let missing = ticket.course.parts.iter().find(|part| part.written.is_none()).map(|part| part.unit.clone());
        let step = match (&ticket.state, missing) {
            (State::Returned { .. }, _) => ticket.clone().assign(dispatcher, "hrss", moment),
            (State::AwaitingCitizen { .. }, _) => ticket.clone().lapse(Actor::Rule("clock"), moment),
            (State::Assigned | State::Claimed { .. } | State::Drafted { .. }, Some(unit)) => {
                ticket.clone().release_part(dispatcher, &unit, "不等了")
            }
            // Where nobody else could approve it, another unit has it.
            (State::Assigned | State::Claimed { .. } | State::Drafted { .. }, None) if ticket.unit == "civil" => {
                ticket.clone().assign(dispatcher, "hrss", moment)
            }
            (State::Assigned | State::Claimed { .. }, None) => {
                ticket.clone().draft(of_unit(Role::Staff, "").unwrap(), "答")
            }
            (State::Drafted { .. }, None) if !ticket.course.enclosures.is_empty() => {
                ticket.clone().take_out(dispatcher, "file")
            }
            (State::Drafted { draft }, None) => match of_unit(Role::Reviewer, &draft.author) {
                Some(reviewer) => ticket.clone().approve(reviewer, moment),
                None => ticket.clone().draft(of_unit(Role::Staff, &draft.author).unwrap(), "答"),
            },
            _ => break,
        };
        ticket = step.unwrap().ticket;
    }
    ticket.state
}
