//! Every kind of page, one after the other: it fits the screen, axe-core finds nothing that keeps people out, and there
//! is a picture of it.

use serde_json::json;
use wenzheng::demo::PASSWORD;

use crate::{axe::Report, driver::Page};

/// What the bot said last.
const LAST: &str = "#log .heard:last-of-type";

/// Words that are there for those who look and have no room: a rule for something else hides them. Heads of tables give
/// way to labels on a narrow screen.
const HIDDEN: &str = r"
    const lines = document.querySelectorAll('main :is(li, p, dt, dd, label, blockquote, button)');
    const small = (one) => { const box = one.getBoundingClientRect(); return box.width <= 2 || box.height <= 2; };
    return [...lines].filter((one) => one.textContent.trim() && one.checkVisibility() && small(one)).map((one) => one.textContent);";

/// A walk through the pages.
pub struct Walk<'p> {
    /// The browser.
    pub page: &'p Page,
    /// Where the service is.
    pub origin: &'p str,
    /// What was found.
    pub report: &'p mut Report,
}

impl Walk<'_> {
    async fn look(&mut self, name: &str) {
        self.page.fits_the_screen().await;
        let hidden = self.page.client.execute(HIDDEN, vec![]).await.unwrap();
        assert_eq!(hidden, json!([]), "words that nobody can see on {name}");
        self.page.screenshot(name).await;
        let name = format!("{name}-{}", self.page.width());
        self.report.look_at(self.page, &name).await;
    }

    async fn visit(&mut self, name: &str, path: &str) {
        self.page.open(&format!("{}{path}", self.origin)).await;
        self.look(name).await;
    }

    /// Follows the first link of a list, if it has one.
    async fn visit_first(&mut self, name: &str, list: &str, below: &str) {
        self.page.open(&format!("{}{list}", self.origin)).await;
        let link = self.page.find(&format!("main a[href^='{below}']")).await;
        let path = link.attr("href").await.unwrap().unwrap();
        self.visit(name, &path).await;
    }

    /// What the public sees.
    pub async fn of_the_public(&mut self) {
        self.visit("chat-welcome", "/?lang=zh-CN").await;
        self.say("社保卡丢了怎么办", &["先挂失，再补卡"]).await;
        self.look("chat-answer").await;
        self.say("公积金", &["您问的是下面哪一件"]).await;
        self.look("chat-choices").await;
        self.say("征求意见", &["件事在征求意见"]).await;
        self.page.click_on(&format!("{LAST} .choices button"), "望川市电动自行车").await;
        self.page.wait_for_text(LAST, "征求意见时间").await;
        self.look("chat-consultation").await;
        self.visit("public-statistics", "/statistics?lang=zh-CN").await;
        self.visit("public-units", "/units?lang=zh-CN").await;
        self.visit("chat-embedded", "/?lang=zh-CN&embed=1").await;
    }

    async fn say(&self, words: &str, answers: &[&str]) {
        self.page.fill("#text", words).await;
        self.page.click("#composer .send").await;
        self.page.wait_for_any(LAST, answers).await;
    }

    async fn log_in(&self, login: &str) {
        let page = self.page;
        page.open(&format!("{}/console/login?lang=zh-CN", self.origin)).await;
        page.fill("#login", login).await;
        page.fill("#password", PASSWORD).await;
        page.click("form[action='/console/login'] button").await;
        page.find("form.leave").await;
    }

    async fn log_out(&self) {
        self.page.click("form.leave button").await;
        self.page.find("#password").await;
    }

    /// The log-in, as it comes and when it refused.
    pub async fn of_the_door(&mut self) {
        self.visit("login", "/console/login?lang=zh-CN").await;
        self.page.fill("#login", "nobody").await;
        self.page.fill("#password", "wrong").await;
        self.page.click("form[action='/console/login'] button").await;
        self.page.find("section.problems").await;
        self.look("login-refused").await;
    }

    /// What the staff of a unit see. The tickets are told by what their pages show.
    pub async fn of_staff(&mut self, login: &str, tickets: &[(&str, &str)]) {
        self.log_in(login).await;
        self.look("inbox").await;
        self.page.client.execute("document.querySelector('[data-part=list]').scrollIntoView()", vec![]).await.unwrap();
        self.page.screenshot("inbox-list").await;
        self.visit("inbox-closed", "/console?tab=closed").await;
        self.visit("inbox-none", "/console?tab=overdue").await;
        for (name, number) in tickets {
            self.visit(name, &format!("/console/tickets/{number}")).await;
        }
        self.unfold_all(tickets[0]).await;
        for (name, path) in [
            ("notices", "/console/notices"),
            ("topics", "/console/topics"),
            ("consultations", "/console/consultations"),
            ("consultation", "/console/consultations/ebike-parking-charging"),
            ("documents", "/console/documents"),
            ("templates", "/console/templates"),
            ("statistics", "/console/statistics"),
            ("units", "/console/units"),
            ("unit", "/console/units/transport"),
            ("unit-chats", "/console/chat"),
            ("not-found", "/console/nowhere"),
        ] {
            self.visit(name, path).await;
        }
        self.visit_first("topic", "/console/topics", "/console/topics/").await;
        self.visit_first("document", "/console/documents", "/console/documents/").await;
        self.visit_first("bulletin", "/console/statistics", "/console/bulletin/").await;
        self.log_out().await;
    }

    /// A ticket with everything open that is folded in.
    async fn unfold_all(&mut self, (name, number): (&str, &str)) {
        self.page.open(&format!("{}/console/tickets/{number}", self.origin)).await;
        let open = "for (const fold of document.querySelectorAll('details')) fold.open = true";
        self.page.client.execute(open, vec![]).await.unwrap();
        let forms = "document.querySelector('[data-part=forms]').scrollIntoView()";
        self.page.client.execute(forms, vec![]).await.unwrap();
        self.look(&format!("{name}-unfolded")).await;
    }

    /// What a reviewer sees when a draft waits.
    pub async fn of_a_reviewer(&mut self, login: &str, drafted: &str) {
        self.log_in(login).await;
        self.visit("inbox-review", "/console?tab=approve").await;
        self.visit("ticket-review", &format!("/console/tickets/{drafted}")).await;
        self.log_out().await;
    }

    /// What dispatchers see.
    pub async fn of_dispatchers(&mut self) {
        self.log_in("dispatch").await;
        self.visit("inbox-all", "/console?tab=all").await;
        self.visit("statistics-all", "/console/statistics").await;
        self.log_out().await;
    }

    /// What administrators see.
    pub async fn of_administrators(&mut self) {
        self.log_in("administrator").await;
        for (name, path) in [
            ("staff", "/console/staff"),
            ("staff-member", "/console/staff/member?login=transport"),
            ("hooks", "/console/hooks"),
            ("units-changed", "/console/units"),
            ("unit-changed", "/console/units/transport"),
        ] {
            self.visit(name, path).await;
        }
        self.log_out().await;
    }
}
