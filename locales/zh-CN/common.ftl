# 日期与时间
date = { $year }年{ $month }月{ $day }日
date-time = { $date }{ $time }
language-name = 中文
service-name = 问政
