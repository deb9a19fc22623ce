//! Reads a transcript. Keywords are Chinese or English; every other line is prose and means nothing to the test.

/// One line of a transcript that does or expects something.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: usize,
    /// What it does.
    pub step: Step,
}

/// What a line does or expects.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// 市民：the citizen writes.
    Write(String),
    /// 选择：the citizen picks a choice by its label, or the beginning of it.
    Pick(String),
    /// 伪造：a choice comes back that nobody offered.
    Forge(String),
    /// 打开：the citizen opens the conversation, perhaps by a link with a payload.
    Open(String),
    /// 另一位市民：somebody else from here on, who opens a new conversation.
    SomebodyElse(String),
    /// 又有 N 位市民同样：so many more people, one after the other, do what the citizens of the transcript did so far.
    Crowd(usize),
    /// 重复：the channel brings the last message once more.
    Repeat,
    /// 机器人：what the citizen has heard since the last such line holds these pieces, in order.
    Hears(Vec<String>),
    /// 机器人没说：it doesn't hold any of these.
    NotHears(Vec<String>),
    /// 选项：these choices are offered by the last message that offers any.
    Offered(Vec<String>),
    /// 机器人不作声：nothing was said.
    Silence,
    /// 下载：the file whose address the bot told last is there, and holds this.
    Fetch(String),
    /// 下载不到：it isn't there any more.
    FetchNot,
    /// 记住 NAME：the ticket number the bot named last is NAME's from here on.
    Remember(String),
    /// 时间：the clock moves to an instant of the city.
    Clock(String),
    /// 绑定码 LOGIN：they make a code for their unit, `{绑定码}` from here on. 个人码 LOGIN：one of their own, `{个人码}`.
    Code {
        /// Who.
        login: String,
        /// For their unit, not for themselves.
        unit: bool,
    },
    /// 群里 NAME：what somebody says in the group of the transcript.
    InGroup(String, Said),
    /// 私信 NAME：what the same person writes to the bot alone.
    InPrivate(String, String),
    /// 群里听到：what the bot said in the group, or to whoever pressed a button, holds these pieces, in order.
    GroupHears(Vec<String>),
    /// 群里没听到：it holds none of these.
    GroupHearsNot(Vec<String>),
    /// 私信听到 NAME：what the bot wrote to them alone holds these pieces.
    PrivateHears(String, Vec<String>),
    /// 移出群：the bot is removed from the group.
    Removed,
    /// 群升级：the group gets another id.
    Upgraded,
    /// 聊天页 LOGIN：the console's page about chats shows these pieces.
    ChatPage(String, Vec<String>),
    /// 解除绑定 LOGIN：they end the binding in the console.
    Unbind(String),
    /// 工作人员 LOGIN：somebody at the console acts.
    Staff {
        /// Who.
        login: String,
        /// Whether the act is to be refused.
        refused: bool,
        /// What they do.
        act: StaffAct,
    },
}

/// How something is said in a group.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// As a message of its own.
    Text(String),
    /// 答：as an answer to the bot's last message there.
    Answer(String),
    /// 点：by pressing a button, named by the beginning of its label.
    Press(String),
}

/// What staff do at the console.
#[derive(Debug, Clone, PartialEq)]
pub enum StaffAct {
    /// 受理 N, and whatever else is a form of the ticket's page.
    Form {
        /// The ticket.
        number: String,
        /// The form's name in its address.
        verb: &'static str,
        /// What is filled in, by field.
        fields: Vec<(&'static str, String)>,
    },
    /// 提交知识 N QUESTION
    Propose(String, String),
    /// 附上 N NAME CONTENT: a text file that goes with the reply.
    Attach(String, String),
    /// 发布知识 N
    Publish(String),
    /// 看不到 N: the page isn't there for them.
    CannotSee(String),
    /// 看到 N TEXT: the page shows it.
    Sees(String, String),
    /// 有提醒 N TEXT: a notice about the ticket holds it.
    Noticed(String, String),
    /// 没有提醒 N TEXT: none does.
    NotNoticed(String, String),
    /// 采纳说法 DOCUMENT WORDING: what a citizen wrote becomes a phrasing of what they found.
    AcceptWording(String, String),
    /// 不采纳说法 DOCUMENT WORDING
    RefuseWording(String, String),
    /// 没有说法 DOCUMENT WORDING: nothing of the sort waits there.
    NoWording(String, String),
    /// 更名 CODE DAY NAME SHORT
    RenameUnit(String, String),
    /// 并入 CODE DAY INTO
    MergeUnit(String, String),
    /// 撤销 CODE DAY [SUCCESSOR]
    AbolishUnit(String, String),
    /// 热点 WORDS SHOWN: the list has a topic with these words, and its row shows this.
    SeesTopic(String, String),
    /// 没有热点 WORDS: the list has none with these words.
    NoTopic(String),
    /// 说明热点 WORDS DOCUMENT: the topic is explained by this document.
    ExplainTopic(String, String),
    /// 无需说明热点 WORDS REASON
    DismissTopic(String, String),
}

impl StaffAct {
    /// Whether routing learns from it.
    pub fn teaches(&self) -> bool {
        matches!(self, Self::Form { verb: "assign" | "transfer", .. })
    }
}

/// Reads a transcript; a line that begins like a step but isn't one is a mistake.
pub fn read(text: &str) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let Some((keyword, rest)) = line.split_once(['：', ':']) else { continue };
        let (keyword, rest) = (keyword.trim(), rest.trim());
        if let Some(step) = step(keyword, rest).map_err(|what| format!("line {}: {what}", place + 1))? {
            lines.push(Line { number: place + 1, step });
        }
    }
    if lines.is_empty() { Err("nothing happens in it".to_owned()) } else { Ok(lines) }
}

