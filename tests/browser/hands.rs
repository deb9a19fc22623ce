//! Somebody who works with the keyboard alone. Nothing here clicks, and nothing is focused but by keys: what they reach
//! can be reached.

use fantoccini::{
    actions::{InputSource as _, KeyAction, KeyActions},
    key::Key,
};
use serde::Deserialize;
use serde_json::json;

use crate::driver::{PATIENCE, Page};

/// The most keys until something must have been reached.
const STEPS: usize = 250;

/// What has the focus, as a screen reader would say it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Focus {
    /// Such as `link`, `button`, `text`.
    pub role: String,
    /// Its name; of a fold, its summary.
    pub name: String,
    /// What it holds, or which choice is taken.
    pub value: String,
    /// Whether it is in sight, with a mark that says that it has the focus.
    pub seen: bool,
}

const FOCUS: &str = r"
    const one = document.activeElement;
    if (!one || one === document.body) return { role: 'nothing', name: '', value: '', seen: false };
    const words = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
    const roles = { A: 'link', BUTTON: 'button', SUMMARY: 'fold', SELECT: 'list', TEXTAREA: 'text', INPUT: 'text' };
    const role = one.type === 'checkbox' ? 'box' : roles[one.tagName] ?? one.tagName.toLowerCase();
    const name = one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent;
    const value = one.tagName === 'SELECT' ? one.selectedOptions[0]?.textContent
        : role === 'box' ? String(one.checked) : one.value;
    const box = one.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.height > 0;
    const style = getComputedStyle(one);
    const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    return { role, name: words(name), value: words(value), seen: inside && marked };";

/// Hands on a keyboard in front of a page.
pub struct Hands<'p> {
    page: &'p Page,
}

impl<'p> Hands<'p> {
    /// In front of this page.
    pub fn on(page: &'p Page) -> Self {
        Self { page }
    }

    /// Presses a key and lets go of it.
    pub async fn key(&self, key: char) {
        self.chord(&[key]).await;
    }

    /// Presses keys together.
    async fn chord(&self, keys: &[char]) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for key in keys {
            actions = actions.then(KeyAction::Down { value: *key });
        }
        for key in keys.iter().rev() {
            actions = actions.then(KeyAction::Up { value: *key });
        }
        self.page.client.perform_actions(actions).await.unwrap();
    }

    /// What has the focus.
    pub async fn focus(&self) -> Focus {
        let found = self.page.client.execute(FOCUS, vec![]).await.unwrap();
        serde_json::from_value(found).unwrap()
    }

    /// Tabs forwards until something of this role whose name begins so has the focus.
    pub async fn tab_to(&self, role: &str, name: &str) {
        self.walk(&[Key::Tab.into()], role, name).await;
    }

    /// Tabs backwards.
    pub async fn back_to(&self, role: &str, name: &str) {
        self.walk(&[Key::Shift.into(), Key::Tab.into()], role, name).await;
    }

    /// Goes on with a letter of `keys.js` until a ticket's link has the focus.
    pub async fn letter_to(&self, letter: char, number: &str) {
        self.walk(&[letter], "link", number).await;
    }

    async fn walk(&self, keys: &[char], role: &str, name: &str) {
        let mut passed: Vec<String> = Vec::new();
        for _ in 0..STEPS {
            self.chord(keys).await;
            let focus = self.focus().await;
            if focus.role == role && focus.name.starts_with(name) {
                if !focus.seen {
                    self.page.fail(&format!("the focus can't be seen on {focus:?}")).await;
                }
                return;
            }
            passed.push(format!("{} {}", focus.role, focus.name.chars().take(20).collect::<String>()));
        }
        let passed = passed[..passed.len().min(80)].join("; ");
        self.page.fail(&format!("the keyboard reaches no {role} {name:?}, but {passed}")).await;
    }

    /// Types words into what has the focus, after what it holds.
    pub async fn write(&self, words: &str) {
        self.chord(&[Key::Control.into(), Key::End.into()]).await;
        let field = self.page.client.active_element().await.unwrap();
        field.send_keys(words).await.unwrap();
    }

    /// Selects all that a field holds, and types over it.
    pub async fn rewrite(&self, words: &str) {
        self.chord(&[Key::Control.into(), 'a']).await;
        self.key(Key::Delete.into()).await;
        self.write(words).await;
    }

    /// Goes down a list until a choice begins so.
    pub async fn choose(&self, choice: &str) {
        let mut before = None;
        loop {
            let focus = self.focus().await;
            if focus.value.starts_with(choice) {
                return;
            }
            if before.as_ref() == Some(&focus.value) {
                self.page.fail(&format!("no choice begins with {choice:?}; the last is {before:?}")).await;
            }
            before = Some(focus.value);
            self.key(Key::Down.into()).await;
        }
    }

    /// Presses Enter on a link or a button, and waits until the next page is there.
    pub async fn enter(&self) {
        self.go_on(Key::Enter.into()).await;
    }

    /// Presses the space bar on a button, and waits until the next page is there.
    pub async fn space(&self) {
        self.go_on(' ').await;
    }

    /// Presses a key that leads to another page, and waits until that is there.
    pub async fn go_on(&self, key: char) {
        // Gone with the page.
        self.page.client.execute("window.left = true", vec![]).await.unwrap();
        self.key(key).await;
        let until = tokio::time::Instant::now() + PATIENCE;
        let arrived = "return window.left !== true && document.readyState === 'complete'";
        // Between two pages there may be none to ask.
        while self.page.client.execute(arrived, vec![]).await.ok() != Some(json!(true)) {
            if tokio::time::Instant::now() > until {
                let focus = self.focus().await;
                self.page.fail(&format!("{key:?} on {focus:?} leads nowhere")).await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        }
    }

    /// Jumps over the head of a page, by the link that every page begins with.
    pub async fn skip(&self) {
        self.key(Key::Tab.into()).await;
        let mut focus = self.focus().await;
        // A key that is pressed while the browser still swaps pages is lost: a person presses it again.
        for _ in 0..5 {
            if focus.role != "nothing" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            self.key(Key::Tab.into()).await;
            focus = self.focus().await;
        }
        assert_eq!((focus.role.as_str(), focus.name.as_str()), ("link", "跳到正文"), "the first thing on a page");
        assert!(focus.seen, "the link to the text shows when it has the focus");
        self.key(Key::Enter.into()).await;
        assert_eq!(self.focus().await.role, "main");
    }

    /// Opens a fold.
    pub async fn unfold(&self, name: &str) {
        self.tab_to("fold", name).await;
        self.key(Key::Enter.into()).await;
    }
}
