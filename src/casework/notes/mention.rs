//! Names behind an @ in a note.

use crate::directory::staff::StaffMember;

/// How much of an unknown name is repeated, in characters.
const REPEATED: usize = 20;

/// Why somebody can't be mentioned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmentionable {
    /// Nobody has this name or login.
    Unknown(String),
    /// They may not read the note.
    NotAReader(String),
    /// Several who may read it have this name.
    Several(String),
}

/// Who is mentioned in a note, each once: `@` and a login or a name, with no space between. `reads` says who may read
/// it. An @ inside a word of letters, as in an address of e-mail, mentions nobody.
pub fn mentioned<'a>(
    text: &str,
    staff: &'a [StaffMember],
    reads: impl Fn(&StaffMember) -> bool,
) -> Result<Vec<&'a StaffMember>, Unmentionable> {
    let mut found: Vec<&StaffMember> = Vec::new();
    for (at, sign) in text.match_indices(['@', '＠']) {
        let inside = text[..at].chars().next_back().is_some_and(|before| in_word(before) || ".+".contains(before));
        let rest = &text[at + sign.len()..];
        if inside || !rest.chars().next().is_some_and(|first| first.is_alphanumeric() || first == '_') {
            continue;
        }
        let member = named(rest, staff, &reads)?;
        if !found.iter().any(|known| known.login == member.login) {
            found.push(member);
        }
    }
    Ok(found)
}

/// Whose name a text begins with. The longest counts, so that no name hides another that begins like it.
fn named<'a>(
    rest: &str,
    staff: &'a [StaffMember],
    reads: &impl Fn(&StaffMember) -> bool,
) -> Result<&'a StaffMember, Unmentionable> {
    let length = |member: &StaffMember| {
        let fits = |name: &str| if begins(rest, name) { name.len() } else { 0 };
        fits(&member.login).max(fits(&member.name))
    };
    let longest = staff.iter().map(length).max().unwrap_or_default();
    if longest == 0 {
        let name = rest.chars().take_while(|letter| letter.is_alphanumeric() || "_-.".contains(*letter));
        return Err(Unmentionable::Unknown(name.take(REPEATED).collect()));
    }
    let name = || rest[..longest].to_owned();
    let mut readers = staff.iter().filter(|member| length(member) == longest && reads(member));
    match (readers.next(), readers.next()) {
        (Some(member), None) => Ok(member),
        (Some(_), Some(_)) => Err(Unmentionable::Several(name())),
        (None, _) => Err(Unmentionable::NotAReader(name())),
    }
}

/// Whether a text begins with a name that ends there: `anna` isn't at the beginning of `annabel`. Chinese has no spaces,
/// so after such a name anything may follow.
fn begins(text: &str, name: &str) -> bool {
    let Some(rest) = text.strip_prefix(name).filter(|_| !name.is_empty()) else { return false };
    !(name.chars().next_back().is_some_and(in_word) && rest.chars().next().is_some_and(in_word))
}

fn in_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_-".contains(letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::directory::staff::Role;

    fn staff() -> Vec<StaffMember> {
        let member = |login: &str, name: &str, unit: &str| StaffMember {
            id: login.into(),
            login: login.into(),
            name: name.into(),
            unit: unit.into(),
            roles: [Role::Staff].into(),
        };
        vec![
            member("anna", "安娜", "hrss"),
            member("annabel", "安娜贝", "hrss"),
            member("li-1", "李强", "hrss"),
            member("li-2", "李强", "hrss"),
            member("tom", "汤姆", "tax"),
            member("kit", "Kit Marsh", "hrss"),
        ]
    }

    fn of_hrss(text: &str) -> Result<Vec<String>, Unmentionable> {
        let staff = staff();
        let found = mentioned(text, &staff, |member| member.unit == "hrss")?;
        Ok(found.into_iter().map(|member| member.login.clone()).collect())
    }

    #[test]
    fn names_and_logins_are_found() {
        for (text, logins) in [
            ("请@安娜看一下", vec!["anna"]),
            ("＠安娜贝，@anna: 好", vec!["annabel", "anna"]),
            ("@anna @安娜 @anna", vec!["anna"]),
            ("@li-2 请核实", vec!["li-2"]),
            ("ask @Kit Marsh, please", vec!["kit"]),
            ("a.b+anna@tom.cn 与 100% @ 9 @", vec![]),
            ("无人", vec![]),
        ] {
            assert_eq!(of_hrss(text), Ok(logins.into_iter().map(str::to_owned).collect()), "{text}");
        }
    }

    #[test]
    fn who_can_not_be_mentioned_is_named() {
        assert_eq!(of_hrss("@bob, hello"), Err(Unmentionable::Unknown("bob".into())));
        assert_eq!(of_hrss("@annas"), Err(Unmentionable::Unknown("annas".into())));
        assert_eq!(of_hrss("好@汤姆看"), Err(Unmentionable::NotAReader("汤姆".into())));
        assert_eq!(of_hrss("@李强看"), Err(Unmentionable::Several("李强".into())));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,80}", at in "[@＠安娜a-z 贝]{0,20}") {
            let _ = of_hrss(&format!("{text}{at}"));
        }
    }
}
