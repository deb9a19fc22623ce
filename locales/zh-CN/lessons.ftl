## 从答复中学习
lessons-replies = 可以整理成知识的答复
lessons-replies-hint = 这些答复已经发出，还没有整理。整理并由同事审核发布后，下一位问到的市民立即得到答复。
lessons-open = 整理 { $number }
lessons-published-already = 已有公布的内容可以回答这个问题：
lessons-decline = 不整理 { $number }
lessons-declined = { $by }于 { $at } 决定不整理：{ $reason }
lessons-again = 需要再看一看的答复
lessons-again-hint = 市民说这些答复没有帮助。请修改后重新发布；如果内容没有问题，由有审核角色的同事写明理由后保留。
lessons-people = { $count } 位市民说没有帮助，他们问的是：
lessons-said = 市民说没有解决：
lessons-keep = 保留 { $name }
lessons-reason = 理由
lessons-decide = 确定
lessons-no-reason = 请写明理由，不超过 500 字。
lessons-done = 已记录。
