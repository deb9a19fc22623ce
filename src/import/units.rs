//! `units.toml`: the units of the city.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::{
    content::is_id,
    fault::{FileFault, line_at},
};
use crate::directory::units::{FIELDS, Unit};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    unit: Vec<toml::Spanned<Unit>>,
}

/// Reads a file of units, each with the line on which it begins. A field of work belongs to one unit only.
pub fn read(file: &str, text: &str) -> Result<Vec<(usize, Unit)>, FileFault> {
    let parsed: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        FileFault::new(file, line, error.message().replace('\n', " "))
    })?;
    let mut codes = HashSet::new();
    let mut owners: HashMap<String, String> = HashMap::new();
    let mut units = Vec::new();
    for spanned in parsed.unit {
        let line = line_at(text, spanned.span().start);
        let unit = spanned.into_inner();
        let fault = |reason: String| Err(FileFault::new(file, line, reason));
        if !is_id(&unit.code) {
            return fault(format!("the code \"{}\" must be lower-case letters, digits and hyphens", unit.code));
        }
        if !codes.insert(unit.code.clone()) {
            return fault(format!("the code \"{}\" is used twice", unit.code));
        }
        if unit.name.trim().is_empty() || unit.short.trim().is_empty() {
            return fault(format!("the unit {} needs a name and a short name", unit.code));
        }
        for field in &unit.fields {
            if !FIELDS.contains(&field.as_str()) {
                return fault(format!("\"{field}\" is none of the 26 fields of work: {}", FIELDS.join("、")));
            }
            if let Some(other) = owners.insert(field.clone(), unit.code.clone()) {
                return fault(format!("the field {field} belongs to {other} already"));
            }
        }
        units.push((line, unit));
    }
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_work_belongs_to_one_unit() {
        let unit = |code: &str, field: &str| {
            format!("[[unit]]\ncode = \"{code}\"\nname = \"n\"\nshort = \"s\"\nfields = [\"{field}\"]\n")
        };
        assert_eq!(read("u", &(unit("a", "就业") + &unit("b", "救灾"))).unwrap().len(), 2);
        let fault = read("u", &(unit("a", "就业") + &unit("b", "就业"))).unwrap_err();
        assert_eq!(fault.line, 6, "{fault}");
        assert!(read("u", &unit("a", "钓鱼")).unwrap_err().reason.contains("城乡规划"));
        assert!(read("u", &unit("A", "就业")).is_err());
        assert!(read("u", "[[unit]]\ncode = \"a\"\nname = \"n\"\nshort = \"s\"\nphonee = \"1\"\n").is_err());
    }
}
