# 工作日与期限
weekday =
    { $number ->
        [1] 星期一
        [2] 星期二
        [3] 星期三
        [4] 星期四
        [5] 星期五
        [6] 星期六
       *[7] 星期日
    }
calendar-year = { $year }年：上班 { $working } 天（其中调休上班 { $makeup } 天），休息 { $off } 天
calendar-holiday = { $name }：{ $first }至{ $last }，共 { $days } 天
calendar-makeup = 调休上班：{ $day }，{ $weekday }
deadline-due = 截止日：{ $due }，{ $weekday }
deadline-stopped = 从{ $since }次日起等待答复，停止计时。假如从那时起不再停止，截止日是{ $due }，{ $weekday }
deadline-extended = 其中延期 { $days } 天
deadline-unknown-year = { $year }年还没有放假安排表，只按周末计算，安排公布后可能调整
deadline-day = { $day }，{ $weekday }：{ $what }
day-received = 收到当天，不算
day-counted = 第 { $number } 天
day-counted-makeup = 第 { $number } 天，调休上班
day-counted-weekend = 第 { $number } 天，周末
day-counted-holiday = 第 { $number } 天，{ $holiday }放假
day-weekend = 周末，不算
day-holiday = { $holiday }放假，不算
day-stopped = 等待答复，停止计时，不算
day-moved = 期满后的第一个工作日，顺延到这一天为止
day-moved-makeup = 期满后的第一个工作日（调休上班），顺延到这一天为止
reckoning-extended = { $told }其中延期 { $days } 个工作日。
reckoning-paused = { $told }{ $from }次日起至{ $to }等待答复，停止计时。
reckoning-stopped = { $told }从{ $since }次日起等待答复，停止计时，收到答复后重新计算。
