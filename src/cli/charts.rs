//! Where pictures go and what is written on them: for the commands that draw.

use std::path::PathBuf;

use crate::{
    evaluation::curves::{ChartWords, Charts},
    locale::{DEFAULT, Locales, Phrase},
    phrase,
};

/// The language of the terminal, if it is one of ours.
pub(super) fn terminal_language(locales: &Locales) -> String {
    locales.negotiate(&std::env::var("LANG").unwrap_or_default()).unwrap_or(DEFAULT).to_owned()
}

/// Pictures in a folder, in the language of the terminal.
pub(super) fn charts(folder: PathBuf) -> anyhow::Result<Charts> {
    let locales = Locales::embedded()?;
    let tag = terminal_language(&locales);
    let say = |phrase: Phrase| locales.text(&tag, &phrase);
    let words = ChartWords {
        reliability: say(phrase!("chart-reliability")),
        confidence: say(phrase!("chart-confidence")),
        right: say(phrase!("chart-right")),
        count: say(phrase!("chart-count")),
        ideal: say(phrase!("chart-ideal")),
        error: say(phrase!("chart-error")),
        risk_coverage: say(phrase!("chart-risk-coverage")),
        coverage: say(phrase!("chart-coverage")),
        risk: say(phrase!("chart-risk")),
        threshold: say(phrase!("chart-threshold")),
        replay: say(phrase!("chart-replay")),
        stream: say(phrase!("chart-stream")),
        share: say(phrase!("chart-share")),
        answered: say(phrase!("chart-answered")),
        asked_back: say(phrase!("chart-asked-back")),
        possible: say(phrase!("chart-possible")),
        precision: say(phrase!("chart-precision")),
    };
    Ok(Charts { folder, words })
}
