//! What hooks accept as settings, what their requests look like, and when they are tried again.

use jiff::{SignedDuration, Timestamp, civil::date};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::*;
use crate::locale::Locales;

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const WECOM: &str = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa";

fn written(kind: &str, url: &str, secret: Option<&str>) -> Written {
    Written {
        name: "one".into(),
        url: url.into(),
        kind: kind.into(),
        secret: secret.map(SecretString::from),
        events: vec!["ticket.assigned".into()],
        units: Vec::new(),
        console: Some("https://wz.example.gov.cn/".into()),
    }
}

fn hook(kind: &str, url: &str, secret: Option<&str>) -> Hook {
    written(kind, url, secret).check().unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_second(1_599_360_473).unwrap()
}

fn parcel(unit_name: &str) -> Parcel {
    Parcel {
        id: "d1".into(),
        happening: Happening {
            id: "e1".into(),
            event: Name::Assigned,
            at: now(),
            ticket: Some(Ticket {
                number: "Z20261123-0007".into(),
                unit: "hrss".into(),
                unit_name: unit_name.into(),
                phase: "assigned".into(),
                due: date(2026, 11, 30),
            }),
            topic: None,
        },
        attempts: 1,
        since: now(),
    }
}

fn sent(hook: &Hook, parcels: &[Parcel]) -> (Request, Value) {
    let request = request(hook, parcels, &Locales::embedded().unwrap(), now());
    let body = serde_json::from_str(&request.body).unwrap();
    (request, body)
}

#[test]
fn settings_that_would_leak_or_never_send_are_refused() {
    let refused = |written: Written| written.check().unwrap_err();
    for url in ["http://example.com/x", "ftp://example.com", "example.com", "http://localhost.example.com/"] {
        assert_eq!(refused(written("wecom", url, None)), HookError::Url, "{url}");
    }
    for url in ["http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:9/x", "https://10.0.0.7/x"] {
        assert!(written("wecom", url, None).check().is_ok(), "{url}");
    }
    assert_eq!(refused(written("plain", WECOM, None)), HookError::Secret);
    assert_eq!(refused(written("plain", WECOM, Some("hunter2"))), HookError::Secret);
    assert_eq!(refused(written("plain", WECOM, Some("whsec_c2hvcnQ="))), HookError::Secret);
    assert_eq!(refused(written("wecom", WECOM, Some("x"))), HookError::SecretOfWeCom);
    assert_eq!(refused(written("slack", WECOM, None)), HookError::Kind);
    assert_eq!(refused(Written { name: "A b".into(), ..written("wecom", WECOM, None) }), HookError::Name);
    assert_eq!(refused(Written { events: vec![], ..written("wecom", WECOM, None) }), HookError::NoEvents);
    let unknown = Written { events: vec!["ticket.asigned".into()], ..written("wecom", WECOM, None) };
    assert!(refused(unknown).to_string().contains("there is no ticket.asigned; there are ticket.assigned, "));
    let console = Some("javascript:alert(1)".into());
    assert_eq!(refused(Written { console, ..written("wecom", WECOM, None) }), HookError::Console);
}

