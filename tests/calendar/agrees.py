#!/usr/bin/env python3
"""Compares our calendar with the package chinesecalendar, and our table of deadlines with a reckoning of its own.

    wenzheng calendar --json | tests/calendar/agrees.py

Every day from 2024-01-01 to the last one that the package covers must be of the same kind. Every row of deadlines.csv is
reckoned here once more, from the package's days and by another way than the program's. `scripts/test` runs this.
"""

import csv
import datetime
import itertools
import json
import pathlib
import sys

import chinese_calendar
from chinese_calendar import constants

FIRST = datetime.date(2024, 1, 1)
LAST = datetime.date(max(constants.holidays).year, 12, 31)
DAY = datetime.timedelta(days=1)
TABLE = pathlib.Path(__file__).with_name("deadlines.csv")


def kind(day):
    """What the package says of a day, in our words; beyond it, weekends alone."""
    weekend = day.weekday() >= 5
    if FIRST <= day <= LAST:
        works = chinese_calendar.is_workday(day)
    else:
        works = not weekend
    if not works:
        return "off"
    return "make_up" if weekend else "working"


def days_after(day):
    return (day + n * DAY for n in itertools.count(1))


def due(received, length, calendar_days, pauses):
    """The last day: pick all days that count, then the first one on or after the last of them that may be an end."""
    still = {day for begin, end in pauses for day in days_between(begin + DAY, end)}
    stops = {begin for begin, end in pauses if end > begin}
    counting = (day for day in days_after(received) if day not in still and (calendar_days or kind(day) != "off"))
    last = list(itertools.islice(counting, length))[-1]
    ends = (day for day in itertools.chain([last], days_after(last)) if kind(day) != "off")
    return next(day for day in ends if day not in still and day not in stops)


def days_between(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


def compare_days(ours):
    """What differs between our days and the package's."""
    told = {datetime.date.fromisoformat(day["day"]): day["kind"] for day in ours["days"]}
    days = days_between(FIRST, LAST)
    return len(days), [
        f"{day}: we say {told.get(day, 'nothing')}, chinesecalendar says {kind(day)}"
        for day in days
        if told.get(day) != kind(day)
    ]


def compare_deadlines():
    """What differs between the table of deadlines and the reckoning here."""
    date = datetime.date.fromisoformat
    faults = []
    with TABLE.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    for line, row in enumerate(rows, start=2):
        spans = [pause.split("..") for pause in row["pauses"].split()]
        # A pause without an end stops nothing yet.
        pauses = [(date(begin), date(end)) for begin, end in spans if end]
        length = int(row["days"]) + int(row["extended"])
        reckoned = due(date(row["received"]), length, row["kind"] == "calendar", pauses)
        if reckoned != date(row["due"]):
            faults.append(f"deadlines.csv:{line}: {row['due']} is written, {reckoned} is reckoned ({row['rule']})")
    return len(rows), faults


def main():
    days, faults = compare_days(json.load(sys.stdin))
    rows, more = compare_deadlines()
    for fault in faults + more:
        print(fault)
    print(f"{days} days ({FIRST} to {LAST}), {len(faults)} differ; {rows} deadlines, {len(more)} differ")
    if days < 1000 or rows < 200:
        print("that is too little to compare")
        return 1
    return 1 if faults or more else 0


if __name__ == "__main__":
    sys.exit(main())
