# Attachments, templates of replies, and what a reply begins with

## What citizens see
reply-files = Files with this reply ({ $count }):
file-size-kilobytes = { $count } KB
file-size-megabytes = { $count } MB
file-missing-title = There is no such file
file-missing = The link is wrong, or the file is no longer provided.

## A ticket's files
files-title = Files
files-enclosed = Files that go to the citizen with the reply ({ $count }):
files-add = Add a file
files-aim = Who sees it
files-aim-internal = Internal: only your unit sees it
files-aim-reply = With the reply: it goes to the citizen once it is approved
files-no-address = This city has set no public address, so no file can go with a reply. An administrator sets public_url under [web].
files-file = File
files-hint = PDF, JPEG, PNG, TXT (UTF-8), DOCX or XLSX, up to { $max } MB each and { $count } for a ticket. Save a reply that you are writing first.
files-internal = internal · { $unit }
files-with-reply = waits for approval, goes with the reply
files-sent = went with the reply
files-by = { $author }, { $at }
files-remove = Remove
files-remove-name = Remove { $name }
files-done-added = The file was added.
files-done-removed = The file was removed.
file-kind-pdf = PDF
file-kind-jpeg = a JPEG picture
file-kind-png = a PNG picture
file-kind-text = plain text
file-kind-docx = a Word document (DOCX)
file-kind-xlsx = an Excel workbook (XLSX)
file-refused-empty = The file is empty. Nothing was kept.
file-refused-too-large = The file is larger than { $max } MB. Nothing was kept.
file-refused-too-many = A ticket has at most { $max } files. Remove one that isn't needed first.
file-refused-name = The file's name can't be used: it has more than { $max } characters, a path, a control character, or one that turns the direction of reading. Rename the file and add it again.
file-refused-ending = Files of this kind aren't taken. You can add PDF, JPEG, PNG, TXT, DOCX and XLSX.
file-refused-declared = The name says { $kind }, but the browser declares another type. Nothing was kept.
file-refused-content-is = The name says { $kind }, but the content is { $found }. Nothing was kept.
file-refused-content = The name says { $kind }, but the content is something else. Nothing was kept.
file-refused-no-text = The content is no plain text in UTF-8, or it is a page, a drawing or a program. Nothing was kept.
file-refused-unsound = The file says { $kind }, but it isn't whole, or something else is hidden in it. Export it anew and add it again.
file-refused-unsafe = The document holds macros or programs, suspicious paths, or unpacks to far too much. Nothing was kept.
console-refused-own-file = You added a file that goes with the reply, so somebody else must approve it.
console-event-file-with-reply = { $actor } added a file that goes with the reply: { $name }
console-event-file-added = { $actor } added an internal file of { $unit }
console-event-reply-file-removed = { $actor } removed a file that was to go with the reply: { $name }
console-event-file-removed = { $actor } removed an internal file of { $unit }
console-event-drafted-from = { $actor } wrote a draft that began with “{ $name }”, source: { $source }

## What a reply begins with
start-templates = Start from a template
start-template-label = Template
start-template-option = { $name } (source: { $source })
start-from-template = Start from this template
start-similar = Similar questions that were answered
start-documents = Published content that is near
start-reply = The reply
start-quotation = The text
start-from-this = Start from this
start-from-this-name = Start from this: { $name }
start-document = { $title } ({ $number })
start-source-line = Source: { $source }
start-tick = Started from “{ $name }”; the reply names the source. Untick this if you wrote everything anew
start-done = It is in the reply now, and not saved yet.
start-gone = What the reply was started from is gone. Untick the box, then you can save it.
start-told-template = Started from the template “{ $name }”, source: { $source }
start-told-ticket = Started from the reply to another ticket:
start-told-document = Started from published content: { $title }

## Templates of replies
templates-nav = Templates
templates-title = Templates of replies
templates-explained = A reply can start from a template. Each says where its text comes from, and so does the reply.
templates-none = There are no templates yet.
templates-retired = Retired templates
templates-city = The whole city
templates-source-is = Source: { $source }
templates-changed = { $by }, { $at }
templates-edit = Edit “{ $name }”
templates-new = A new template
templates-for = For whom
templates-name = Name
templates-text = Text
templates-source = Source
templates-source-hint = The title or number of a policy, an interpretation, a guide or a reply; or another source in words.
templates-add = Add
templates-save = Save
templates-retire = Retire
templates-offer = Offer it again
templates-done-saved = The template was saved.
templates-done-retired = The template was retired.
templates-refused-name = Please give a name of at most 60 characters.
templates-refused-text = Please write a text of at most 3700 characters.
templates-refused-source = Please say where the text comes from, in at most 200 characters.
templates-stale = Somebody has just changed this template. See the present text below, then save again.
