//! A day's work: thirty questions come in on three channels, and officials do all that is to be done with them, with the
//! keyboard only. Then every page is looked at by axe-core, wide and narrow.

use std::{sync::Arc, time::Instant};

use serde_json::json;

use crate::{
    axe::Report,
    citizens::{self, Asked, Citizen},
    desk::Desk,
    driver::{Page, Screen, in_browser},
    pages::Walk,
    service::Service,
    support::telegram::FakeTelegram,
};

const TRANSPORT: &str = "市交通局";
const HOUSING: &str = "市住建局";

// What will be done with the questions that aren't left for tomorrow.
const FERRY: &str = "柳溪县老码头的渡船明年还开不开？";
const STOP: &str = "城东客运站门口的公交站牌坏了，什么时候能修好？";
const STOP_ON_THE_WEB: &str = "城东客运站门口的公交站牌坏了很久，什么时候修好？";
const STOP_AT_THE_TERMINAL: &str = "城东客运站门口公交站牌坏了，什么时候能修好呀？";
const NIGHT_BUS: &str = "19路公交的末班车能不能晚半个小时？";
const TAXI: &str = "火车站的出租车候客区为什么搬到负二层？";
const SEWER: &str = "文华路小区里的污水管堵了归谁疏通？";
const LIFT: &str = "我们楼加装电梯，一楼不同意怎么办？";
const BRIDGE: &str = "柳溪大桥封闭维修到哪一天？";
const PARKING: &str = "望江大道公交专用道周末能不能停车？";

const ON_TELEGRAM: [Asked; 10] = [
    (FERRY, TRANSPORT),
    (STOP, TRANSPORT),
    (BRIDGE, TRANSPORT),
    ("安平路口的红灯为什么那么长？", TRANSPORT),
    ("共享电动车能骑上望江大桥吗？", TRANSPORT),
    ("乡村客运班车国庆期间加不加班？", TRANSPORT),
    ("长途汽车站的寄存柜还收费吗？", TRANSPORT),
    ("老小区外墙脱落由谁来修？", HOUSING),
    ("物业公司换了，押金还退不退？", HOUSING),
    ("工地夜里浇混凝土有没有许可？", HOUSING),
];
const ON_THE_WEB: [Asked; 10] = [
    (NIGHT_BUS, TRANSPORT),
    (STOP_ON_THE_WEB, TRANSPORT),
    (SEWER, TRANSPORT),
    ("学校门口能不能设一个接送车位？", TRANSPORT),
    ("轮渡码头的候船室冬天有暖气吗？", TRANSPORT),
    ("货车进城的通行证在哪里领？", TRANSPORT),
    ("公交车上能不能带折叠自行车？", TRANSPORT),
    ("房子漏水，楼上不让进门查怎么办？", HOUSING),
    ("小区地下车位只卖不租合理吗？", HOUSING),
    ("装修队在楼道里堆沙子谁来管？", HOUSING),
];
const AT_TERMINALS: [(&str, [Asked; 5]); 2] = [
    (
        "lin",
        [
            (TAXI, TRANSPORT),
            (LIFT, TRANSPORT),
            (STOP_AT_THE_TERMINAL, TRANSPORT),
            ("二桥的人行道夜里为什么不亮灯？", TRANSPORT),
            ("新建小区的燃气什么时候通？", HOUSING),
        ],
    ),
    (
        "he",
        [
            (PARKING, TRANSPORT),
            ("校车路线可以在网上查到吗？", TRANSPORT),
            ("驾校多收的补考费能不能退？", TRANSPORT),
            ("公共厕所的无障碍扶手断了谁来装？", HOUSING),
            ("棚户区改造的安置房几号交房？", HOUSING),
        ],
    ),
];

/// What whoever must wait longer is told.
const MORE_TIME: &str = "需要更多时间，答复期限延到";

/// What the officials answer.
const REPLIES: [(&str, &str); 6] = [
    (FERRY, "老码头渡船明年照常开，每天六班，票价两元。"),
    (STOP, "站牌已经送修，本月底前装回原处。"),
    (NIGHT_BUS, "从下月一日起，19路末班车改为22时30分发车。"),
    (TAXI, "地面候客区影响救护车通行，所以移到负二层，并增加了指引牌。"),
    (SEWER, "小区内的污水管由物业疏通，市政管道由排水公司疏通，两家已约定周四到场。"),
    (LIFT, "一楼住户不同意的，由社区组织协商；协商不成，可以申请街道调解。"),
];

