"""The target list in a plan: segment and disposition exist only in it, so that giving one puts the organisation into it."""

from __future__ import annotations

from consult.exchange.fields import DISPOSITION, IN_FRAME, ORGANISATION, SEGMENT
from consult.exchange.identities import Work
from consult.kernel.changes import Change, Known, Note, Part

FRAMED = (SEGMENT, DISPOSITION)


def agree(work: Work) -> None:
    """Have the rows say of the target list what follows from them: who has a segment or a disposition is in it; who is said to be outside
    has neither, and the cells are kept in the extra."""
    said: dict[object, bool] = {}
    taken = [line for line in work.lines if ORGANISATION in line.given and work.organisations[line.row].settled]
    for line in taken:
        if IN_FRAME in line.given[ORGANISATION].values:
            place = work.organisations[line.row].place
            said[place] = said.get(place, True) and line.given[ORGANISATION].values[IN_FRAME]
    for line in taken:
        given, place = line.given[ORGANISATION], work.organisations[line.row].place
        for name in [name for name in FRAMED if name in given.values]:
            if said.get(place) is False:
                given.notes.append(Note("outside_frame", {"field": name}))
                line.put_aside(given, name)
            elif place not in said:
                given.values[IN_FRAME] = True


def emptied(part: Part, known: Known | None) -> list[Change]:
    """What an organisation loses that a row takes out of the target list."""
    if known is None or not any(change.field == IN_FRAME and change.new is False for change in part.changes):
        return []
    return [Change(name, known.values[name], None) for name in FRAMED if known.values.get(name)]
