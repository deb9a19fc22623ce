//! The way of a question through the program: asked in the chat, answered in the console, read in the chat.

use serde_json::json;

use crate::{
    app::App,
    driver::{Page, Screen, in_browser, ticket_number},
};

/// What the bot said.
const HEARD: &str = "#log .heard";
/// How the bot asks which of several things is meant.
const ASKS_BACK: &str = "您问的是下面哪一件";
/// What can be picked.
const CHOICES: &str = "#log .choices button";
/// The unit that gets the question nobody has answered yet, and its accounts.
const UNIT: &str = "市交通局";
const STAFF: &str = "transport";
const REVIEWER: &str = "transport-review";

#[test]
fn a_question_goes_all_the_way_on_a_wide_screen() {
    travel(Screen::DESK);
}

#[test]
fn a_question_goes_all_the_way_on_a_phone() {
    travel(Screen::PHONE);
}

/// In English more stands below the talk.
#[test]
fn what_was_picked_comes_into_sight_on_a_phone() {
    let app = App::start();
    let origin = app.origin.clone();
    in_browser(Screen::PHONE, async move |page| {
        page.open(&format!("{origin}/?lang=en")).await;
        say(&page, "树死了怎么处理").await;
        page.click_on(CHOICES, "望川市古树名木保护管理办法").await;
        let last = format!("{HEARD}:last-of-type");
        page.wait_for_text(&last, "注销编号").await;
        page.is_in_sight(&last).await;
    });
}

fn travel(screen: Screen) {
    let app = App::start();
    let journey = Journey { origin: app.origin.clone() };
    in_browser(screen, async move |page| {
        page.open(&format!("{}/?lang=zh-CN", journey.origin)).await;
        page.fits_the_screen().await;
        page.screenshot("chat-welcome").await;
        ask_what_is_known(&page).await;
        comment_on_a_clause(&page).await;
        journey.ask_what_nobody_knows(&page).await;
    });
}

struct Journey {
    origin: String,
}

async fn say(page: &Page, text: &str) {
    page.fill("#text", text).await;
    page.click("#composer .send").await;
}

async fn ask_what_is_known(page: &Page) {
    for (question, meant, answer) in [
        ("社保卡丢了怎么办", "社保卡丢了怎么办", "先挂失，再补卡"),
        ("租房每个月能取多少公积金？", "租房每个月能取多少公积金", "最多1500元"),
        ("老板拖欠工资，去哪里投诉？", "老板拖欠工资，去哪里投诉", "12333"),
    ] {
        say(page, question).await;
        let last = format!("{HEARD}:last-of-type");
        // How sure the matcher must be before it answers at once is measured elsewhere: here it may ask back.
        if page.wait_for_any(&last, &[answer, ASKS_BACK]).await == 1 {
            page.click_on(&format!("{last} .choices button"), meant).await;
            page.wait_for_text(&last, answer).await;
        }
        // An answer says where it is from and whether that holds.
        page.wait_for_text(&format!("{last} .source"), "现行有效").await;
        page.is_in_sight(&last).await;
    }
    page.fits_the_screen().await;
    page.screenshot("chat-answers").await;
}

async fn comment_on_a_clause(page: &Page) {
    say(page, "征求意见").await;
    for pick in ["望川市电动自行车", "看草案条文", "第4条", "建议修改"] {
        page.click_on(CHOICES, pick).await;
    }
    page.wait_for_text(HEARD, "请写下您的意见").await;
    say(page, "充电桩要装在雨棚下面，老小区也要有。").await;
    page.wait_for_text(HEARD, "回执号：Y-").await;
    page.fits_the_screen().await;
    page.screenshot("chat-opinion").await;
}

impl Journey {
    async fn ask_what_nobody_knows(&self, page: &Page) {
        say(page, "柳溪县老码头的渡船明年还开不开？").await;
        let last = format!("{HEARD}:last-of-type .choices button");
        if page.wait_for_any(&last, &["换一个部门", "都不是"]).await == 1 {
            page.click_on(&last, "都不是").await;
        }
        for pick in ["换一个部门", UNIT] {
            page.click_on(CHOICES, pick).await;
        }
        page.wait_for_text(HEARD, "已转办").await;
        let number = ticket_number(&page.text("#log").await);
        page.fits_the_screen().await;
        page.screenshot("chat-routed").await;
        // Lost when the page is loaded anew.
        page.client.execute("window.stayed = true", vec![]).await.unwrap();

        page.in_another_tab(async |page| self.answer(page, &number).await).await;

        page.wait_for_text(HEARD, "老码头渡船明年照常开").await;
        let stayed = page.client.execute("return window.stayed === true", vec![]).await.unwrap();
        assert_eq!(stayed, json!(true), "the reply came without loading the page anew");
        page.fits_the_screen().await;
        page.screenshot("chat-reply").await;
        page.click_on(CHOICES, "解决了").await;
        page.wait_for_text(HEARD, "谢谢您的评价").await;
    }

    /// Staff of the unit draft a reply, somebody else approves it.
    async fn answer(&self, page: &Page, number: &str) {
        self.log_in(page, STAFF).await;
        page.wait_for_text("main th a", number).await;
        page.fits_the_screen().await;
        page.screenshot("console-tickets").await;
        page.click_on("main th a", number).await;
        self.act(page, number, "claim", None).await;
        self.act(page, number, "draft", Some(("#draft-text", "老码头渡船明年照常开，每天六班，票价两元。"))).await;
        // Nobody approves their own draft.
        assert_eq!(page.count(&form(number, "approve")).await, 0);
        page.fits_the_screen().await;
        page.screenshot("console-drafted").await;
        page.click("form.leave button").await;

        self.log_in(page, REVIEWER).await;
        page.click_on("main th a", number).await;
        self.act(page, number, "approve", None).await;
        page.wait_for_text("blockquote.words", "每天六班").await;
        page.fits_the_screen().await;
        page.screenshot("console-approved").await;
    }

    async fn log_in(&self, page: &Page, login: &str) {
        page.open(&format!("{}/console/login?lang=zh-CN", self.origin)).await;
        page.fill("#login", login).await;
        page.fill("#password", wenzheng::demo::PASSWORD).await;
        page.screenshot("console-login").await;
        page.click("form[action='/console/login'] button").await;
        page.find("form.leave").await;
    }

    async fn act(&self, page: &Page, number: &str, act: &str, words: Option<(&str, &str)>) {
        let form = form(number, act);
        if let Some((field, text)) = words {
            page.fill(&format!("{form} {field}"), text).await;
        }
        page.click(&format!("{form} button")).await;
        // The page that follows says that it was done.
        page.find("main > p.done").await;
    }
}

/// The form of an act on a ticket.
fn form(number: &str, act: &str) -> String {
    format!("form[action='/console/tickets/{number}/{act}']")
}
