"""The gate: every address under /studies/N opens only to members of study N, as far as their role allows."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, current_app, g, request, url_for
from flask_login import current_user
from sqlalchemy.orm import joinedload

from consult.kernel import kept, scope
from consult.kernel.db import db
from consult.kernel.errors import Forbidden, NotFound
from consult.studies.models import Membership, Study
from consult.studies.permissions import MAY, may
from consult.web.app import login
from consult.web.i18n import written_date

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class StudyInShell:
    """The study shown in the rail, the others to switch to, and what the reader may do in it."""

    study: Any
    studies: list[dict[str, Any]]
    may: Callable[[str], bool]


def register(app: Flask) -> None:
    """Set the gate before every request, let addresses within a study be built without naming it, and tell the shell."""
    app.before_request(_pass)
    app.url_defaults(_same_study)
    app.extensions["study_in_shell"] = _study_in_shell
    app.extensions["reader_may"] = reader_may
    app.context_processor(lambda: {"may": reader_may})


def requires(capability: str) -> Callable[[View], View]:
    """Open a view of a study to the roles that have a capability; others who are members get 403."""
    MAY[capability]  # a typing mistake must not wait for the first request

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not reader_may(capability):
                raise Forbidden
            return view(*args, **kwargs)

        guarded.requires = capability  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def reader_may(capability: str) -> bool:
    """Tell whether the person signed in has a capability in the study at hand; never outside a study."""
    here = scope.current_or_none()
    return here is not None and may(here.role, capability)


@functools.cache
def _membership(_dialect: str) -> sa.Select[Any]:
    """Return the statement that the gate asks, one for each engine, since the stamp is read differently."""
    return (
        sa.select(Membership, kept.stamp().label("stamp"))
        .join(Study, Study.id == Membership.study_id)
        .where(Membership.study_id == sa.bindparam("entered"), Membership.user_id == sa.bindparam("by"), Study.deleted_at.is_(None))
        .options(joinedload(Membership.study))
    )


def enter(study_id: int, user_id: int) -> Membership | None:
    """Install the scope of a study for one of its members and return the membership; None to an outsider."""
    found = db.session.execute(_membership(db.engine.dialect.name), {"entered": study_id, "by": user_id}).first()
    if found is None:
        return None
    membership = found[0]
    scope.install(scope.Scope(study_id, user_id, membership.role, membership.role.rank, found.stamp), db.session())
    return membership


def _pass() -> Any:
    study_id = (request.view_args or {}).get("study_id")
    if study_id is None:
        return None
    if not current_user.is_authenticated:
        return login.unauthorized()
    membership = enter(study_id, current_user.id)
    if membership is None:
        raise NotFound
    g.membership, g.study = membership, membership.study
    return None


def _same_study(endpoint: str, values: dict[str, Any]) -> None:
    at = scope.current_or_none()
    if at is not None and "study_id" not in values and _takes_study(endpoint):
        values["study_id"] = at.study_id


@functools.cache
def _endpoints_of_study(app: Flask) -> frozenset[str]:
    return frozenset(rule.endpoint for rule in app.url_map.iter_rules() if "study_id" in rule.arguments)


def _takes_study(endpoint: str) -> bool:
    return endpoint in _endpoints_of_study(current_app._get_current_object())  # type: ignore[attr-defined]


def _study_in_shell() -> StudyInShell:
    here = scope.current_or_none()
    studies = [
        {
            "title": row.title,
            "ref": row.ref,
            "url": url_for("home.dashboard", study_id=row.id),
            "current": here is not None and row.id == here.study_id,
        }
        for row in kept.value("studies of the reader", _studies_of_reader)
    ]
    return StudyInShell(_summary(g.study) if here and "study" in g else None, studies, reader_may)


def _studies_of_reader() -> Sequence[Any]:
    return db.session.execute(
        sa.select(Study.id, Study.ref, Study.title)
        .join(Membership, Membership.study_id == Study.id)
        .where(Membership.user_id == current_user.id, Study.deleted_at.is_(None))
        .order_by(Study.title)
        .limit(50)
    ).all()


def _summary(study: Study) -> dict[str, Any]:
    period = " → ".join(written_date(day) for day in (study.starts_on, study.ends_on) if day)
    return {"id": study.id, "ref": study.ref, "title": study.title, "period": period, "role": g.membership.role}