#[test]
fn nothing_secret_is_printed() {
    let feishu = hook("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/deadbeef", Some("hunter2"));
    let wecom = hook("wecom", WECOM, None);
    let plain = hook("plain", "https://u:hunter2@example.com/deadbeef", Some(KEY));
    let printed = format!("{feishu:?} {wecom:?} {plain:?} {:?}", written("plain", WECOM, Some("hunter2")));
    for secret in ["hunter2", "deadbeef", "693axxx6", "MfKQ9r8"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert_eq!(wecom.target.origin(), "https://qyapi.weixin.qq.com");
}

#[test]
fn a_hook_hears_only_of_its_units_and_events() {
    let one = Hook { units: ["hrss".to_owned()].into(), ..hook("wecom", WECOM, None) };
    let mut happening = parcel("人社局").happening;
    assert!(one.wants(&happening));
    happening.event = Name::Rated;
    assert!(!one.wants(&happening));
    happening.event = Name::Assigned;
    happening.ticket = happening.ticket.map(|ticket| Ticket { unit: "tax".into(), ..ticket });
    assert!(!one.wants(&happening));
}

#[test]
fn other_systems_get_signed_json() {
    let plain = hook("plain", "https://example.com/in?tenant=1", Some(KEY));
    let (request, body) = sent(&plain, &[parcel("人社局")]);
    let ticket = json!({ "number": "Z20261123-0007", "unit": "hrss", "phase": "assigned", "due": "2026-11-30",
        "link": "https://wz.example.gov.cn/console/tickets/Z20261123-0007" });
    let expected = json!({ "id": "e1", "event": "ticket.assigned", "at": "2020-09-06T02:47:53Z", "ticket": ticket });
    assert_eq!(body, expected);
    assert_eq!(request.query(), "tenant=1");
    let key = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &KEY[6..]).unwrap();
    let signature = sign::standard(&key, "d1", now().as_second(), &request.body);
    let headers = [("webhook-id", "d1".to_owned()), ("webhook-timestamp", "1599360473".to_owned())];
    assert_eq!(request.headers, [headers.as_slice(), &[("webhook-signature", signature)]].concat());
}

/// The shape is that of <https://developer.work.weixin.qq.com/document/path/91770>, "markdown类型".
#[test]
fn wecom_gets_markdown() {
    let (request, body) = sent(&hook("wecom", WECOM, None), &[parcel("人社局"), parcel("税务局")]);
    let content = "**问政转办提醒**\n\
        [Z20261123-0007](https://wz.example.gov.cn/console/tickets/Z20261123-0007) 人社局：有新的转办件，答复期限2026年11月30日\n\
        [Z20261123-0007](https://wz.example.gov.cn/console/tickets/Z20261123-0007) 税务局：有新的转办件，答复期限2026年11月30日";
    assert_eq!(body, json!({ "msgtype": "markdown", "markdown": { "content": content } }));
    assert_eq!(request.query(), "key=693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa");
    assert!(request.headers.is_empty());
}

/// The shape is that of <https://open.dingtalk.com/document/robots/custom-robot-access>, "markdown类型", signed as
/// <https://open.dingtalk.com/document/robots/customize-robot-security-settings> says.
#[test]
fn dingtalk_gets_markdown_and_a_signed_address() {
    let url = "https://oapi.dingtalk.com/robot/send?access_token=XXXXXX";
    let (request, body) = sent(&hook("dingtalk", url, Some("this is secret")), &[parcel("人社局")]);
    let text = "#### 问政转办提醒\n\n\
        [Z20261123-0007](https://wz.example.gov.cn/console/tickets/Z20261123-0007) 人社局：有新的转办件，答复期限2026年11月30日";
    assert_eq!(body, json!({ "msgtype": "markdown", "markdown": { "title": "问政转办提醒", "text": text } }));
    // The documentation's Python gives this at that time; its quote_plus and our encoding write the same.
    let sign = "hXZTWifRGHclNuZSKxoXc%2F%2Fsh51SWfVfRIhcdeKs63I%3D";
    assert_eq!(request.query(), format!("access_token=XXXXXX&timestamp=1599360473000&sign={sign}"));
    let (request, _) = sent(&hook("dingtalk", url, None), &[parcel("人社局")]);
    assert_eq!(request.query(), "access_token=XXXXXX");
}

/// The shape is that of <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>, "发送文本消息" and "签名校验".
#[test]
fn feishu_gets_text_and_a_signed_body() {
    let url = "https://open.feishu.cn/open-apis/bot/v2/hook/xxxxxxxxxxxxxxxxx";
    let (_, body) = sent(&hook("feishu", url, Some("SECdemo")), &[parcel("人社局")]);
    let text = "问政转办提醒\nZ20261123-0007 人社局：有新的转办件，答复期限2026年11月30日 \
        https://wz.example.gov.cn/console/tickets/Z20261123-0007";
    let sign = "UNvK0aHeWrPUMl0ySOUpIoYdvBDU1mnjgkbX5JtMxkk=";
    let expected = json!({ "timestamp": "1599360473", "sign": sign, "msg_type": "text", "content": { "text": text } });
    assert_eq!(body, expected);
    let (_, body) = sent(&hook("feishu", url, None), &[parcel("人社局")]);
    assert_eq!(body, json!({ "msg_type": "text", "content": { "text": text } }));
}

