"""What is done about reports in the background: the week in brief, each Friday evening."""

from __future__ import annotations

import datetime as dt

import structlog

from consult.jobs import door as jobs
from consult.kernel import scope
from consult.kernel.db import db, unit_of_work
from consult.kernel.model import now
from consult.reports import weeks
from consult.studies.models import Role
from consult.web import clock

FRIDAY, EVENING = 4, 17
log = structlog.get_logger(__name__)


@jobs.hourly
def take_weeks() -> None:
    """Take the week of every study under way that has not been taken, from Friday evening to Sunday: a worker that was stopped meanwhile
    catches up."""
    here = clock.local(now())
    if (here.weekday(), here.hour) < (FRIDAY, EVENING):
        return
    for study_id in weeks.due(clock.monday(here.date())):
        try:
            with unit_of_work(), scope.within(scope.Scope(study_id, None, Role.LEAD, Role.LEAD.rank), db.session()):
                take(study_id, here.date())
        except Exception:  # one study keeps no other from its week; the next hour tries again
            log.exception("week_not_taken", study=study_id)


def take(study_id: int, today: dt.date) -> None:
    """Take the week of the study in scope in which a day lies."""
    monday = clock.monday(today)
    weeks.take(study_id, monday, today, bounds(monday))


def bounds(monday: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the instants at which a week begins and ends here."""
    return clock.instant(monday), clock.instant(monday + weeks.A_WEEK)
