"""Which file brought a change, said where the change is told.

Files are known to an upper slice, which fills `history.sources`: a function of batch ids that names those the reader may know of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from consult.web.i18n import _
from consult.web.list_parts import once
from consult.web.slots import filled


class Origin(NamedTuple):
    """A file that came in: what is said of it, what is said of its undoing, and where it is shown to whoever may open it."""

    text: str
    undone: str
    url: str | None


@dataclass
class _Asked:
    """The batches that the page being drawn speaks of: named in one query, when the first of them is drawn."""

    ids: set[int] = field(default_factory=set)
    known: dict[int, Origin | None] = field(default_factory=dict)

    def origin(self, batch_id: int) -> Origin | None:
        if batch_id not in self.known:
            fresh = self.ids - self.known.keys()
            named: dict[int, Origin] = {}
            for answer in filled("history.sources", fresh):
                named |= dict(answer)
            self.known |= {each: named.get(each) for each in fresh}
        return self.known[batch_id]


@dataclass(frozen=True)
class Source:
    """The file that brought a change, or whose undoing was one. A file of another study, or one the reader may not know of, has no name."""

    batch_id: int
    undoing: bool
    _asked: _Asked

    @property
    def text(self) -> str:
        """What is said of it."""
        origin = self._asked.origin(self.batch_id)
        if origin is None:
            return _("Undoing of an import") if self.undoing else _("Import of a file")
        return origin.undone if self.undoing else origin.text

    @property
    def url(self) -> str | None:
        """Where it is shown, to whoever may open it."""
        origin = self._asked.origin(self.batch_id)
        return origin.url if origin else None


def of(batch_id: int | None, undoing: bool = False) -> Source | None:
    """Return what names the batch of a change when it is drawn; None for a change that no file brought."""
    if batch_id is None:
        return None
    asked: _Asked = once("history-sources", _Asked)
    asked.ids.add(batch_id)
    return Source(batch_id, undoing, asked)


Named = Mapping[int, Origin]
"""What a filling of `history.sources` answers."""
