//! The units as a table: what a file would change, and doing it. Nothing is changed when any row is wrong.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    audit,
    directory::{
        staff::StaffMember,
        units::{self, Entry, FIELDS, Unit, is_code},
    },
    import::sheet::{self, Place, Sheet, SheetError},
    knowledge::REVISION,
    store::{Connection, StoreError, bump_revision},
};

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The code.
    Code,
    /// The full name.
    Name,
    /// The short name.
    Short,
    /// Other names.
    Aliases,
    /// Fields of work.
    Fields,
    /// Duties.
    Duties,
    /// The code of the unit that it is part of.
    Parent,
    /// The public phone number.
    Phone,
    /// The public address.
    Address,
    /// Office hours.
    Hours,
    /// The contact for the office.
    Contact,
    /// The head's login.
    Head,
}

impl Column {
    /// All, in the order of an exported table.
    pub const ALL: [Self; 12] = [
        Self::Code,
        Self::Name,
        Self::Short,
        Self::Aliases,
        Self::Fields,
        Self::Duties,
        Self::Parent,
        Self::Phone,
        Self::Address,
        Self::Hours,
        Self::Contact,
        Self::Head,
    ];

    /// What a file may call it. The first is English, the second Chinese; both are written by an export.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Code => &["code", "编码", "单位编码", "代码"],
            Self::Name => &["name", "名称", "单位名称", "全称"],
            Self::Short => &["short name", "简称", "short"],
            Self::Aliases => &["other names", "别名", "aliases"],
            Self::Fields => &["fields", "领域", "公开领域"],
            Self::Duties => &["duties", "职责", "主要职责"],
            Self::Parent => &["parent", "上级单位", "上级"],
            Self::Phone => &["phone", "电话", "公开电话"],
            Self::Address => &["address", "地址", "公开地址"],
            Self::Hours => &["hours", "办公时间", "office hours"],
            Self::Contact => &["internal contact", "内部联系人", "contact"],
            Self::Head => &["head", "负责人账号", "head login"],
        }
    }

    /// The name in an exported table.
    pub fn heading(self, chinese: bool) -> &'static str {
        self.names()[usize::from(chinese)]
    }

    fn named(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        Self::ALL.into_iter().find(|column| column.names().contains(&text.as_str()))
    }

    /// What a unit's cell says.
    pub fn of(self, unit: &Unit) -> String {
        match self {
            Self::Code => unit.code.clone(),
            Self::Name => unit.name.clone(),
            Self::Short => unit.short.clone(),
            Self::Aliases => unit.aliases.join("、"),
            Self::Fields => unit.fields.join("、"),
            Self::Duties => unit.duties.clone(),
            Self::Parent => unit.parent.clone().unwrap_or_default(),
            Self::Phone => unit.phone.clone(),
            Self::Address => unit.address.clone(),
            Self::Hours => unit.hours.clone(),
            Self::Contact => unit.contact.clone(),
            Self::Head => unit.head.clone().unwrap_or_default(),
        }
    }

    /// Writes what a cell, or a form's field, says into a unit.
    pub fn put(self, unit: &mut Unit, cell: &str) {
        let text = cell.trim().to_owned();
        let given = (!text.is_empty()).then(|| text.clone());
        match self {
            Self::Code => unit.code = text,
            Self::Name => unit.name = text,
            Self::Short => unit.short = text,
            Self::Aliases => unit.aliases = several(&text),
            Self::Fields => unit.fields = several(&text),
            Self::Duties => unit.duties = text,
            Self::Parent => unit.parent = given,
            Self::Phone => unit.phone = text,
            Self::Address => unit.address = text,
            Self::Hours => unit.hours = text,
            Self::Contact => unit.contact = text,
            Self::Head => unit.head = given,
        }
    }
}

