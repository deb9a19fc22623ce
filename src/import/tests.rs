//! Reading the demonstration city, loading it, and asking it.

use std::{path::Path, sync::Arc};

use jiff::Timestamp;
use proptest::prelude::*;

use super::{Collection, ImportOptions, ImportReport, collect, load};
use crate::{
    audit::{self, Verdict},
    calendar::Calendar,
    clock::{Clock, SharedClock, SystemClock},
    id::{Ids, SystemEntropy},
    knowledge::{
        Library, Standing,
        interpretation::{self, Actor, Reply, Step},
        policy,
    },
    matching::Weights,
    store::Store,
};

fn demo() -> Collection {
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("demo"))
}

fn clock() -> SharedClock {
    Arc::new(SystemClock)
}

fn now() -> Timestamp {
    SystemClock.now()
}

async fn sqlite() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_folder(folder.path()).await.unwrap();
    (folder, store)
}

async fn import(store: &Store, collection: Collection) -> ImportReport {
    let options = ImportOptions { operator: "test".into(), unit: None };
    let calendar = Calendar::embedded().unwrap();
    let ids = Ids::new(clock(), Arc::new(SystemEntropy));
    load(store, &clock(), &ids, &calendar, collection, &options, &mut |_, _| {}).await.unwrap()
}

#[test]
fn the_demonstration_city_is_read_without_a_fault() {
    let demo = demo();
    let faults: Vec<String> = demo.faults.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(demo.guides.len(), 5);
    // What its writers agreed on beyond the rules of the format.
    for located in &demo.interpretations {
        let items = &located.value.items;
        assert!((3..=5).contains(&items.len()), "{}: {} items", located.file, items.len());
        for item in items {
            assert!((2..=4).contains(&item.phrasings.len()), "{}: {}", located.file, item.question);
        }
        assert!(located.value.id.ends_with("-jd"), "{}", located.file);
    }
}

async fn check_import_twice(store: Store) {
    let first = import(&store, demo()).await;
    let faults: Vec<String> = first.faults.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let mut connection = store.read().await.unwrap();
    let revision = crate::store::revision(&mut connection, crate::knowledge::REVISION).await.unwrap();
    let second = import(&store, demo()).await;
    assert_eq!((second.added, second.changed), (0, 0));
    assert!(second.unchanged > 150);
    assert_eq!(crate::store::revision(&mut connection, crate::knowledge::REVISION).await.unwrap(), revision);
    assert!(matches!(audit::verify(&mut connection).await.unwrap(), Verdict::Intact(rows) if rows > 0));
}

async fn check_library(store: Store) {
    import(&store, demo()).await;
    let library = Library::load(&store, Weights::built_in()).await.unwrap();
    let findings = library.find("社保卡不见了怎么补");
    let hit = &findings.hits[0];
    assert!(hit.id.starts_with("social-card-jd#"), "{}", hit.id);
    let source = library.source(&hit.id).unwrap();
    assert_eq!((source.unit_code.as_str(), &source.standing), ("hrss", &Standing::InForce));
    assert!(source.policy.is_some() && !source.number.is_empty());
    let (quote, text) = (library.quote("", &hit.id, hit.quote).unwrap(), library.text(&hit.id).unwrap());
    assert!(text.contains(&quote));

    let old = library.source("social-card-2022-jd#1").unwrap();
    assert!(matches!(old.standing, Standing::Superseded { .. }), "{old:?}");
    // The joint document's lead unit explains it.
    assert_eq!(library.source("noise-control-jd#1").unwrap().unit_code, "ecology");
}

