//! What a message is, where staff may be the ones who write. Pure.

use std::{fmt, str::FromStr};

use crate::{
    conversation::action::{Action, UnknownAction},
    message::{ANSWERED_ASIDE, Body, Outbound, Within},
};

/// Something that is done with a ticket in a chat, as it travels to the channel and back. What comes back is untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeskAct {
    /// Take the ticket with this number on.
    Claim(String),
    /// Return it: asks for the reason first.
    Return(String),
    /// Draft its reply. It is never picked, only answered to.
    Reply(String),
}

impl fmt::Display for DeskAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(number) => write!(f, "{ANSWERED_ASIDE}claim:{number}"),
            Self::Return(number) => write!(f, "{ANSWERED_ASIDE}return:{number}"),
            Self::Reply(number) => write!(f, "{ANSWERED_ASIDE}reply:{number}"),
        }
    }
}

impl FromStr for DeskAct {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        let (verb, number) =
            text.strip_prefix(ANSWERED_ASIDE).and_then(|act| act.split_once(':')).ok_or(UnknownAction)?;
        if number.is_empty() || number.len() > 40 || !number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(UnknownAction);
        }
        let number = number.to_owned();
        match verb {
            "claim" => Ok(Self::Claim(number)),
            "return" => Ok(Self::Return(number)),
            "reply" => Ok(Self::Reply(number)),
            _ => Err(UnknownAction),
        }
    }
}

/// Whether a choice is one for staff in chat.
pub fn is_ours(action: &str) -> bool {
    action.starts_with(ANSWERED_ASIDE)
}

/// What a message asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// Bind the chat with this code.
    Bind(String),
    /// End the binding.
    Unbind,
    /// The sender's account is a member's: their code.
    Link(String),
    /// A button of a card.
    Press(Result<DeskAct, UnknownAction>),
    /// An answer to a message of ours.
    Answer {
        /// What that message wants an answer for.
        to: DeskAct,
        /// The answer.
        body: Body,
        /// Whether that message has buttons.
        had_choices: bool,
    },
    /// Show a message again whose delivery was uncertain.
    Again(String),
    /// An answer in a group to a message of ours that wants none.
    Aimless,
    /// We are out of the chat.
    Left,
    /// The chat goes on under another id.
    Moved(String),
    /// Something in a group that is for nobody.
    Nothing,
}

/// Reads a message; none when it is a citizen's. `answered` is the message of ours that it is about, as far as we know it.
///
/// What is said in a group is never a citizen's. In a private chat only the commands, the buttons of cards and answers to
/// what asks staff are not.
pub(super) fn read(body: &Body, within: &Within, answered: Option<&Outbound>) -> Option<Heard> {
    let in_group = within.group.is_some();
    let heard = match body {
        Body::Left => Some(Heard::Left),
        Body::Moved(to) => Some(Heard::Moved(to.clone())),
        Body::Choice(action) if is_ours(action) => Some(Heard::Press(action.parse())),
        Body::Choice(action) if in_group => match action.parse() {
            Ok(Action::Again(id)) => Some(Heard::Again(id)),
            _ => None,
        },
        Body::Choice(_) => None,
        Body::Start(payload) => payload.as_deref().and_then(link),
        Body::Text(text) => command(text).or_else(|| answer(body, within, answered)),
        Body::Unreadable | Body::TooLong => answer(body, within, answered),
    };
    heard.or(in_group.then_some(Heard::Nothing))
}

/// A command of ours; what stands behind it, without its ends.
fn command(text: &str) -> Option<Heard> {
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim().to_owned();
    match name {
        "/bind" => Some(Heard::Bind(rest)),
        "/unbind" => Some(Heard::Unbind),
        "/me" => Some(Heard::Link(rest)),
        _ => None,
    }
}

/// A link that opens the chat with a code.
fn link(payload: &str) -> Option<Heard> {
    let (verb, code) = payload.split_once('-')?;
    match verb {
        "bind" => Some(Heard::Bind(code.to_owned())),
        "me" => Some(Heard::Link(code.to_owned())),
        _ => None,
    }
}

fn answer(body: &Body, within: &Within, answered: Option<&Outbound>) -> Option<Heard> {
    within.about.as_ref()?;
    let wanted = answered.and_then(|message| message.answer.as_deref()?.parse().ok());
    match (wanted, answered) {
        (Some(to), Some(message)) => {
            Some(Heard::Answer { to, body: body.clone(), had_choices: !message.choices.is_empty() })
        }
        _ => within.group.is_some().then_some(Heard::Aimless),
    }
}
