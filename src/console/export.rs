//! Tables of opinions to take along: CSV and Excel. Who gave an opinion is in neither.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

use super::{
    Console,
    consultations::open,
    frame::Fault,
    opinions::{about, counted, grouped, stance},
    reader::Reader,
    session::Visit,
};
use crate::{
    audit,
    consultation::{self, Clause, Opinion},
    phrase,
};

/// What browsers call an Excel file.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A table: its first row says what the columns are.
type Table = Vec<Vec<String>>;

/// The opinions as CSV.
pub(super) async fn csv(
    State(console): State<Console>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, Fault> {
    let table = prepared(&console, &visit, &id).await?;
    let bytes = comma_separated(&table).map_err(|error| failed(&error))?;
    recorded(&console, &visit, &id, ("csv", table.len() - 1)).await?;
    Ok(download("text/csv; charset=utf-8", &format!("{}.csv", file_stem(&id)), bytes))
}

/// The opinions as an Excel file.
pub(super) async fn xlsx(
    State(console): State<Console>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, Fault> {
    let table = prepared(&console, &visit, &id).await?;
    let count = table.len() - 1;
    let sheet = visit.reader.say(&phrase!("console-column-opinions"));
    let now = visit.now;
    let made = tokio::task::spawn_blocking(move || workbook(&table, &sheet, now)).await;
    let bytes = made.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
    recorded(&console, &visit, &id, ("xlsx", count)).await?;
    Ok(download(XLSX, &format!("{}.xlsx", file_stem(&id)), bytes))
}

pub(super) fn failed(error: &dyn std::fmt::Display) -> Fault {
    tracing::error!(%error, "an export failed");
    Fault::Internal
}

async fn prepared(console: &Console, visit: &Visit, id: &str) -> Result<Table, Fault> {
    let mut connection = console.store.read().await?;
    open(&mut connection, visit, id).await?;
    let clauses = consultation::clauses(&mut connection, id).await?;
    let opinions = counted(&mut connection, id).await?;
    drop(connection);
    let groups = grouped(&opinions).await?;
    Ok(table(&visit.reader, &clauses, &opinions, &groups))
}

fn table(reader: &Reader, clauses: &[Clause], opinions: &[Opinion], groups: &[usize]) -> Table {
    let columns = [
        phrase!("console-column-receipt"),
        phrase!("console-column-received"),
        phrase!("console-column-stance"),
        phrase!("console-column-about"),
        phrase!("console-column-text"),
        phrase!("console-column-group"),
    ];
    let mut rows = vec![columns.iter().map(|column| reader.say(column)).collect()];
    for (opinion, group) in opinions.iter().zip(groups) {
        rows.push(vec![
            opinion.receipt.clone(),
            reader.say(&phrase!("console-time", at = opinion.created_at)),
            reader.say(&stance(opinion.stance)),
            about(reader, clauses, opinion.clause),
            opinion.text.clone(),
            (group + 1).to_string(),
        ]);
    }
    rows
}

/// Records that opinions left the house, before they do.
async fn recorded(console: &Console, visit: &Visit, id: &str, (format, opinions): (&str, usize)) -> Result<(), Fault> {
    let mut tx = console.store.begin().await?;
    let detail = serde_json::json!({ "format": format, "opinions": opinions });
    let subject = format!("consultation:{id}");
    audit::append(&mut tx, visit.now, &visit.label(), "opinions.exported", &subject, &detail).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) fn download(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

fn file_stem(id: &str) -> String {
    let plain: String = id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    format!("opinions-{plain}")
}

fn comma_separated(table: &Table) -> Result<Vec<u8>, csv::Error> {
    // Excel takes a file without this mark for one in the system's old encoding.
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    for row in table {
        writer.write_record(row.iter().map(|cell| guarded(cell)))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A cell that a spreadsheet can't take for a formula: whoever opens the table must not run what a stranger wrote.
/// The full-width signs count too, because Chinese and Japanese versions read them as the plain ones.
fn guarded(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

/// In Excel's own format each cell says that it is text, so nothing needs a guard.
fn workbook(table: &Table, sheet_name: &str, now: Timestamp) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_timestamp(now.as_second())?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name)?;
    let (bold, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap().set_align(FormatAlign::Top));
    for (row, cells) in (0_u32..).zip(table) {
        let format = if row == 0 { &bold } else { &wrapped };
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write_string_with_format(row, column, cell, format)?;
        }
    }
    for (column, width) in [(0, 14.0), (1, 20.0), (2, 10.0), (3, 24.0), (4, 80.0), (5, 8.0)] {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_taken_for_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\t=1"] {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        assert_eq!(guarded("建议 = 好"), "建议 = 好");
    }

    #[test]
    fn the_table_is_utf8_with_its_mark_and_quoted_where_needed() {
        let table = vec![vec!["意见".to_owned(), "a,b\n\"c\"".to_owned()]];
        assert_eq!(comma_separated(&table).unwrap(), "\u{FEFF}意见,\"a,b\n\"\"c\"\"\"\n".as_bytes());
    }

    #[test]
    fn a_file_is_named_in_plain_letters() {
        assert_eq!(file_stem("a/../\"ö"), "opinions-a______");
    }

    #[test]
    fn an_excel_file_comes_out() {
        let table = vec![vec!["意见".to_owned()], vec!["=1+1".to_owned()]];
        let bytes =
            workbook(&table, "意见", Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(500_000)).unwrap();
        assert!(bytes.starts_with(b"PK"));
    }
}
