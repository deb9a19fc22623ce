//! A table in an Excel or CSV file → rows of text. What a file claims of itself is believed only once it was measured.
//!
//! A workbook is a zip: everything in it is unpacked once, counted and thrown away, before anything is parsed. Cells are
//! then taken from a stream one by one, because a sheet of two cells can claim to be a billion cells large.

use std::{
    fmt,
    io::{Cursor, Read as _},
};

use calamine::{Data, DataRef, Reader as _, Xlsx};

/// The largest file, in bytes.
pub const MAX_FILE: usize = 1024 * 1024;
/// The largest size of a workbook's parts together, in bytes.
const MAX_UNPACKED: u64 = 16 * 1024 * 1024;
/// The most parts of a workbook.
const MAX_PARTS: usize = 200;
/// The last row that is read.
const MAX_ROWS: u32 = 5_000;
/// The last column that is read.
const MAX_COLUMNS: u32 = 60;
/// The longest text of a cell, in characters.
const MAX_CELL: usize = 2_000;

/// A cell's place, as the person who looks at the file sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The sheet's name; the file's for CSV.
    pub sheet: String,
    /// The row, from 1.
    pub row: u32,
    /// The column, from 0; none: the whole row.
    pub column: Option<u32>,
}

impl Place {
    /// The column's letters, such as `AB`.
    pub fn letters(&self) -> String {
        let Some(column) = self.column else { return String::new() };
        let mut number = column + 1;
        let mut letters = Vec::new();
        while number > 0 {
            letters.push(char::from(b'A' + u8::try_from((number - 1) % 26).unwrap_or(0)));
            number = (number - 1) / 26;
        }
        letters.iter().rev().collect()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, row {}", self.sheet, self.row)?;
        if self.column.is_some() { write!(f, ", column {}", self.letters()) } else { Ok(()) }
    }
}

/// Why a file isn't read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// It is larger than [`MAX_FILE`].
    #[error("the file is larger than 1 MB")]
    TooLarge,
    /// Its name ends in neither `.xlsx` nor `.csv`.
    #[error("save the file as .xlsx or as .csv")]
    OtherKind,
    /// It isn't what its name says.
    #[error("the file isn't what its name says: save it anew as .xlsx, or as CSV in UTF-8")]
    Lies,
    /// Unpacked it is larger than any list of units.
    #[error("unpacked, the file is larger than a list of units can be")]
    Bomb,
    /// It can't be read.
    #[error("the file is damaged: open it, save it anew, and try again")]
    Damaged,
    /// More cells than a list of units has.
    #[error("{0}: the table ends at row {MAX_ROWS} and column {MAX_COLUMNS}; delete what lies beyond")]
    Beyond(Place),
    /// A cell says too much.
    #[error("{0}: a cell has at most {MAX_CELL} characters")]
    LongCell(Place),
    /// There is nothing in it.
    #[error("the table is empty: its first row names the columns")]
    Empty,
}

/// A table: rows of cells, the first one names the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// The rows that hold anything, with their numbers from 1.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// Reads the first sheet of an Excel file, or a CSV file, by the end of its name.
pub fn read(file: &str, bytes: &[u8]) -> Result<Sheet, SheetError> {
    if bytes.len() > MAX_FILE {
        return Err(SheetError::TooLarge);
    }
    let end = file.rsplit_once('.').map_or(String::new(), |(_, end)| end.to_ascii_lowercase());
    let sheet = match end.as_str() {
        "xlsx" => workbook(bytes)?,
        "csv" => comma_separated(file, bytes)?,
        _ => return Err(SheetError::OtherKind),
    };
    if sheet.rows.is_empty() { Err(SheetError::Empty) } else { Ok(sheet) }
}

fn workbook(bytes: &[u8]) -> Result<Sheet, SheetError> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(SheetError::Lies);
    }
    measure(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| SheetError::Damaged)?;
    let name = book.sheet_names().first().cloned().ok_or(SheetError::Empty)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| SheetError::Damaged)?;
    let mut table = Gathered::new(&name);
    while let Some(cell) = cells.next_cell().map_err(|_| SheetError::Damaged)? {
        let (row, column) = cell.get_position();
        table.put(row, column, &text(cell.get_value()))?;
    }
    Ok(table.sheet)
}

/// Unpacks every part, however large it says it is, up to what all may have together.
fn measure(bytes: &[u8]) -> Result<(), SheetError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Damaged)?;
    if archive.len() > MAX_PARTS {
        return Err(SheetError::Bomb);
    }
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(SheetError::Lies);
    }
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| SheetError::Damaged)?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| SheetError::Damaged)?;
        left = left.checked_sub(read).ok_or(SheetError::Bomb)?;
    }
    Ok(())
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        // A phone number that was typed as a number.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::SharedString(text) => (*text).to_owned(),
        other => Data::from(other.clone()).to_string(),
    }
}

fn comma_separated(file: &str, bytes: &[u8]) -> Result<Sheet, SheetError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SheetError::Lies)?;
    if text.contains('\0') {
        return Err(SheetError::Lies);
    }
    let text = text.trim_start_matches('\u{FEFF}');
    let mut table = Gathered::new(file);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    for (row, record) in (0_u32..).zip(reader.records()) {
        let record = record.map_err(|_| SheetError::Damaged)?;
        for (column, cell) in (0_u32..).zip(record.iter()) {
            // What our own export puts before a sign, so that no spreadsheet takes the cell for a formula.
            let guarded = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
            table.put(row, column, guarded.unwrap_or(cell))?;
        }
    }
    Ok(table.sheet)
}

/// Cells on their way into rows.
struct Gathered {
    sheet: Sheet,
}

impl Gathered {
    fn new(name: &str) -> Self {
        Self { sheet: Sheet { name: name.to_owned(), rows: Vec::new() } }
    }

    fn put(&mut self, row: u32, column: u32, cell: &str) -> Result<(), SheetError> {
        let cell = crate::message::clean(cell);
        if cell.is_empty() {
            return Ok(());
        }
        let place = || Place { sheet: self.sheet.name.clone(), row: row + 1, column: Some(column) };
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            return Err(SheetError::Beyond(place()));
        }
        if cell.chars().nth(MAX_CELL).is_some() {
            return Err(SheetError::LongCell(place()));
        }
        let rows = &mut self.sheet.rows;
        if rows.last().is_none_or(|(last, _)| *last != row + 1) {
            rows.push((row + 1, Vec::new()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            let column = column as usize;
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            cells[column] = cell;
        }
        Ok(())
    }
}
