"""What a file does not say of a new organisation, proposed from what it does say: its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from consult.excel.text import fold
from consult.exchange.conversion import Lines
from consult.exchange.fields import KIND, NAF, NAME, ORGANISATION, ROLE, SEGMENT, SIREN
from consult.exchange.identities import Work
from consult.exchange.lines import Line
from consult.exchange.table import Table
from consult.kernel.changes import Given, Target
from consult.organisations import kinds, participating
from consult.organisations.models import OrganisationKind
from consult.studies.models import SegmentKind

_COMPANIES = re.compile(
    r"\b(entreprises?|societes?|company|companies|firm|fournisseurs?|suppliers?|sous traitants?|marques?|fabricants?)\b"
)


def propose_kinds(work: Work, lines: Lines) -> None:
    """Give each new organisation of which no row says the kind the one its facts tell of, else the one chosen for this file, else *other*.

    A column headed *company* says that what stands in it are companies, unless a name says otherwise.
    """
    every = [pair for line in work.lines for pair in _named(work, line, lines.headers)]
    told = {target.place for target, given in every if given.values.get(KIND)}
    default = otherwise(lines.table)
    segments = {row.label: row.kind for row in participating.segments()}
    for target, given in every:
        if target.settled and target.group is not None and target.place not in told:
            told.add(target.place)
            given.values[KIND] = _told(given, segments) or default


def _named(work: Work, line: Line, headers: Mapping[str, str]) -> Iterator[tuple[Target, Given]]:
    """The organisations that a row names, with what it says of each."""
    own = line.given.setdefault(ORGANISATION, Given(line.row, {}, headers=headers))
    yield from zip(work.organisations_of(line), (own, *line.others), strict=True)


def otherwise(table: Table) -> OrganisationKind:
    """Return the kind of a new organisation of which nothing tells it: as it was chosen for this file, else what the header says."""
    wanted = table.defaults.get(KIND)
    if wanted in set(OrganisationKind):
        return OrganisationKind(wanted)
    headers = [use.header for use in table.uses if use.field in (NAME, f"{table.entity}.organisation")]
    return OrganisationKind.COMPANY if any(_COMPANIES.search(fold(header)) for header in headers) else OrganisationKind.OTHER


def _told(given: Given, segments: Mapping[str, SegmentKind]) -> OrganisationKind | None:
    values = given.values
    return kinds.proposed(
        values.get(NAME), values.get(SIREN), values.get(NAF), values.get(ROLE), segments.get(values.get(SEGMENT) or "")
    )  # fmt: skip
