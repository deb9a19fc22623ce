# 机器人说的话。短句，先说结论，再说怎么办。
verbatim = { $text }

greeting =
    您好，这里是问政。想问什么政策、怎么办事，直接打字告诉我就行。
    我只引用部门正式公布的解读，并写明出处；我答不了的，可以转给负责的部门，有期限、有回音。
help =
    您可以这样用：
    一、直接问，比如“社保卡丢了怎么办”。
    二、说“征求意见”，看看哪些事正在听取大家意见，也可以提意见。
    三、说“我的问题”，查进度；说“转人工”，把问题交给负责的部门。
    四、说“我的数据”，查看、导出或删除您的记录；说“换语言”，切换中文或英文。
ask-me = 请说，您想问什么？尽量写清楚是什么事、在哪个区县。
unreadable = 这条消息我看不懂（比如图片、语音或空白）。请用文字告诉我您想问什么。
too-long = 这条消息太长了，我最多能看 { $max } 个字。请挑最要紧的写，或者分几条发。
failed = 对不起，刚才这条消息没能处理好，我们已记录并会检查。您可以再发一次，或者转人工。
cancelled = 好的，已取消。还想问什么，直接打字就行。

say-greeting = 您好！想问什么政策或办什么事，直接告诉我就行。
say-thanks = 不客气。还有什么想问的，随时告诉我。
say-goodbye = 再见，祝您顺利。
say-praise = 谢谢夸奖。答案都是各部门写的，我只是帮您找到它。
say-abuse = 看来我没帮上忙，让您着急了。可以换个说法再问一次，或者把问题转给负责的部门，由工作人员答复您。
say-joke = 讲笑话、唱歌我不在行，政策和办事的问题倒可以问我。
say-about-bot = 我是问政机器人，不是真人。我只引用部门正式公布的解读；答不了的，转给负责的部门由工作人员答复。
say-off-topic = 这个我帮不上忙。我只懂本市的政策和办事，比如社保、入学、公积金、办证。
say-emergency = 如果有人身危险，请马上拨打110（报警）、120（急救）或119（火警）。这里不能代您报警。

choice-consultations = 正在征求意见的事
choice-mine = 我的问题和意见
choice-person = 转人工
choice-languages = 语言 / Language
choice-help = 我能做什么
choice-cancel = 取消
choice-no = 不用了
choice-unknown = 这个选项我不认识。
choice-gone = 这个选项已经过时了。请再问一次，或者从下面选。
not-found = 没有找到，可能编号不对，或者不是您的。

choice-helped = 有用
choice-not-helped = 没帮到我
choice-more = 看全文
choice-read-on = 继续往下看
choice-helped-of = 第{ $nth }问：有用
choice-not-helped-of = 第{ $nth }问：没帮到我
choice-more-of = 第{ $nth }问：看全文
choice-none = 都不是
helped = 好的，很高兴帮到您。
not-helped = 对不起，没帮到您。
answer-gone = 这份材料刚刚撤下或更新了，请再问一次，或者转人工。
which-matter = 您问的是下面哪一件？
about-question = 关于您问的“{ $question }”：

source-number = 文号：{ $number }
source-policy = 依据：《{ $title }》
source-policy-number = 依据：《{ $title }》（{ $number }）
source-owner-date = { $unit }，{ $date }发布
source-owner = { $unit }发布
source-successor = 该部门的职责现由{ $unit }承担
source-in-force = 现行有效
source-superseded = 已废止，由《{ $title }》代替
source-superseded-number = 已废止，由《{ $title }》（{ $number }）代替

route-offer =
    这个问题，我没有找到可以引用的正式答复，不乱说。
    可以转给{ $unit }，由工作人员在 { $days } 个工作日内答复，答复会发到这里。要转吗？
