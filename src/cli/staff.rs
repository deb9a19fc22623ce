//! `wenzheng staff`

use std::io::{BufRead as _, IsTerminal as _};

use clap::Subcommand;
use secrecy::SecretString;

use super::{Place, out::print};
use crate::{
    app::Ambient,
    audit,
    directory::{
        staff::{self, PasswordHash, Role, StaffMember},
        units,
    },
    store::StoreError,
};

/// Manages the staff who work in the console.
#[derive(Debug, clap::Args)]
pub(super) struct Staff {
    #[command(subcommand)]
    command: StaffCommand,
}

#[derive(Debug, Subcommand)]
enum StaffCommand {
    /// Add somebody; the password is read from standard input
    Add {
        /// The name to log in with
        login: String,
        /// The name that colleagues see
        #[arg(long)]
        name: String,
        /// The unit's code
        #[arg(long)]
        unit: String,
        /// staff, reviewer, dispatcher, administrator; several with commas
        #[arg(long, value_delimiter = ',', default_value = "staff")]
        roles: Vec<Role>,
        #[command(flatten)]
        place: Place,
    },
    /// Give a new password, read from standard input; unlocks the account and ends its sessions
    Passwd {
        /// Whose
        login: String,
        #[command(flatten)]
        place: Place,
    },
    /// List everybody
    List {
        #[command(flatten)]
        place: Place,
    },
}

impl Staff {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let ambient = Ambient::default();
        match self.command {
            StaffCommand::Add { login, name, unit, roles, place } => {
                let store = place.open_existing().await?;
                let mut tx = store.begin().await?;
                if units::find(&mut tx, &unit).await?.is_none() {
                    anyhow::bail!("there is no unit {unit}: import units.toml first, or see the list of units there");
                }
                if staff::all(&mut tx).await?.iter().any(|known| known.login == login) {
                    anyhow::bail!("{login} is taken: choose another login, or use `wenzheng staff passwd {login}`");
                }
                let hash = PasswordHash::of(&read_password()?, ambient.entropy.as_ref())?;
                let member =
                    StaffMember { id: ambient.ids().next(), login, name, unit, roles: roles.into_iter().collect() };
                let now = ambient.clock.now();
                staff::add(&mut tx, &member, &hash, now).await?;
                let detail = serde_json::json!({ "unit": member.unit, "roles": member.roles });
                audit::append(&mut tx, now, "operator", "staff.added", &format!("staff:{}", member.login), &detail)
                    .await?;
                tx.commit().await?;
                print(format_args!("added {}", member.login))?;
            }
            StaffCommand::Passwd { login, place } => {
                let store = place.open_existing().await?;
                let hash = PasswordHash::of(&read_password()?, ambient.entropy.as_ref())?;
                let mut tx = store.begin().await?;
                match staff::set_password(&mut tx, &login, &hash).await {
                    Err(StoreError::Conflict) => anyhow::bail!("there is no login {login}"),
                    other => other?,
                }
                let nothing = serde_json::Value::Null;
                audit::append(
                    &mut tx,
                    ambient.clock.now(),
                    "operator",
                    "staff.password_set",
                    &format!("staff:{login}"),
                    &nothing,
                )
                .await?;
                tx.commit().await?;
                print(format_args!("the password of {login} is changed"))?;
            }
            StaffCommand::List { place } => {
                let store = place.open_existing().await?;
                for member in staff::all(&mut *store.read().await?).await? {
                    let roles: Vec<String> =
                        member.roles.iter().map(|role| format!("{role:?}").to_lowercase()).collect();
                    print(format_args!("{}\t{}\t{}\t{}", member.login, member.unit, roles.join(","), member.name))?;
                }
            }
        }
        Ok(())
    }
}

/// A password from standard input, so that it is in no command line and no history.
fn read_password() -> anyhow::Result<SecretString> {
    if std::io::stdin().is_terminal() {
        eprint!("password (at least {} characters; it shows while you type): ", 10);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned().into())
}