fn several(text: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let parts = text.split(['、', ',', '，', ';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty());
    parts.filter(|part| seen.insert(*part)).map(str::to_owned).collect()
}

/// What is wrong with a unit, whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitFault {
    /// The code isn't one.
    #[error("a code has lower-case letters, digits and hyphens, at most 40")]
    BadCode,
    /// A name is missing or too long.
    #[error("a unit needs a name and a short name, each of at most 60 characters")]
    BadName,
    /// Not one of the 26 fields.
    #[error("\"{0}\" is none of the 26 fields of work")]
    UnknownField(String),
    /// A field of work belongs to one unit only.
    #[error("the field {field} belongs to the unit {unit}")]
    FieldTaken {
        /// The field.
        field: String,
        /// Whose it is.
        unit: String,
    },
    /// There is no such parent.
    #[error("there is no unit with the code \"{0}\" that it could be part of")]
    UnknownParent(String),
    /// Nobody who works for the unit has this login.
    #[error("nobody who works for the unit has the login \"{0}\"")]
    UnknownHead(String),
    /// It would be part of itself.
    #[error("the unit would be part of itself")]
    ParentCircle,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CellFault {
    /// No column is called that.
    #[error("no column is called \"{0}\"")]
    UnknownColumn(String),
    /// Two columns mean the same.
    #[error("the column \"{0}\" is there twice")]
    ColumnTwice(String),
    /// A column that can't be missing.
    #[error("the columns \"code\" and \"name\" are needed")]
    NoColumn,
    /// A cell beyond the last column that has a name.
    #[error("the column has no name in the first row")]
    NoHeading,
    /// Two rows with one code.
    #[error("the code \"{code}\" is in row {row} already")]
    CodeTwice {
        /// The code.
        code: String,
        /// Where it was.
        row: u32,
    },
    /// The unit is gone.
    #[error("the unit \"{0}\" is gone: what a file says of it would have no effect")]
    Gone(String),
    /// The unit it describes can't be.
    #[error(transparent)]
    Unit(UnitFault),
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableFault {
    /// The whole file.
    #[error(transparent)]
    File(#[from] SheetError),
    /// A cell or a row.
    #[error("{place}: {fault}")]
    Cell {
        /// Where.
        place: Place,
        /// What.
        fault: CellFault,
    },
}

/// What a file would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// Units that aren't there yet.
    pub added: Vec<Unit>,
    /// Units as they would be, with the columns that differ.
    pub changed: Vec<(Unit, Vec<Column>)>,
    /// How many stay as they are.
    pub unchanged: usize,
}

impl Plan {
    /// Whether it would change nothing.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty()
    }
}

/// Reads a file and compares it with the units there are. Columns that the file doesn't have stay as they are; an empty
/// cell says that there is nothing. A head must be one of the unit's staff, unless it was so before.
pub fn plan(
    file: &str,
    bytes: &[u8],
    (all, staff): (&[Entry], &[StaffMember]),
    today: jiff::civil::Date,
) -> Result<Plan, Vec<TableFault>> {
    let sheet = sheet::read(file, bytes).map_err(|error| vec![error.into()])?;
    let mut faults = Faults { sheet: &sheet.name, found: Vec::new() };
    let columns = headings(&sheet, &mut faults);
    if !faults.found.is_empty() {
        return Err(faults.found);
    }
    let rows = described(&sheet, &columns, (all, today), &mut faults);
    check(&rows, &columns, (all, staff), &mut faults);
    if !faults.found.is_empty() {
        return Err(faults.found);
    }
    let mut plan = Plan::default();
    for (_, unit) in rows {
        match all.iter().find(|entry| entry.unit.code == unit.code) {
            None => plan.added.push(unit),
            Some(entry) => {
                let differ: Vec<Column> =
                    Column::ALL.into_iter().filter(|column| column.of(&unit) != column.of(&entry.unit)).collect();
                if differ.is_empty() {
                    plan.unchanged += 1;
                } else {
                    plan.changed.push((unit, differ));
                }
            }
        }
    }
    Ok(plan)
}

struct Faults<'a> {
    sheet: &'a str,
    found: Vec<TableFault>,
}

impl Faults<'_> {
    fn add(&mut self, row: u32, column: Option<u32>, fault: CellFault) {
        let place = Place { sheet: self.sheet.to_owned(), row, column };
        self.found.push(TableFault::Cell { place, fault });
    }
}

/// Which column stands where.
fn headings(sheet: &Sheet, faults: &mut Faults<'_>) -> HashMap<u32, Column> {
    let mut columns: HashMap<u32, Column> = HashMap::new();
    let Some((row, cells)) = sheet.rows.first() else { return columns };
    for (place, heading) in (0_u32..).zip(cells).filter(|(_, heading)| !heading.is_empty()) {
        match Column::named(heading) {
            None => faults.add(*row, Some(place), CellFault::UnknownColumn(heading.clone())),
            Some(column) if columns.values().any(|known| *known == column) => {
                faults.add(*row, Some(place), CellFault::ColumnTwice(heading.clone()));
            }
            Some(column) => {
                columns.insert(place, column);
            }
        }
    }
    let has = |column| columns.values().any(|known| *known == column);
    if !(has(Column::Code) && has(Column::Name)) {
        faults.add(*row, None, CellFault::NoColumn);
    }
    columns
}