#[test]
fn the_largest_bundle_fits_and_names_are_no_marks() {
    let console = Some(format!("https://{}.gov.cn", "x".repeat(135)));
    let wecom = Written { console, ..written("wecom", WECOM, None) }.check().unwrap();
    for event in Name::ALL {
        let mut longest = parcel(&"镇".repeat(100));
        longest.happening.event = *event;
        let bundle: Vec<Parcel> = (0..BUNDLE).map(|_| longest.clone()).collect();
        let (_, body) = sent(&wecom, &bundle);
        let content = body["markdown"]["content"].as_str().unwrap();
        assert!(content.len() <= 4096, "{event:?}: {}", content.len());
        assert_eq!(content.lines().count(), usize::try_from(BUNDLE).unwrap() + 1);
    }
    let (_, body) = sent(&wecom, &[parcel("<@all>[局](x)")]);
    assert!(body["markdown"]["content"].as_str().unwrap().contains(" all  局  x "), "{body}");
}

fn answered(status: u16, retry_after: Option<&str>, body: &str) -> Reply {
    Reply::Answered { status, retry_after: retry_after.map(ToOwned::to_owned), body: body.into() }
}

/// The instants, in seconds, at which a delivery is tried when the answer is always the same.
fn tries(kind: &Kind, reply: &Reply) -> Vec<i64> {
    let (mut at, mut tries) = (now(), Vec::new());
    loop {
        tries.push(now().duration_until(at).as_secs());
        match decide(kind, reply, i64::try_from(tries.len()).unwrap(), now(), at) {
            Outcome::Retry { at: next, .. } => at = next,
            Outcome::Sent | Outcome::GivenUp(_) => return tries,
        }
    }
}

#[test]
fn a_failing_receiver_is_tried_for_three_days_and_a_refusing_one_for_an_hour() {
    let plain = hook("plain", "https://example.com", Some(KEY)).kind;
    for reply in [
        answered(500, None, ""),
        answered(503, None, ""),
        answered(408, None, ""),
        answered(429, None, ""),
        Reply::Silent("no answer in time".into()),
    ] {
        let tries = tries(&plain, &reply);
        assert_eq!(tries[..14], [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 7695], "{reply:?}");
        let (last, before) = (tries[tries.len() - 1], tries[tries.len() - 2]);
        assert_eq!(last - before, 3600);
        assert!((71 * 3600..=72 * 3600).contains(&last), "{last}");
    }
    for status in [301, 400, 401, 403, 404, 422] {
        assert_eq!(tries(&plain, &answered(status, None, "")), [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047]);
    }
    assert_eq!(tries(&plain, &answered(410, None, "")), [0]);
    for status in [200, 202, 204] {
        assert_eq!(decide(&plain, &answered(status, None, "anything"), 1, now(), now()), Outcome::Sent);
    }
}

#[test]
fn the_receivers_wait_is_kept() {
    let plain = hook("plain", "https://example.com", Some(KEY)).kind;
    for (text, seconds) in [
        ("120", 120),
        ("Sun, 06 Sep 2020 02:49:53 GMT", 120),
        ("Sun, 06 Sep 2020 02:00:00 GMT", 1),
        ("0", 1),
        ("-5", 1),
        ("999999999", 86_400),
        ("soon", 1),
    ] {
        let outcome = decide(&plain, &answered(429, Some(text), ""), 1, now(), now());
        let Outcome::Retry { at, pause, .. } = outcome else { panic!("{text}: {outcome:?}") };
        assert_eq!((at, pause), (now() + SignedDuration::from_secs(seconds), text != "soon"), "{text}");
    }
}

