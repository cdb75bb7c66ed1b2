"""The days and times of the installation's time zone, and the instants they stand for."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from flask import current_app

from consult.kernel.model import now

YEARS = range(1900, 2201)
"""The years in which days may lie that somebody types or an address names."""


def zone() -> zoneinfo.ZoneInfo:
    """Return the time zone in which the installation's days begin."""
    found: zoneinfo.ZoneInfo = current_app.config["TIMEZONE"]
    return found


def local(instant: dt.datetime) -> dt.datetime:
    """Return an instant as clocks here show it."""
    return instant.astimezone(zone())


def today() -> dt.date:
    """Return the present day here."""
    return local(now()).date()


def instant(day: dt.date, time: dt.time | None = None) -> dt.datetime:
    """Return the instant, in UTC, of a time of a day here; its beginning when no time is given."""
    return dt.datetime.combine(day, time or dt.time(), zone()).astimezone(dt.UTC)


def monday(day: dt.date) -> dt.date:
    """Return the Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())
