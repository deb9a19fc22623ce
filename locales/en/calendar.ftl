# Working days and deadlines
weekday =
    { $number ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    }
calendar-year = { $year }: { $working } working days ({ $makeup } of them make-up workdays), { $off } days off
calendar-holiday = { $name }: { $first } to { $last }, { $days } days
calendar-makeup = Make-up workday: { $weekday }, { $day }
deadline-due = Last day: { $weekday }, { $due }
deadline-stopped = The clock stands still since the end of { $since }: an answer is awaited. If it ran on from there, the last day would be { $weekday }, { $due }
deadline-extended = { $days } days of these were added by an extension
deadline-unknown-year = There is no table of holidays for { $year } yet: only weekends were left out, and it may still change
deadline-day = { $weekday }, { $day }: { $what }
day-received = day of receipt, not counted
day-counted = day { $number }
day-counted-makeup = day { $number }, make-up workday
day-counted-weekend = day { $number }, weekend
day-counted-holiday = day { $number }, public holiday ({ $holiday })
day-weekend = weekend, not counted
day-holiday = public holiday ({ $holiday }), not counted
day-stopped = an answer was awaited, the clock stood still, not counted
day-moved = the first working day after the period ran out: it ends here
day-moved-makeup = the first working day (make-up workday) after the period ran out: it ends here
reckoning-extended = { $told } An extension added { $days } of these days.
reckoning-paused = { $told } After { $from } until { $to } an answer was awaited, and the clock stood still.
reckoning-stopped = { $told } Since the end of { $since } an answer is awaited, and the clock stands still; the last day is reckoned anew when it comes.
