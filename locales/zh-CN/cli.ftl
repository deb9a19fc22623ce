# 命令行
demo-chat = 聊天页面：{ $url }
demo-console =
    工作人员后台：{ $url }
    （OpenAPI：/api/openapi.json，健康检查：/healthz）
demo-accounts =
    演示账号（密码都是 { $password }）：
      hrss（市人社局经办）、hrss-review（市人社局审核）；其他部门同样：部门代码、部门代码-review
      dispatch（转办员）、administrator（管理员）
demo-data = 数据保存在 { $folder }，删除这个文件夹就可以重新开始。按 Ctrl-C 结束。
demo-exposed = 注意：演示账号的密码是公开的，请不要让别的机器访问这个地址。
