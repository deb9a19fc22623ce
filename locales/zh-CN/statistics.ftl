# 统计：控制台、月报和公开页面

## 控制台
statistics-title = 统计
statistics-all-units = 全部责任单位
statistics-of-unit = { $unit }
statistics-periods = 时段
statistics-neighbours = 前后时段
statistics-day = 日
statistics-week = 周
statistics-month = 月
statistics-earlier = 上一时段
statistics-later = 下一时段
statistics-from = 从
statistics-to = 到（含当天）
statistics-show = 查看
statistics-period-backwards = 结束日期早于开始日期，请改正。下面显示的是本月。
statistics-period-too-long = 时段最长 { $days } 天，请缩短。下面显示的是本月。
statistics-one-day = { $day }
statistics-span = { $from }至{ $to }
statistics-excel = 下载 Excel 表格
statistics-bulletin-link = 本月月报（可打印）
statistics-bulletin = { $month }办理月报
statistics-bulletin-text = 本月收到咨询 { $received } 件：机器人直接答复 { $answered } 件，转办 { $routed } 件。各单位答复 { $replied } 件，按时率 { $share }，答复用时中位数 { $days } 个工作日，评价“解决了”的占 { $helped }，重新办理 { $reopened } 件。
statistics-bulletin-standing = 截至{ $at }，在办 { $open } 件，其中逾期 { $overdue } 件。
statistics-note = “在办”和“逾期”是现在的情况，与所选时段无关。按时：在最后一天结束前批准。用时从收到转办件算起，含等待群众补充说明的时间。重新办理的件以新的答复为准。

## 表格
statistics-by-unit = 按责任单位
statistics-by-day = 按日期
statistics-by-kind = 按诉求类别
statistics-by-channel = 按渠道
statistics-unit = 责任单位
statistics-day-column = 日期
statistics-kind = 诉求类别
statistics-channel = 渠道
statistics-kind-unknown = 未判定
statistics-channel-web = 网页
statistics-channel-terminal = 终端
statistics-channel-other = { $name }
statistics-together = 合计
statistics-received = 收到
statistics-answered = 机器人直接答复
statistics-chosen = 选择后答复
statistics-routed = 转办
statistics-replied = 单位答复
statistics-on-time = 按时
statistics-on-time-share = 按时率
statistics-median-days = 用时中位数（工作日）
statistics-median-hours = 用时中位数（小时）
statistics-helped = 解决了
statistics-not-helped = 没解决
statistics-reopened = 重新办理
statistics-open = 在办
statistics-overdue = 逾期
statistics-count = { $count }
statistics-percent = { $percent }%
statistics-tenths = { $whole }.{ $tenth }
statistics-nothing = –

## 图
statistics-by-bot = 机器人答复
statistics-chart = 收到与答复情况
statistics-chart-description = { $span }：机器人答复 { $answered } 件，转办 { $routed } 件，单位答复 { $replied } 件。逐日数字见下面的表格。
statistics-chart-day = { $month }月{ $day }日
statistics-chart-month = { $year }年{ $month }月

## 公开页面
statistics-public-title = 办理情况 – { $service }
statistics-public-heading = 办理情况
statistics-public-intro = 最近几个已结束的月份里，本服务答复了多少咨询，转给了哪些单位，单位答复了多少。
statistics-public-hidden = 为保护个人信息，不到 { $small } 件的数字显示为“少于 { $small }”；“不公开”的数字如果公开，就能算出别的小数字。
statistics-public-answered = 机器人答复的咨询
statistics-public-routed = 转办的咨询
statistics-public-replied = 单位的答复
statistics-public-on-time = 按时答复的比例
statistics-public-all = 全部责任单位
statistics-public-none = 还没有可以公开的数字。
statistics-public-small = 少于 { $small }
statistics-public-withheld = 不公开
statistics-public-back = 回到咨询页面
statistics-public-unavailable = 暂时无法显示，请稍后再试。