/// The units that the rows describe, each with its row.
fn described(
    sheet: &Sheet,
    columns: &HashMap<u32, Column>,
    (all, today): (&[Entry], jiff::civil::Date),
    faults: &mut Faults<'_>,
) -> Vec<(u32, Unit)> {
    let mut rows: Vec<(u32, Unit)> = Vec::new();
    let code_at = columns.iter().find(|(_, column)| **column == Column::Code).map(|(place, _)| *place);
    for (row, cells) in sheet.rows.iter().skip(1) {
        let cell = |place: u32| cells.get(place as usize).map_or("", String::as_str);
        let code = code_at.map_or("", cell);
        let known = all.iter().find(|entry| entry.unit.code == code);
        let mut unit =
            known.map_or_else(|| Unit { short: String::new(), ..Unit::new(code, "") }, |known| known.unit.clone());
        for (place, column) in columns {
            column.put(&mut unit, cell(*place));
        }
        if let Some(known) = known.filter(|known| known.former.contains(&unit.name)) {
            // An older file: the unit was renamed since.
            unit.name.clone_from(&known.unit.name);
            unit.short.clone_from(&known.unit.short);
        }
        if unit.short.is_empty() {
            unit.short.clone_from(&unit.name);
        }
        for place in (0_u32..).zip(cells).filter(|(place, cell)| !cell.is_empty() && !columns.contains_key(place)) {
            faults.add(*row, Some(place.0), CellFault::NoHeading);
        }
        if known.is_some_and(|known| known.is_gone(today)) && known.is_some_and(|known| known.unit != unit) {
            faults.add(*row, code_at, CellFault::Gone(code.to_owned()));
        }
        if let Some((before, _)) = rows.iter().find(|(_, before)| before.code == unit.code) {
            faults.add(*row, code_at, CellFault::CodeTwice { code: unit.code.clone(), row: *before });
        }
        rows.push((*row, unit));
    }
    rows
}

/// Checks every unit of a file against all units as they would be.
fn check(
    rows: &[(u32, Unit)],
    columns: &HashMap<u32, Column>,
    (all, staff): (&[Entry], &[StaffMember]),
    faults: &mut Faults<'_>,
) {
    let mut after: BTreeMap<&str, &Unit> = all.iter().map(|entry| (entry.unit.code.as_str(), &entry.unit)).collect();
    after.extend(rows.iter().map(|(_, unit)| (unit.code.as_str(), unit)));
    let after: Vec<&Unit> = after.into_values().collect();
    for (row, unit) in rows {
        let known = all.iter().find(|entry| entry.unit.code == unit.code);
        let fresh = unit.head.as_deref().filter(|login| {
            known.is_none_or(|known| known.unit.head.as_deref() != Some(login)) && !is_head(staff, &unit.code, login)
        });
        let head = fresh.map(|login| (Column::Head, UnitFault::UnknownHead(login.to_owned())));
        for (column, fault) in unit_faults(unit, &after).into_iter().chain(head) {
            let place = columns.iter().find(|(_, known)| **known == column).map(|(place, _)| *place);
            faults.add(*row, place, CellFault::Unit(fault));
        }
    }
}

/// Whether somebody with this login works for the unit.
fn is_head(staff: &[StaffMember], unit: &str, login: &str) -> bool {
    staff.iter().any(|member| member.login == login && member.works_for(unit))
}

/// What is wrong with a unit among all units as they would be, each with the column to look at.
pub fn unit_faults(unit: &Unit, all: &[&Unit]) -> Vec<(Column, UnitFault)> {
    let mut faults = Vec::new();
    if !is_code(&unit.code) {
        faults.push((Column::Code, UnitFault::BadCode));
    }
    let bad = |name: &str| name.is_empty() || name.chars().nth(60).is_some();
    for (column, name) in [(Column::Name, &unit.name), (Column::Short, &unit.short)] {
        if bad(name) {
            faults.push((column, UnitFault::BadName));
        }
    }
    for field in &unit.fields {
        if !FIELDS.contains(&field.as_str()) {
            faults.push((Column::Fields, UnitFault::UnknownField(field.clone())));
        } else if let Some(other) = all.iter().find(|other| other.code != unit.code && other.fields.contains(field)) {
            faults.push((Column::Fields, UnitFault::FieldTaken { field: field.clone(), unit: other.code.clone() }));
        }
    }
    if let Some(parent) = &unit.parent {
        let mut seen = BTreeSet::from([unit.code.as_str()]);
        let mut next = Some(parent.as_str());
        while let Some(code) = next {
            if !seen.insert(code) {
                faults.push((Column::Parent, UnitFault::ParentCircle));
                break;
            }
            let Some(found) = all.iter().find(|other| other.code == code) else {
                faults.push((Column::Parent, UnitFault::UnknownParent(code.to_owned())));
                break;
            };
            next = found.parent.as_deref();
        }
    }
    faults
}

/// Does what a plan says, with its audit row. Call it in the transaction in which the plan was made.
pub async fn apply(connection: &mut Connection, plan: &Plan, actor: &str, now: Timestamp) -> Result<(), StoreError> {
    if plan.is_empty() {
        return Ok(());
    }
    for unit in plan.added.iter().chain(plan.changed.iter().map(|(unit, _)| unit)) {
        units::upsert(connection, unit).await?;
    }
    bump_revision(connection, REVISION).await?;
    let code = |unit: &Unit| unit.code.clone();
    let detail = serde_json::json!({
        "added": plan.added.iter().map(code).collect::<Vec<_>>(),
        "changed": plan.changed.iter().map(|(unit, columns)| (unit.code.clone(), columns)).collect::<Vec<_>>(),
    });
    audit::append(connection, now, actor, "units.imported", "units", &detail).await
}
