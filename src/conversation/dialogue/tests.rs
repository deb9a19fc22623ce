use proptest::prelude::*;

use super::*;

fn heard(text: &str, verdicts: Vec<Verdict>) -> Heard {
    let asked = (1..).zip(verdicts);
    let asked = asked.map(|(nth, verdict)| Asked { question: format!("{text}{nth}"), leaning: false, verdict });
    Heard::Words { text: text.into(), intended: None, asked: asked.collect(), refused: None }
}

fn answer(document: &str) -> Verdict {
    Verdict::Answer(document.into(), None)
}

fn choose(document: &str) -> Verdict {
    Verdict::Choose(vec![document.into()])
}

/// What acts do, in a word each.
fn names(step: &Step) -> Vec<String> {
    let name = |act: &Act| match act {
        Act::Answer(given) => format!("answer {}", given.document),
        Act::Offer { undecided, .. } if undecided.route => format!("route {}", undecided.question),
        Act::Offer { undecided, .. } => format!("choose {}", undecided.question),
        Act::Refuse(matter) => format!("refuse {}", matter.document),
        Act::FileTicket { question, .. } => format!("file {question}"),
        Act::Say(_) => "say".to_owned(),
        act => format!("{act:?}"),
    };
    step.acts.iter().map(name).collect()
}

fn any_place() -> impl Strategy<Value = Place> {
    let receipt = || proptest::option::of("Y-[A-Z]{4}");
    prop_oneof![
        Just(Place::Idle),
        Just(Place::AskingPerson),
        proptest::collection::vec("[a-z]{1,5}", 0..3).prop_map(|candidates| Place::Choosing {
            question: "问".into(),
            candidates,
            leaning: false
        }),
        Just(Place::Routing { question: "问".into(), unit: "u".into(), candidates: vec!["d".into()], leaning: false }),
        receipt().prop_map(|receipt| Place::Stance { consultation: "c".into(), clause: Some(1), receipt }),
        receipt().prop_map(|receipt| Place::Writing {
            consultation: "c".into(),
            clause: None,
            receipt,
            stance: Stance::Oppose
        }),
    ]
}

fn any_heard() -> impl Strategy<Value = Heard> {
    let words = |text: String| heard(&text, vec![Verdict::Route(Vec::new())]);
    prop_oneof![
        "\\PC{1,30}".prop_map(words),
        "[a-z-]{1,12}(:[a-z0-9-]{1,9}){0,2}".prop_map(|action| Heard::Picked(action.parse())),
        proptest::option::of("[a-z_]{0,9}").prop_map(Heard::Started),
        Just(Heard::Unreadable),
        Just(Heard::TooLong),
    ]
}

proptest! {
    #[test]
    fn whatever_is_heard_is_answered(
        place in any_place(),
        heard in any_heard(),
        reading in proptest::option::of("[a-z]{1,5}"),
    ) {
        let dialogue = Dialogue { place, reading, ..Dialogue::default() };
        prop_assert!(!step(dialogue, heard).acts.is_empty());
    }
}

#[test]
fn the_words_of_an_opinion_are_never_a_question() {
    let place = Place::Writing { consultation: "c".into(), clause: Some(3), receipt: None, stance: Stance::Suggest };
    let heard = heard("社保卡丢了怎么办", vec![Verdict::Route(Vec::new())]);
    let step = step(Dialogue { place, ..Dialogue::default() }, heard);
    assert!(matches!(&step.acts[..], [Act::FileOpinion { clause: Some(3), text, .. }] if text == "社保卡丢了怎么办"));
    assert_eq!(step.dialogue.place, Place::Idle);
}

#[test]
fn numbers_and_labels_stand_for_what_was_offered() {
    let offered = [
        Choice { label: "有用".into(), action: "helped:yes".into() },
        Choice { label: "没帮到我".into(), action: "helped:no".into() },
    ];
    for (text, action) in [
        ("1", Some("helped:yes")),
        ("２。", Some("helped:no")),
        ("没帮到我", Some("helped:no")),
        ("3", None),
        ("0", None),
    ] {
        assert_eq!(offered_action(&offered, text).as_deref(), action, "{text}");
    }
}

#[test]
fn of_several_questions_the_sure_ones_are_answered_and_none_of_the_others_is_lost() {
    let verdicts = vec![choose("a"), answer("b"), Verdict::Route(vec![])];
    let first = step(Dialogue::default(), heard("问", verdicts));
    assert_eq!(names(&first), ["answer b", "choose 问1"]);
    assert_eq!(first.dialogue.waiting.len(), 1);
    let second = step(first.dialogue, Heard::Picked(Ok(Action::Pick(0))));
    assert_eq!(names(&second), ["answer a", "route 问3"]);
    assert!(second.dialogue.waiting.is_empty());
}

#[test]
fn what_waits_follows_a_refusal_and_a_new_question_too() {
    let two = || step(Dialogue::default(), heard("问", vec![choose("a"), choose("b")])).dialogue;
    let cancelled = step(two(), Heard::Picked(Ok(Action::Cancel)));
    assert_eq!(names(&cancelled), ["say", "choose 问2"]);
    let other = step(two(), heard("又问", vec![answer("c")]));
    assert_eq!(names(&other), ["answer c", "choose 问2"]);
    let away = step(two(), Heard::Picked(Ok(Action::Mine)));
    assert_eq!(away.dialogue.waiting.len(), 1);
}

#[test]
fn a_refused_answer_is_recorded_before_the_new_one() {
    let wrong = Matter { question: "问".into(), document: "a".into(), leaning: false, page: None };
    let Heard::Words { text, intended, asked, .. } = heard("不是", vec![answer("b")]) else { unreachable!() };
    let step = step(Dialogue::default(), Heard::Words { text, intended, asked, refused: Some(wrong) });
    assert_eq!(names(&step), ["refuse a", "answer b"]);
}

#[test]
fn the_talk_is_about_an_answer_until_it_turns_elsewhere() {
    let matter = Matter { question: "问".into(), document: "a".into(), leaning: false, page: None };
    let about = || Dialogue { matter: Some(matter.clone()), on_matter: true, ..Dialogue::default() };
    for (heard, stays) in [
        (Heard::Picked(Ok(Action::More)), true),
        (Heard::Picked(Ok(Action::Helped(true))), true),
        (Heard::Picked(Ok(Action::Help)), true),
        (Heard::Picked(Ok(Action::Consultations)), false),
        (heard("问", vec![Verdict::Route(vec![])]), false),
    ] {
        let step = step(about(), heard.clone());
        assert_eq!(step.dialogue.talked_about().is_some(), stays, "{heard:?}");
    }
}
