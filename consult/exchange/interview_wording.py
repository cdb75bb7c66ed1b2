"""What a row says of an interview, in the words of the one it means: people by the names they have there, a state that it can be given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from consult.exchange.fields import INTERVIEW, INTERVIEW_REF, INTERVIEW_STATE, INTERVIEWEES, INTERVIEWERS, MET, NAME, ORGANISATION
from consult.exchange.lines import Line
from consult.exchange.references import Names
from consult.interviews import importing, importing_people
from consult.interviews.importing import Kept
from consult.kernel.changes import Given, Note, Target


def worded(line: Line, organisations: Sequence[Target], kept: Kept | None, names: Names) -> Given:
    """Return what a row says of an interview as it would be written into `kept`, or into a new one; the row itself stays as it is."""
    said = line.given[INTERVIEW]
    given = replace(said, values=dict(said.values), extra=dict(said.extra), notes=list(said.notes))
    _reference(given, kept)
    _state(given, kept)
    _interviewees(given, kept)
    _interviewers(given, kept, names)
    if kept is not None and len(organisations) > 1:
        parts = zip(organisations, (line.given.get(ORGANISATION), *line.others), strict=True)
        given.values[MET] = tuple(_organisation(target, part, kept) for target, part in parts)
    return given


def reference_of(given: Given) -> str:
    """The reference of an interview that a row names, as the product writes it."""
    return str(given.values.get(INTERVIEW_REF) or "").strip().upper()


def _reference(given: Given, kept: Kept | None) -> None:
    """A reference is given by the product: one that is not this interview's is kept beside."""
    ref = reference_of(given)
    text = given.values.pop(INTERVIEW_REF, None)
    if text and (kept is None or ref != kept.ref):
        given.extra[given.headers.get(INTERVIEW_REF, INTERVIEW_REF)] = str(text)


def _state(given: Given, kept: Kept | None) -> None:
    wanted = given.values.pop(INTERVIEW_STATE, None)
    if wanted is None:
        return
    state, why = importing.standing(wanted, kept.values["state"] if kept else None)
    if state is not None:
        given.values[INTERVIEW_STATE] = state
    if why:
        given.notes.append(Note(why, {"field": INTERVIEW_STATE}))


def _interviewees(given: Given, kept: Kept | None) -> None:
    """Those who are there already are called as they are there, whichever of their names comes first in the file."""
    if INTERVIEWEES in given.values:
        there = {importing_people.key(name): name for name in (kept.interviewees if kept else ())}
        said = (there.get(importing_people.key(name), name) for name in given.values[INTERVIEWEES])
        given.values[INTERVIEWEES] = tuple(dict.fromkeys(said))


def _interviewers(given: Given, kept: Kept | None, names: Names) -> None:
    """Members of the team by their label, or whoever is there already; strangers are kept in the extra."""
    if INTERVIEWERS not in given.values:
        return
    there = kept.interviewers if kept else []
    said: tuple[str, ...] = given.values[INTERVIEWERS]
    found = [_asker(name, there, names) for name in said]
    given.values[INTERVIEWERS] = tuple(dict.fromkeys(each for each in found if each))
    strangers = [name for name, each in zip(said, found, strict=True) if each is None]
    if strangers:
        given.notes.append(Note("unknown_asker", {"field": INTERVIEWERS, "text": "; ".join(strangers)[:120]}))
        given.extra[given.headers.get(INTERVIEWERS, INTERVIEWERS)] = "; ".join(strangers)


def _asker(name: str, there: Iterable[str], names: Names) -> str | None:
    label = names.asker(name)
    same = (each for each in there if name.casefold() == each.casefold() or label and label.partition(" <")[0] == each)
    return next(same, label)


def _organisation(target: Target, given: Given | None, kept: Kept) -> str:
    """An organisation that a row names, by the name it has in the interview."""
    return kept.organisations.get(target.id or 0) or str(given.values.get(NAME, "") if given else "")
