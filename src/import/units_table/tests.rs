use std::io::Write as _;

use rust_xlsxwriter::Workbook;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::directory::units::State;

fn today() -> jiff::civil::Date {
    jiff::civil::date(2026, 11, 23)
}

fn entry(unit: Unit) -> Entry {
    Entry { unit, former: Vec::new(), state: State::Active, version: 1, changed_by: String::new() }
}

fn city() -> Vec<Entry> {
    let fields = vec!["就业".to_owned()];
    vec![entry(Unit { fields, phone: "1".into(), ..Unit::new("hrss", "人社局") }), entry(Unit::new("tax", "税务局"))]
}

fn xlsx(rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(*cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn faults(file: &str, bytes: &[u8]) -> Vec<String> {
    plan(file, bytes, (&city(), &[]), today()).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn a_file_says_what_it_would_change_in_either_language() {
    for headings in [["编码", "名称", "电话"], ["Code", "name", "Phone"]] {
        let rows: [&[&str]; 4] = [&headings, &["hrss", "人社局", "2"], &["tax", "税务局", ""], &["new", "新局", "3"]];
        let plan = plan("units.xlsx", &xlsx(&rows), (&city(), &[]), today()).unwrap();
        assert_eq!(plan.added[0].short, "新局");
        assert_eq!(plan.changed.len(), 1);
        assert_eq!((plan.changed[0].0.phone.as_str(), &plan.changed[0].1), ("2", &vec![Column::Phone]));
        assert_eq!(plan.changed[0].0.fields, ["就业"], "a column that isn't there changes nothing");
        assert_eq!(plan.unchanged, 1);
    }
}

#[test]
fn every_fault_is_named_with_its_cell() {
    let rows: [&[&str]; 6] = [
        &["编码", "名称", "领域", "上级单位"],
        &["tax", "税务局", "就业"],
        &["Bad Code", "甲局"],
        &["new", "", "钓鱼"],
        &["tax", "税务局"],
        &["own", "己局", "", "own"],
    ];
    let found = faults("units.xlsx", &xlsx(&rows));
    let all = found.join("\n");
    for expected in [
        "Sheet1, row 2, column C: the field 就业 belongs to the unit hrss",
        "Sheet1, row 3, column A: a code has",
        "Sheet1, row 4, column B: a unit needs a name",
        "Sheet1, row 4, column C: \"钓鱼\" is none of",
        "Sheet1, row 5, column A: the code \"tax\" is in row 2 already",
        "Sheet1, row 6, column D: the unit would be part of itself",
    ] {
        assert!(all.contains(expected), "{expected}\n\n{all}");
    }
    let found = faults("units.csv", "code,name,fone,code\na,b,1,2\n".as_bytes());
    assert!(found[0].contains("row 1, column C: no column is called \"fone\""), "{found:?}");
    assert!(found[1].contains("row 1, column D") && found[1].contains("twice"), "{found:?}");
}

#[test]
fn an_older_file_does_not_undo_a_renaming() {
    let mut all = city();
    all[1].former.push("税务局".into());
    all[1].unit.name = "税务和财政局".into();
    let plan = plan("u.csv", "编码,名称,简称\ntax,税务局,税务局\n".as_bytes(), (&all, &[]), today()).unwrap();
    assert!(plan.is_empty(), "{plan:?}");
}

#[test]
fn a_file_that_lies_about_its_kind_is_refused() {
    let book = xlsx(&[&["code", "name"], &["a", "b"]]);
    assert_eq!(sheet::read("units.csv", &book), Err(SheetError::Lies));
    assert_eq!(sheet::read("units.xlsx", b"code,name\n"), Err(SheetError::Lies));
    assert_eq!(sheet::read("units.xls", &book), Err(SheetError::OtherKind));
    assert_eq!(sheet::read("units.csv", b""), Err(SheetError::Empty));
    assert_eq!(sheet::read("units.csv", &vec![b'a'; sheet::MAX_FILE + 1]), Err(SheetError::TooLarge));
    assert_eq!(sheet::read("units.xlsx", &book[..book.len() / 2]), Err(SheetError::Damaged));
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("anything.txt", SimpleFileOptions::default()).unwrap();
    zip.write_all(b"hello").unwrap();
    let other = zip.finish().unwrap().into_inner();
    assert_eq!(sheet::read("units.xlsx", &other), Err(SheetError::Lies));
}

#[test]
fn what_unpacks_to_more_than_any_list_is_refused_before_it_is_parsed() {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["xl/workbook.xml", "xl/sharedStrings.xml"] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        for _ in 0..9 {
            zip.write_all(&vec![b' '; 1024 * 1024]).unwrap();
        }
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < sheet::MAX_FILE, "{}", bomb.len());
    assert_eq!(sheet::read("units.xlsx", &bomb), Err(SheetError::Bomb));
}

#[test]
fn two_cells_at_the_ends_of_a_sheet_make_no_giant_table() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "code").unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let Err(SheetError::Beyond(place)) = sheet::read("units.xlsx", &bytes) else { panic!("it was read") };
    assert_eq!(place.letters(), "XFD");
}

#[test]
fn a_head_is_one_of_the_units_staff() {
    let member = |login: &str, unit: &str| StaffMember {
        id: login.into(),
        login: login.into(),
        name: login.into(),
        unit: unit.into(),
        roles: [crate::directory::staff::Role::Staff].into(),
    };
    let staff = [member("anna", "hrss"), member("tom", "tax")];
    let read = |head: &str| {
        let file = format!("code,name,head\nhrss,人社局,{head}\n");
        plan("u.csv", file.as_bytes(), (&city(), &staff), today())
    };
    assert!(read("anna").is_ok());
    for head in ["tom", "nobody"] {
        let found: Vec<String> = read(head).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 1);
        assert!(
            found[0].contains('2')
                && found[0].contains(&format!("nobody who works for the unit has the login \"{head}\"")),
            "{found:?}"
        );
    }
}
