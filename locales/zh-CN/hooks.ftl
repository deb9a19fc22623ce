# 网络钩子与群机器人

## 群里看到的消息
hook-title = 问政转办提醒
hook-line = { $number } { $unit }：{ $what }，答复期限{ $due }
hook-topic-line = { $unit }：{ $what }（{ $people } 人提到）
hook-topic-raised = 有热点需要公开说明
hook-topic-explained = 热点已公开说明
hook-test = 这是一条测试消息，收到即说明配置正确。
hook-ticket-assigned = 有新的转办件
hook-ticket-reminded = 转办件待办理，请尽快处理
hook-ticket-escalated = 转办件长时间未办理，已升级
hook-ticket-overdue = 转办件已超过答复期限
hook-ticket-returned = 转办件已退回，待重新指派
hook-ticket-extended = 转办件已延期
hook-ticket-answered = 转办件已答复
hook-ticket-rated = 群众已评价答复
hook-ticket-reopened = 转办件重新办理
hook-ticket-withdrawn = 群众已撤回咨询

## 工作台页面
hooks-nav = 网络钩子
hooks-title = 网络钩子与群机器人
hooks-hint = 网络钩子在配置文件中设置，密钥和完整地址不在这里显示。
hooks-none = 配置文件中没有网络钩子。
hooks-name = 名称
hooks-target = 发往
hooks-kind = 类型
hooks-kind-plain = 其他系统
hooks-kind-wecom = 企业微信群机器人
hooks-kind-dingtalk = 钉钉群机器人
hooks-kind-feishu = 飞书群机器人
hooks-events = 事件
hooks-units = 单位
hooks-units-all = 全部
hooks-action = 操作
hooks-send-test = 发送测试
hooks-send-test-to = 向 { $hook } 发送测试
hooks-test-queued = 测试消息已排队，稍后刷新本页查看结果。
hooks-given-up = 已放弃的投递
hooks-given-up-none = 没有已放弃的投递。
hooks-latest = 最近的投递
hooks-latest-none = 还没有投递。
hooks-try-again = 重新发送
hooks-try-again-of = 重新发送 { $subject }（{ $hook }）
hooks-try-again-queued = 已重新排队。
hooks-try-again-gone = 这条投递已不在放弃之列，没有作任何改动。
hooks-gone = 配置文件中没有这个网络钩子，无法发送。
hooks-event = 事件
hooks-subject = 编号
hooks-written = 时间
hooks-state = 状态
hooks-state-queued = 等待发送
hooks-state-waiting = 第 { $attempts } 次失败，{ $at }再试
hooks-state-sending = 正在发送
hooks-state-sent = 已送达（第 { $attempts } 次）
hooks-state-given-up = 已放弃（试了 { $attempts } 次）
hooks-note = 原因
