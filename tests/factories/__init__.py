"""Rows for tests, with sensible defaults, each committed in a transaction of its own and returned detached but loaded."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.guides import questions, sections
from consult.guides import service as guides
from consult.guides.models import GuideItem, GuideSection, GuideVersion, QuestionKind
from consult.interviews.models import Interview, Interviewer, InterviewKind, InterviewOrganisation, InterviewState
from consult.kernel import actor, refs, scope
from consult.kernel.db import db, unit_of_work
from consult.kernel.text import fold
from consult.organisations.models import Organisation, Site
from consult.organisations.participation import Disposition, Participation
from consult.organisations.people_models import Affiliation, Person
from consult.studies.models import Membership, Role, Segment, SegmentKind, Study

_numbers = itertools.count(1)


class Make:
    """The maker of rows."""

    def user(self, name: str = "", **values: Any) -> User:
        """A user with an address of their own."""
        number = next(_numbers)
        values.setdefault("email", f"user{number}@example.org")
        return self._add(User(name=name or f"User {number}", **values))

    def study(self, title: str = "Filière horlogère du Doubs", **values: Any) -> Study:
        """A study without members."""
        with unit_of_work():
            study = Study(ref=refs.take("STU")[0], title=title, **values)
            db.session.add(study)
        return self._loaded(study)

    def known_study(self, study_id: int) -> Study:
        """A study that was made before."""
        return self._loaded(db.session.get_one(Study, study_id))

    def member(self, study: Study, role: str = "lead", **values: Any) -> User:
        """A new user with a role in a study."""
        user = self.user(**values)
        self._add(Membership(study_id=study.id, user_id=user.id, role=Role(role)))
        return user

    def segment(self, study: Study, kind: str = "brand", **values: Any) -> Segment:
        """A segment of a study."""
        with self.inside(study):
            segment = Segment(study_id=study.id, kind=SegmentKind(kind), label=values.pop("label", kind.title()), **values)
            db.session.add(segment)
        return self._loaded(segment)

    def organisation(
        self, study: Study | None = None, name: str = "", commune: str = "", participation: dict[str, Any] | None = None, **values: Any
    ) -> Organisation:
        """An organisation, participating in a study when one is given, with a head office when a commune's INSEE code is given."""
        name = name or f"Organisation {next(_numbers)}"
        with self.inside(study):
            row = Organisation(ref=refs.take("ORG")[0], name=name, sort_name=fold(name), search_key=fold(name), **values)
            db.session.add(row)
            db.session.flush()
            if commune:
                db.session.add(Site(organisation_id=row.id, commune_code=commune, commune_name=commune, is_head_office=True))
            if study:
                more = {"in_frame": True, "disposition": Disposition.TO_CONTACT, **(participation or {})}
                db.session.add(
                    Participation(study_id=study.id, organisation_id=row.id, sort_name=fold(name), search_key=fold(name), **more)
                )
        return self._loaded(row)

    def person(self, organisation: Organisation, last_name: str = "", **values: Any) -> Person:
        """Somebody who works in an organisation."""
        last_name = last_name or f"Person {next(_numbers)}"
        with self.inside(None):
            person = Person(ref=refs.take("PER")[0], last_name=last_name, sort_name=fold(last_name), search_key=fold(last_name), **values)
            db.session.add(person)
            db.session.flush()
            db.session.add(Affiliation(person_id=person.id, organisation_id=organisation.id))
        return self._loaded(person)

    def interview(
        self,
        study: Study,
        *organisations: Organisation,
        kind: str = "individual",
        state: str = "draft",
        by: User | None = None,
        **values: Any,
    ) -> Interview:
        """An interview with organisations that participate in the study."""
        values.setdefault("date", dt.date(2023, 1, 12))
        with self.inside(study, by):
            row = Interview(ref=refs.take("INT")[0], study_id=study.id, kind=InterviewKind(kind), state=InterviewState(state), **values)
            row.organisation_links = [
                InterviewOrganisation(study_id=study.id, organisation_id=o.id, position=i) for i, o in enumerate(organisations)
            ]
            if by:
                row.interviewer_links = [Interviewer(study_id=study.id, user_id=by.id)]
            db.session.add(row)
        return self._loaded(row)

    def guide(self, study: Study, code: str = "", asking: Sequence[dict[str, Any]] = (), publish: bool = True) -> GuideVersion:
        """A guide with one section that asks (`asking`: values of a wording, `key` and `options` as (code, French, English)).

        Published unless told otherwise; without any it asks one text.
        """
        code = code or f"guide{next(_numbers)}"
        with self.inside(study):
            whole = guides.versions(guides.create({"code": code, "title_fr": f"Guide {code}"}))[0]
            section = sections.add(whole, {"title_fr": "Profil et activité", "title_en": "Profile and activity"})
            for values in asking or ({"label_fr": "Quelle est votre activité ?"},):
                self.question(section, **values)
            if publish:
                guides.publish(whole)
        return self._loaded(whole)

    def question(self, section: GuideSection, options: Sequence[tuple[str, str, str | None]] = (), **values: Any) -> GuideItem:
        """A question at the end of a section, inside a unit of work."""
        condition = values.pop("condition", None)
        wording = {"kind": QuestionKind.TEXT, "label_fr": f"Question {next(_numbers)}", **values}
        return questions.add(section, questions.create(wording, options), condition)

    @contextlib.contextmanager
    def inside(self, study: Study | None, by: User | None = None) -> Iterator[None]:
        """A unit of work, in the scope of a study if one is given (as its lead, or as the given user with full sight)."""
        with unit_of_work(), actor.acting(actor.Actor(by.id if by else None)):
            if study is None:
                with scope.unscoped("tests make rows of the directory"):
                    yield
            else:
                with scope.within(scope.Scope(study.id, by.id if by else None, "lead", 3), db.session()):
                    yield

    def _add(self, row: Any) -> Any:
        with unit_of_work():
            db.session.add(row)
        return self._loaded(row)

    def _loaded(self, row: Any) -> Any:
        identity = sa.inspect(row).identity
        with scope.unscoped("tests read back what they made"):
            fresh = db.session.get_one(type(row), identity, populate_existing=True)
            db.session.expunge_all()
        db.session.rollback()
        return fresh


def count(model: Any) -> int:
    """Count all rows of a table, whatever the study."""
    with scope.unscoped("tests count"):
        return db.session.scalar(sa.select(sa.func.count()).select_from(model).execution_options(include_deleted=True)) or 0