fn step(keyword: &str, rest: &str) -> Result<Option<Step>, String> {
    let pieces = || rest.split('…').map(str::trim).filter(|piece| !piece.is_empty()).map(str::to_owned).collect();
    let choices = || rest.split(['｜', '|']).map(|label| label.trim().to_owned()).collect();
    Ok(Some(match keyword {
        "市民" | "citizen" => Step::Write(rest.to_owned()),
        "选择" | "pick" => Step::Pick(rest.to_owned()),
        "伪造" | "forge" => Step::Forge(rest.to_owned()),
        "打开" | "open" => Step::Open(rest.to_owned()),
        "另一位市民" | "somebody else" => Step::SomebodyElse(rest.to_owned()),
        "又有" | "another" => Step::Crowd(crowd(rest)?),
        "重复" | "repeat" => Step::Repeat,
        "机器人" | "bot" => Step::Hears(pieces()),
        "机器人没说" | "bot says not" => Step::NotHears(pieces()),
        "选项" | "choices" => Step::Offered(choices()),
        "机器人不作声" | "silence" => Step::Silence,
        "下载" | "fetch" => Step::Fetch(rest.to_owned()),
        "下载不到" | "fetch not" => Step::FetchNot,
        "记住" | "remember" => Step::Remember(rest.to_owned()),
        "时间" | "clock" => Step::Clock(rest.to_owned()),
        "群里听到" | "group hears" => Step::GroupHears(pieces()),
        "群里没听到" | "group hears not" => Step::GroupHearsNot(pieces()),
        "移出群" | "group removes the bot" => Step::Removed,
        "群升级" | "group becomes a supergroup" => Step::Upgraded,
        _ => {
            let mut words = keyword.split_whitespace();
            let first = words.next().unwrap_or_default();
            if let Some(step) = chat_step(first, words.clone(), rest, pieces())? {
                return Ok(Some(step));
            }
            if !matches!(first, "工作人员" | "staff") {
                return Ok(None);
            }
            let login = words.next().ok_or("say who: 工作人员 LOGIN：…")?.to_owned();
            let refused = match words.next() {
                None => false,
                Some("被拒绝" | "refused") => true,
                Some(other) => return Err(format!("`{other}` means nothing here")),
            };
            Step::Staff { login, refused, act: staff_act(rest)? }
        }
    }))
}

/// What is done in chats, each by somebody: `群里 NAME 答：…`.
fn chat_step<'a>(
    verb: &str,
    mut words: impl Iterator<Item = &'a str>,
    rest: &str,
    pieces: Vec<String>,
) -> Result<Option<Step>, String> {
    let known = ["群里", "in-group", "私信", "in-private", "私信听到", "private-hears", "聊天页", "chat-page"];
    let codes = ["绑定码", "unit-code", "个人码", "own-code", "解除绑定", "unbinds"];
    if !known.contains(&verb) && !codes.contains(&verb) {
        return Ok(None);
    }
    let who = words.next().ok_or_else(|| format!("say who: {verb} NAME：…"))?.to_owned();
    let how = words.next();
    Ok(Some(match (verb, how) {
        ("绑定码" | "unit-code", None) => Step::Code { login: who, unit: true },
        ("个人码" | "own-code", None) => Step::Code { login: who, unit: false },
        ("解除绑定" | "unbinds", None) => Step::Unbind(who),
        ("聊天页" | "chat-page", None) => Step::ChatPage(who, pieces),
        ("私信" | "in-private", None) => Step::InPrivate(who, rest.to_owned()),
        ("私信听到" | "private-hears", None) => Step::PrivateHears(who, pieces),
        ("群里" | "in-group", None) => Step::InGroup(who, Said::Text(rest.to_owned())),
        ("群里" | "in-group", Some("答" | "answers")) => Step::InGroup(who, Said::Answer(rest.to_owned())),
        ("群里" | "in-group", Some("点" | "presses")) => Step::InGroup(who, Said::Press(rest.to_owned())),
        (_, Some(other)) => return Err(format!("`{other}` means nothing here")),
        (_, None) => return Ok(None),
    }))
}