#[test]
fn a_days_work_is_done_with_the_keyboard() {
    in_browser(Screen::DESK, async |page| {
        let began = Instant::now();
        let telegram = Arc::new(FakeTelegram::start().await);
        let service = Arc::new(Service::start(telegram.url()).await);
        told(began, "the service is up");
        let day = Day { citizens: arrivals(&service, &telegram).await, service, page };
        told(began, "30 tickets are in");

        day.transport_works().await;
        day.two_work_on_the_same_ticket().await;
        told(began, "the unit has drafted");
        day.transport_reviews().await;
        day.the_dispatcher_assigns().await;
        day.housing_answers().await;
        told(began, "the day's work is done");
        day.everybody_hears_once().await;
        told(began, "everybody has heard");

        day.pages_are_for_everybody().await;
        told(began, "all pages were looked at");
    });
}

fn told(began: Instant, what: &str) {
    eprintln!("{:5.1} s  {what}", began.elapsed().as_secs_f64());
}

async fn arrivals(service: &Arc<Service>, telegram: &Arc<FakeTelegram>) -> Vec<Citizen> {
    // The terminals are programs of their own on the same store, beside the running service.
    let at_terminals = AT_TERMINALS.map(|(person, asked)| {
        let service = service.clone();
        tokio::spawn(async move { citizens::at_a_terminal(&service, person, &asked).await })
    });
    let (mut all, others) =
        tokio::join!(citizens::on_telegram(telegram, &ON_TELEGRAM), citizens::on_the_web(service, &ON_THE_WEB));
    all.extend(others);
    for terminal in at_terminals {
        all.extend(terminal.await.unwrap());
    }
    let mut numbers: Vec<&str> = all.iter().map(|citizen| citizen.number.as_str()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 30, "each question is a ticket of its own");
    for channel in ["telegram", "web", "terminal"] {
        assert_eq!(all.iter().filter(|citizen| citizen.channel() == channel).count(), 10, "{channel}");
    }
    all
}

struct Day {
    service: Arc<Service>,
    citizens: Vec<Citizen>,
    page: Page,
}

impl Day {
    /// The number of a question's ticket.
    fn number(&self, question: &str) -> &str {
        &self.citizens.iter().find(|citizen| citizen.question == question).unwrap().number
    }