#[test]
fn robots_say_in_the_body_how_it_went() {
    let wecom = Kind::WeCom;
    let dingtalk = Kind::DingTalk { secret: None };
    let feishu = Kind::Feishu { secret: None };
    let decide = |kind: &Kind, body: &str| decide(kind, &answered(200, None, body), 1, now(), now());
    assert_eq!(decide(&wecom, r#"{"errcode":0,"errmsg":"ok"}"#), Outcome::Sent);
    assert_eq!(decide(&dingtalk, r#"{"errcode":0,"errmsg":"ok"}"#), Outcome::Sent);
    let success = r#"{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}"#;
    assert_eq!(decide(&feishu, success), Outcome::Sent);
    for (kind, body, seconds, pause) in [
        (&wecom, r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#, 60, true),
        (&dingtalk, r#"{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}"#, 600, true),
        (&feishu, r#"{"code":11232,"msg":"frequency limited"}"#, 60, true),
        (&wecom, r#"{"errcode":-1,"errmsg":"system busy"}"#, 1, false),
        (&wecom, "<html>", 1, false),
        (&feishu, "{}", 1, false),
        (&dingtalk, r#"{"errcode":310000,"errmsg":"sign not match"}"#, 1, false),
    ] {
        let outcome = decide(kind, body);
        let Outcome::Retry { at, pause: paused, .. } = outcome else { panic!("{body}: {outcome:?}") };
        assert_eq!((at, paused), (now() + SignedDuration::from_secs(seconds), pause), "{body}");
    }
    let refused = answered(200, None, r#"{"code":19021,"msg":"sign match fail or timestamp is not within one hour"}"#);
    assert_eq!(tries(&feishu, &refused).len(), 12);
}

#[test]
fn casework_events_have_their_names() {
    assert_eq!(Name::of_ticket_event("filed"), Some(Name::Assigned));
    assert_eq!(Name::of_ticket_event("approved"), Some(Name::Answered));
    assert_eq!(Name::of_ticket_event("drafted"), None);
    for name in Name::ALL {
        assert_eq!(serde_json::to_value(name).unwrap(), name.text());
    }
}

#[test]
fn a_topic_is_told_without_words_of_citizens() {
    let topic =
        Topic {
            id: "t1".into(), unit: "hrss".into(), unit_name: "人社局".into(), phase: "raised".into(), people: 21
        };
    let mut one = parcel("人社局");
    one.happening = Happening { event: Name::TopicRaised, ticket: None, topic: Some(topic), ..one.happening };
    let (_, body) = sent(&hook("plain", "https://example.com/in", Some(KEY)), &[one.clone()]);
    let topic = json!({ "id": "t1", "unit": "hrss", "phase": "raised", "people": 21,
        "link": "https://wz.example.gov.cn/console/topics/t1" });
    let expected = json!({ "id": "e1", "event": "topic.raised", "at": "2020-09-06T02:47:53Z", "ticket": null,
        "topic": topic });
    assert_eq!(body, expected);
    let link = "https://wz.example.gov.cn/console/topics/t1";
    let (_, body) = sent(&hook("wecom", WECOM, None), &[one.clone()]);
    let said = "人社局：有热点需要公开说明（21 人提到）";
    assert_eq!(body["markdown"]["content"], format!("**问政转办提醒**\n[{said}]({link})"));
    let (_, body) = sent(&hook("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/x", None), &[one.clone()]);
    assert_eq!(body["content"]["text"], format!("问政转办提醒\n{said} {link}"));
    let elsewhere = Hook {
        units: ["tax".to_owned()].into(),
        events: Name::ALL.iter().copied().collect(),
        ..hook("wecom", WECOM, None)
    };
    assert!(!elsewhere.wants(&one.happening));
    assert_eq!(Name::of_topic_event("explained"), Some(Name::TopicExplained));
    assert_eq!(Name::of_topic_event("cooled"), None);
}