route-near = 也可以先看看下面这些，是不是您要问的：
choice-route = 转给{ $unit }
choice-units = 换一个部门
route-units = 请选择部门：
no-units = 对不起，这里还没有登记任何部门，暂时不能转办。请拨打12345。
person-which = 请把您的问题完整写下来，我会转给负责的部门，由工作人员答复。请不要写身份证号、银行卡号。
ticket-filed =
    已转办。编号：{ $number }
    负责部门：{ $unit }
    最迟 { $due } 前答复。
ticket-where = 答复会发到这里。随时说“我的问题”可以查进度。
reckoning = 期限这样算：{ $received }收到，当天不算，从次日起 { $days } 个工作日，到{ $due }为止。
reckoning-holidays = 期限这样算：{ $received }收到，当天不算，从次日起 { $days } 个工作日，{ $holidays }放假不算，到{ $due }为止。
reckoning-unknown-year = 期限这样算：{ $received }收到，当天不算，从次日起 { $days } 个工作日，到{ $due }为止。{ $year }年的放假安排还没有公布，公布后可能调整。

reply-arrived = 您的问题（{ $number }）有答复了。您问的是：{ $question }
reply-source = 答复编号：{ $number }，{ $date }
reply-contact = 电话：{ $phone }
reply-rate = 您的问题解决了吗？
choice-solved = 解决了
choice-not-solved = 没解决
rated-helped = 谢谢您的评价。
rated-not-helped = 谢谢您如实告诉我们，负责的部门会看到。您可以把没说清楚的地方再写一遍，转给部门。
delivery-uncertain = 刚才有一条消息，我们不确定您有没有收到。如果没看到，请点下面再看一次。
choice-again = 再看一次

consultations-none = 目前没有公开征求意见的事项。
consultations = 有 { $count } 件事在征求意见或公布了结果：
consultation-line = { $title }（{ $stage }）
stage-announced = { $opens }开始征求意见
stage-open = 正在征求意见，{ $closes }截止
stage-closed = 已于{ $closes }截止，正在整理意见
stage-published = 已公布采纳情况
consultation-period = 征求意见时间：{ $opens }至{ $closes }
consultation-unit = 负责单位：{ $unit }，电话 { $contact }
consultation-short = 时间较短的原因：{ $reason }
choice-draft = 看草案条文
choice-opine = 我要提意见
clause-heading = 第{ $number }条 { $heading }
draft-opine = 想对哪一条提意见？
choice-clause = 第{ $number }条 { $heading }
choice-whole = 对整个草案
opine-whole = 对《{ $title }》整个草案提意见。
opine-clause = 对《{ $title }》第{ $number }条“{ $heading }”提意见：
opine-stance = 您的态度是？
choice-support = 支持
choice-oppose = 反对
choice-suggest = 建议修改
opinion-write = 请写下您的意见和理由，写好后直接发送。请不要写身份证号、电话号码。
opinion-filed =
    意见已收到，谢谢。回执号：{ $receipt }
    { $closes }之前可以查看、修改或撤回。
opinion-changed = 已修改。回执号不变：{ $receipt }
opinion-withdrawn = 已撤回，回执号 { $receipt } 的意见不再计入。
opinion-change = 修改回执号 { $receipt } 的意见。原来写的是：
opinion-not-open = 这件事现在不在征求意见的时间内。
opinion-no-clause = 草案里没有这一条。
opinion-bad-text = 意见需要写 1 到 { $max } 个字。
opinion-was-withdrawn = 这条意见已经撤回了。
opinion-counted = 已计入
opinion-taken-back = 已撤回
opinion-heading = 意见回执 { $receipt }
opinion-about = 《{ $title }》，{ $about }
opinion-said = { $stance }，{ $phase }，{ $at }提交
about-clause = 第{ $number }条
about-whole = 整个草案
choice-show-opinion = 查看这条意见
choice-more-opinion = 再提一条
choice-change-opinion = 修改
choice-withdraw-opinion = 撤回
results = 共收到意见 { $total } 条：支持 { $support } 条，反对 { $oppose } 条，建议修改 { $suggest } 条。采纳情况如下：
result-line = { $about }（{ $count } 条意见）：{ $outcome }。{ $reason }
outcome-adopted = 采纳
outcome-partly = 部分采纳
outcome-rejected = 未采纳

