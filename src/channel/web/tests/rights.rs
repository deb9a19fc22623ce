//! Whatever address is asked for, by whomever: what somebody wrote and was answered is theirs to read, and nobody else's.

use std::collections::BTreeSet;

use super::*;

/// All routes, as they are written.
const ROUTES: &str = include_str!("../mod.rs");
const ASKED: &str = "我的低保为什么停了";
const ANSWERED: &str = "您的低保从下月恢复发放";
/// What pages and scripts need that everybody may have.
const SAME_FOR_ALL: [&str; 4] = ["/statistics", "/chat/page.js", "/chat/page.css", "/widget.js"];

/// The routes with their methods.
fn written() -> BTreeSet<(&'static str, &'static str)> {
    let code = ROUTES.split_once("pub fn routes").expect("the router").1;
    let code = code.split_once("with_state").expect("its end").0;
    let one = |written: &'static str| {
        let mut parts = written.splitn(3, '"');
        let (_, path, rest) = (parts.next(), parts.next().expect("a path"), parts.next().expect("its methods"));
        ["get", "post"]
            .into_iter()
            .filter(|method| rest.contains(&format!("{method}(")))
            .map(move |method| (method, path))
            .collect::<Vec<_>>()
    };
    code.split(".route(").skip(1).flat_map(one).collect()
}

/// What comes back within a moment. A stream of events doesn't end by itself.
async fn heard(response: Response<HttpBody>) -> String {
    let mut stream = response.into_body().into_data_stream();
    let mut heard = Vec::new();
    while let Ok(Some(Ok(bytes))) = tokio::time::timeout(Duration::from_millis(400), stream.next()).await {
        heard.extend_from_slice(&bytes);
    }
    String::from_utf8_lossy(&heard).into_owned()
}

/// Who asks, with which headers, and whether the words are theirs.
type Asker<'a> = (&'a str, &'a [(&'a str, &'a str)], bool);

#[tokio::test]
async fn nobody_else_reads_what_somebody_wrote_and_was_answered() {
    let site = site().await;
    assert_eq!(site.say(format!(r#"{{"id":"m1","text":"{ASKED}"}}"#)).await.0, StatusCode::ACCEPTED);
    site.write(ANSWERED, vec![]).await;
    let other = "6b".repeat(32);
    let (own, theirs) = (format!("wenzheng_chat={}", token()), format!("wenzheng_chat={other}"));
    let (own_bearer, their_bearer) = (bearer(), format!("Bearer {other}"));
    let staff = "wenzheng_staff=whoever";
    let everybody: [Asker<'_>; 6] = [
        ("nobody", &[], false),
        ("another's page", &[("cookie", &theirs)], false),
        ("another's script", &[("authorization", &their_bearer)], false),
        ("staff", &[("cookie", staff)], false),
        ("the page", &[("cookie", &own)], true),
        ("the script", &[("authorization", &own_bearer)], true),
    ];
    let mut readable = BTreeSet::new();
    for (method, route) in written() {
        let path = route.replace("{token}", &token());
        for (who, headers, is_own) in everybody {
            let response = match method {
                "get" => site.get(&path, headers).await,
                _ => site.post(&path, headers, "{}").await,
            };
            assert!(!response.status().is_server_error(), "{who} {method} {path}: {}", response.status());
            let page = heard(response).await;
            let holds = page.contains(ASKED) || page.contains(ANSWERED);
            assert!(is_own || !holds, "{who} reads another's words at {method} {path}: {page}");
            if holds {
                assert!(!SAME_FOR_ALL.contains(&route), "{route}");
                readable.insert(route);
            }
            assert!(!page.contains(&token()) || route == "/api/chat/session", "{who} is told a secret at {path}");
        }
    }
    // And the one whose words they are does read them.
    assert_eq!(readable, BTreeSet::from(["/", "/chat", "/api/chat/history", "/api/chat/events"]));
}
