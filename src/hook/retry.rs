//! What a receiver's answer means, and when to try again. Pure.

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use serde::Deserialize;

use super::{Kind, PATIENCE};

/// The longest pause between two tries.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// How long a receiver may refuse: what an operator can mend (a wrong secret, a moved address) is mended by then.
const PATIENCE_REFUSED: SignedDuration = SignedDuration::from_hours(1);
/// The longest wait that a receiver may ask for.
const LONGEST_ASKED: SignedDuration = SignedDuration::from_hours(24);
/// How much of a receiver's reason is kept, in characters.
const MAX_REASON: usize = 200;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// An answer.
    Answered {
        /// The status.
        status: u16,
        /// The header `Retry-After`, if there was one.
        retry_after: Option<String>,
        /// The beginning of the body.
        body: String,
    },
    /// None: not reached, too slow, or the line broke. Why, without the address.
    Silent(String),
}

/// How a delivery goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It arrived.
    Sent,
    /// Try again.
    Retry {
        /// When.
        at: Timestamp,
        /// Why it failed.
        why: String,
        /// The receiver wants to hear nothing at all before.
        pause: bool,
    },
    /// It is given up.
    GivenUp(String),
}

/// Why it failed.
struct Failure {
    why: String,
    weight: Weight,
    /// The wait that the receiver asks for.
    wait: Option<SignedDuration>,
}

enum Weight {
    /// It may pass by itself.
    Passing,
    /// The receiver refuses this request.
    Refused,
    /// The receiver wants nothing more, ever.
    Gone,
}

/// Decides how a delivery goes on after a try.
pub fn decide(kind: &Kind, reply: &Reply, attempts: i64, since: Timestamp, now: Timestamp) -> Outcome {
    let Err(Failure { why, weight, wait }) = judge(kind, reply, now) else { return Outcome::Sent };
    let patience = match weight {
        Weight::Passing => PATIENCE,
        Weight::Refused => PATIENCE_REFUSED,
        Weight::Gone => return Outcome::GivenUp(why),
    };
    let at = now + wait.unwrap_or_else(|| back_off(attempts));
    if at > since + patience { Outcome::GivenUp(why) } else { Outcome::Retry { at, why, pause: wait.is_some() } }
}

/// 1, 2, 4 … seconds, at most an hour.
fn back_off(attempts: i64) -> SignedDuration {
    let doublings = u32::try_from(attempts.clamp(1, 13) - 1).unwrap_or(12);
    SignedDuration::from_secs(1 << doublings).min(LONGEST)
}

fn judge(kind: &Kind, reply: &Reply, now: Timestamp) -> Result<(), Failure> {
    match reply {
        Reply::Silent(why) => Err(Failure { why: why.clone(), weight: Weight::Passing, wait: None }),
        Reply::Answered { status: 200..=299, body, .. } if kind.is_robot() => robot(kind, body),
        Reply::Answered { status: 200..=299, .. } => Ok(()),
        Reply::Answered { status, retry_after, .. } => {
            let weight = match status {
                // "The receiver no longer wants it": the specification's word for turning a hook off.
                410 => Weight::Gone,
                408 | 429 | 500..=599 => Weight::Passing,
                // Redirects too: they aren't followed, the address must be set right.
                _ => Weight::Refused,
            };
            let wait = retry_after.as_deref().and_then(|text| asked(text, now));
            Err(Failure { why: format!("the answer was {status}"), weight, wait })
        }
    }
}

/// How long `Retry-After` asks to wait: seconds, or a date.
fn asked(text: &str, now: Timestamp) -> Option<SignedDuration> {
    let wait = match text.trim().parse::<i64>() {
        Ok(seconds) => SignedDuration::from_secs(seconds),
        Err(_) => now.duration_until(rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?),
    };
    Some(wait.clamp(SignedDuration::from_secs(1), LONGEST_ASKED))
}

/// Robots answer 200 to everything and say in the body how it went.
fn robot(kind: &Kind, body: &str) -> Result<(), Failure> {
    // WeCom and DingTalk write `errcode` and `errmsg`, Feishu `code` and `msg`.
    #[derive(Deserialize)]
    struct Said {
        errcode: Option<i64>,
        code: Option<i64>,
        errmsg: Option<String>,
        msg: Option<String>,
    }
    let said = serde_json::from_str::<Said>(body).ok();
    let said = said.and_then(|said| Some((said.errcode.or(said.code)?, said.errmsg.or(said.msg).unwrap_or_default())));
    let Some((code, msg)) = said else {
        let why = "the answer can't be understood".to_owned();
        return Err(Failure { why, weight: Weight::Passing, wait: None });
    };
    let minute = Some(SignedDuration::from_mins(1));
    let (weight, wait) = match (kind, code) {
        (_, 0) => return Ok(()),
        // "The system is busy", on WeCom and DingTalk.
        (_, -1) => (Weight::Passing, None),
        // Too often: <https://developer.work.weixin.qq.com/document/path/90313> and
        // <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>
        (Kind::WeCom, 45009) | (Kind::Feishu { .. }, 11232) => (Weight::Passing, minute),
        // Too often: more than 20 messages in a minute shut the robot out for ten minutes.
        (Kind::DingTalk { .. }, 130_101) => (Weight::Passing, Some(SignedDuration::from_mins(10))),
        _ => (Weight::Refused, None),
    };
    let msg: String = msg.chars().take(MAX_REASON).collect();
    Err(Failure { why: format!("the robot answered {code}: {msg}"), weight, wait })
}
