# The terminal
terminal-welcome = Write your question and press Enter; /quit ends the conversation.
terminal-no-answer-yet = There is no answer yet. It will be shown here later.