    async fn log_in<'p>(&self, page: &'p Page, login: &str) -> Desk<'p> {
        Desk::log_in(page, &self.service.origin, login).await
    }

    /// The unit takes on, drafts, returns, transfers, merges, and asks for time.
    async fn transport_works(&self) {
        let desk = self.log_in(&self.page, "transport").await;
        assert_eq!(desk.view("办理中").await, 21);
        assert_eq!(desk.view("待受理").await, 21);
        desk.to_the_inbox().await;
        desk.hands.key('?').await;
        self.page.wait_for_text("dialog", "快捷键").await;
        self.page.screenshot("keys").await;
        desk.hands.key(fantoccini::key::Key::Escape.into()).await;
        desk.claim_in_the_list(self.number(FERRY)).await;
        let several = ON_TELEGRAM[3..7].iter().map(|(question, _)| self.number(question)).collect::<Vec<_>>();
        desk.claim_several(&several).await;
        assert_eq!(desk.view("待受理").await, 16);
        assert_eq!(desk.view("我经办的").await, 5);

        desk.walk_to(self.number(FERRY)).await;
        desk.write_draft(reply_to(FERRY)).await;
        desk.press("保存答复草稿").await;
        for question in [STOP, NIGHT_BUS, TAXI] {
            desk.draft(self.number(question), reply_to(question)).await;
        }
        desk.merge(self.number(STOP_ON_THE_WEB), self.number(STOP)).await;
        desk.merge(self.number(STOP_AT_THE_TERMINAL), self.number(STOP)).await;
        desk.give_back(self.number(SEWER), "小区排水不归交通部门，应由住建部门办理。").await;
        desk.transfer(self.number(LIFT), "望川市住房和城乡建设局", "加装电梯由住建部门牵头。").await;
        desk.ask_for_time(self.number(BRIDGE), "3", "要等检测单位的报告。").await;
        // Two were merged, one was returned, one transferred.
        assert_eq!(desk.view("办理中").await, 17);
        assert_eq!(desk.view("待审核").await, 4);
        desk.log_out().await;
    }

    /// Two officials write the same reply at the same time. Who saves later is told what the other wrote, and finds
    /// their own words where they were.
    async fn two_work_on_the_same_ticket(&self) {
        const FIRST: &str = "公交专用道周末全天可以通行，但不能停车。";
        const SECOND: &str = "路边的泊位周末免费两小时。";
        let number = self.number(PARKING).to_owned();
        let (here, service) = (self.page.clone(), self.service.clone());
        self.page
            .beside(Screen::DESK, async move |there| {
                let first = Desk::log_in(&here, &service.origin, "transport").await;
                first.open(&number).await;
                let second = Desk::log_in(&there, &service.origin, "transport-review").await;
                second.open(&number).await;
                there.wait_for_text(".present", "市交通局经办正打开此件").await;
                here.wait_for_text(".present", "市交通局审核正打开此件").await;

                second.write_draft(SECOND).await;
                here.wait_for_text(".present", "市交通局审核正在编辑此件").await;
                here.screenshot("presence").await;
                first.write_draft(FIRST).await;
                there.wait_for_text(".present", "市交通局经办正在编辑此件").await;

                there.screenshot("drafting").await;
                first.press("保存答复草稿").await;
                // The other page says so, and leaves alone what is typed.
                there.wait_for_text("#live", "市交通局经办起草了答复").await;
                there.wait_for_text(".present", "市交通局经办正打开此件").await;
                assert_eq!(typed(&there).await, SECOND);

                second.hands.tab_to("button", "保存答复草稿").await;
                second.hands.enter().await;
                there.wait_for_text("section.problems", "没有保存您的操作，因为转办件已发生变化").await;
                there.wait_for_text("section.problems", "市交通局经办起草了答复").await;
                there.wait_for_text("blockquote.words", FIRST).await;
                assert_eq!(typed(&there).await, SECOND);
                there.screenshot("conflict").await;

                // Having read it, they say both.
                second.hands.skip().await;
                second.write_draft(FIRST).await;
                second.press("保存答复草稿").await;
                there.wait_for_text("blockquote.words", &format!("{SECOND}{FIRST}")).await;
                here.wait_for_text("blockquote.words", &format!("{SECOND}{FIRST}")).await;
                second.log_out().await;
                first.log_out().await;
            })
            .await;
    }

    /// A reviewer approves what others drafted, and grants the time.
    async fn transport_reviews(&self) {
        let desk = self.log_in(&self.page, "transport-review").await;
        assert_eq!(desk.view("待审核").await, 5);
        desk.open(self.number(FERRY)).await;
        desk.hands.tab_to("button", "审核通过并发送").await;
        self.page.screenshot("review").await;
        for question in [FERRY, STOP, NIGHT_BUS, TAXI] {
            desk.approve(self.number(question)).await;
        }
        desk.open(self.number(BRIDGE)).await;
        desk.press("同意延期").await;
        // Nobody approves what they wrote themselves.
        desk.open(self.number(PARKING)).await;
        self.page.wait_for_text("main .hint", "这份答复由您起草").await;
        assert_eq!(desk.view("待审核").await, 1);
        assert_eq!(desk.view("办理中").await, 13);
        desk.log_out().await;
    }

    /// What came back gets its unit.
    async fn the_dispatcher_assigns(&self) {
        let desk = self.log_in(&self.page, "dispatch").await;
        assert_eq!(desk.view("单位退回").await, 1);
        desk.walk_to(self.number(SEWER)).await;
        desk.assign("望川市住房和城乡建设局").await;
        assert_eq!(desk.view("单位退回").await, 0);
        assert_eq!(desk.view("全部办理中").await, 24);
        desk.log_out().await;
    }

    /// The other unit answers what was transferred and what was assigned.
    async fn housing_answers(&self) {
        let desk = self.log_in(&self.page, "housing").await;
        assert_eq!(desk.view("办理中").await, 11);
        for question in [SEWER, LIFT] {
            desk.claim_in_the_list(self.number(question)).await;
            desk.draft(self.number(question), reply_to(question)).await;
        }
        // What was designated can't be returned again.
        desk.open(self.number(SEWER)).await;
        assert_eq!(self.page.count("form[action$='/return']").await, 0);
        desk.log_out().await;
        let desk = self.log_in(&self.page, "housing-review").await;
        for question in [SEWER, LIFT] {
            desk.approve(self.number(question)).await;
        }
        assert_eq!(desk.view("办理中").await, 9);
        assert_eq!(desk.view("待审核").await, 0);
        desk.log_out().await;
    }

    /// Whoever was answered has the reply once, on the channel they came by; nobody else has one.
    async fn everybody_hears_once(&self) {
        let [(one, _), (other, _)] = AT_TERMINALS;
        let (printed, also) = tokio::join!(
            citizens::back_at_the_terminal(&self.service, one),
            citizens::back_at_the_terminal(&self.service, other),
        );
        let prints = [(one, printed), (other, also)].into();
        for citizen in &self.citizens {
            let asked = match citizen.question {
                STOP_ON_THE_WEB | STOP_AT_THE_TERMINAL => STOP,
                own => own,
            };
            let reply = REPLIES.iter().find(|(question, _)| *question == asked).map(|(_, reply)| *reply);
            let expected = if citizen.question == BRIDGE { Some(MORE_TIME) } else { reply };
            let told = citizen.told(&prints, expected.unwrap_or_default()).await;
            let count = |words: &str| told.iter().filter(|text| text.contains(words)).count();
            let context = format!("{} on {}: {told:#?}", citizen.question, citizen.channel());
            let own = format!("您的问题（{}）有答复了", citizen.number);
            assert_eq!(count(&own), usize::from(reply.is_some()), "{context}");
            if let Some(reply) = reply {
                assert_eq!(count(reply), 1, "{context}");
            }
            let more_time = usize::from(citizen.question == BRIDGE);
            assert_eq!(count(MORE_TIME), more_time, "{context}");
        }
    }

    /// Every page, at both widths.
    async fn pages_are_for_everybody(&self) {
        let mut report = Report::default();
        let tickets: Vec<(&'static str, String)> = [
            ("ticket-claimed", ON_TELEGRAM[3].0),
            ("ticket-new", ON_THE_WEB[3].0),
            ("ticket-extended", BRIDGE),
            ("ticket-drafted", PARKING),
            ("ticket-answered", FERRY),
            ("ticket-merged", STOP_ON_THE_WEB),
        ]
        .map(|(name, question)| (name, self.number(question).to_owned()))
        .to_vec();
        walk(&self.page, &self.service.origin, &tickets, &mut report).await;
        let service = self.service.clone();
        let report = Arc::new(tokio::sync::Mutex::new(report));
        let shared = report.clone();
        self.page
            .beside(Screen::PHONE, async move |page| {
                walk(&page, &service.origin, &tickets, &mut *shared.lock().await).await;
            })
            .await;
        std::mem::take(&mut *report.lock().await).settle();
    }
}

async fn walk(page: &Page, origin: &str, tickets: &[(&'static str, String)], report: &mut Report) {
    let tickets: Vec<(&str, &str)> = tickets.iter().map(|(name, number)| (*name, number.as_str())).collect();
    let drafted = tickets.iter().find(|(name, _)| *name == "ticket-drafted").unwrap().1;
    let mut walk = Walk { page, origin, report };
    walk.of_the_public().await;
    walk.of_the_door().await;
    walk.of_staff("transport", &tickets).await;
    walk.of_a_reviewer("transport-review", drafted).await;
    walk.of_dispatchers().await;
    walk.of_administrators().await;
}

/// What stands in the reply's field.
async fn typed(page: &Page) -> String {
    let value = page.client.execute("return document.getElementById('draft-text').value", vec![]).await.unwrap();
    assert!(value.is_string(), "{}", json!(value));
    value.as_str().unwrap_or_default().to_owned()
}

fn reply_to(question: &str) -> &'static str {
    REPLIES.iter().find(|(asked, _)| *asked == question).unwrap().1
}
