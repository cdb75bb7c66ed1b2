"""A row of a file as it was understood: what it says of each record it feeds, and where each of its cells goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from consult.exchange.fields import LAST_NAME, PERSON
from consult.kernel.changes import Given, shown


@dataclass
class Cells:
    """How many cells that say something were read, and where they went: every one is in exactly one of the four."""

    read: int = 0
    fields: int = 0
    extra: int = 0
    refused: int = 0
    ignored: int = 0

    def as_dict(self) -> dict[str, int]:
        """The same as JSON keeps it."""
        return {"read": self.read, "fields": self.fields, "extra": self.extra, "refused": self.refused, "ignored": self.ignored}


@dataclass
class Line:
    """A row of the file: what it says of each record it feeds, by part, and where its cells go unless the row is refused.

    `further` are the second and later people that its cells name, `others` the second and later organisations; `segments` are theirs, one
    cell naming several.
    """

    row: int
    given: dict[str, Given]
    cells: Cells
    label: str = ""
    further: list[dict[str, Given]] = field(default_factory=list)
    others: list[Given] = field(default_factory=list)
    segments: tuple[str, ...] = ()

    def contacts(self) -> Iterator[dict[str, Given]]:
        """What the row says of each person it names, by part."""
        for given in (self.given, *self.further):
            if PERSON in given:
                yield given

    def put_aside(self, given: Given, name: str, home: Given | None = None) -> None:
        """Keep what a row says of a field in the extra (of `home`, else where it stands), under its header, instead of the field."""
        (home or given).extra[given.headers.get(name, name)] = shown(given.values.pop(name))
        self.cells.fields -= 1
        self.cells.extra += 1

    def names_somebody(self) -> bool:
        """Whether the row names a person by a last name."""
        return PERSON in self.given and LAST_NAME in self.given[PERSON].values
