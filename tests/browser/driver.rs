//! Chromium, driven through chromedriver.

use std::{path::Path, process::Command, time::Duration};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element, error::CmdError};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::process::Process;

/// How long a page may take to show what is waited for. The machine may be busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The size of a window.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
}

impl Screen {
    /// A small laptop.
    pub const DESK: Self = Self { width: 1280, height: 800 };
    /// A small phone.
    pub const PHONE: Self = Self { width: 360, height: 740 };
}

/// An open browser.
#[derive(Clone)]
pub struct Page {
    /// To drive it.
    pub client: Client,
    screen: Screen,
    /// Where chromedriver listens.
    driver: String,
}

/// Opens a browser with a profile of its own, runs a test in it, and closes it, whether the test passes or not.
pub fn in_browser<F>(screen: Screen, test: impl FnOnce(Page) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut command = Command::new("chromedriver");
    command.arg("--port=0");
    let driver = Process::start(command);
    let port: u16 = driver.wait_for(|line| {
        line.strip_prefix("ChromeDriver was started successfully on port ")?.strip_suffix('.')?.parse().ok()
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(with_page(screen, format!("http://127.0.0.1:{port}"), test));
}

async fn with_page<F>(screen: Screen, driver: String, test: impl FnOnce(Page) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let profile = tempfile::tempdir().unwrap();
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities(screen, profile.path()))
        .connect(&driver)
        .await
        .unwrap();
    let outcome = tokio::spawn(test(Page { client: client.clone(), screen, driver })).await;
    // Chromium's own processes end with the session, not with chromedriver.
    let closed = client.close().await;
    if let Err(error) = outcome {
        std::panic::resume_unwind(error.into_panic());
    }
    closed.unwrap();
}

fn capabilities(screen: Screen, profile: &Path) -> serde_json::Map<String, serde_json::Value> {
    let Screen { width, height } = screen;
    let mut options = json!({
        "args": [
            "--headless=new",
            // The tests run as root in containers, where Chromium's sandbox can't be set up.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--hide-scrollbars",
            "--lang=zh-CN",
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", profile.display()),
        ],
    });
    // A window's size includes its frame, and it can't be as narrow as a phone: the screen is emulated.
    options["mobileEmulation"] = json!({
        "deviceMetrics": {
            "width": width, "height": height, "pixelRatio": 1.0, "mobile": width < 600, "touch": width < 600,
        },
    });
    let all = json!({ "browserName": "chrome", "goog:chromeOptions": options });
    all.as_object().cloned().unwrap_or_default()
}

impl Page {
    /// Runs something in a second browser, which somebody else sits at.
    pub async fn beside<F>(&self, screen: Screen, work: impl FnOnce(Self) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        // Boxed, because what runs in a browser may open another one.
        Box::pin(with_page(screen, self.driver.clone(), work)).await;
    }

    /// The width of the screen, in CSS pixels.
    pub fn width(&self) -> u32 {
        self.screen.width
    }

    /// Goes to an address.
    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// The first element that a CSS selector matches, as soon as there is one.
    pub async fn find(&self, css: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => self.fail(&format!("no `{css}`: {error}")).await,
        }
    }

    /// The text of an element.
    pub async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    /// Clicks on an element.
    pub async fn click(&self, css: &str) {
        let element = self.find(css).await;
        if let Err(error) = self.press(&element).await {
            self.fail(&format!("`{css}` can't be clicked: {error}")).await;
        }
    }

    /// Scrolls to an element and clicks on it. At the edge of the screen something that stays there may cover it.
    async fn press(&self, element: &Element) -> Result<(), CmdError> {
        let centre = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.client.execute(centre, vec![json!(element)]).await?;
        element.click().await
    }

    /// Clicks on the last of the elements that a CSS selector matches whose text begins like this.
    pub async fn click_on(&self, css: &str, beginning: &str) {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            for element in self.client.find_all(Locator::Css(css)).await.unwrap().into_iter().rev() {
                let fits = element.text().await.is_ok_and(|text| text.trim_start().starts_with(beginning));
                // What can't be clicked yet, because the page moves, is tried again.
                if fits && self.press(&element).await.is_ok() {
                    return;
                }
            }
            if tokio::time::Instant::now() > until {
                self.fail(&format!("no `{css}` that begins with {beginning:?}")).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Runs something in a second tab, and comes back to this one.
    pub async fn in_another_tab(&self, work: impl AsyncFnOnce(&Self)) {
        let here = self.client.window().await.unwrap();
        let tab = self.client.new_window(true).await.unwrap();
        self.client.switch_to_window(tab.handle).await.unwrap();
        work(self).await;
        self.client.close_window().await.unwrap();
        self.client.switch_to_window(here).await.unwrap();
    }

    /// Fills a field, instead of what it held.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// How many elements a CSS selector matches now.
    pub async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.unwrap().len()
    }

    /// Waits until one of the elements that a CSS selector matches holds a text.
    pub async fn wait_for_text(&self, css: &str, text: &str) {
        self.wait_for_any(css, &[text]).await;
    }

    /// Waits until one of the elements that a CSS selector matches holds one of the texts; gives which of them.
    pub async fn wait_for_any(&self, css: &str, texts: &[&str]) -> usize {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            for element in self.client.find_all(Locator::Css(css)).await.unwrap() {
                // An element that went away meanwhile is looked for again.
                let shown = element.text().await.unwrap_or_default();
                if let Some(found) = texts.iter().position(|text| shown.contains(text)) {
                    return found;
                }
            }
            if tokio::time::Instant::now() > until {
                self.fail(&format!("no `{css}` with {texts:?}")).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Nothing sticks out to the side: people would have to scroll in two directions.
    pub async fn fits_the_screen(&self) {
        let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let excess = self.client.execute(script, vec![]).await.unwrap();
        if excess != json!(0) {
            self.fail(&format!("the page is {excess} pixels too wide")).await;
        }
    }

    /// What a CSS selector matches can be read without scrolling, from its beginning or nearly all of it.
    pub async fn is_in_sight(&self, css: &str) {
        let script = "const box = arguments[0].getBoundingClientRect();
            return box.bottom > 0 && box.top < window.innerHeight - Math.min(200, box.height)";
        let element = json!(self.find(css).await);
        if self.client.execute(script, vec![element]).await.unwrap() != json!(true) {
            self.fail(&format!("`{css}` is out of sight")).await;
        }
    }

    /// Saves what is shown as `target/screenshots/NAME-WIDTH.png`.
    pub async fn screenshot(&self, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        let picture = self.client.screenshot().await.unwrap();
        std::fs::write(folder.join(format!("{name}-{}.png", self.screen.width)), picture).unwrap();
    }

    /// Fails the test, with a picture of the page.
    pub async fn fail(&self, why: &str) -> ! {
        let url = self.client.current_url().await.map(|url| url.to_string()).unwrap_or_default();
        self.screenshot("failed").await;
        panic!("{why} on {url}; see target/screenshots/failed-{}.png", self.screen.width);
    }
}

/// The first ticket number in a text, such as `Z20261123-0001`.
pub fn ticket_number(text: &str) -> String {
    let starts = text.match_indices('Z').map(|(at, _)| &text[at..]);
    starts
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>())
        .find(|number| number.len() == "Z20261123-0001".len())
        .unwrap_or_else(|| panic!("no ticket number in:\n{text}"))
}
