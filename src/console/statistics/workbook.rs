//! The tables as an Excel file, a sheet for each. Numbers are numbers there.

use axum::{
    extract::{Query, State},
    response::Response,
};
use jiff::Timestamp;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::{
    Asked, Table, found,
    table::{self, Cell},
};
use crate::{
    casework::statistics::Tenths,
    console::{
        Console,
        export::{XLSX, download, failed},
        frame::Fault,
        session::{Asking, Visit},
    },
};

/// The file of a period. It holds counts only, so taking it along is no more than looking at the page.
pub(in crate::console) async fn xlsx(
    State(console): State<Console>,
    asked: Asking<Asked>,
    visit: Visit,
) -> Result<Response, Fault> {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let (_, period, _) = asked.period(visit.today());
    let found = found(&console, &visit, period).await?;
    let tables = table::tables(&visit.reader, &found, period);
    let now = visit.now;
    let made = tokio::task::spawn_blocking(move || workbook(&tables, now)).await;
    let bytes = made.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
    Ok(download(XLSX, &format!("statistics-{}-{}.xlsx", period.from(), period.to()), bytes))
}

fn workbook(tables: &[Table], now: Timestamp) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_timestamp(now.as_second())?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let (bold, percent, tenths) = (
        Format::new().set_bold().set_text_wrap(),
        Format::new().set_num_format("0%"),
        Format::new().set_num_format("0.0"),
    );
    for table in tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(&table.title)?;
        for (column, head) in (0_u16..).zip(&table.columns) {
            sheet.write_string_with_format(0, column, head, &bold)?;
        }
        for (row, (name, cells)) in (1_u32..).zip(&table.rows) {
            sheet.write_string(row, 0, name)?;
            for (column, cell) in (1_u16..).zip(cells) {
                match cell {
                    Cell::Count(count) => {
                        sheet.write_number(row, column, *count as f64)?;
                    }
                    Cell::Percent(share) => {
                        sheet.write_number_with_format(row, column, *share as f64 / 100.0, &percent)?;
                    }
                    Cell::Time(Tenths(time)) => {
                        sheet.write_number_with_format(row, column, *time as f64 / 10.0, &tenths)?;
                    }
                    Cell::Nothing => {}
                }
            }
        }
        sheet.set_column_width(0, 24.0)?;
        sheet.set_freeze_panes(1, 1)?;
    }
    workbook.save_to_buffer()
}
