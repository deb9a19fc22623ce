//! What officials do at their desks, each act as keys.

use fantoccini::key::Key;
use wenzheng::demo::PASSWORD;

use crate::{driver::Page, hands::Hands};

/// An official in front of a browser.
pub struct Desk<'p> {
    page: &'p Page,
    /// Their hands.
    pub hands: Hands<'p>,
}

impl<'p> Desk<'p> {
    /// Opens the console and logs in.
    pub async fn log_in(page: &'p Page, origin: &str, login: &str) -> Self {
        page.open(&format!("{origin}/console/login?lang=zh-CN")).await;
        let hands = Hands::on(page);
        hands.skip().await;
        hands.tab_to("text", "登录名").await;
        hands.write(login).await;
        hands.tab_to("text", "密码").await;
        hands.write(PASSWORD).await;
        hands.enter().await;
        page.find("form.leave").await;
        Self { page, hands }
    }

    /// Logs out.
    pub async fn log_out(self) {
        self.to_the_inbox().await;
        self.hands.skip().await;
        self.hands.back_to("button", "退出登录").await;
        self.hands.space().await;
        self.page.find("#password").await;
    }

    /// Goes to the inbox by the navigation.
    pub async fn to_the_inbox(&self) {
        self.hands.tab_to("link", "转办件").await;
        self.hands.enter().await;
        self.page.find("nav.tabs").await;
    }

    /// Looks at one of the inbox's views, and says how many tickets its tab counts.
    pub async fn view(&self, name: &str) -> usize {
        self.to_the_inbox().await;
        self.hands.skip().await;
        self.hands.tab_to("link", name).await;
        let focus = self.hands.focus().await;
        self.hands.enter().await;
        let count = focus.name.trim_start_matches(name).trim();
        count.parse().unwrap_or_else(|_| panic!("no count in {:?}", focus.name))
    }

    /// Opens a ticket by typing its number into the inbox's search.
    pub async fn open(&self, number: &str) {
        self.to_the_inbox().await;
        self.hands.key('/').await;
        assert_eq!(self.hands.focus().await.name, "编号或词语");
        self.hands.write(number).await;
        self.hands.enter().await;
        self.page.wait_for_text("h1", number).await;
        self.hands.skip().await;
    }

    /// Opens a ticket by walking down the list that is shown.
    pub async fn walk_to(&self, number: &str) {
        self.hands.letter_to('j', number).await;
        self.hands.enter().await;
        self.page.wait_for_text("h1", number).await;
        self.hands.skip().await;
    }

    /// Takes one ticket on, with one key, from the list.
    pub async fn claim_in_the_list(&self, number: &str) {
        self.to_the_inbox().await;
        self.hands.letter_to('j', number).await;
        self.hands.go_on('c').await;
        self.page.wait_for_text("main > p.done", number).await;
    }

    /// Takes several on at once.
    pub async fn claim_several(&self, numbers: &[&str]) {
        self.to_the_inbox().await;
        let mut wanted = numbers.to_vec();
        // From top to bottom, in whatever order they stand.
        while !wanted.is_empty() {
            self.hands.key('j').await;
            let focus = self.hands.focus().await;
            if let Some(place) = wanted.iter().position(|number| focus.name == *number) {
                wanted.remove(place);
                self.hands.key('x').await;
            }
        }
        self.hands.tab_to("button", "全部受理").await;
        self.hands.enter().await;
        self.page.wait_for_text("main > p.done", &format!("已办好 {} 件", numbers.len())).await;
    }

    /// Writes a reply.
    pub async fn draft(&self, number: &str, words: &str) {
        self.open(number).await;
        self.write_draft(words).await;
        self.press("保存答复草稿").await;
    }

    /// Types into the reply's field.
    pub async fn write_draft(&self, words: &str) {
        self.hands.tab_to("text", "给群众的答复").await;
        self.hands.write(words).await;
    }

    /// Goes on to a button of the page and presses it; the next page says that it was done.
    pub async fn press(&self, button: &str) {
        self.hands.tab_to("button", button).await;
        self.hands.space().await;
        self.page.find("main > p.done").await;
    }

    /// Approves what a colleague wrote.
    pub async fn approve(&self, number: &str) {
        self.open(number).await;
        self.press("审核通过并发送").await;
    }

    /// Returns a ticket to the dispatcher.
    pub async fn give_back(&self, number: &str, reason: &str) {
        self.open(number).await;
        self.hands.unfold("不归我们办").await;
        self.hands.tab_to("text", "为什么不属于本单位职责").await;
        self.hands.write(reason).await;
        self.press("退回转办件").await;
    }

    /// Hands a ticket to another unit.
    pub async fn transfer(&self, number: &str, unit: &str, reason: &str) {
        self.open(number).await;
        self.hands.unfold("不归我们办").await;
        self.hands.tab_to("list", "责任单位").await;
        self.hands.choose(unit).await;
        self.hands.tab_to("text", "为什么归那个单位负责").await;
        self.hands.write(reason).await;
        self.hands.tab_to("button", "转给负责单位").await;
        // It is the other unit's now: the list follows.
        self.hands.enter().await;
        self.page.find("nav.tabs").await;
    }

    /// Lets another ticket's reply be this one's too.
    pub async fn merge(&self, number: &str, into: &str) {
        self.open(number).await;
        self.hands.unfold("合并与拆分").await;
        self.hands.tab_to("text", "并入的编号").await;
        self.hands.write(into).await;
        // The browser's list of near tickets.
        self.hands.key(Key::Escape.into()).await;
        self.press("并入另一件").await;
    }

    /// Asks for more time.
    pub async fn ask_for_time(&self, number: &str, days: &str, reason: &str) {
        self.open(number).await;
        self.hands.unfold("请市民补充、申请延期").await;
        self.hands.tab_to("text", "延期几个工作日").await;
        self.hands.rewrite(days).await;
        self.hands.tab_to("text", "为什么需要更多时间").await;
        self.hands.write(reason).await;
        self.press("申请延期").await;
    }

    /// Says which unit answers a ticket that is open.
    pub async fn assign(&self, unit: &str) {
        self.hands.tab_to("list", "责任单位").await;
        self.hands.choose(unit).await;
        self.press("指派责任单位").await;
    }
}
