# What the bot says. Short sentences: the point first, then what to do.
verbatim = { $text }

greeting =
    Hello, this is Wenzheng. Ask in your own words about policies and public services.
    I only quote what departments have published, and name the source. What I can't answer goes to the department responsible, with a deadline, and its reply comes back here.
help =
    What you can do here:
    1. Just ask, for example “社保卡丢了怎么办” (documents are in Chinese).
    2. Say “consultations” to see which drafts are open for comment, and comment on them.
    3. Say “my questions” to see where they stand; say “talk to a person” to send a question to a department.
    4. Say “my data” to see, copy or delete your records; say “language” to switch.
ask-me = Please ask. It helps to say what it is about and in which district.
unreadable = I can't read this message (a picture, a voice message or nothing at all). Please write what you want to know.
too-long = This message is too long: I can read { $max } characters at most. Please write the most important part, or send it in pieces.
failed = Sorry, your last message could not be handled. We have recorded it and will look into it. Please send it again, or ask for a person.
cancelled = Cancelled. Just write when you have another question.

say-greeting = Hello! Ask me about any policy or public service.
say-thanks = You're welcome. Ask again any time.
say-goodbye = Goodbye, and all the best.
say-praise = Thank you. The departments write the answers; I only find them for you.
say-abuse = It seems I did not help. You can ask in other words, or send the question to the department responsible and a person will answer.
say-joke = I'm no good at jokes and songs, but you can ask me about policies and public services.
say-about-bot = I'm the Wenzheng bot, not a person. I only quote what departments have published; what I can't answer goes to the department responsible.
say-off-topic = I can't help with that. I know about this city's policies and services: social security, schools, housing fund, licences and the like.
say-emergency = If anybody is in danger, call 110 (police), 120 (ambulance) or 119 (fire) at once. I can't call for you.

choice-consultations = Open for comment
choice-mine = My questions and opinions
choice-person = Talk to a person
choice-languages = 语言 / Language
choice-help = What I can do
choice-cancel = Cancel
choice-no = No, thanks
choice-unknown = I don't know this choice.
choice-gone = This choice is out of date. Please ask again, or choose below.
not-found = Not found. The number may be wrong, or it isn't yours.

choice-helped = This helped
choice-not-helped = This didn't help
choice-more = Read it all
choice-read-on = Read on
choice-helped-of = Question { $nth }: this helped
choice-not-helped-of = Question { $nth }: this didn't help
choice-more-of = Question { $nth }: read it all
choice-none = None of these
helped = Good to hear.
not-helped = Sorry that this didn't help.
answer-gone = This document has just been withdrawn or replaced. Please ask again, or ask for a person.
which-matter = Which of these do you mean?
about-question = About your question “{ $question }”:

source-number = Document number: { $number }
source-policy = Explains: { $title }
source-policy-number = Explains: { $title } ({ $number })
source-owner-date = { $unit }, { $date }
source-owner = { $unit }
source-successor = Its work is now done by { $unit }
source-in-force = In force
source-superseded = No longer in force; replaced by { $title }
source-superseded-number = No longer in force; replaced by { $title } ({ $number })

route-offer =
    I found no published answer to quote, and I don't make one up.
    I can send your question to { $unit }. A person there replies within { $days } working days, here in this chat. Shall I?
route-near = Or have a look at these first:
choice-route = Send it to { $unit }
choice-units = Another department
route-units = Please choose a department:
no-units = Sorry, no department is registered here yet, so your question can't be sent on. Please call 12345.
person-which = Please write your whole question. I'll send it to the department responsible, and a person will answer. Please leave out identity and bank card numbers.
ticket-filed =
    Sent. Number: { $number }
    Department: { $unit }
    You will have a reply by { $due }.
ticket-where = The reply will appear here. Say “my questions” to see where it stands.
reckoning = How the deadline is counted: received on { $received }, that day not counted, { $days } working days from the next day, to { $due }.
reckoning-holidays = How the deadline is counted: received on { $received }, that day not counted, { $days } working days from the next day, public holidays ({ $holidays }) skipped, to { $due }.
reckoning-unknown-year = How the deadline is counted: received on { $received }, that day not counted, { $days } working days from the next day, to { $due }. The public holidays of { $year } are not announced yet, so it may still change.

reply-arrived = There is a reply to your question { $number }. You asked: { $question }
reply-source = Reply { $number }, { $date }
reply-contact = Phone: { $phone }
reply-rate = Is your question solved?
choice-solved = Solved
choice-not-solved = Not solved
rated-helped = Thank you for telling us.
rated-not-helped = Thank you for telling us; the department will see it. You can write down what is still open and send it to the department.
delivery-uncertain = We are not sure whether our last message reached you. If you didn't see it, tap below.
choice-again = Show it again

consultations-none = Nothing is open for comment at present.
consultations =
    { $count ->
        [one] One draft is open for comment or has its results published:
       *[other] { $count } drafts are open for comment or have their results published:
    }
