# The directory of units
console-nav-units = Units
unit-gone = { $unit } has been gone since { $day }.

## The list
units-title = Units
units-search = Search by name, former name, duty or code
units-search-button = Search
units-none = No unit fits.
units-gone-title = Units that are gone
units-will-be-renamed = From { $day } its name is { $name }.
units-will-be-merged = From { $day } it is part of { $unit }.
units-was-merged = Since { $day } it has been part of { $unit }.
units-will-be-followed = From { $day } it is abolished; { $unit } does its work.
units-was-followed = It was abolished on { $day }; { $unit } does its work.
units-will-be-abolished = From { $day } it is abolished. Nobody comes after it.
units-was-abolished = It was abolished on { $day }. Nobody comes after it.

## A unit
units-code = Code
units-name = Full name
units-short = Short name
units-aliases = Other names
units-fields = Fields of work
units-duties = Duties
units-parent = Part of
units-phone = Public phone
units-address = Public address
units-hours = Office hours
units-contact = Internal contact
units-head = Head
units-former = Former names
units-work = At present
units-work-count = { $tickets ->
    [one] 1 open ticket
   *[other] { $tickets } open tickets
}, { $staff ->
    [one] 1 account
   *[other] { $staff } accounts
}
units-by-file = an import
units-stale = Nothing was saved, because { $who } changed this unit after you had opened it. What you typed is still in the form; above it stands the unit as it is now.
units-done = Done.

## Changing a unit
units-edit = Edit
units-save = Save
units-no-parent = None
units-no-head = Nobody
units-several-hint = Several with commas.
units-contact-hint = For the office only: it is on no public page, and no citizen sees it.
units-day = From which day
units-bad-day = Write the day like 2026-12-31.
units-too-long = Please write at most 2000 characters.
units-unknown-head = Nobody has this login.
units-rename = Rename
units-rename-follows = On that day the unit bears the new name everywhere. The old names still find it.
units-merge = Merge into another unit
units-into = Into which unit
units-abolish = Abolish
units-successor = Who does its work
units-no-successor = Nobody: its open tickets go back to the dispatcher
units-follows = What follows on that day: open tickets go to the successor, with their deadlines ({ $tickets } at present). The accounts stay ({ $staff } at present); you can move them on this page. Documents keep their owner.
units-call-off = Call this off
units-staff-follows = { $staff ->
    [one] 1 account still belongs
   *[other] { $staff } accounts still belong
} to this unit. Move them, and they see the other unit's tickets.
units-staff-to = To which unit
units-staff-move = Move the accounts
units-refused-past = The day lies before today. Choose today or a later day.
units-refused-decided = Something else was decided about this unit already. Call it off first.
units-refused-nothing = There is nothing that could be called off: its day has come.
units-refused-name-taken = The unit { $code } bears this name. Choose another one.
units-refused-same-name = The unit bears this name already.
units-refused-circle = That unit itself goes to this one. Choose another one.
units-refused-successor-gone = That unit is gone by then. Choose another one, or a later successor.
units-refused-office = The office can't go: what fits nobody comes back to it.
units-bad-code = A code has lower-case letters, digits and hyphens, at most 40.
units-bad-name = Write a name of 1 to 60 characters.
units-unknown-field = “{ $field }” is none of the 26 fields of work.
units-field-taken = The field { $field } belongs to the unit { $code }. Take it from there first.
units-unknown-parent = There is no unit with the code { $code }.
units-parent-circle = The unit would be part of itself.

## The table
units-sheet = Units
units-file-title = All units as a table
units-file-explained = Take the table along, change it, and bring it back. You see what it would change before anything is done. A unit that isn't in the table stays as it is, and so does a column that isn't there.
units-as-xlsx = Excel file
units-as-csv = CSV file
units-file = Table (.xlsx or .csv, at most 1 MB)
units-file-look = See what would change
units-file-done = The units are as the table says.
units-file-stale = Nothing was changed: somebody changed units since you saw what the table would do, or it was done already. Send the table once more.
units-preview-title = What the table would change
units-preview-counts = New: { $added }. Changed: { $changed }. As they are: { $unchanged }.
units-preview-new = New: { $name } ({ $code })
units-preview-changes = What changes
units-preview-field = Field
units-preview-before = Now
units-preview-after = Then
units-preview-apply = Change them
units-preview-leave = Leave everything as it is
units-back = Back to the units
units-fault-at = { $place }: { $what }
units-place-row = Sheet { $sheet }, row { $row }
units-place-cell = Sheet { $sheet }, row { $row }, column { $column }
units-file-too-large = The file is larger than 1 MB. Delete what isn't the list of units.
units-file-other-kind = Save the file as .xlsx or as .csv.
units-file-lies = The file isn't what its name says. Save it anew as .xlsx, or as CSV in UTF-8.
units-file-bomb = Unpacked, the file is larger than a list of units can be. It wasn't read.
units-file-damaged = The file is damaged. Open it, save it anew, and try again.
units-file-beyond = { $place }: the table must end at row 5000 and column 60. Delete what lies beyond.
units-file-long-cell = { $place }: a cell has at most 2000 characters.
units-file-empty = The table is empty. Its first row names the columns.
units-cell-unknown-column = No column is called “{ $name }”. Use the headings of the Excel file on this page.
units-cell-column-twice = The column “{ $name }” is there twice. Delete one.
units-cell-no-column = The columns “code” and “name” are needed.
units-cell-no-heading = The column has no heading in the first row. Write one, or empty the cell.
units-cell-code-twice = The code { $code } is in row { $row } already.
units-cell-gone = The unit { $code } is gone. Take the row out, or leave it as it was.
units-new = Add a unit
units-new-hint = The code can't be changed later. Other names, fields of work, the internal contact and the head are edited once it is saved.
units-code-taken = A unit has the code { $code } already
units-head-elsewhere = The login "{ $login }" doesn't exist or doesn't work for this unit