/// The number in `19 位市民同样` or `19 people do the same`.
fn crowd(rest: &str) -> Result<usize, String> {
    let number = rest.split_whitespace().next().and_then(|number| number.parse().ok());
    number.ok_or_else(|| "say how many: 又有：19 位市民同样".to_owned())
}

fn staff_act(rest: &str) -> Result<StaffAct, String> {
    let mut words = rest.splitn(3, char::is_whitespace);
    let verb = words.next().unwrap_or_default();
    let number = words.next().ok_or("say which ticket: {编号}")?.to_owned();
    let words = words.next().unwrap_or_default().trim().to_owned();
    if let Some((verb, fields)) = form(verb) {
        // What is missing is left empty, as a form that nobody filled in.
        let mut rest = words.as_str();
        let fields = fields.iter().enumerate().map(|(place, field)| {
            let last = place + 1 == fields.len();
            let (first, after) =
                if last { (rest, "") } else { rest.split_once(char::is_whitespace).unwrap_or((rest, "")) };
            rest = after.trim_start();
            (*field, first.to_owned())
        });
        return Ok(StaffAct::Form { number, verb, fields: fields.collect() });
    }
    Ok(match verb {
        "提交知识" | "propose" => StaffAct::Propose(number, words),
        "附上" | "attach" => StaffAct::Attach(number, words),
        "发布知识" | "publish" => StaffAct::Publish(number),
        "看不到" | "cannot-see" => StaffAct::CannotSee(number),
        "看到" | "sees" => StaffAct::Sees(number, words),
        "有提醒" | "noticed" => StaffAct::Noticed(number, words),
        "没有提醒" | "not-noticed" => StaffAct::NotNoticed(number, words),
        "采纳说法" | "accept-wording" => StaffAct::AcceptWording(number, words),
        "不采纳说法" | "refuse-wording" => StaffAct::RefuseWording(number, words),
        "没有说法" | "no-wording" => StaffAct::NoWording(number, words),
        "部门更名" | "rename-unit" => StaffAct::RenameUnit(number, words),
        "部门并入" | "merge-unit" => StaffAct::MergeUnit(number, words),
        "部门撤销" | "abolish-unit" => StaffAct::AbolishUnit(number, words),
        "热点" | "sees-topic" => StaffAct::SeesTopic(number, words),
        "没有热点" | "no-topic" => StaffAct::NoTopic(number),
        "说明热点" | "explain-topic" => StaffAct::ExplainTopic(number, words),
        "无需说明热点" | "dismiss-topic" => StaffAct::DismissTopic(number, words),
        other => return Err(format!("staff can't `{other}`")),
    })
}

/// The form that a verb fills in: its name, and its fields in the order in which a line names them. The last one takes
/// the rest of the line.
fn form(verb: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match verb {
        "受理" | "claim" => ("claim", &[]),
        "起草" | "draft" => ("draft", &["text"]),
        "批准" | "approve" => ("approve", &[]),
        "打回" | "sendback" => ("send-back", &["remark"]),
        "退回" | "return" => ("return", &["reason"]),
        "指派" | "assign" => ("assign", &["unit"]),
        "转给" | "transfer" => ("transfer", &["unit", "reason"]),
        "交给" | "hand-over" => ("hand-over", &["to"]),
        "追问" | "ask-citizen" => ("ask-citizen", &["question"]),
        "申请延期" | "ask-extension" => ("ask-extension", &["days", "reason"]),
        "同意延期" | "grant" => ("grant", &[]),
        "不同意延期" | "refuse-extension" => ("refuse-extension", &["remark"]),
        "请配合" | "involve" => ("involve", &["unit"]),
        "写意见" | "part" => ("part", &["text"]),
        "不等" | "release" => ("release", &["unit", "reason"]),
        "并入" | "merge" => ("merge", &["number"]),
        "拆分" | "split" => ("split", &["unit", "words"]),
        "重办" | "reopen" => ("reopen", &["reason"]),
        "告知他处" | "refer" => ("refer", &["place", "text"]),
        _ => return None,
    })
}

#[test]
fn prose_is_not_a_step_and_mistakes_are_named() {
    let lines = read("# 标题\n说明：这只是说明\n市民：你好\nbot: 您好 … 直接告诉我\n").unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1].step, Step::Hears(vec!["您好".into(), "直接告诉我".into()]));
    let transfer = read("工作人员 a：转给 Z1 tax 归 税务局").unwrap().remove(0).step;
    let fields = vec![("unit", "tax".to_owned()), ("reason", "归 税务局".to_owned())];
    let act = StaffAct::Form { number: "Z1".into(), verb: "transfer", fields };
    assert_eq!(transfer, Step::Staff { login: "a".into(), refused: false, act });
    assert!(read("工作人员 a：飞 {编号}").unwrap_err().starts_with("line 1: "));
}
