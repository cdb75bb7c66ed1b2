"""How the histories of records name the import that a change came from."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask import url_for

from consult.exchange.models import ImportBatch
from consult.kernel.db import db
from consult.studies.gate import reader_may
from consult.web.i18n import _, written_datetime
from consult.web.sources import Named, Origin


def named(batch_ids: Collection[int]) -> Named:
    """Name imports of the study in scope that the reader may know of, in one query; who may import is led to them."""
    columns = (ImportBatch.id, ImportBatch.file_name, ImportBatch.applied_at, ImportBatch.reverted_at)
    rows = db.session.execute(sa.select(*columns).where(ImportBatch.id.in_(batch_ids))) if batch_ids else ()
    return {row.id: _origin(row) for row in rows}


def _origin(row: Any) -> Origin:
    applied, reverted = (written_datetime(each).partition(" ")[0] for each in (row.applied_at, row.reverted_at))
    url = url_for("exchange.show", batch_id=row.id) if reader_may("import") else None
    return Origin(
        _("Import of %(file)s of %(date)s", file=row.file_name, date=applied),
        _("Import of %(file)s undone on %(date)s", file=row.file_name, date=reverted),
        url,
    )
