# A ticket's story, for staff
console-state-awaiting-citizen = waits for the citizen
console-state-referred = referred elsewhere
console-state-merged = merged into { $number }
console-state-lapsed = ended: the citizen didn't answer
console-asked-citizen = Asked of the citizen
console-referred-to = Told to turn to: { $place }
console-refused-same-unit = That unit has the ticket, or had it and gave it away.
console-refused-part-missing = A cooperating unit hasn't written its part. Wait for it, or say why you do without it.
console-refused-too-many-parts = At most { $max } units cooperate on a ticket.
console-refused-extended-before = The time can be extended once.
console-refused-bad-extension = An extension is at least 1 working day and at most as long as the period itself.
console-refused-reopened-before = It was reopened once already.
console-refused-bad-merge = A ticket can't be merged into itself, or into one that is closed or merged.
console-event-handed-over = { $actor } gave it to { $to }
console-event-transferred = { $actor } transferred it to { $unit }
console-event-asked-citizen = { $actor } asked the citizen; the clock stands still
console-event-citizen-answered = The citizen answered; the clock goes on
console-event-extension-asked = { $actor } asked for { $days } more working { $days ->
    [one] day
   *[other] days
}
console-event-extended = { $actor } granted more time: due on { $due }
console-event-extension-refused = { $actor } refused more time
console-event-unit-involved = { $actor } asked { $unit } to cooperate
console-event-part-written = { $actor } wrote the part of { $unit }
console-event-part-released = { $actor } does without the part of { $unit }
console-event-merged = { $actor } merged it into { $number }
console-event-unmerged = { $number } ended without a reply: this one stands for itself again
console-event-answered-with = Answered with { $number }
console-event-split = { $actor } gave a part to { $unit }
console-event-reopened = { $actor } reopened it
console-event-lapsed = The citizen didn't answer in time; it ended by itself
console-event-taken-back = { $unit } never accepted it: the dispatcher has it back
console-event-reminded = { $unit } was reminded
console-event-head-told = The head of { $unit } was told
console-event-dispatcher-told = The dispatcher was told
console-event-recomputed = The calendar changed: due on { $due } now
console-event-moved = { $to } took over from { $from }, and this with it
console-event-unit-gone = { $unit } no longer exists: back to the dispatcher
console-event-citizen-reminded = The citizen was reminded
console-event-reminded-late = { $unit } was told that it is late