async fn check_changes_are_seen(store: Store) {
    import(&store, demo()).await;
    let library = Library::load(&store, Weights::built_in()).await.unwrap();
    let before = library.len();
    assert!(!library.refresh_if_changed(&store).await.unwrap());

    let ids = Ids::new(clock(), Arc::new(SystemEntropy));
    let (id, question) = (ids.next(), "望江路的夜市几点收摊？".to_owned());
    let reply = Reply {
        question: question.clone(),
        phrasings: vec!["夜市到几点".into()],
        answer: "每天二十二点三十分收摊。".into(),
        unit: "urban".into(),
    };
    let actor = |login: &str, unit: &str| Actor { login: login.into(), unit: unit.into(), reviewer: true };
    let mut tx = store.begin().await.unwrap();
    interpretation::propose_reply(&mut tx, &id, &reply, "wang", now()).await.unwrap();
    assert!(interpretation::step(&mut tx, &id, 1, Step::Approve, &actor("wang", "urban"), now()).await.is_err());
    assert!(interpretation::step(&mut tx, &id, 1, Step::Approve, &actor("li", "tax"), now()).await.is_err());
    interpretation::step(&mut tx, &id, 1, Step::Approve, &actor("li", "urban"), now()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(library.refresh_if_changed(&store).await.unwrap());
    assert_eq!(library.len(), before + 1);
    assert_eq!(library.find(&question).hits[0].id, format!("{id}#1"));

    let mut tx = store.begin().await.unwrap();
    let version = interpretation::find(&mut tx, &id).await.unwrap().unwrap().version;
    interpretation::step(&mut tx, &id, version, Step::Withdraw, &actor("wang", "urban"), now()).await.unwrap();
    let stale = interpretation::step(&mut tx, &id, version, Step::Edit, &actor("wang", "urban"), now()).await;
    assert!(stale.is_err());
    tx.commit().await.unwrap();
    assert!(library.refresh_if_changed(&store).await.unwrap());
    assert_eq!(library.len(), before);
    assert!(library.source(&format!("{id}#1")).is_none());
}

async fn check_a_changed_file_keeps_the_former_version(store: Store) {
    import(&store, demo()).await;
    let library = Library::load(&store, Weights::built_in()).await.unwrap();
    let mut changed = demo();
    let interpretation = &mut changed.interpretations[0].value;
    let id = interpretation.id.clone();
    let former = std::mem::replace(&mut interpretation.items[0].answer, "新的答复。".to_owned());
    interpretation.items.truncate(2);
    let report = import(&store, changed).await;
    assert_eq!((report.added, report.changed), (0, 1));
    assert!(library.refresh_if_changed(&store).await.unwrap());
    assert_eq!(library.text(&format!("{id}#1")).unwrap(), "新的答复。");
    assert!(library.text(&format!("{id}#3")).is_none());
    let mut connection = store.read().await.unwrap();
    let versions = interpretation::versions(&mut connection, &id).await.unwrap();
    assert_eq!(versions.len(), 1);
    assert_eq!(versions[0].1.items[0].answer, former);
}

async fn check_what_refers_to_nothing_stays_out(store: Store) {
    let mut collection = Collection::default();
    collection.add(
        "p.jsonl",
        "{\"id\":\"a\",\"text\":\"甲\"}\n{\"id\":\"b\",\"text\":\"乙\",\"unit\":\"nobody\"}".as_bytes(),
    );
    let interpretation = "+++\nkind = \"interpretation\"\nid = \"x-jd\"\npolicy = \"x\"\ntitle = \"t\"\n\
        date = 2025-03-03\nurl = \"https://a.example/\"\n+++\n## q\n问法：w\na\n";
    collection.add("x-jd.md", interpretation.as_bytes());
    let report = import(&store, collection).await;
    assert_eq!(report.added, 2, "the office, made on the fly, and the first record");
    let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].starts_with("p.jsonl:2: there is no unit"), "{faults:?}");
    assert!(faults[1].starts_with("x-jd.md:1: there is no policy"), "{faults:?}");
    let mut connection = store.read().await.unwrap();
    let stored = policy::find(&mut connection, "a").await.unwrap().unwrap();
    assert_eq!(stored.policy.issued.owner(), "office");
}

macro_rules! on_sqlite {
    ($($name:ident => $check:ident;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let (_folder, store) = sqlite().await;
            $check(store).await;
        }
    )*};
}

on_sqlite! {
    importing_twice_changes_nothing => check_import_twice;
    the_library_answers_with_its_source => check_library;
    what_is_published_or_withdrawn_is_seen_at_once => check_changes_are_seen;
    a_changed_file_keeps_the_former_version => check_a_changed_file_keeps_the_former_version;
    what_refers_to_nothing_stays_out => check_what_refers_to_nothing_stays_out;
}

