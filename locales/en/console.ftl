# The console: the pages on which units work

## On every page
console-service = Wenzheng console
console-title = { $page } – { $service }
console-title-problem = Please check: { $page } – { $service }
console-skip = Skip to the content
console-nav = Main
console-nav-tickets = Tickets
console-nav-consultations = Consultations
console-nav-documents = Documents
console-nav-staff = Staff
console-logout = Log out
console-problems = Please check
console-tabs = Views
console-pages = Pages
console-page = Page { $number }
console-previous = Previous page
console-next = Next page
console-to-start = To your tickets
console-day = { $day }
console-time = { $at }
console-list = { $first }, { $next }

## What went wrong
console-session-ended-title = Your session has ended
console-session-ended = Nothing was saved. Log in again, open the page and send it once more. What you had typed is below, so that you can copy it.
console-forged-title = This form could not be accepted
console-forged = It doesn't belong to your present session, so nothing was changed. Open the page again and send it from there.
console-not-found-title = Page not found
console-not-found = There is no such page, or it belongs to another unit.
console-no-role-title = This account is closed
console-no-role = It has no role. Please ask an administrator of the console.
console-unreadable-title = The form could not be read
console-unreadable = Nothing was changed. Open the page again and send it from there.
console-internal-title = Something went wrong on our side
console-internal = Nothing was changed. Please try again in a moment.
console-typed-title = What you had typed
console-typed = To copy

## Logging in
console-login-title = Log in
console-login-name = Login
console-login-password = Password
console-login-enter = Log in
console-login-refused = The login or the password is wrong.
console-login-locked = Too many failed attempts. This account is locked until { $until }.

## Lists
console-tickets-title = Tickets of { $unit }
console-tickets-none = There are no tickets here.
console-tab-open = Open
console-tab-closed = Closed
console-tab-returned = Returned by units
console-tab-all = All open
console-column-number = Number
console-column-question = Question
console-column-unit = Unit
console-column-deadline = Last day
console-column-state = State
console-column-message-kind = Kind
console-kind-advice = Advice
console-kind-help = Complaint or help
console-kind-inquiry = Inquiry
console-kind-sure = { $kind }, sure at { $percent }%
console-kind-set = { $kind }, set by staff
console-column-title = Title
console-column-kind = Kind
console-column-document-number = Document number
console-column-dated = Date
console-column-in-force = In force
console-column-policy-in-force = Its policy
console-column-changed = Last changed
console-column-period = Period
console-column-opinions = Opinions
console-column-receipt = Receipt
console-column-received = Received
console-column-stance = Stance
console-column-about = About
console-column-text = Opinion
console-column-group = Group
console-urgency-overdue = { $days ->
    [0] Overdue
    [one] Overdue by 1 working day
   *[other] Overdue by { $days } working days
}
console-urgency-soon = { $days ->
    [0] Soon: no working day left after today
    [one] Soon: 1 working day left
   *[other] Soon: { $days } working days left
}
console-urgency-calm = { $days ->
    [one] 1 working day left
   *[other] { $days } working days left
}

## Where a ticket stands
console-state-assigned = Waiting to be claimed
console-state-claimed = Being worked on
console-state-drafted = Draft waits for approval
console-state-returned = Returned, to be assigned
console-state-answered = Answered
console-state-rated-helped = Answered; it helped
console-state-rated-not-helped = Answered; it did not help
console-state-withdrawn = Withdrawn by the citizen
console-designated = (designated by the dispatcher)

## A ticket
console-ticket-title = Ticket { $number }
console-question = Question
console-reply = Reply
console-reply-by = Written by { $author }, approved by { $reviewer }, { $at }.
console-draft-by = Draft by { $author }
console-returned-by = Returned by { $unit }
console-history = History
console-earlier-draft = The draft that was sent back
console-reckoning-makeup = { $told } Weekend days on which offices work count too: { $days }.
console-acts = What you can do
console-own-draft = You wrote this draft, so somebody else must approve it.
console-act-claim = Claim this ticket
console-act-draft = Save the draft
console-act-approve = Approve and send
console-act-send-back = Send the draft back
console-act-return = Return the ticket
console-act-assign = Assign to a unit
console-approve-hint = The reply goes to the citizen at once, exactly as it stands above.
console-draft-label = Reply to the citizen
console-remark-label = What should be changed?
console-reason-label = Why is your unit not responsible, and who is?
console-unit-label = Responsible unit
console-unit-choose = Choose a unit
console-unit-unknown = Please choose a unit from the list.
console-done-claim = The ticket is yours.
console-done-draft = The draft is saved and waits for approval.
console-done-approve = The reply is approved and on its way to the citizen.
console-done-send-back = The draft went back to its author.
console-done-return = The ticket went back to the dispatcher.
console-done-assign = The ticket is assigned.
console-done-proposed = Proposed. A reviewer publishes it on the documents' page.
console-stale = Your change was not saved, because the ticket has changed meanwhile: { $event } ({ $at }). What you typed is kept below.
console-stale-unknown = Your change was not saved, because the ticket has changed meanwhile. What you typed is kept below.

## Why something is refused
console-refused-wrong-state = This can't be done at this stage.
console-refused-other-unit = The ticket belongs to another unit.
console-refused-missing-role = This needs another role.
console-refused-own-draft = You wrote this draft, so somebody else must approve it.
console-refused-designated = The dispatcher designated your unit, so the ticket can't be returned again.
console-refused-no-reason = Please give a reason, of at most 4000 characters.
console-refused-bad-text = Please write between 1 and 4000 characters.
console-refused-not-the-asker = Only the person who asked can do this.

