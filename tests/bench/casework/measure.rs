//! Asks for pages, with the clock in view.

use std::{collections::BTreeMap, time::Instant};

use anyhow::{Context as _, ensure};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, header},
};
use tower::ServiceExt as _;

use crate::{
    city::{self, City, PASSWORD},
    pages::Page,
    place::Place,
};

/// How long a page took: percentiles in milliseconds, and how large it was.
pub struct Line {
    pub page: Page,
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub most: f64,
    kilobytes: usize,
}

/// The service, with somebody of each sort logged in.
pub struct Visitors {
    router: Router,
    cookies: BTreeMap<&'static str, String>,
}

impl Visitors {
    pub async fn arrive(url: &str) -> anyhow::Result<Self> {
        let mut visitors = Self { router: city::serve(url).await?, cookies: BTreeMap::new() };
        for login in ["staff", "reviewer", "dispatcher"] {
            let form = format!("login={login}&password={}", PASSWORD.replace(' ', "+"));
            let request = Request::post("/console/login")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(form))?;
            let (status, headers, _) = visitors.send(request).await?;
            let cookie = headers.get(header::SET_COOKIE).context("no cookie")?.to_str()?;
            ensure!(status.is_redirection(), "{login}: {status}");
            visitors.cookies.insert(login, cookie.split(';').next().unwrap_or_default().to_owned());
        }
        Ok(visitors)
    }

    async fn send(
        &self,
        mut request: Request<Body>,
    ) -> anyhow::Result<(axum::http::StatusCode, axum::http::HeaderMap, usize)> {
        request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 1))));
        let (parts, body) = self.router.clone().oneshot(request).await?.into_parts();
        Ok((parts.status, parts.headers, to_bytes(body, 100_000_000).await?.len()))
    }

    /// The size of a page.
    pub async fn get(&self, page: &Page) -> anyhow::Result<usize> {
        let request = Request::get(&page.path)
            .header(header::COOKIE, &self.cookies[page.login])
            .header(header::ACCEPT_LANGUAGE, "zh-CN")
            .body(Body::empty())?;
        let (status, _, size) = self.send(request).await?;
        ensure!(!status.is_client_error() && !status.is_server_error(), "{}: {status}", page.path);
        Ok(size)
    }
}

/// Asks for each page some times, all pages in turn, so that none has the caches for itself.
pub async fn measure(place: &Place, _: &City, pages: &[Page], rounds: usize) -> anyhow::Result<Vec<Line>> {
    let visitors = Visitors::arrive(place.url()).await?;
    let mut times: Vec<Vec<f64>> = vec![Vec::with_capacity(rounds); pages.len()];
    let mut sizes = vec![0; pages.len()];
    // Once for nothing: connections are opened and statements prepared.
    for page in pages {
        visitors.get(page).await?;
    }
    for _ in 0..rounds {
        for (at, page) in pages.iter().enumerate() {
            let begun = Instant::now();
            sizes[at] = visitors.get(page).await?;
            times[at].push(begun.elapsed().as_secs_f64() * 1e3);
        }
    }
    let line = |((page, mut times), size): ((&Page, Vec<f64>), usize)| {
        times.sort_by(f64::total_cmp);
        let at = |percent: usize| times[((times.len() * percent).div_ceil(100)).max(1) - 1];
        Line { page: page.clone(), p50: at(50), p95: at(95), p99: at(99), most: at(100), kilobytes: size / 1000 }
    };
    Ok(pages.iter().zip(times).zip(sizes).map(line).collect())
}

/// The table, in Markdown.
pub fn print(lines: &[Line]) {
    println!("\n| page | who | p50 ms | p95 | p99 | max | kB |\n|---|---|---:|---:|---:|---:|---:|");
    for Line { page, p50, p95, p99, most, kilobytes } in lines {
        println!("| {} | {} | {p50:.1} | {p95:.1} | {p99:.1} | {most:.1} | {kilobytes} |", page.name, page.login);
    }
    let slow = lines.iter().filter(|line| line.p95 >= 100.0).count();
    println!("\n{slow} of {} pages take 100 ms or more at p95\n", lines.len());
}