/// One file's fault, or none.
fn fault(file: &str, text: &str) -> Option<(usize, String)> {
    let mut collection = Collection::default();
    collection.add(file, text.as_bytes());
    collection.faults.into_iter().next().map(|fault| (fault.line, fault.reason))
}

#[test]
fn faults_say_where_and_what_instead() {
    let policy = "+++\nkind = \"policy\"\nid = \"a\"\ntitle = \"t\"\nnumber = \"n\"\nissued = \"joint\"\n\
        units = [\"tax\"]\ndate = 2025-03-01\ndisclosure = \"proactive\"\nurl = \"https://a.example/\"\n+++\nbody\n";
    assert_eq!(fault("a.md", policy).unwrap().0, 7);
    assert_eq!(fault("a.md", &policy.replace("[\"tax\"]", "[\"tax\", \"civil\"]")), None);
    assert_eq!(fault("b.md", policy).unwrap().0, 3);
    let withheld = policy.replace("\"joint\"", "\"department\"").replace("proactive", "withheld");
    let (line, reason) = fault("a.md", &withheld).unwrap();
    assert!(line == 9 && reason.contains("reason ="), "{line} {reason}");
    assert_eq!(fault("a.md", &policy.replace("2025-03-01", "2025-03-01T10:00:00")).unwrap().0, 7);

    let guide = "+++\nkind = \"guide\"\nid = \"g\"\ntitle = \"t\"\nunit = \"tax\"\nurl = \"https://a.example/\"\n\
        date = 2025-05-01\n+++\n## 受理条件\na\n## 材料\nb\n";
    let (line, reason) = fault("g.md", guide).unwrap();
    assert!(line == 11 && reason.contains("## 申请材料"), "{line} {reason}");

    let consultation = "+++\nkind = \"consultation\"\nid = \"c\"\ntitle = \"t\"\nunit = \"tax\"\nbasis = \"major\"\n\
        state = \"open\"\nopens_in_days = -6\ncloses_in_days = 5\ncontact = \"1\"\n+++\n## 说明\na\n## 草案\n\
        ### 第一条 x\nb\n";
    assert_eq!(fault("c.md", consultation), None);
    assert_eq!(fault("c.md", &consultation.replace("= 5", "= -7")).unwrap().0, 9);
    assert_eq!(fault("c.md", &consultation.replace("= 5", "= -1")).unwrap().0, 7);
    assert_eq!(fault("c.md", &consultation.replace("第一条", "第二条")).unwrap().0, 15);
}

/// Text that looks like content, with all that can go wrong in it.
fn near_content() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "+++\n",
        "kind = \"policy\"\n",
        "kind = \"guide\"\n",
        "kind = \"interpretation\"\n",
        "kind = \"consultation\"\n",
        "id = \"a\"\n",
        "title = \"t\"\n",
        "unit = \"x\"\n",
        "policy = \"p\"\n",
        "date = 2025-02-01\n",
        "date = 10:00:00\n",
        "url = \"https://a\"\n",
        "[[opinion]]\n",
        "clause = 99\n",
        "## 问\n",
        "问法：甲；乙\n",
        "### 第一条\n",
        "## 说明\n",
        "## 草案\n",
        "{\"id\":\"a\",\"text\":\"b\"}\n",
        "[[unit]]\n",
        "\"\"\"",
        "=",
        "\n",
        "\r\n",
        "é",
        "\u{FEFF}",
    ]);
    prop::collection::vec(pieces, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_stumble(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check_any(&bytes)?;
    }

    #[test]
    fn no_text_makes_the_readers_stumble(text in near_content()) {
        check_any(text.as_bytes())?;
    }
}

fn check_any(bytes: &[u8]) -> Result<(), TestCaseError> {
    for file in ["a.md", "units.toml", "a.jsonl"] {
        let mut collection = Collection::default();
        collection.add(file, bytes);
        let lines = bytes.split(|byte| *byte == b'\n').count();
        for fault in &collection.faults {
            prop_assert!(fault.line >= 1 && fault.line <= lines + 1, "{}", fault);
            prop_assert!(!fault.reason.is_empty());
        }
    }
    Ok(())
}
