//! Staff at the console, through its pages: log in, open the ticket, send the form that is there.

use std::collections::HashMap;

use super::script::StaffAct;

/// The password of the accounts that the stage makes.
pub const PASSWORD: &str = "scenario-password";

/// Everybody who has logged in.
pub struct Console {
    url: String,
    http: reqwest::Client,
    cookies: HashMap<String, String>,
    /// The document that was proposed for a ticket.
    proposed: HashMap<String, String>,
}

impl Console {
    /// Nobody yet.
    pub fn new(url: &str) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { url: url.to_owned(), http, cookies: HashMap::new(), proposed: HashMap::new() }
    }

    /// Does what a line says; an error is what the page said instead.
    pub async fn act(&mut self, login: &str, act: &StaffAct) -> Result<(), String> {
        let (number, verb, fields): (&str, &str, Vec<(&str, &str)>) = match act {
            StaffAct::Form { number, verb, fields } => {
                (number, verb, fields.iter().map(|(name, words)| (*name, words.as_str())).collect())
            }
            StaffAct::CannotSee(number) => {
                let page = self.page(login, &format!("/console/tickets/{number}")).await;
                return if page.contains("name=\"version\"") { Err("it can be seen".to_owned()) } else { Ok(()) };
            }
            StaffAct::Sees(number, text) => {
                let page = self.page(login, &format!("/console/tickets/{number}")).await;
                return if page.contains(text.as_str()) { Ok(()) } else { Err(format!("`{text}` is not on the page")) };
            }
            StaffAct::Noticed(number, text) => {
                let told = self.noticed(login, number).await;
                let found = told.iter().any(|line| line.contains(text.as_str()));
                return if found { Ok(()) } else { Err(format!("`{text}` is not among {told:?}")) };
            }
            StaffAct::NotNoticed(number, text) => {
                let told = self.noticed(login, number).await;
                let found = told.iter().any(|line| line.contains(text.as_str()));
                return if found { Err(format!("`{text}` is among {told:?}")) } else { Ok(()) };
            }
            StaffAct::AcceptWording(document, wording) => {
                return self.wording(login, document, wording, "accept").await;
            }
            StaffAct::RefuseWording(document, wording) => {
                return self.wording(login, document, wording, "refuse").await;
            }
            StaffAct::NoWording(document, wording) => {
                let page = self.page(login, &format!("/console/documents/{document}")).await;
                let waits = page.contains(&format!("<th scope=\"row\">{wording}</th>"));
                return if waits { Err(format!("`{wording}` waits there")) } else { Ok(()) };
            }
            StaffAct::RenameUnit(code, words) => {
                return self.unit(login, code, "rename", (&["rename-on", "new-name", "new-short"], words)).await;
            }
            StaffAct::MergeUnit(code, words) => {
                return self.unit(login, code, "merge", (&["merge-on", "into"], words)).await;
            }
            StaffAct::AbolishUnit(code, words) => {
                return self.unit(login, code, "abolish", (&["abolish-on", "successor"], words)).await;
            }
            StaffAct::SeesTopic(words, shown) => {
                let row = self.topic(login, words, shown).await?;
                return if row.contains(shown.as_str()) { Ok(()) } else { Err(format!("`{shown}` is not in {row}")) };
            }
            StaffAct::NoTopic(words) => {
                let page = self.page(login, "/console/topics").await;
                return if page.contains(words.as_str()) { Err(format!("`{words}` is there")) } else { Ok(()) };
            }
            StaffAct::ExplainTopic(words, document) => {
                let value = format!("document:{document}");
                return self.topic_act(login, words, "explain", ("explanation", &value)).await;
            }
            StaffAct::DismissTopic(words, reason) => {
                return self.topic_act(login, words, "dismiss", ("reason", reason)).await;
            }
            StaffAct::Propose(number, question) => {
                let page = self.page(login, &format!("/console/tickets/{number}")).await;
                let answer = between(&page, "name=\"answer\"", "</textarea>");
                let answer = answer.split_once('>').map(|(_, text)| unescape(text.trim_start_matches('\n')));
                let answer = answer.ok_or("the page offers nothing to propose")?;
                let form = vec![("question", question.as_str()), ("phrasings", ""), ("answer", answer.as_str())];
                let location = self.send(login, &page, &format!("/console/tickets/{number}/knowledge"), form).await?;
                let page = self.page(login, &location).await;
                let document = between(&page, "href=\"/console/documents/", "\"");
                self.proposed.insert(number.clone(), document.to_owned());
                return Ok(());
            }
            StaffAct::Attach(number, words) => return self.attach(login, number, words).await,
            StaffAct::Publish(number) => {
                let document = self.proposed.get(number).cloned().ok_or("nothing was proposed for it")?;
                let page = self.page(login, &format!("/console/documents/{document}")).await;
                self.send(login, &page, &format!("/console/documents/{document}/publish"), vec![]).await?;
                return Ok(());
            }
        };
        let mut page = self.page(login, &format!("/console/tickets/{number}")).await;
        let path = format!("/console/tickets/{number}/{verb}");
        for _ in 0..3 {
            match self.send(login, &page, &path, fields.clone()).await {
                // The service's own clocks may have been faster: people look again, and so do we.
                Err(why) if why.starts_with("409") => {}
                done => return done.map(drop),
            }
            page = self.page(login, &format!("/console/tickets/{number}")).await;
        }
        self.send(login, &page, &path, fields).await.map(drop)
    }

    /// Makes a one-time code, for their unit or for themselves; an error is what the page said instead.
    pub async fn chat_code(&mut self, login: &str, unit: bool) -> Result<String, String> {
        let page = self.page(login, "/console/chat").await;
        let act = if unit { "unit-code" } else { "own-code" };
        let shown = self.send_to_chat_page(login, &page, &[("act", act)]).await;
        let code = between(&shown, "<code>", "</code>").split(' ').nth(1).unwrap_or_default().to_owned();
        if code.is_empty() { Err(format!("no code was shown: {shown}")) } else { Ok(code) }
    }

    /// Ends the first binding of the unit.
    pub async fn unbind_chat(&mut self, login: &str) {
        let page = self.page(login, "/console/chat").await;
        let chat = value(&page, "chat");
        self.send_to_chat_page(login, &page, &[("act", "unbind"), ("chat", &chat)]).await;
    }

    /// The page about chats.
    pub async fn chat_page(&mut self, login: &str) -> String {
        self.page(login, "/console/chat").await
    }

    async fn send_to_chat_page(&mut self, login: &str, page: &str, fields: &[(&str, &str)]) -> String {
        let csrf = value(page, "csrf");
        let form: Vec<_> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        let cookie = self.cookie(login).await;
        let request = self.http.post(format!("{}/console/chat", self.url)).header("cookie", cookie).form(&form);
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Sends a text file that is to go with the reply: its name, and its content.
    async fn attach(&mut self, login: &str, number: &str, words: &str) -> Result<(), String> {
        const EDGE: &str = "edge-of-the-parts";
        let page = self.page(login, &format!("/console/tickets/{number}")).await;
        let (name, content) = words.split_once(' ').ok_or("say the file's name and its content")?;
        let field = |name: &str, value: &str| {
            format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!(
            "{}{}--{EDGE}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: text/plain\r\n\r\n{content}\r\n--{EDGE}--\r\n",
            field("csrf", &value(&page, "csrf")),
            field("aim", "reply"),
        );
        let cookie = self.cookie(login).await;
        let request = self.http.post(format!("{}/console/tickets/{number}/files", self.url)).header("cookie", cookie);
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let answer = request.header("content-type", kind).body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        if status == 303 { Ok(()) } else { Err(format!("{status}")) }
    }

    /// Changes a unit; `words` are what the form's fields say, one after the other.
    async fn unit(
        &mut self,
        login: &str,
        code: &str,
        verb: &str,
        (names, words): (&[&str], &str),
    ) -> Result<(), String> {
        let path = format!("/console/units/{code}");
        let page = self.page(login, &path).await;
        let fields: Vec<(&str, &str)> = names.iter().copied().zip(words.split_whitespace()).collect();
        self.send(login, &page, &format!("{path}/{verb}"), fields).await.map(drop)
    }

    /// The row of a topic in the list, once it shows something: topics are counted after a moment.
    async fn topic(&mut self, login: &str, words: &str, shown: &str) -> Result<String, String> {
        let mut row = Err(format!("no topic with `{words}`"));
        for _ in 0..80 {
            let page = self.page(login, "/console/topics").await;
            if let Some(found) = page.split("<tr>").skip(1).find(|row| row.contains(words)) {
                let done = found.contains(shown);
                row = Ok(found.to_owned());
                if done {
                    break;
                }
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        row
    }

    async fn topic_act(&mut self, login: &str, words: &str, act: &str, field: (&str, &str)) -> Result<(), String> {
        let row = self.topic(login, words, "").await?;
        let path = format!("/console/topics/{}", between(&row, "href=\"/console/topics/", "\""));
        let page = self.page(login, &path).await;
        self.send(login, &page, &format!("{path}/{act}"), vec![field]).await.map(drop)
    }

    /// Decides on a wording; who isn't shown a button sends the form by hand.
    async fn wording(&mut self, login: &str, document: &str, wording: &str, verdict: &str) -> Result<(), String> {
        let path = format!("/console/documents/{document}");
        let page = self.page(login, &path).await;
        let rows = page.split("<tr>").find(|row| row.contains(&format!("<th scope=\"row\">{wording}</th>")));
        let row = rows.ok_or_else(|| format!("`{wording}` doesn't wait there"))?;
        let proposal = value(row, "proposal");
        let fields = vec![("proposal", proposal.as_str()), ("verdict", verdict)];
        self.send(login, &page, &format!("{path}/wordings"), fields).await.map(drop)
    }

    /// What the notices about a ticket say.
    async fn noticed(&mut self, login: &str, number: &str) -> Vec<String> {
        let page = self.page(login, "/console/notices").await;
        let list = between(&page, "<ol class=\"history\">", "</ol>");
        list.split("<li").filter(|line| line.contains(number)).map(str::to_owned).collect()
    }

    async fn send(
        &mut self,
        login: &str,
        page: &str,
        path: &str,
        mut fields: Vec<(&str, &str)>,
    ) -> Result<String, String> {
        let (csrf, version) = (value(page, "csrf"), value(page, "version"));
        fields.extend([("csrf", csrf.as_str()), ("version", version.as_str())]);
        let cookie = self.cookie(login).await;
        let request = self.http.post(format!("{}{path}", self.url)).header("cookie", cookie).form(&fields);
        let answer = request.send().await.unwrap();
        if answer.status().as_u16() == 303 {
            return Ok(answer.headers()["location"].to_str().unwrap().to_owned());
        }
        let status = answer.status();
        let text = answer.text().await.unwrap();
        Err(format!(
            "{status}: {}",
            between(&text, "role=\"alert\"", "</section>").chars().take(300).collect::<String>()
        ))
    }

    async fn page(&mut self, login: &str, path: &str) -> String {
        let cookie = self.cookie(login).await;
        let request = self.http.get(format!("{}{path}", self.url)).header("cookie", cookie);
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Everybody logs in anew at their next act.
    pub fn log_out_all(&mut self) {
        self.cookies.clear();
    }

    async fn cookie(&mut self, login: &str) -> String {
        if let Some(cookie) = self.cookies.get(login) {
            return cookie.clone();
        }
        let page = self.http.get(format!("{}/console/login", self.url)).send().await.unwrap();
        let before = cookies(&page);
        let text = page.text().await.unwrap();
        let csrf = value(&text, "csrf");
        let form = [("login", login), ("password", PASSWORD), ("csrf", &csrf), ("next", "")];
        let request = self.http.post(format!("{}/console/login", self.url)).header("cookie", before).form(&form);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 303, "{login} can't log in");
        let cookie = cookies(&answer);
        self.cookies.insert(login.to_owned(), cookie.clone());
        cookie
    }
}

fn cookies(answer: &reqwest::Response) -> String {
    let set = answer.headers().get_all("set-cookie").iter();
    let pairs: Vec<&str> = set.filter_map(|value| value.to_str().ok()?.split(';').next()).collect();
    pairs.join("; ")
}

/// The value of the first hidden field of a name.
fn value(page: &str, name: &str) -> String {
    let field = between(page, &format!("name=\"{name}\""), ">");
    between(field, "value=\"", "\"").to_owned()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let Some((_, rest)) = text.split_once(from) else { return "" };
    rest.split_once(to).map_or(rest, |(inside, _)| inside)
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
