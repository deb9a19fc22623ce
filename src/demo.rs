//! The demo city: content and accounts to try the service with, part of the program.

use include_dir::{Dir, include_dir};
use secrecy::SecretString;

use crate::{
    app::Ambient,
    calendar::Calendar,
    directory::{
        staff::{self, PasswordHash, Role, StaffMember},
        units::{self, OFFICE, Unit},
    },
    import::{Collection, ImportOptions, load},
    store::Store,
};

static CITY: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/demo");

/// The password of every demo account. It is no secret: the demo is for one machine only.
pub const PASSWORD: &str = "wenzheng-demo";

/// Everything in the demo folder.
pub fn city() -> Collection {
    fn add(folder: &Dir<'_>, collection: &mut Collection) {
        for file in folder.files() {
            collection.add(&file.path().display().to_string(), file.contents());
        }
        for folder in folder.dirs() {
            add(folder, collection);
        }
    }
    let mut collection = Collection::default();
    add(&CITY, &mut collection);
    collection
}

/// Loads the demo city and its accounts; what is there already stays as it is.
pub async fn fill(store: &Store, ambient: &Ambient) -> anyhow::Result<()> {
    let options = ImportOptions { operator: "demo".to_owned(), unit: None };
    let calendar = Calendar::embedded()?;
    let report = load(store, &ambient.clock, &ambient.ids(), &calendar, city(), &options, &mut |_, _| {}).await?;
    for fault in &report.faults {
        tracing::warn!(%fault, "demo content");
    }
    let mut tx = store.begin().await?;
    let known: Vec<String> = staff::all(&mut tx).await?.into_iter().map(|member| member.login).collect();
    let mut wanted: Vec<StaffMember> = Vec::new();
    for unit in units::all(&mut tx).await? {
        wanted.extend(accounts(&unit));
    }
    wanted.retain(|member| !known.contains(&member.login));
    if !wanted.is_empty() {
        // One hash for all: hashing is slow on purpose, and they all have the same password anyway.
        let hash = PasswordHash::of(&SecretString::from(PASSWORD), ambient.entropy.as_ref())?;
        for mut member in wanted {
            member.id = ambient.ids().next();
            staff::add(&mut tx, &member, &hash, ambient.clock.now()).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Somebody who replies and somebody who approves for each unit; the office also dispatches and administers.
fn accounts(unit: &Unit) -> Vec<StaffMember> {
    let member = |login: String, name: String, roles: &[Role]| StaffMember {
        id: String::new(),
        login,
        name,
        unit: unit.code.clone(),
        roles: roles.iter().copied().collect(),
    };
    let mut all = vec![
        member(unit.code.clone(), format!("{}经办", unit.short), &[Role::Staff]),
        member(format!("{}-review", unit.code), format!("{}审核", unit.short), &[Role::Staff, Role::Reviewer]),
    ];
    if unit.code == OFFICE {
        all.push(member("dispatch".into(), "转办员".into(), &[Role::Staff, Role::Dispatcher]));
        all.push(member("administrator".into(), "管理员".into(), &[Role::Administrator]));
    }
    all
}
