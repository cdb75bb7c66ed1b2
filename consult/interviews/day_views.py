"""*Prepare my day*: the page that says what is before one, and stores in the browser, when asked, what it takes to write offline."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Sequence
from typing import Any

from flask import current_app, url_for
from flask.typing import ResponseReturnValue

from consult.fieldwork.attempt_views import shown_number
from consult.guides import service as guides
from consult.interviews import day as mine
from consult.interviews import of_field_work
from consult.interviews.blueprint import bp
from consult.interviews.models import Interview
from consult.interviews.saving import clock as time_of
from consult.kernel.model import now
from consult.kernel.paths import resource_dir
from consult.studies.gate import requires
from consult.web import clock
from consult.web.pages import page

FILES = ("js/*.js", "css/*.css", "vendor/*.js", "vendor/*.css", "fonts/*.woff2", "*.svg", "*.css")


@bp.get("/day")
@requires("log_interviews")
def day(study_id: int) -> ResponseReturnValue:
    """Show today's and tomorrow's interviews of the reader, and what the browser may store of them."""
    today = clock.today()
    found, offered, field = mine.interviews(today), guides.offered(), of_field_work.ahead(today)
    days = [(each, [i for i in found if i.date == each]) for each in (today, today + dt.timedelta(days=1))]
    return page(
        "interviews/day.html", days=days, guides=offered, ahead=field, local=clock.local, begin=of_field_work.begin,
        shown_number=shown_number,
        pages=json.dumps(_pages(found, [version.id for _guide, version in offered], field, today)),
        files=json.dumps(_files()), at=time_of(now()), today=today,
    )  # fmt: skip


def _pages(found: Sequence[Interview], versions: Sequence[int], field: of_field_work.Ahead, today: dt.date) -> list[str]:
    """Return the addresses to store: this page, every interview's, that of each appointment that has none yet, and blank ones: without
    guide, and one for each guide."""
    own = [_address(interview) for interview in found]
    own += [of_field_work.begin(each) for day in (today, today + dt.timedelta(days=1)) for each in field.without(found, day)]
    blanks: list[dict[str, Any]] = [{"guide": ""}, *({"guide": number} for number in versions)]
    return [url_for(".day"), *own, *(url_for(".create", **blank) for blank in blanks)]


def _address(interview: Interview) -> str:
    return url_for(".write" if interview.guide_version_id else ".edit", interview_id=interview.id)


def _files() -> list[str]:
    static_url = current_app.jinja_env.globals["static_url"]
    return [static_url(name) for name in _names()]  # type: ignore[operator]


@functools.cache
def _names() -> tuple[str, ...]:
    root = resource_dir("static")
    found = (path for pattern in FILES for path in sorted(root.glob(pattern)) if path.name != "worker.js")
    return tuple(path.relative_to(root).as_posix() for path in found)