consultation-line = { $title } ({ $stage })
stage-announced = opens on { $opens }
stage-open = open until { $closes }
stage-closed = closed on { $closes }, opinions are being studied
stage-published = results published
consultation-period = Open for comment from { $opens } to { $closes }
consultation-unit = Department: { $unit }, phone { $contact }
consultation-short = Why the period is short: { $reason }
choice-draft = Read the draft
choice-opine = Give my opinion
clause-heading = Clause { $number }: { $heading }
draft-opine = Which clause would you like to comment on?
choice-clause = Clause { $number }: { $heading }
choice-whole = The whole draft
opine-whole = Your opinion on the whole draft “{ $title }”.
opine-clause = Your opinion on “{ $title }”, clause { $number } “{ $heading }”:
opine-stance = Are you for it or against it?
choice-support = I support it
choice-oppose = I oppose it
choice-suggest = I suggest a change
opinion-write = Please write your opinion and your reasons, then send it. Please leave out identity and phone numbers.
opinion-filed =
    Your opinion has been received, thank you. Receipt: { $receipt }
    You can see, change or withdraw it until { $closes }.
opinion-changed = Changed. The receipt is still { $receipt }.
opinion-withdrawn = Withdrawn: the opinion with receipt { $receipt } no longer counts.
opinion-change = Change the opinion with receipt { $receipt }. You wrote:
opinion-not-open = This draft is not open for comment now.
opinion-no-clause = The draft has no such clause.
opinion-bad-text = An opinion needs between 1 and { $max } characters.
opinion-was-withdrawn = This opinion has been withdrawn already.
opinion-counted = counted
opinion-taken-back = withdrawn
opinion-heading = Opinion { $receipt }
opinion-about = { $title }, { $about }
opinion-said = { $stance }, { $phase }, sent on { $at }
about-clause = clause { $number }
about-whole = the whole draft
choice-show-opinion = See this opinion
choice-more-opinion = Give another one
choice-change-opinion = Change it
choice-withdraw-opinion = Withdraw it
results =
    { $total ->
        [one] One opinion was received:
       *[other] { $total } opinions were received:
    } { $support } in favour, { $oppose } against, { $suggest } suggesting changes. What became of them:
result-line =
    { $about } ({ $count ->
        [one] one opinion
       *[other] { $count } opinions
    }): { $outcome }. { $reason }
outcome-adopted = adopted
outcome-partly = adopted in part
outcome-rejected = not adopted

mine-none = You have no open questions and have given no opinions.
mine-tickets = My questions
mine-opinions = My opinions
mine-ticket-line = { $number } { $question }: { $state }
mine-opinion-line = { $receipt } { $stance } “{ $text }”: { $phase }
ticket-standing-open = with { $unit }, reply due by { $due }
ticket-standing-returned = the right department is being found
ticket-standing-answered = answered by { $unit } on { $date }
ticket-standing-withdrawn = withdrawn
ticket-heading = Question { $number }
ticket-filed-on = Sent on { $at }
choice-withdraw-ticket = Withdraw this question
ticket-withdrawn = Question { $number } has been withdrawn.
ticket-too-late = Question { $number } is closed and can't be withdrawn.

language-which = Please choose a language:
language-set = All right, English from now on.

data-summary = We hold { $messages } of your messages, { $tickets } questions sent to departments and { $opinions } opinions. You were never asked for a name, phone number or identity number.
choice-copy = Give me a copy
choice-erase = Delete
data-copy = { $count } entries:
data-message-line = { $at }, you said: { $text }
data-ticket-line = { $at }, question { $number }: { $text }
data-opinion-line = { $at }, opinion { $receipt }: { $text }
data-erase-sure = Delete everything? The conversation is emptied, open questions are withdrawn, opinions on open drafts are withdrawn and their words deleted. Opinions on closed drafts stay on file as the law asks, but no longer connected with you.
choice-erase-surely = Yes, delete
data-erased = Deleted. If you come back, you start afresh.

# A ticket's talk back and forth
referral-arrived = Your question “{ $question }” ({ $number }) isn't handled by this city. The right place is: { $place }.
unit-asks = About your question “{ $question }” ({ $number }), { $unit } needs to know:
unit-asks-until = Please answer by { $day }. Until you do, the time for a reply stands still. Without an answer by then the question ends by itself; you can always ask again.
choice-answer-unit = Answer
answer-unit-write = Please write your answer about { $number } in one message.
unit-answered = Your answer has gone to the unit ({ $number }). You'll have a reply by { $due }.
unit-asks-no-more = { $number } doesn't need anything from you now.
ticket-extended = Your question ({ $number }) needs more time: the reply comes by { $due }. The reason: { $reason }
ticket-lapsed = We didn't hear from you, so question { $number } has ended. If it still matters, please ask again.
ticket-reopened = Question { $number } is being looked at again. You'll have a reply by { $due }.
ticket-reopened-before = This question was looked at again once already. You can send us what is still open as a new question.
ticket-split = Your question { $number } concerns more than one unit. This part has its own number, { $part }, and { $unit } replies by { $due }:
ticket-standing-merged = handled together with { $number }
ticket-standing-asked = { $unit } waits for your answer, until { $day }
ticket-standing-referred = told on { $date }: the right place is { $place }
ticket-standing-lapsed = ended: we didn't hear from you
choice-ask-again = Look at it again
choice-explain = Say why
explain-rating-write = Please write what was good or bad about it, in at most 500 characters.
rating-explained = Noted, thank you.
rating-too-long = Please write between 1 and 500 characters.
rated-not-helped-again = The unit can look at it again; that is possible once for each question.
unit-still-asks = { $unit } still waits for your answer ({ $number }):
