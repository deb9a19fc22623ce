# Statistics: the console, the bulletin, the public page

## The console
statistics-title = Statistics
statistics-all-units = All units
statistics-of-unit = { $unit }
statistics-periods = Periods
statistics-neighbours = Periods before and after
statistics-day = Day
statistics-week = Week
statistics-month = Month
statistics-earlier = Earlier
statistics-later = Later
statistics-from = From
statistics-to = To and including
statistics-show = Show
statistics-period-backwards = The last day is before the first: please put it right. What follows is this month.
statistics-period-too-long = A period has at most { $days } days: please choose a shorter one. What follows is this month.
statistics-one-day = { $day }
statistics-span = { $from } to { $to }
statistics-excel = Download as Excel
statistics-bulletin-link = Bulletin of the month, to print
statistics-bulletin = Casework bulletin, { $month }
statistics-bulletin-text = Questions received this month: { $received }. The bot answered { $answered }; { $routed } were routed. Units gave { $replied } replies, { $share } of them on time, in { $days } working days in the middle of all. Of those who rated a reply, { $helped } said it helped. Reopened: { $reopened }.
statistics-bulletin-standing = As of { $at }, { $open } are open, { $overdue } of them overdue.
statistics-note = “Open” and “overdue” are as of now, whatever the period. On time means approved before the end of the last day. The time to reply runs from filing and includes waiting for the citizen. Of a reopened ticket the new reply counts.

## Tables
statistics-by-unit = By unit
statistics-by-day = By day
statistics-by-kind = By kind of message
statistics-by-channel = By channel
statistics-unit = Unit
statistics-day-column = Day
statistics-kind = Kind of message
statistics-channel = Channel
statistics-kind-unknown = Not told
statistics-channel-web = Web
statistics-channel-terminal = Terminal
statistics-channel-other = { $name }
statistics-together = Together
statistics-received = Received
statistics-answered = Answered by the bot
statistics-chosen = Answered after a choice
statistics-routed = Routed
statistics-replied = Replies
statistics-on-time = On time
statistics-on-time-share = On time, share
statistics-median-days = Median time, working days
statistics-median-hours = Median time, hours
statistics-helped = Helped
statistics-not-helped = Didn't help
statistics-reopened = Reopened
statistics-open = Open
statistics-overdue = Overdue
statistics-count = { $count }
statistics-percent = { $percent }%
statistics-tenths = { $whole }.{ $tenth }
statistics-nothing = –

## The chart
statistics-by-bot = Answered by the bot
statistics-chart = What came and what was answered
statistics-chart-description = { $span }: { $answered } answered by the bot, { $routed } routed, { $replied } replies by units. The table by day below has the numbers.
statistics-chart-day = { $day }/{ $month }
statistics-chart-month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }

## The public page
statistics-public-title = Casework in figures – { $service }
statistics-public-heading = Casework in figures
statistics-public-intro = How many questions this service answered in the last months that have ended, to which units it routed others, and how many units replied to.
statistics-public-hidden = To protect people, a number below { $small } is shown as “<{ $small }”. A number is “withheld” where another small one could be computed from it.
statistics-public-answered = Questions answered by the bot
statistics-public-routed = Questions routed to units
statistics-public-replied = Replies by units
statistics-public-on-time = Replies that were on time
statistics-public-all = All units
statistics-public-none = There are no figures to show yet.
statistics-public-small = <{ $small }
statistics-public-withheld = withheld
statistics-public-back = Back to the chat
statistics-public-unavailable = This can't be shown now. Please try again in a moment.
