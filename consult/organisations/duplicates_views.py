"""Records that may be one: listed with the reasons, told apart, and said beside a record that may have another."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask.typing import ResponseReturnValue

from consult.organisations import alike, apart
from consult.organisations.blueprint import bp
from consult.organisations.desks import ORGANISATIONS, PEOPLE, Desk
from consult.organisations.pairs import Likelihood, Pair
from consult.organisations.sides import Side, sides_of
from consult.studies.gate import reader_may, requires
from consult.web.i18n import _, ngettext
from consult.web.pages import page, see

A_PAGE = 25
TINTS = {Likelihood.SURE: "bad", Likelihood.LIKELY: "warn", Likelihood.POSSIBLE: "info"}


def register(app: Flask) -> None:
    """Say on the lists, and on each record's page, that there may be duplicates."""
    slots = app.extensions["slots"]
    slots.fill("organisations.actions", lambda: _link(ORGANISATIONS), "organisations/_duplicates_link.html")
    slots.fill("people.actions", lambda: _link(PEOPLE), "organisations/_duplicates_link.html")
    slots.fill("organisation.notices", lambda record: _beside(ORGANISATIONS, record), "organisations/_alike.html")
    slots.fill("person.notices", lambda record: _beside(PEOPLE, record), "organisations/_alike.html")


def _link(desk: Desk) -> dict[str, Any]:
    found = len(alike.pairs(desk.kind)) if reader_may(desk.capability) else 0
    return {"count": found, "url": desk.url("duplicates") if found else None}


def _beside(desk: Desk, record: Any) -> list[dict[str, Any]]:
    """Return the records that may be the same as one, with the reasons."""
    if not reader_may(desk.capability):
        return []
    found = alike.pairs_of(desk.kind, record.id)
    others = [pair.other if pair.one == record.id else pair.one for pair in found]
    sides = sides_of(desk.kind, others)
    return [
        {"side": sides[other], "signs": pair.signs, "url": desk.between("compare", pair.one, pair.other)}
        for pair, other in zip(found, others, strict=True)
        if other in sides
    ]


@bp.get("/organisations/duplicates")
@requires("read_steering")
def duplicates_organisation(study_id: int) -> ResponseReturnValue:
    """Show the organisations of the study that may be one."""
    return _page(ORGANISATIONS)


@bp.get("/people/duplicates")
@requires("read_people")
def duplicates_person(study_id: int) -> ResponseReturnValue:
    """Show the people of the study who may be one."""
    return _page(PEOPLE)


def _page(desk: Desk) -> ResponseReturnValue:
    every = alike.pairs(desk.kind)
    last = max(0, (len(every) - 1) // A_PAGE)
    number = min(max(request.args.get("page", 1, int), 1), last + 1) - 1
    shown = every[number * A_PAGE : (number + 1) * A_PAGE]
    told = apart.said_by(desk.kind)
    ids = [each for pair in shown for each in (pair.one, pair.other)] + [each for row in told for each in (row.one_id, row.other_id)]
    sides = sides_of(desk.kind, ids)

    def url(at: int) -> str | None:
        return desk.url("duplicates", page=at + 1) if 0 <= at <= last and at != number else None

    return page(
        "organisations/duplicates.html",
        desk=desk,
        pairs=[_shown(desk, pair, sides) for pair in shown if pair.one in sides and pair.other in sides],
        told=[_told(desk, row, sides) for row in told if row.one_id in sides and row.other_id in sides],
        text=ngettext("%(num)s pair", "%(num)s pairs", len(every)),
        pager={
            "first": number * A_PAGE + 1,
            "last": number * A_PAGE + len(shown),
            "total": len(every),
            "urls": {"first_url": url(0), "prev_url": url(number - 1), "next_url": url(number + 1), "last_url": url(last)},
        }
        if last
        else None,
    )


def _shown(desk: Desk, pair: Pair, sides: dict[int, Side]) -> dict[str, Any]:
    return {
        "sides": [(sides[each], desk.page(each)) for each in (pair.one, pair.other)],
        "signs": pair.signs,
        "likelihood": pair.likelihood,
        "tint": TINTS[pair.likelihood],
        "compare_url": desk.between("compare", pair.one, pair.other),
        "apart_url": desk.between("tell_apart", pair.one, pair.other),
    }


def _told(desk: Desk, row: Any, sides: dict[int, Side]) -> dict[str, Any]:
    both = [(sides[each], desk.page(each)) for each in (row.one_id, row.other_id)]
    return {"sides": both, "who": row.who, "at": row.at, "undo_url": desk.between("propose_again", row.one_id, row.other_id)}


@bp.post("/organisations/<int:organisation_id>/apart/<int:other_id>")
@requires("edit_directory")
def tell_apart_organisation(study_id: int, organisation_id: int, other_id: int) -> ResponseReturnValue:
    """Say that two organisations are not the same."""
    return _tell_apart(ORGANISATIONS, organisation_id, other_id)


@bp.post("/organisations/<int:organisation_id>/apart/<int:other_id>/undo")
@requires("edit_directory")
def propose_again_organisation(study_id: int, organisation_id: int, other_id: int) -> ResponseReturnValue:
    """Have two organisations be proposed again."""
    return _propose_again(ORGANISATIONS, organisation_id, other_id)


@bp.post("/people/<int:person_id>/apart/<int:other_person_id>")
@requires("edit_directory")
def tell_apart_person(study_id: int, person_id: int, other_person_id: int) -> ResponseReturnValue:
    """Say that two people are not the same."""
    return _tell_apart(PEOPLE, person_id, other_person_id)


@bp.post("/people/<int:person_id>/apart/<int:other_person_id>/undo")
@requires("edit_directory")
def propose_again_person(study_id: int, person_id: int, other_person_id: int) -> ResponseReturnValue:
    """Have two people be proposed again."""
    return _propose_again(PEOPLE, person_id, other_person_id)


def _tell_apart(desk: Desk, one_id: int, other_id: int) -> ResponseReturnValue:
    one, other = desk.get(one_id), desk.get(other_id)
    apart.tell(desk.kind, one.id, other.id)
    text = _("%(one)s and %(other)s are two: they are not proposed any more.", one=desk.name(one), other=desk.name(other))
    return see(desk.url("duplicates"), text, undo_url=desk.between("propose_again", one_id, other_id))


def _propose_again(desk: Desk, one_id: int, other_id: int) -> ResponseReturnValue:
    desk.get(one_id), desk.get(other_id)
    apart.take_back(desk.kind, one_id, other_id)
    return see(desk.url("duplicates"), _("The two are proposed again."))
