"""A list of a study handed out as a file: exactly what is shown, and who took it is written down."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue

from consult.excel.tables import FORMATS
from consult.web.lists import ListView
from consult.web.pages import abort


def hand_out(listing: ListView, args: Any, kind: str, name: str) -> ResponseReturnValue:
    """Answer with the rows that an address shows, every page of them, as a file `name.kind`; 404 for a format that there is not."""
    if kind not in FORMATS:
        abort(404)
    headers, rows = listing.table(args)
    table = list(rows)
    listing.note_export(kind, len(table))
    write, mime = FORMATS[kind]
    answer = Response(write(str(listing.title), headers, table), mimetype=mime)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return answer
