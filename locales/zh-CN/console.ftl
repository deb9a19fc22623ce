# 工作台：责任单位办理的页面

## 每个页面
console-service = 问政工作台
console-title = { $page } – { $service }
console-title-problem = 请检查：{ $page } – { $service }
console-skip = 跳到正文
console-nav = 主导航
console-nav-tickets = 转办件
console-nav-consultations = 意见征集
console-nav-documents = 政策与解读
console-nav-staff = 工作人员
console-logout = 退出登录
console-problems = 请检查以下内容
console-tabs = 视图
console-pages = 翻页
console-page = 第 { $number } 页
console-previous = 上一页
console-next = 下一页
console-to-start = 返回转办件列表
console-day = { $day }
console-time = { $at }
console-list = { $first }、{ $next }

## 出错时
console-session-ended-title = 登录已过期
console-session-ended = 没有保存任何内容。请重新登录，打开页面后再次提交。您输入的内容在下方，可以复制。
console-forged-title = 无法接受这份表单
console-forged = 这份表单不属于您当前的登录，没有作任何改动。请重新打开页面后提交。
console-not-found-title = 找不到页面
console-not-found = 没有这个页面，或者它属于其他单位。
console-no-role-title = 该账号已停用
console-no-role = 该账号没有任何角色，请联系工作台管理员。
console-unreadable-title = 无法读取表单
console-unreadable = 没有作任何改动。请重新打开页面后提交。
console-internal-title = 系统出现问题
console-internal = 没有作任何改动，请稍后再试。
console-typed-title = 您输入的内容
console-typed = 供复制

## 登录
console-login-title = 登录
console-login-name = 登录名
console-login-password = 密码
console-login-enter = 登录
console-login-refused = 登录名或密码不正确。
console-login-locked = 失败次数过多，该账号锁定至{ $until }。

## 列表
console-tickets-title = { $unit }的转办件
console-tickets-none = 这里没有转办件。
console-tab-open = 办理中
console-tab-closed = 已办结
console-tab-returned = 单位退回
console-tab-all = 全部办理中
console-column-number = 编号
console-column-question = 咨询内容
console-column-unit = 责任单位
console-column-deadline = 答复期限
console-column-state = 状态
console-column-message-kind = 类别
console-kind-advice = 建言
console-kind-help = 投诉/求助
console-kind-inquiry = 咨询
console-kind-sure = { $kind }（把握 { $percent }%）
console-kind-set = { $kind }（人工确定）
console-column-title = 标题
console-column-kind = 类别
console-column-document-number = 文号
console-column-dated = 日期
console-column-in-force = 效力
console-column-policy-in-force = 所解读的政策
console-column-changed = 最近修改
console-column-period = 期间
console-column-opinions = 意见
console-column-receipt = 回执
console-column-received = 收到时间
console-column-stance = 态度
console-column-about = 针对
console-column-text = 意见内容
console-column-group = 分组
console-urgency-overdue = { $days ->
    [0] 已逾期
   *[other] 已逾期 { $days } 个工作日
}
console-urgency-soon = { $days ->
    [0] 即将到期：今天之后再无工作日
   *[other] 即将到期：还有 { $days } 个工作日
}
console-urgency-calm = 还有 { $days } 个工作日

## 转办件状态
console-state-assigned = 待受理
console-state-claimed = 办理中
console-state-drafted = 答复待审核
console-state-returned = 已退回，待指派
console-state-answered = 已答复
console-state-rated-helped = 已答复，群众评价有帮助
console-state-rated-not-helped = 已答复，群众评价没有帮助
console-state-withdrawn = 群众已撤回
console-designated = （已指派，不得退回）

