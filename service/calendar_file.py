"""A booked meeting as a calendar file (RFC 5545). It names no legal problem: calendars are shown on lock screens."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from cases.appointments import Appointment
from knowledge.places import Place
from service.meeting_cards import BRING, UNSURE

MEDIA = "text/calendar; charset=utf-8"


def calendar_file(one: Appointment, place: Place | None, now: datetime) -> bytes:
    """One event in UTC, with an alarm an hour before."""
    event = Event()
    event.add("uid", f"{one.id}@xiaofa")
    event.add("dtstamp", now)
    event.add("dtstart", one.starts_at)
    event.add("dtend", one.ends_at)
    event.add("summary", "约好的见面")
    event.add("location", place.address if place and place.shown and place.address else UNSURE)
    event.add("description", BRING)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "约好的见面")
    alarm.add("trigger", timedelta(hours=-1))
    event.add_component(alarm)
    whole = Calendar()
    whole.add("prodid", "-//龙华小法//约见面//ZH")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add_component(event)
    return bytes(whole.to_ical())
