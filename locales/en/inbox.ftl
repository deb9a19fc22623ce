# The inbox: views, filters, saved views, several at once, keys
console-tab-mine = Mine
console-tab-accept = To accept
console-tab-approve = To approve
console-tab-waiting = Waiting for the citizen
console-tab-parts = Our parts
console-tab-overdue = Overdue
console-search = Number, or words
console-filter-any = Any
console-filter-channel = Channel
console-filter = Filter
console-filters-off = Show all of this view
console-tickets-none-such = No ticket fits these filters.
console-column-tick = Select
console-bulk = With the selected tickets
console-bulk-tick = Select { $number }
console-bulk-claim = Claim them
console-bulk-transfer = Transfer them to this unit
console-bulk-assign = Assign them to this unit
console-bulk-none = Please select at least one ticket.
console-bulk-done = { $count ->
    [one] 1 ticket done: { $numbers }
   *[other] { $count } tickets done: { $numbers }
}
console-bulk-refused = { $number } was not done: { $why }
console-bulk-stale = Somebody changed it first. Please look at it and try again.
console-bulk-gone = There is no such ticket, or it belongs to another unit now.
console-views = Saved views
console-views-manage = Save this view
console-view-name = Name
console-view-keep = Save
console-view-drop = Remove “{ $name }”
console-view-name-missing = Please give a name of at most { $max } characters.
console-views-too-many = At most 20 views can be saved. Please remove one first.
console-keys = Keys
console-keys-close = Close
console-keys-hint = Tab reaches everything too. Keys do nothing while you type in a field.
console-keys-on = Use these keys
console-key-next = Next ticket
console-key-previous = Previous ticket
console-key-open = Open it
console-key-tick = Select it, or not
console-key-claim = Claim it
console-key-search = Search
console-key-help = Show the keys
