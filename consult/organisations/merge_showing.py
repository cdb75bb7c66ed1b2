"""Two records side by side as a reader sees them: their fields, what hangs on them, how they take part in studies, and what would move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.kernel.db import db
from consult.kernel.scope import current, unscoped
from consult.organisations import affiliations, comparing, identifiers, merging, parts, sites
from consult.organisations.comparing import FIELDS, OF_THE_STUDY, Compared, Words
from consult.organisations.folding import Moves
from consult.organisations.history_views import WHAT, label, written
from consult.organisations.merge_models import Kind
from consult.organisations.merging import Decisions
from consult.organisations.participation import Participation
from consult.organisations.references import Row
from consult.studies.models import Segment, Study
from consult.web.i18n import _, _l, lang, ngettext, written_date, written_label

MOVING: dict[str, Callable[[int], str]] = {
    "participation": lambda n: ngettext("%(num)s participation in a study", "%(num)s participations in studies", n),
    "interview_organisation": lambda n: ngettext("%(num)s interview", "%(num)s interviews", n),
    "interviewee": lambda n: ngettext("%(num)s interview in which they answered", "%(num)s interviews in which they answered", n),
    "site": lambda n: ngettext("%(num)s site", "%(num)s sites", n),
    "affiliation": lambda n: ngettext("%(num)s post", "%(num)s posts", n),
    "organisation_role": lambda n: ngettext("%(num)s role", "%(num)s roles", n),
    "organisation_relation": lambda n: ngettext("%(num)s relation", "%(num)s relations", n),
    "organisation_term": lambda n: ngettext("%(num)s speciality or tag", "%(num)s specialities and tags", n),
    "alias": lambda n: ngettext("%(num)s other name", "%(num)s other names", n),
    "person_email": lambda n: ngettext("%(num)s e-mail address", "%(num)s e-mail addresses", n),
    "person_phone": lambda n: ngettext("%(num)s phone number", "%(num)s phone numbers", n),
}
"""What rows are called when they are counted; those of a table that is not here are counted as further references."""
FIELD_LABELS = {"kind": _l("Kind"), "lang": _l("Language")}


@dataclass(frozen=True)
class Field:
    """A line of the comparison, in words."""

    input: str
    label: str
    kept: str
    gone: str
    chosen: str
    differs: bool


@dataclass(frozen=True)
class InStudy:
    """A study in which both take part, with what differs there."""

    title: str
    here: bool
    fields: Sequence[Field]


@dataclass(frozen=True)
class Moving:
    """Rows of one kind, counted in words: how many are the same on both, how many fall away because they would lead to themselves, and
    how many are the first of their kind no more."""

    text: str
    same: int = 0
    own: int = 0
    second: int = 0


def words(kind: Kind) -> Words:
    """Return how values that are not kept are written beside: in the language of whoever merges."""
    return Words(lambda name: label(kind.value, name), said)


def said(name: str, value: Any) -> str:
    """Write a value of a field for reading."""
    if value is None or value == "":
        return ""
    if name == "phone":
        return identifiers.written_phone(value)
    if name == "siren":
        return identifiers.written_siren(value)
    if name == "lang":
        return {"fr": _("French"), "en": _("English")}.get(value, value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return written_date(value) if hasattr(value, "isoformat") else str(written(value))


def fields(kind: Kind, kept: Row, gone: Row, decisions: Decisions) -> list[Field]:
    """Return the records' own fields side by side; those that neither fills are left out."""
    compared = comparing.compare(FIELDS[kind], kept, gone, decisions.fields)
    names = {name: str(text) for name, text in FIELD_LABELS.items()}
    return [
        _field("f-", names.get(each.name) or label(kind.value, each.name), each, said)
        for each in compared
        if comparing.is_filled(each.kept) or comparing.is_filled(each.gone)
    ]


def _field(prefix: str, text: str, each: Compared, write: Callable[[str, Any], str]) -> Field:
    here, there = (", ".join(t for n, v in zip(each.group, values, strict=True) if (t := write(n, v))) for values in (each.kept, each.gone))
    return Field(prefix + each.name, text, here, there, each.chosen, each.differs)


