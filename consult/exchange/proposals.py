"""What a file does not say of a new organisation, proposed from what it does say: its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from consult.excel.text import fold
from consult.exchange.conversion import Lines
from consult.exchange.fields import KIND, NAF, NAME, ORGANISATION, ROLE, SEGMENT, SIREN
from consult.exchange.identities import Work
from consult.exchange.lines import Line
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
    of_companies = _COMPANIES.search(fold(lines.headers.get(NAME, "") or lines.headers.get(f"{work.entity}.organisation", "")))
    otherwise = OrganisationKind.COMPANY if of_companies else _chosen(lines.table.defaults)
    segments = {row.label: row.kind for row in participating.segments()}
    for target, given in every:
        if target.settled and target.group is not None and target.place not in told:
            told.add(target.place)
            given.values[KIND] = _told(given, segments) or otherwise


def _named(work: Work, line: Line, headers: Mapping[str, str]) -> Iterator[tuple[Target, Given]]:
    """The organisations that a row names, with what it says of each."""
    own = line.given.setdefault(ORGANISATION, Given(line.row, {}, headers=headers))
    yield from zip(work.organisations_of(line), (own, *line.others), strict=True)


def _chosen(defaults: Mapping[str, str]) -> OrganisationKind:
    wanted = defaults.get(KIND)
    return OrganisationKind(wanted) if wanted in set(OrganisationKind) else OrganisationKind.OTHER


def _told(given: Given, segments: Mapping[str, SegmentKind]) -> OrganisationKind | None:
    values = given.values
    return kinds.proposed(
        values.get(NAME), values.get(SIREN), values.get(NAF), values.get(ROLE), segments.get(values.get(SEGMENT) or "")
    )  # fmt: skip
