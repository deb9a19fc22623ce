## 从答复中学习
learn-replies = 可以整理成知识的答复
learn-replies-hint = 这些答复已经发出，还没有整理。整理并由同事审核发布后，下一位问到的市民立即得到答复。
learn-open = 整理 { $number }
learn-published-already = 已有公布的内容可以回答这个问题：
learn-decline = 不整理 { $number }
learn-declined = { $by }于 { $at } 决定不整理：{ $reason }
learn-again = 需要再看一看的答复
learn-again-hint = 市民说这些答复没有帮助。请修改后重新发布；如果内容没有问题，由有审核角色的同事写明理由后保留。
learn-people = { $count } 位市民说没有帮助，他们问的是：
learn-said = 市民说没有解决：
learn-keep = 保留 { $name }
learn-reason = 理由
learn-decide = 确定
learn-no-reason = 请写明理由，不超过 500 字。
learn-done = 已记录。