## What happened
console-actor-citizen = The citizen
console-actor-rule = The system
console-event-filed = The question was filed and went to { $unit }.
console-event-claimed = { $actor } claimed it.
console-event-drafted = { $actor } wrote a draft.
console-event-sent-back = { $actor } sent the draft back.
console-event-approved = { $actor } approved the reply, and it was sent.
console-event-returned = { $actor } returned it for { $unit }.
console-event-assigned = { $actor } assigned it to { $unit }.
console-event-designated = { $actor } designated { $unit }.
console-event-rated-helped = The citizen said that the reply helped.
console-event-rated-not-helped = The citizen said that the reply did not help.
console-event-withdrawn = The citizen withdrew the question.
console-event-other = { $actor }: { $kind }

## Knowledge from replies
console-knowledge = Answer the next one at once
console-knowledge-hint = Word the question so that it fits others too, and take out whatever concerns this person alone. A colleague with the reviewer's role publishes it; then citizens who ask this get the answer quoted.
console-knowledge-question = Question
console-knowledge-phrasings = Other wordings, one a line
console-knowledge-answer = Answer
console-propose = Propose for publication
console-found = { $kind } must be taken out first: { $words }
console-found-hint = What looks personal is marked here. Take it out before publication.
console-masked-hint = What was personal has become stars, each marked below. Reword the text so that it reads well.
console-found-kind = ({ $kind })
console-personal-identity = An identity number
console-personal-mobile = A mobile phone number
console-personal-landline = A landline number
console-personal-bank-card = A bank card number
console-personal-plate = A number plate
console-personal-passport = A passport number
console-personal-email = An e-mail address
console-personal-name = A name
console-personal-address = A home address

## Documents
console-documents-title = Documents of your unit
console-documents-none = There are none.
console-explanations = Interpretations, guides and replies
console-policies = Policies that your unit explains
console-kind-interpretation = Interpretation
console-kind-guide = Guide
console-kind-reply = Reply
console-in-force = In force
console-superseded = Superseded
console-document-draft = Draft
console-document-in-review = Waits for review
console-document-published = Published
console-document-withdrawn = Withdrawn
console-document-publish = Publish
console-document-submit = Hand in for review
console-document-send-back = Back to draft
console-document-withdraw = Withdraw: nobody is answered from it any more
console-document-edit = Change the text
console-document-edit-hint = A changed text is a draft again: nobody is answered from it until it was reviewed.
console-document-save = Save as draft
console-document-done = Done.
console-document-stale = Your change was not saved, because somebody else changed the document meanwhile. What you typed is kept.

## Consultations
console-consultations-title = Consultations
console-consultations-none = There are no consultations.
console-stage-hidden = Not public
console-stage-announced = Announced
console-stage-open = Open
console-stage-closed = Closed
console-stage-published = Results published
console-period = { $first } to { $last }
console-tally = Tally
console-tally-told = { $all } in all: { $support } for, { $oppose } against, { $suggest } suggestions
console-stance-support = For
console-stance-oppose = Against
console-stance-suggest = Suggestion
console-whole-draft = The whole draft
console-clause = Clause { $number } { $heading }
console-view-each = One by one
console-view-groups = Nearly the same words ({ $count })
console-opinions-none = There are no opinions yet.
console-groups-none = No two opinions use nearly the same words.
console-group = { $count } opinions in nearly the same words
console-group-members = All of this group
console-export-csv = Download as CSV
console-export-xlsx = Download as Excel file

## Staff
console-staff-title = Staff
console-staff-add = Add an account
console-staff-name = Name
console-staff-login-hint = 2 to 32 characters: lower-case letters a–z, digits, dot, dash, underscore.
console-staff-login-taken = This login is taken.
console-staff-name-missing = Please give a name of at most 50 characters.
console-staff-no-role = Please tick at least one role.
console-staff-own-role = You can't take the administrator's role from yourself.
console-staff-new-password = New password
console-staff-password-hint = At least 10 characters. Hand it over in person; it is not shown again.
console-staff-save-password = Set the password
console-staff-save-roles = Save the roles
console-staff-closing-hint = An account without roles is closed.
console-staff-closed = closed
console-staff-added = The account is added.
console-staff-changed = The account is changed.
console-roles = Roles
console-role-staff = Staff: works on tickets and documents
console-role-reviewer = Reviewer: approves what colleagues wrote
console-role-dispatcher = Dispatcher: assigns tickets, sees all units
console-role-administrator = Administrator: manages accounts
console-password-short = A password needs at least 10 characters.
console-password-long = A password has at most 200 characters.
console-grounds = Why the bot did not answer, and why it proposed this unit
console-grounds-then = This is how it was when the question was filed. What is published may be different now.
console-grounds-units = Units proposed
console-grounds-named = { $unit } (the question names it)
console-grounds-likely = { $unit } ({ $percent }%: like what this unit replied to before, and like its duties)
console-grounds-dispatch = { $unit } (no unit seems likely; the dispatcher decides)
console-grounds-declined = The bot had something to show, but the citizen asked for a unit.

# What citizens said
console-wordings = Citizens asked like this
console-wordings-hint = Citizens found an item with these words and picked it or said that it helped. Once accepted, these words find it more surely; the answer that is quoted stays as it is. Only a reviewer of this unit can accept them.
console-column-wording = What they wrote
console-column-item = The item they found
console-column-people = People
console-column-decision = Decision
console-wording-accept = Accept “{ $wording }”
console-wording-refuse = Refuse “{ $wording }”
console-wording-gone = Somebody has decided on these words already, or the citizen has deleted their data.
