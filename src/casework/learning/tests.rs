use super::*;
use crate::{
    calendar::Calendar,
    casework::{Clocks, Course, State},
    message::Address,
};

fn ticket(id: &str, question: &str, split_from: Option<&str>) -> Ticket {
    let today = jiff::civil::date(2026, 11, 23);
    Ticket {
        id: id.into(),
        number: id.into(),
        question: question.into(),
        kind: None,
        citizen_id: "c".into(),
        reply_to: Address { channel: "web".into(), account: "main".into(), person: "p".into() },
        unit: "hrss".into(),
        designated: false,
        state: State::Assigned,
        version: 1,
        filed_at: Timestamp::UNIX_EPOCH,
        clocks: Clocks::start(&Calendar::embedded().unwrap(), today, 1, 5),
        course: Course::default(),
        split_from: split_from.map(str::to_owned),
    }
}

#[test]
fn wordings_come_from_all_askers_once_without_stories() {
    let main = ticket("m", "失业金怎么领？", None);
    let askers = [
        ticket("a", "失业金怎么领", None),
        ticket("b", "去哪 领失业金", None),
        ticket("c", "去哪领失业金！", None),
        ticket("d", &"我的情况是这样的".repeat(20), None),
        ticket("e", "失业金怎么领取？", Some("m")),
        ticket("f", "公园几点关门？", Some("m")),
    ];
    assert_eq!(wordings(&main, &askers), ["去哪 领失业金", "失业金怎么领取？"]);
}