mine-none = 您还没有转办的问题，也没有提过意见。
mine-tickets = 我的问题
mine-opinions = 我的意见
mine-ticket-line = { $number } { $question }：{ $state }
mine-opinion-line = { $receipt } { $stance }“{ $text }”：{ $phase }
ticket-standing-open = { $unit }正在办理，最迟{ $due }答复
ticket-standing-returned = 正在重新确定负责部门
ticket-standing-answered = { $unit }已于{ $date }答复
ticket-standing-withdrawn = 已撤回
ticket-heading = 问题 { $number }
ticket-filed-on = { $at }提交
choice-withdraw-ticket = 撤回这个问题
ticket-withdrawn = 问题 { $number } 已撤回。
ticket-too-late = 问题 { $number } 已经办结，不能撤回。

language-which = 请选择语言：
language-set = 好的，以后用中文。

data-summary = 我们存了您的 { $messages } 条消息、{ $tickets } 个转办问题、{ $opinions } 条意见。没有要求您提供姓名、电话或证件号。
choice-copy = 给我一份
choice-erase = 删除
data-copy = 共 { $count } 条：
data-message-line = { $at } 您说：{ $text }
data-ticket-line = { $at } 问题 { $number }：{ $text }
data-opinion-line = { $at } 意见 { $receipt }：{ $text }
data-erase-sure = 确定删除吗？对话记录会清空，没办完的问题会撤回，还在征求意见的意见会撤回并删除文字；已经截止的意见按规定保留在档案里，但不再和您有联系。
choice-erase-surely = 确定删除
data-erased = 已删除。以后再来，会当作新朋友。

# 转办件的往来
referral-arrived = 您问的“{ $question }”（{ $number }）不归本市办理，应当找：{ $place }。
unit-asks = 关于您问的“{ $question }”（{ $number }），{ $unit }需要您补充：
unit-asks-until = 请在{ $day }前回答；在您回答之前，办理时限暂停计算。到时没有收到回答，这个问题会自动结束，您可以重新提问。
choice-answer-unit = 回答
answer-unit-write = 请把对 { $number } 的回答写在一条消息里。
unit-answered = 已把您的回答转给经办单位（{ $number }），最晚{ $due }答复。
unit-asks-no-more = { $number } 现在不需要补充了。
ticket-extended = 您的问题（{ $number }）需要更多时间，答复期限延到{ $due }。原因：{ $reason }
ticket-lapsed = 没有收到您的补充，问题 { $number } 已结束。还需要办理的话，请重新提问。
ticket-reopened = 问题 { $number } 已重新办理，最晚{ $due }答复。
ticket-reopened-before = 这个问题已经重新办理过一次。可以把还没解决的部分作为新问题写给我们。
ticket-split = 您的问题 { $number } 涉及不止一个部门。下面这部分另行编号 { $part }，由{ $unit }最晚{ $due }答复：
ticket-standing-merged = 与 { $number } 一并办理
ticket-standing-asked = { $unit }等您回答，请在{ $day }前回复
ticket-standing-referred = { $date }已告知：应当找{ $place }
ticket-standing-lapsed = 没有收到补充，已结束
choice-ask-again = 请再办一次
choice-explain = 写几句评价
explain-rating-write = 请写一写哪里好、哪里不好（500 字以内）。
rating-explained = 记下了，谢谢。
rating-too-long = 请写在 1 到 500 字之间。
rated-not-helped-again = 可以请负责单位再办一次，每个问题一次。
unit-still-asks = { $unit }还在等您回答（{ $number }）：
