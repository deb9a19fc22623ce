# The web chat
web-title = { $service }: ask a question
web-skip = Skip to your question
web-languages = Language
web-log = Conversation
web-you = You
web-choices = You can choose
web-start = See what you can do here
web-welcome = This is { $service }. Just write it in your own words.
web-tagline = Policies, services, your say
web-hello = Hello. What would you like to know?
web-can-ask = Policies and services: the department’s own words, with their source
web-can-route = No answer yet: the department in charge replies by a set day
web-can-opine = Open consultations: read the draft and give your opinion
web-down = Go to the latest message
web-your-question = Your question
web-send = Send
web-keys = Press Enter to send, Shift + Enter for a new line.
web-privacy = Please don't write identity numbers, bank card numbers or passwords here.
web-at = { $at }
web-said-unreadable = (a message that can't be shown)
web-pending = We have your question and are looking for the answer.
web-reload = Refresh the page
web-open-page = Open the chat in a new window
web-sending = Sending
web-sent = Sent
web-failed = Not sent
web-waiting = No connection: not sent yet, trying again
web-working = { $service } is looking for the answer…
web-offline = The connection was lost. Connecting again…
web-refused-malformed = We couldn't read what you sent. Please refresh the page and try again.
web-refused-too-long = That is too long. Please keep it under { $limit } characters, or send it in parts.
web-refused-empty = Please write your question first.
web-refused-no-session = Your browser didn't keep this page's cookie. Please allow it and send again. What you wrote is still below.
web-refused-cross-site = This message wasn't sent from our site, so it was not taken.
web-refused-too-many = You are sending too fast. Please try again in { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }.
web-refused-unavailable = The service is busy. Please try again in a moment.
web-widget-open = Open the { $service } chat
web-widget-close = Close the chat
