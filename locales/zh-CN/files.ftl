# 附件、答复模板、从何处起笔

## 市民看到的
reply-files = 随答复附上的文件（{ $count } 个）：
file-size-kilobytes = { $count } KB
file-size-megabytes = { $count } MB
file-missing-title = 没有这个文件
file-missing = 链接有误，或者文件已不再提供。

## 一件的附件
files-title = 附件
files-enclosed = 随答复发给市民的文件（{ $count } 个）：
files-add = 添加附件
files-aim = 给谁看
files-aim-internal = 内部：只有本单位能看到
files-aim-reply = 随答复：审核通过后发给市民
files-no-address = 本市没有设置公众访问地址，附件不能随答复发出。请管理员在设置中填写 [web] public_url。
files-file = 文件
files-hint = PDF、JPEG、PNG、TXT（UTF-8）、DOCX、XLSX，每个不超过 { $max } MB，每件最多 { $count } 个。正在写的答复请先保存。
files-internal = 内部 · { $unit }
files-with-reply = 待审核，将随答复发出
files-sent = 已随答复发出
files-by = { $author }，{ $at }
files-remove = 删除
files-remove-name = 删除 { $name }
files-done-added = 附件已添加。
files-done-removed = 附件已删除。
file-kind-pdf = PDF
file-kind-jpeg = JPEG 图片
file-kind-png = PNG 图片
file-kind-text = 纯文本
file-kind-docx = Word 文档（DOCX）
file-kind-xlsx = Excel 工作簿（XLSX）
file-refused-empty = 文件是空的，没有保存。
file-refused-too-large = 文件超过 { $max } MB，没有保存。
file-refused-too-many = 每件最多 { $max } 个附件。请先删除不用的。
file-refused-name = 文件名不能用：不能超过 { $max } 字，不能带路径、控制字符或改变文字方向的字符。请改名后再添加。
file-refused-ending = 不收这种文件。可以添加 PDF、JPEG、PNG、TXT、DOCX、XLSX。
file-refused-declared = 文件名说是{ $kind }，浏览器报的类型却不是。没有保存。
file-refused-content-is = 文件名说是{ $kind }，内容却是{ $found }。没有保存。
file-refused-content = 文件名说是{ $kind }，内容却不是。没有保存。
file-refused-no-text = 内容不是 UTF-8 纯文本，或者其实是网页、图形或程序。没有保存。
file-refused-unsound = { $kind }不完整，或者里面还藏着别的东西。请重新导出后再添加。
file-refused-unsafe = 文档里有宏或程序、可疑的路径，或者解开后大得异常。没有保存。
console-refused-own-file = 随答复的文件中有您自己添加的，须由其他人审核。
console-event-file-with-reply = { $actor }添加了随答复的文件：{ $name }
console-event-file-added = { $actor }添加了{ $unit }的内部附件
console-event-reply-file-removed = { $actor }删除了随答复的文件：{ $name }
console-event-file-removed = { $actor }删除了{ $unit }的内部附件
console-event-drafted-from = { $actor }起草了答复，起笔于“{ $name }”，来源：{ $source }

## 从何处起笔
start-templates = 从模板起笔
start-template-label = 模板
start-template-option = { $name }（来源：{ $source }）
start-from-template = 用这个模板起笔
start-similar = 答复过的相近问题
start-documents = 相近的已发布内容
start-reply = 答复
start-quotation = 原文
start-from-this = 由此起笔
start-from-this-name = 由此起笔：{ $name }
start-document = { $title }（{ $number }）
start-source-line = 来源：{ $source }
start-tick = 起笔于“{ $name }”，答复中写明来源。如果已全部改写，请取消勾选
start-done = 已放进答复，尚未保存。
start-gone = 起笔所用的内容已不在了。取消勾选后可以保存。
start-told-template = 起笔于模板“{ $name }”，来源：{ $source }
start-told-ticket = 起笔于对另一件的答复：
start-told-document = 起笔于已发布的内容：{ $title }

## 答复模板
templates-nav = 模板
templates-title = 答复模板
templates-explained = 答复可以从模板起笔。每个模板都要写明文字的来源，答复中也会写明。
templates-none = 还没有模板。
templates-retired = 已停用的模板
templates-city = 全市
templates-source-is = 来源：{ $source }
templates-changed = { $by }，{ $at }
templates-edit = 修改“{ $name }”
templates-new = 新模板
templates-for = 供谁使用
templates-name = 名称
templates-text = 文字
templates-source = 来源
templates-source-hint = 政策、解读、办事指南或答复的名称或编号，也可以写别的出处。
templates-add = 添加
templates-save = 保存
templates-retire = 停用
templates-offer = 重新启用
templates-done-saved = 模板已保存。
templates-done-retired = 模板已停用。
templates-refused-name = 请写名称，不超过 60 字。
templates-refused-text = 请写文字，不超过 3700 字。
templates-refused-source = 请写明来源，不超过 200 字。
templates-stale = 刚才有人改过这个模板。请看下面现在的文字，再保存一次。
