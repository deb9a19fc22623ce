# 终端
terminal-welcome = 请输入您的问题，按回车发送；输入 /quit 退出。
terminal-no-answer-yet = 还没有答复，稍后会显示在这里。
