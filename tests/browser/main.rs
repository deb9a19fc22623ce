//! The program as people meet it: in a browser, from the first question to the reply, and through a whole day's work.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod app;
mod axe;
mod citizens;
mod day;
mod desk;
mod driver;
mod hands;
mod journey;
mod pages;
mod process;
mod service;

#[path = "../support/mod.rs"]
mod support;

use driver::{Screen, in_browser};
use fantoccini::Locator;

/// Serves one page from memory, so that the harness can be tried without the program.
fn serve(page: &'static str) -> String {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0u8; 4096]);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                page.len()
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(page.as_bytes()));
        }
    });
    url
}

const PAGE: &str = "<!doctype html><html lang=zh-CN><meta name=viewport content='width=device-width'>
    <title>试页</title><h1>你好，问政</h1><input><button onclick=\"this.textContent='谢谢'\">请按</button>";

#[test]
fn the_browser_shows_pages_at_both_widths() {
    let url = serve(PAGE);
    for screen in [Screen::DESK, Screen::PHONE] {
        let url = url.clone();
        in_browser(screen, async move |page| {
            page.open(&url).await;
            assert_eq!(page.text("h1").await, "你好，问政");
            page.fill("input", "问题").await;
            page.click("button").await;
            page.wait_for_text("button", "谢谢").await;
            let width = page.client.execute("return window.innerWidth", vec![]).await.unwrap();
            assert_eq!(width, serde_json::json!(screen.width));
            assert!(page.client.find(Locator::Css("p")).await.is_err());
            page.fits_the_screen().await;
            page.screenshot("harness").await;
        });
    }
}

#[test]
#[should_panic(expected = "critical label")]
fn axe_core_finds_what_keeps_people_out() {
    // The page's field has no name.
    let url = serve(PAGE);
    in_browser(Screen::DESK, async move |page| {
        page.open(&url).await;
        let mut report = axe::Report::default();
        report.look_at(&page, "harness").await;
        report.settle();
    });
}