## 转办件
console-ticket-title = 转办件 { $number }
console-question = 咨询内容
console-reply = 答复
console-reply-by = { $author }起草，{ $reviewer }审核，{ $at }。
console-draft-by = { $author }起草的答复
console-returned-by = { $unit }退回
console-history = 办理经过
console-earlier-draft = 被退改的草稿
console-reckoning-makeup = { $told }调休上班的周末计入工作日：{ $days }。
console-acts = 您可以办理
console-own-draft = 这份答复由您起草，须由其他人审核。
console-act-claim = 受理
console-act-draft = 保存答复草稿
console-act-approve = 审核通过并发送
console-act-send-back = 退改草稿
console-act-return = 退回转办件
console-act-assign = 指派责任单位
console-approve-hint = 上面的答复将原文立即发送给群众。
console-draft-label = 给群众的答复
console-remark-label = 需要修改什么？
console-reason-label = 为什么不属于本单位职责？应由谁办理？
console-unit-label = 责任单位
console-unit-choose = 请选择单位
console-unit-unknown = 请从列表中选择单位。
console-done-claim = 已受理。
console-done-draft = 草稿已保存，等待审核。
console-done-approve = 答复已审核通过，正在发送给群众。
console-done-send-back = 草稿已退回起草人修改。
console-done-return = 已退回调度员。
console-done-assign = 已指派。
console-done-proposed = 已提交。由审核人在“政策与解读”页面发布。
console-stale = 没有保存您的操作，因为转办件已发生变化：{ $event }（{ $at }）您输入的内容保留在下方。
console-stale-unknown = 没有保存您的操作，因为转办件已发生变化。您输入的内容保留在下方。

## 不能办理的原因
console-refused-wrong-state = 当前阶段不能这样办理。
console-refused-other-unit = 该转办件属于其他单位。
console-refused-missing-role = 您的角色不能这样办理。
console-refused-own-draft = 这份答复由您起草，须由其他人审核。
console-refused-designated = 调度员已指派由您单位办理，不得再次退回。
console-refused-no-reason = 请说明理由，不超过 4000 字。
console-refused-bad-text = 请填写 1 至 4000 字。
console-refused-not-the-asker = 只有咨询人本人可以这样做。

## 经过
console-actor-citizen = 群众
console-actor-rule = 系统
console-event-filed = 收到咨询，转{ $unit }办理。
console-event-claimed = { $actor }受理。
console-event-drafted = { $actor }起草了答复。
console-event-sent-back = { $actor }退改了草稿。
console-event-approved = { $actor }审核通过，答复已发出。
console-event-returned = { $actor }代表{ $unit }退回。
console-event-assigned = { $actor }转{ $unit }办理。
console-event-designated = { $actor }指派{ $unit }办理。
console-event-rated-helped = 群众评价：有帮助。
console-event-rated-not-helped = 群众评价：没有帮助。
console-event-withdrawn = 群众撤回了咨询。
console-event-other = { $actor }：{ $kind }

## 答复转为知识
console-knowledge = 让下一位立即得到答复
console-knowledge-hint = 请把问题改写得适用于其他人，并删去只涉及本人的内容。由有审核角色的同事发布后，其他群众问到时会引用这份答复。
console-knowledge-question = 问题
console-knowledge-phrasings = 其他问法，每行一个
console-knowledge-answer = 答复
console-propose = 提交发布
console-found = 请先删去{ $kind }：{ $words }
console-found-hint = 看起来涉及个人的内容已在此标出，发布前请删去。
console-masked-hint = 涉及个人的内容已替换成星号，逐处标在下面；提交前请改写通顺。
console-found-kind = （{ $kind }）
console-personal-identity = 身份证号码
console-personal-mobile = 手机号码
console-personal-landline = 固定电话号码
console-personal-bank-card = 银行卡号
console-personal-plate = 车牌号
console-personal-passport = 护照号码
console-personal-email = 电子邮箱
console-personal-name = 姓名
console-personal-address = 住址

