//! Presence, and streams that tell open pages what changed.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::{Request, Response, StatusCode, header},
};
use jiff::SignedDuration;
use tokio_stream::StreamExt as _;
use tower::ServiceExt as _;

use super::{City, Person};
use crate::{
    casework,
    console::{Console, Pace, Streams, routes},
    directory::staff,
    wake::Wake,
};

/// A stream as a page reads it.
struct Stream {
    body: BodyDataStream,
    seen: String,
}

impl Stream {
    /// The next event: its kind, its id and its data. None when the stream is over.
    async fn next(&mut self) -> Option<(String, String, serde_json::Value)> {
        loop {
            if let Some((event, rest)) = self.seen.clone().split_once("\n\n") {
                self.seen = rest.to_owned();
                let field = |name: &str| {
                    let found = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                    found.map(str::trim).unwrap_or_default().to_owned()
                };
                let data = field("data");
                if !data.is_empty() {
                    return Some((field("event"), field("id"), serde_json::from_str(&data).unwrap()));
                }
                continue;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.body.next()).await.expect("news in time")?;
            self.seen.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
    }

    /// What the next event of a kind says; numbers of notices are passed over.
    async fn says(&mut self) -> String {
        loop {
            let (kind, _, data) = self.next().await.expect("an open stream");
            if kind == "changed" {
                return data["says"].as_str().unwrap().to_owned();
            }
            assert_eq!(kind, "notices", "{data}");
        }
    }

    /// Why the stream is over.
    async fn ends(&mut self) -> String {
        loop {
            match self.next().await {
                Some((kind, _, data)) if kind == "end" => {
                    assert!(self.next().await.is_none(), "it goes on");
                    return data["why"].as_str().unwrap().to_owned();
                }
                Some(_) => {}
                None => return "closed".to_owned(),
            }
        }
    }
}

/// A console that looks often, whose streams rest on the same store.
fn quick(city: &City, lives: Duration) -> Console {
    let pace = Pace { look: Duration::from_millis(20), lives };
    // With a bell of its own, as another replica has.
    let streams = Streams::new(pace, tokio_util::sync::CancellationToken::new());
    Console { streams, wake: Wake::default(), ..city.console.clone() }
}

async fn respond(console: &Console, person: &Person, path: &str) -> Response<Body> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let request = Request::get(format!("{path}{joint}lang=en")).header(header::COOKIE, &person.cookie);
    routes(console.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn follow(console: &Console, person: &Person, path: &str) -> Stream {
    let response = respond(console, person, path).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    Stream { body: response.into_body().into_data_stream(), seen: String::new() }
}

/// The address of the stream that a page names.
fn news(page: &str) -> String {
    let (_, rest) = page.split_once("data-news=\"").expect("a page that follows");
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_page_says_who_else_has_it_open_until_that_is_long_ago() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    let path = format!("/console/tickets/{number}?lang=en");
    assert!(!city.get(&anna, &path).await.body.contains("class=\"present\""), "nobody else is here");
    let page = city.get(&ben, &path).await.body;
    assert!(page.contains("安娜 has this ticket open") && !page.contains("本 has"), "{page}");
    city.clock.forward(SignedDuration::from_mins(3));
    assert!(!city.get(&ben, &path).await.body.contains("安娜 has"));

    let typing = format!("/console/tickets/{number}/typing");
    assert_eq!(city.post(&anna, &typing, &[]).await.status, StatusCode::NO_CONTENT);
    assert!(city.get(&ben, &path).await.body.contains("安娜 is editing this ticket"));
    city.clock.forward(SignedDuration::from_secs(90));
    assert!(!city.get(&ben, &path).await.body.contains("安娜 has"));
    // A page that is fetched again by its script isn't opened anew.
    let again = Request::get(&path).header(header::COOKIE, &anna.cookie).header("x-page-again", "1");
    assert_eq!(city.send(again.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
    assert!(!city.get(&ben, &path).await.body.contains("安娜 has"));

    // Who has saved types no more, and who has logged out is gone.
    city.post(&anna, &typing, &[]).await;
    city.act(&anna, &number, "claim", &[]).await;
    let page = city.get(&ben, &path).await.body;
    assert!(page.contains("安娜 has this ticket open") && !page.contains("安娜 is editing"), "{page}");
    city.post(&anna, "/console/logout", &[]).await;
    assert!(!city.get(&ben, &path).await.body.contains("安娜 has"));
    let anna = city.log_in("anna").await;

    // It blocks nobody, and whoever doesn't see the ticket leaves no trace.
    city.post(&anna, &typing, &[]).await;
    city.act(&ben, &number, "claim", &[]).await;
    let tom = city.log_in("tom").await;
    assert_eq!(city.post(&tom, &typing, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(city.get(&tom, &path).await.status, StatusCode::NOT_FOUND);
    assert!(!city.get(&ben, &path).await.body.contains("汤姆"));
    let forged = city.post_raw(&anna.cookie, &typing, &[("csrf", "no")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_ticket_tells_each_what_they_may_see() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let (anna, ben, tom, dora) =
        (city.log_in("anna").await, city.log_in("ben").await, city.log_in("tom").await, city.log_in("dora").await);
    city.act(&anna, &number, "claim", &[]).await;
    city.act(&anna, &number, "involve", &[("unit", "tax")]).await;
    let console = quick(&city, Duration::from_mins(5));
    let path = format!("/console/tickets/{number}?lang=en");
    let mut of_ben = follow(&console, &ben, &news(&city.get(&ben, &path).await.body)).await;
    let mut of_tom = follow(&console, &tom, &news(&city.get(&tom, &path).await.body)).await;
    // Both pages were opened, each after the other's stream could know.
    assert!(of_ben.says().await.contains("汤姆 has this ticket open"));

    let note = city.post(&anna, &format!("/console/tickets/{number}/notes"), &[("note", "内部 @ben")]).await;
    assert_eq!(note.status, StatusCode::SEE_OTHER);
    let said = of_ben.says().await;
    assert!(said.contains("安娜 wrote a note") && !said.contains("内部"), "{said}");
    city.act(&anna, &number, "draft", &[("text", "带身份证")]).await;
    assert!(of_ben.says().await.contains("安娜 wrote a draft"));
    // The other unit hears of the draft, and never of the note.
    let said = of_tom.says().await;
    assert!(said.starts_with("The ticket has changed") && !said.contains("note"), "{said}");

    // Out of the unit, out of sight.
    city.act(&dora, &number, "assign", &[("unit", "office")]).await;
    assert_eq!(of_ben.ends().await, "hidden");
    assert_eq!(
        respond(&console, &ben, &format!("/console/tickets/{number}/live")).await.status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_stream_goes_on_where_the_page_ends() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    let console = quick(&city, Duration::from_millis(300));
    let path = format!("/console/tickets/{number}?lang=en");
    let address = news(&city.get(&ben, &path).await.body);
    city.act(&anna, &number, "claim", &[]).await;
    let mut stream = follow(&console, &ben, &address).await;
    let (kind, id, _) = loop {
        let event = stream.next().await.unwrap();
        if event.0 != "notices" {
            break event;
        }
    };
    assert_eq!((kind.as_str(), id.split('.').next()), ("changed", Some("2")));
    // After its time it closes, and the next one has nothing to repeat.
    assert_eq!(stream.ends().await, "closed");
    let mut stream = follow(&console, &ben, &format!("/console/tickets/{number}/live?since={id}")).await;
    assert_eq!(stream.next().await.unwrap().0, "notices");
    assert_eq!(stream.ends().await, "closed");
    // What isn't a stamp is as if there were none.
    let mut stream = follow(&console, &ben, &format!("/console/tickets/{number}/live?since=x")).await;
    assert_eq!(stream.ends().await, "closed");
}

#[tokio::test]
async fn the_list_and_the_number_of_notices_follow() {
    let city = City::new().await;
    let (anna, tom) = (city.log_in("anna").await, city.log_in("tom").await);
    let console = quick(&city, Duration::from_mins(5));
    let mut of_anna = follow(&console, &anna, &news(&city.get(&anna, "/console?lang=en").await.body)).await;
    let mut of_tom = follow(&console, &tom, &news(&city.get(&tom, "/console?lang=en").await.body)).await;
    for stream in [&mut of_anna, &mut of_tom] {
        let (kind, _, data) = stream.next().await.unwrap();
        assert_eq!((kind.as_str(), data["count"].as_i64()), ("notices", Some(0)));
    }
    city.clock.forward(SignedDuration::from_secs(1));
    city.ticket("失业金怎么领？").await;
    let (_, _, data) = of_anna.next().await.unwrap();
    assert_eq!((data["count"].as_i64(), data["says"].as_str()), (Some(1), Some("1 new")));
    assert!(of_anna.says().await.contains("The list has changed"));
    // Another unit's ticket is nothing to them.
    let nothing = tokio::time::timeout(Duration::from_millis(300), of_tom.body.next()).await;
    assert!(nothing.is_err(), "{nothing:?}");
}

#[tokio::test]
async fn whoever_is_out_hears_nothing_more() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let console = quick(&city, Duration::from_mins(5));
    let path = format!("/console/tickets/{number}/live");
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    let (mut of_anna, mut of_ben) = (follow(&console, &anna, &path).await, follow(&console, &ben, &path).await);
    city.post(&anna, "/console/logout", &[]).await;
    assert_eq!(of_anna.ends().await, "logged_out");
    assert_eq!(respond(&console, &anna, &path).await.status(), StatusCode::SEE_OTHER);
    let mut tx = city.console.store.begin().await.unwrap();
    staff::set_roles(&mut tx, "ben", &[].into()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(of_ben.ends().await, "logged_out");

    let dora = city.log_in("dora").await;
    let mut expired = follow(&console, &dora, "/console/live").await;
    city.clock.forward(staff::SESSION);
    assert_eq!(expired.ends().await, "logged_out");
}

#[tokio::test]
async fn streams_are_bounded_and_end_with_the_service() {
    let city = City::new().await;
    let console = quick(&city, Duration::from_mins(5));
    let anna = city.log_in("anna").await;
    let mut streams = Vec::new();
    for _ in 0..5 {
        streams.push(follow(&console, &anna, "/console/live").await);
    }
    assert_eq!(streams[0].ends().await, "replaced");
    let mut last = streams.pop().unwrap();
    assert_eq!(last.next().await.unwrap().0, "notices");
    console.streams.stop();
    assert_eq!(last.ends().await, "closed");
    assert_eq!(respond(&console, &anna, "/console/live").await.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn an_open_stream_keeps_its_reader_present() {
    let city = City::new().await;
    let ticket = city.ticket("失业金怎么领？").await;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    let console = quick(&city, Duration::from_mins(5));
    let mut stream = follow(&console, &anna, &format!("/console/tickets/{}/live", ticket.number)).await;
    assert_eq!(stream.next().await.unwrap().0, "notices");
    for _ in 0..4 {
        city.clock.forward(SignedDuration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let path = format!("/console/tickets/{}?lang=en", ticket.number);
    assert!(city.get(&ben, &path).await.body.contains("安娜 has this ticket open"));
    drop(stream);
    tokio::time::sleep(Duration::from_millis(100)).await;
    city.clock.forward(SignedDuration::from_secs(60));
    assert!(!city.get(&ben, &path).await.body.contains("安娜 has"));
    let mut connection = city.console.store.read().await.unwrap();
    let others = casework::presence::others(&mut connection, &ticket.id, "", city.console.clock.now()).await.unwrap();
    assert_eq!(others.len(), 1, "only the one who just looked: {others:?}");
}
