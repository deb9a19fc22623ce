//! axe-core looks at pages: what it finds that keeps people out fails the test, lesser things are printed.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use crate::driver::Page;

/// Where `npm ci` puts it.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/node_modules/axe-core/axe.min.js");

const RUN: &str = r"
    const done = arguments[arguments.length - 1];
    const told = (violation) => ({
        id: violation.id,
        impact: violation.impact ?? 'minor',
        help: violation.help,
        places: violation.nodes.map((node) => node.target.join(' ') + ': ' + (node.any[0] ?? node.all[0] ?? node.none[0])?.message),
    });
    axe.run(document, { resultTypes: ['violations'] })
        .then((result) => done({ found: result.violations.map(told) }), (error) => done({ error: String(error) }));";

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    found: Vec<Finding>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Finding {
    id: String,
    impact: String,
    help: String,
    places: Vec<String>,
}

/// What was found on all pages so far.
#[derive(Default)]
pub struct Report {
    pages: usize,
    /// What keeps people out, with its page.
    serious: Vec<String>,
    /// The rest: what, and on which pages.
    lesser: BTreeMap<String, Vec<String>>,
}

impl Report {
    /// Looks at what a page shows now.
    pub async fn look_at(&mut self, page: &Page, name: &str) {
        let script = std::fs::read_to_string(Path::new(AXE))
            .unwrap_or_else(|error| panic!("{AXE} can't be read ({error}): run `scripts/test`"));
        page.client.execute(&script, vec![]).await.unwrap();
        let answer = page.client.execute_async(RUN, vec![]).await.unwrap();
        let answer: Answer = serde_json::from_value(answer).unwrap();
        assert_eq!(answer.error, None, "axe-core on {name}");
        self.pages += 1;
        for Finding { id, impact, help, places } in answer.found {
            if matches!(impact.as_str(), "serious" | "critical") {
                self.serious.push(format!("{name}: {impact} {id} ({help})\n    {}", places.join("\n    ")));
            } else {
                self.lesser.entry(format!("{impact} {id} ({help}) {}", places[0])).or_default().push(name.to_owned());
            }
        }
    }

    /// Prints what is lesser, and fails when anything is serious.
    pub fn settle(self) {
        eprintln!("axe-core looked at {} pages", self.pages);
        for (what, pages) in &self.lesser {
            eprintln!("{what}: {}", pages.join(", "));
        }
        assert!(self.serious.is_empty(), "axe-core found:\n{}", self.serious.join("\n"));
    }
}