## 政策与解读
console-documents-title = 本单位的政策与解读
console-documents-none = 暂无。
console-explanations = 解读、办事指南与答复
console-policies = 由本单位解读的政策
console-kind-interpretation = 政策解读
console-kind-guide = 办事指南
console-kind-reply = 答复
console-in-force = 有效
console-superseded = 已被替代
console-document-draft = 草稿
console-document-in-review = 待审核
console-document-published = 已发布
console-document-withdrawn = 已撤下
console-document-publish = 发布
console-document-submit = 提交审核
console-document-send-back = 退回草稿
console-document-withdraw = 撤下：不再用它答复群众
console-document-edit = 修改文字
console-document-edit-hint = 修改后重新成为草稿，审核通过之前不会用它答复群众。
console-document-save = 保存为草稿
console-document-done = 已办理。
console-document-stale = 没有保存您的修改，因为其他人已改动该文件。您输入的内容已保留。

## 意见征集
console-consultations-title = 意见征集
console-consultations-none = 暂无意见征集。
console-stage-hidden = 未公开
console-stage-announced = 已公告
console-stage-open = 征集中
console-stage-closed = 已截止
console-stage-published = 已公布采纳情况
console-period = { $first }至{ $last }
console-tally = 汇总
console-tally-told = 共 { $all } 条：支持 { $support }，反对 { $oppose }，建议 { $suggest }
console-stance-support = 支持
console-stance-oppose = 反对
console-stance-suggest = 建议
console-whole-draft = 全文
console-clause = 第 { $number } 条 { $heading }
console-view-each = 逐条查看
console-view-groups = 内容相近（{ $count } 组）
console-opinions-none = 还没有意见。
console-groups-none = 没有内容相近的意见。
console-group = { $count } 条意见内容相近
console-group-members = 本组全部意见
console-export-csv = 下载 CSV
console-export-xlsx = 下载 Excel 表格

## 工作人员
console-staff-title = 工作人员
console-staff-add = 添加账号
console-staff-name = 姓名
console-staff-login-hint = 2 至 32 个字符：小写字母、数字、点、短横、下划线。
console-staff-login-taken = 该登录名已被使用。
console-staff-name-missing = 请填写姓名，不超过 50 字。
console-staff-no-role = 请至少勾选一个角色。
console-staff-own-role = 不能取消自己的管理员角色。
console-staff-new-password = 新密码
console-staff-password-hint = 至少 10 个字符。请当面告知本人，此后不再显示。
console-staff-save-password = 设置密码
console-staff-save-roles = 保存角色
console-staff-closing-hint = 没有任何角色的账号即为停用。
console-staff-closed = 已停用
console-staff-added = 账号已添加。
console-staff-changed = 账号已修改。
console-roles = 角色
console-role-staff = 办理人：办理转办件和文件
console-role-reviewer = 审核人：审核同事起草的内容
console-role-dispatcher = 调度员：指派转办件，可查看所有单位
console-role-administrator = 管理员：管理账号
console-password-short = 密码至少 10 个字符。
console-password-long = 密码最多 200 个字符。
console-grounds = 机器人为什么没有答复，为什么提这个部门
console-grounds-then = 这是提交问题时的情况，现在的内容可能已经不同。
console-grounds-units = 提出的责任单位
console-grounds-named = { $unit }（问题里点了名）
console-grounds-likely = { $unit }（像这个部门以前答复的问题和它的职责，{ $percent }%）
console-grounds-dispatch = { $unit }（没有哪个部门特别像，请转办员分派）
console-grounds-declined = 机器人当时有内容可以给，但来问的人要求由部门答复。

# 市民的说法
console-wordings = 市民这样问过
console-wordings-hint = 市民用这些话问到了这一条，并且选了它或者说有用。采纳以后，这样问就能更准地找到它；引用的答案一个字也不变。只有本单位的审核人可以采纳。
console-column-wording = 市民的说法
console-column-item = 问到的条目
console-column-people = 人数
console-column-decision = 处理
console-wording-accept = 采纳“{ $wording }”
console-wording-refuse = 不采纳“{ $wording }”
console-wording-gone = 这个说法已经有人处理过，或者市民删除了自己的数据。
