"""Which columns of a table stand together about one person: *contact, fonction, téléphone, mail*, and once more for a second contact."""

from __future__ import annotations

from consult.excel.heading import words_of
from consult.excel.looks import is_shared_email, share
from consult.excel.recognise import Candidate
from consult.excel.registry import Registry
from consult.excel.seen import OPEN_BELOW, Seen, is_its_own, is_lone_surname

_NAMES = ("civility", "first_name", "last_name", "person")
_HEADS = frozenset("dirigeant gerant president pdg representant owner ceo".split())
"""By whom a company is represented: a telephone after that name, without an address of theirs, is the company's."""
_FOLLOWING = ("phone", "email", "job", "choice")


def persons(seen: list[Seen], registry: Registry) -> dict[int, int]:
    """For the columns (by place) that are about a person which of the row's persons that is, counted from 0. A telephone or e-mail counts
    only where it stands right after a name, and none where the addresses are a house's."""
    found: dict[int, int] = {}
    current, known, group, beside = -1, set[str](), "", False
    for place, one in enumerate(seen):
        named = _named(seen, place)
        if named is not None or _is_another(one, registry):
            kind = named.field.kind if named else ""
            if current < 0 or not kind or kind in known or one.column.group != group:
                current, known, group = current + 1, set(), one.column.group
            known.add(kind)
            found[place], beside = current, True
        elif beside and any(candidate.field.kind in _FOLLOWING and candidate.score >= OPEN_BELOW for candidate in one.candidates):
            found[place] = current
        else:
            beside = beside and not one.candidates
    return {place: owner for place, owner in found.items() if owner or not _of_the_house(seen, found, place)}


def _named(seen: list[Seen], place: int) -> Candidate | None:
    """What of a person's name the column holds, if that is what it is."""
    one = seen[place]
    found = next((each for each in one.candidates if each.field.kind in _NAMES and each.score >= OPEN_BELOW), None)
    if found is None or found.score < one.candidates[0].score - 0.1 or not is_its_own(one, found) or is_lone_surname(seen, one, found):
        return None
    if found.field.kind == "last_name" and not found.hinted and not _beside_first_name(seen, place):
        return None
    return found


def _beside_first_name(seen: list[Seen], place: int) -> bool:
    around = seen[max(0, place - 2) : place] + seen[place + 1 : place + 3]
    return any(each.field.kind == "first_name" and each.score >= OPEN_BELOW for one in around for each in one.candidates)


def _is_another(one: Seen, registry: Registry) -> bool:
    """Whether a column is headed by a further person, such as *Contact 2*."""
    heading = registry.read(one.column.header)
    people = {entity.name for entity in registry.entities if entity.of}
    if one.candidates or not heading.other or not heading.whose or any(not span.only_whose for span in heading.spans):
        return False
    return bool(registry.hints(heading.whose) & people)


def _of_the_house(seen: list[Seen], found: dict[int, int], place: int) -> bool:
    """Whether the column is a telephone or e-mail that stands beside the first person's name although the e-mails there are those of a
    house, or the name is that of who represents the company; beside a function it is the person's all the same."""
    kinds = {at: seen[at].candidates[0].field.kind for at, owner in found.items() if owner == 0 and seen[at].candidates}
    if kinds.get(place) not in ("phone", "email") or "job" in kinds.values():
        return False
    heads = any(kind in _NAMES and not _HEADS.isdisjoint(words_of(seen[at].column.header)) for at, kind in kinds.items())
    if heads and "email" not in kinds.values():
        return True
    return any(kind == "email" and share(is_shared_email, seen[at].values) >= 0.5 for at, kind in kinds.items())