def studies(moves: Moves, decisions: Decisions, told: set[int]) -> list[InStudy]:
    """Return the studies in which both take part, of those the reader is told of, with what differs there."""
    both = [drop for drop in moves.drops.values() if drop.table.name == Participation.__tablename__ and drop.into]
    found = [drop for drop in both if drop.row["study_id"] in told and drop.row["deleted_at"] is None]
    rows = {row["id"]: row for row in _participations([drop.into[1][0] for drop in found if drop.into])}
    titles = {row.id: row.title for row in db.session.execute(sa.select(Study.id, Study.title).where(Study.id.in_(told)))}
    names = _names([*rows.values(), *(drop.row for drop in found)])
    shown = []
    for drop in found:
        study_id, stays = drop.row["study_id"], rows[drop.into[1][0]] if drop.into else drop.row
        compared = comparing.compare(OF_THE_STUDY, stays, drop.row, decisions.studies.get(study_id, {}))

        def write(name: str, value: Any) -> str:
            return names.get((name, value)) or said(name, value)

        lines = [_field(f"s{study_id}-", label("participation", each.name), each, write) for each in compared if each.differs]
        shown.append(InStudy(titles.get(study_id, ""), study_id == current().study_id, lines))
    return sorted(shown, key=lambda each: (not each.here, each.title))


def _participations(ids: Sequence[int]) -> list[Row]:
    table: Any = Participation.__table__
    with unscoped(merging.WHY):
        return [dict(row) for row in db.session.execute(sa.select(table).where(table.c.id.in_(ids))).mappings()]


def _names(rows: Sequence[Row]) -> dict[tuple[str, Any], str]:
    """What the segments and owners of participations are called."""
    ids = {name: {row[name] for row in rows if row[name]} for name in ("segment_id", "owner_id")}
    with unscoped(merging.WHY):
        segments = db.session.execute(sa.select(Segment.id, Segment.label).where(Segment.id.in_(ids["segment_id"]))).all()
        owners = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(ids["owner_id"]))).all()
    found = {("segment_id", number): text for number, text in segments}
    return {**found, **{("owner_id", number): text for number, text in owners}}


def moving(moves: Moves, told: set[int]) -> list[Moving]:
    """Count in words what would move; of rows of a study only where the reader is told of that study."""
    moved, same, own, second = (Counter[str]() for _each in range(4))
    for change in moves.changes.values():
        if change.moved and _is_told(change.row, told):
            moved[change.table.name] += 1
            second[change.table.name] += False in change.moved.values()
    for drop in moves.drops.values():
        if _is_told(drop.row, told):
            (same if drop.into or drop.table.name == "alias" else own)[drop.table.name] += 1
    known = [name for name in MOVING if moved[name] + same[name] + own[name]]
    found = [Moving(MOVING[name](moved[name] + same[name] + own[name]), same[name], own[name], second[name]) for name in known]
    rest = sum(count for counted in (moved, same, own) for name, count in counted.items() if name not in MOVING)
    return [*found, *([Moving(ngettext("%(num)s further reference", "%(num)s further references", rest))] if rest else [])]


def _is_told(row: Row, told: set[int]) -> bool:
    return row.get("deleted_at") is None and (row.get("study_id") is None or row["study_id"] in told)


def beside(kind: Kind, record: Any) -> list[tuple[str, str]]:
    """Return what hangs on a record, to tell two of them apart: labels and texts."""
    if kind is Kind.PERSON:
        posts = [" · ".join(t for t in (p.job_title, p.organisation.name) if t) for p in affiliations.of(record.id)]
        mails, phones = [e.address for e in record.emails], [identifiers.written_phone(p.number or p.typed) for p in record.phones]
        return _filled([(_("Posts"), posts), (_("E-mail addresses"), mails), (_("Phone numbers"), phones)])
    places = [", ".join(t for t in (s.address, s.commune_name, identifiers.written_siret(s.siret)) if t) for s in sites.of(record.id)]
    roles = [written_label(role.role) for role in parts.roles(record.id)]
    people = [post.person.full_name for post in affiliations.staff(record.id)]
    terms = [link.term.label(lang()) for link in record.term_links]
    names = [alias.name for alias in parts.aliases(record.id)]
    lists = (
        (_("Sites"), places),
        (_("Roles"), roles),
        (_("People"), people),
        (_("Specialities and tags"), terms),
        (_("Other names"), names),
    )
    return _filled(lists)


def _filled(lists: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, str]]:
    return [(text, " · ".join(dict.fromkeys(values))) for text, values in lists]


def one_of(table: str) -> str:
    """Return what a row of a table is called."""
    return str(WHAT.get(table, _("further reference")))


def choices(form: Mapping[str, str]) -> Decisions:
    """Read what somebody chose; what is not understood is passed over."""
    given = {name: value for name, value in form.items() if value in (comparing.KEPT, comparing.GONE)}
    own = {name.removeprefix("f-"): value for name, value in given.items() if name.startswith("f-")}
    by_study: dict[int, dict[str, str]] = {}
    for name, value in given.items():
        study, sep, column = name.removeprefix("s").partition("-")
        if name.startswith("s") and sep and study.isascii() and study.isdecimal() and len(study) < 10:
            by_study.setdefault(int(study), {})[column] = value
    return Decisions(own, by_study)
