"""A plan written into the study: organisations with sites, participation, roles and terms; people with addresses and posts; interviews.

The declared bulk path. Everything was decided by the plan; here fields become columns, and the ledger writes them with audit and images.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from consult.exchange import writing_interviews, writing_organisations, writing_participations, writing_people, writing_terms
from consult.exchange.fields import ORGANISATION, SITE
from consult.exchange.written import Records
from consult.kernel.bulk import Ledger
from consult.kernel.changes import Planned
from consult.kernel.scope import unscoped
from consult.organisations import search_text

Tell = Callable[[int, int], None]
WHY = "an import writes what its plan decided, in bulk, into the study in scope"


class Application(Records):
    """Writes a plan; new organisations enter the target list if `in_frame`.

    `by_place` tells afterwards what became of each record, by entity and place.
    """

    def __init__(self, plan: Iterable[Planned], ledger: Ledger, tell: Tell | None = None, in_frame: bool = False) -> None:
        super().__init__(plan, ledger)
        self._tell, self._in_frame = tell, in_frame

    def write(self) -> None:
        """Write everything in the present transaction, and bring the search text up to date."""
        with unscoped(WHY):
            writing_organisations.write(self, self._tell)
            writing_participations.write(self, self._in_frame)
            writing_terms.write(self)
            writing_people.write(self)
            self.ledger.write()
            writing_interviews.write(self)
            self.ledger.write()
        organisations = {record.id for record in self.of(ORGANISATION) if record.images}
        organisations |= {self.id_of(ORGANISATION, record.owner) for record in self.of(SITE) if record.images and record.owner}
        changed = organisations - {record.id for record in self.of(ORGANISATION) if record.words}  # those carry their words from the start
        search_text.refresh(sorted(changed))
