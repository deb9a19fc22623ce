//! Whose business a message is.

use proptest::prelude::*;

use super::{
    heard::{Heard, read},
    *,
};
use crate::{
    conversation::action::UnknownAction,
    message::{Body, Choice},
};

fn private() -> Within {
    Within { sender: "7".into(), ..Within::default() }
}

fn group() -> Within {
    Within { group: Some("值班群".into()), ..private() }
}

fn text(words: &str) -> Body {
    Body::Text(words.into())
}

fn wants(act: &str) -> Outbound {
    let choice = Choice { label: "x".into(), action: "x".into() };
    Outbound { choices: vec![choice], answer: Some(act.into()), ..Outbound::default() }
}

#[test]
fn a_citizens_message_in_a_private_chat_stays_a_citizens() {
    let about = Within { about: Some("3".into()), ..private() };
    for body in [text("公积金怎么提取？"), text("/help"), text("/binding X"), Body::Start(None), Body::Unreadable]
    {
        assert_eq!(read(&body, &private(), None), None, "{body:?}");
        assert_eq!(read(&body, &about, None), None, "{body:?}");
        assert_eq!(read(&body, &about, Some(&Outbound::default())), None, "{body:?}");
    }
    assert_eq!(read(&Body::Start(Some("consult_3".into())), &private(), None), None);
    assert_eq!(read(&Body::Choice("again:1".into()), &private(), None), None);
}

#[test]
fn nothing_in_a_group_is_a_citizens() {
    for body in [text("/help"), Body::Start(None), Body::Choice("rate:5".into()), Body::Choice("help".into())] {
        assert_eq!(read(&body, &group(), None), Some(Heard::Nothing), "{body:?}");
    }
    assert_eq!(read(&Body::Choice("again:1".into()), &group(), None), Some(Heard::Again("1".into())));
    let about = Within { about: Some("3".into()), ..group() };
    assert_eq!(read(&text("好"), &about, None), Some(Heard::Aimless));
    assert_eq!(read(&text("好"), &about, Some(&wants("helped:yes"))), Some(Heard::Aimless));
}

#[test]
fn commands_links_presses_and_answers_are_staffs_anywhere() {
    for within in [private(), group()] {
        let read = |body: Body| read(&body, &within, None);
        assert_eq!(read(text("/bind  ABCD-2345 ")), Some(Heard::Bind("ABCD-2345".into())));
        assert_eq!(read(text("/bind")), Some(Heard::Bind(String::new())));
        assert_eq!(read(Body::Start(Some("bind-ABCD-2345".into()))), Some(Heard::Bind("ABCD-2345".into())));
        assert_eq!(read(Body::Start(Some("me-ABCD".into()))), Some(Heard::Link("ABCD".into())));
        assert_eq!(read(text("/me X")), Some(Heard::Link("X".into())));
        assert_eq!(read(text("/unbind")), Some(Heard::Unbind));
        let claim = DeskAct::Claim("Z20261123-0001".into());
        assert_eq!(read(Body::Choice(claim.to_string())), Some(Heard::Press(Ok(claim))));
        assert_eq!(read(Body::Choice("desk-approve:Z1".into())), Some(Heard::Press(Err(UnknownAction))));
        assert_eq!(read(Body::Left), Some(Heard::Left));
        assert_eq!(read(Body::Moved("-1".into())), Some(Heard::Moved("-1".into())));
    }
    let about = Within { about: Some("3".into()), ..private() };
    let heard = read(&text("照常开"), &about, Some(&wants("desk-reply:Z1")));
    let to = DeskAct::Reply("Z1".into());
    assert_eq!(heard, Some(Heard::Answer { to, body: text("照常开"), had_choices: true }));
}

proptest! {
    #[test]
    fn what_goes_out_comes_back(number in "Z[0-9]{8}-[0-9]{4,9}") {
        for act in [DeskAct::Claim(number.clone()), DeskAct::Return(number.clone()), DeskAct::Reply(number.clone())] {
            let text = act.to_string();
            prop_assert!(text.len() <= crate::conversation::action::MAX_BYTES && is_ours(&text));
            prop_assert_eq!(text.parse::<DeskAct>(), Ok(act));
        }
    }

    #[test]
    fn whatever_comes_in_is_an_act_or_refused(text in "(desk-)?.{0,60}") {
        if let Ok(act) = text.parse::<DeskAct>() {
            prop_assert_eq!(act.to_string(), text);
        }
    }
}
