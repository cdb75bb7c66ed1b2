"""The right of many quotes set at once, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.interviews import bulk, quotes
from consult.interviews.bulk import CHUNK, Outcome
from consult.interviews.models import QuoteRight
from consult.interviews.quotes_models import Quote
from consult.kernel import audit
from consult.kernel.db import db
from consult.kernel.errors import Refused


def set_rights(value: str, ids: Collection[int]) -> Outcome:
    """Set the right of quotes; those that have it already are passed over. Raises Refused for what is no right."""
    if value not in set(QuoteRight):
        raise Refused("value_required", field="right")
    after = bulk.mark(audit.AuditEntry)
    outcome = _each([quote for quote in _quotes(ids) if quote.right != value], lambda _quote: QuoteRight(value))
    outcome.after, outcome.until = after, bulk.mark(audit.AuditEntry)
    return outcome


def undo(after: int, until: int) -> Outcome:
    """Give quotes back the right they had before what the same person did between two marks, but for those whose right was set since."""
    found = bulk.values_before("quote", "right", after, until)

    def former(quote: Quote) -> QuoteRight:
        was, became = found[quote.id]
        if quote.right != became:
            raise Refused("cannot_take_back")
        return QuoteRight(was)

    return _each(_quotes(found), former)


def _each(found: Collection[Quote] | Iterator[Quote], right: Callable[[Quote], QuoteRight]) -> Outcome:
    outcome = Outcome()
    for quote in found:
        try:
            quotes.update(quote, {"right": right(quote)}, None)
            outcome.done += 1
        except Refused as refusal:
            outcome.left[refusal.code] += 1
    return outcome


def _quotes(ids: Collection[int]) -> Iterator[Quote]:
    every = sorted(ids)
    for start in range(0, len(every), CHUNK):
        query = sa.select(Quote).where(Quote.id.in_(every[start : start + CHUNK])).options(joinedload(Quote.interview)).order_by(Quote.id)
        yield from db.session.scalars(query).all()
