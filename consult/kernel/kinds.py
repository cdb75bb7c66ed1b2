"""Rows of several kinds read in one statement: each kind is a part of a union, and all parts have the same columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from consult.kernel.model import AnySelect


def part(kind: str, model: Any, types: Mapping[str, Any], given: Mapping[str, Any]) -> AnySelect:
    """A select of a kind, an id and the columns that all kinds have together, by their types; those not given are null, and say of which
    type, as PostgreSQL asks."""
    shown = [
        (sa.type_coerce(given[name], type_) if name in given else sa.cast(sa.null(), type_)).label(name) for name, type_ in types.items()
    ]
    return sa.select(sa.literal(kind).label("kind"), model.id.label("id"), *shown).select_from(model)
