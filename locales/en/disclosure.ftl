## Requests for government information
disclosure-is-request =
    You ask for a document, a record or data. Under the Regulations on Open Government Information that is a request for government information.
    It needs proof of who asks, so it can't be made here. Please file it with the department responsible:
disclosure-unit = That seems to be { $unit }. You can file it in person, by post, or online where the department offers that:
disclosure-address = Address: { $text }
disclosure-phone = Phone: { $text }
disclosure-hours = Office hours: { $text }
disclosure-form = The request says (article 29):
disclosure-form-who = your name, proof of identity, and how to reach you
disclosure-form-what = the name or document number of what you want, or what else helps to find it
disclosure-form-how = in which form you want it, such as paper or a file, and how you get it
disclosure-period = It is answered on the spot where possible, else within 20 working days from receipt. You are told if that is extended, by 20 working days at most (article 33). Whoever can't write it may say it, and staff write it down.
disclosure-or-question = If you only want to know something, it can also go to { $unit } as a question, and a person replies.
disclosure-near = Perhaps it is public already. Please have a look:
choice-as-question = Send it to { $unit } as a question
