# Web hooks and group robots

## What a group reads
hook-title = 问政 Wenzheng: routed questions
hook-line = { $number } { $unit }: { $what }, reply due { $due }
hook-topic-line = { $unit }: { $what } ({ $people } people)
hook-topic-raised = a topic needs a public explanation
hook-topic-explained = a topic was explained publicly
hook-test = This is a test. Reading it means that the settings are right.
hook-ticket-assigned = a new question
hook-ticket-reminded = waits, please attend to it
hook-ticket-escalated = waited too long and was escalated
hook-ticket-overdue = the deadline has passed
hook-ticket-returned = was returned and must be assigned
hook-ticket-extended = the deadline was extended
hook-ticket-answered = was answered
hook-ticket-rated = the reply was rated
hook-ticket-reopened = was opened again
hook-ticket-withdrawn = was withdrawn

## Page of the console
hooks-nav = Web hooks
hooks-title = Web hooks and group robots
hooks-hint = Hooks are set in the settings file. Secrets and full addresses aren’t shown here.
hooks-none = There are no hooks in the settings file.
hooks-name = Name
hooks-target = Sends to
hooks-kind = Kind
hooks-kind-plain = another system
hooks-kind-wecom = WeCom group robot
hooks-kind-dingtalk = DingTalk group robot
hooks-kind-feishu = Feishu group robot
hooks-events = Events
hooks-units = Units
hooks-units-all = all
hooks-action = Action
hooks-send-test = Send a test
hooks-send-test-to = Send a test to { $hook }
hooks-test-queued = The test is queued. Reload this page in a moment to see how it went.
hooks-given-up = Given up
hooks-given-up-none = Nothing was given up.
hooks-latest = Last deliveries
hooks-latest-none = Nothing was sent yet.
hooks-try-again = Try again
hooks-try-again-of = Try { $subject } again ({ $hook })
hooks-try-again-queued = It is queued again.
hooks-try-again-gone = This delivery isn’t among those given up any more. Nothing was changed.
hooks-gone = There is no such hook in the settings file: it can’t be sent.
hooks-event = Event
hooks-subject = Number
hooks-written = Time
hooks-state = State
hooks-state-queued = waiting
hooks-state-waiting = failed { $attempts ->
        [one] once
       *[other] { $attempts } times
    }, next try { $at }
hooks-state-sending = on its way
hooks-state-sent = arrived at try { $attempts }
hooks-state-given-up = given up after { $attempts ->
        [one] one try
       *[other] { $attempts } tries
    }
hooks-note = Reason
