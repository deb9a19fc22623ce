//! What surrounds the public pages beside the conversation: the name of the service, the languages, the way back.

use maud::{DOCTYPE, Markup, html};

use super::{WebChat, assets};
use crate::{locale::Phrase, phrase};

/// A page that the public reads.
pub(super) struct PublicPage<'a> {
    /// The path that it is at, such as `/units`.
    pub(super) path: &'a str,
    /// The language that it is written in.
    pub(super) language: &'a str,
    /// What the window's title says.
    pub(super) title: Phrase,
    /// The heading.
    pub(super) heading: Phrase,
    /// The id of what a reader skips to.
    pub(super) main: &'a str,
}

impl PublicPage<'_> {
    /// The whole page.
    pub(super) fn around(&self, chat: &WebChat, body: &Markup) -> Markup {
        let Self { path, language, title, heading, main } = self;
        let text = |phrase: &Phrase| chat.locales.text(language, phrase);
        html! {
            (DOCTYPE)
            html lang=(language) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (text(title)) }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href=(*assets::STYLE_URL);
                }
                body {
                    a.skip href={ "#" (main) } { (text(&phrase!("web-skip"))) }
                    header {
                        div.inner {
                            div.name { p { (text(&phrase!("service-name"))) } }
                            nav aria-label=(text(&phrase!("web-languages"))) {
                                @for tag in chat.locales.tags() {
                                    a href={ (path) "?lang=" (tag) } lang=(tag) hreflang=(tag)
                                        aria-current=[(tag == *language).then_some("true")] {
                                        (chat.locales.text(tag, &phrase!("language-name")))
                                    }
                                }
                            }
                        }
                    }
                    main id=(main) tabindex="-1" {
                        h1 { (text(heading)) }
                        (body)
                        p { a href={ "/?lang=" (language) } { (text(&phrase!("statistics-public-back"))) } }
                    }
                }
            }
        }
    }
}
