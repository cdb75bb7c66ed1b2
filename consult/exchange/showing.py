"""What is shown of an import and of its rows, in the reader's language: planned, applied, refused, undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from consult.exchange import fields, keeping
from consult.exchange.allowance import Allowance
from consult.exchange.fields import JOINED, NAME, ORGANISATION
from consult.exchange.models import BatchState, ImportBatch
from consult.exchange.service import OPEN_STATES
from consult.exchange.words import counted, rejection, said
from consult.kernel.errors import Refused
from consult.organisations.identifiers import written_phone
from consult.web.i18n import _, lang, ngettext, written_date, written_datetime
from consult.web.refusals import known_codes, sentence

FIRST_CHANGES = 6
LABEL = 80
"""So many characters of a name are kept with a planned row."""

_COLOURS = {
    BatchState.APPLIED: "ok",
    BatchState.REVERTED: "",
    BatchState.PARTLY_REVERTED: "warn",
    BatchState.REJECTED: "bad",
    BatchState.EXPIRED: "",
}


# a batch


def state(batch: ImportBatch) -> dict[str, Any]:
    """Return where a batch stands: its name, its colour, and whether it is not settled yet."""
    discarded = batch.problem == keeping.DISCARDED
    label = _("Discarded") if discarded else batch.state.label(lang())
    colour = "" if discarded else _COLOURS.get(batch.state, "info")
    return {"label": label, "colour": colour, "open": batch.state in OPEN_STATES}


def problem(batch: ImportBatch) -> str | None:
    """Return why a batch was refused, could not be applied, or is no more."""
    if not batch.problem:
        return None
    if batch.problem in known_codes():
        return sentence(Refused(batch.problem, None, **batch.problem_values))
    return rejection(batch.problem, batch.problem_values or {})


def kept_until(batch: ImportBatch, days: int) -> str | None:
    """Return until when an import that is not applied waits, as a sentence; nothing of any other."""
    if batch.state not in OPEN_STATES:
        return None
    until = written_date((batch.updated_at + dt.timedelta(days=days)).date())
    return _("If nobody goes on with this import, it expires on %(day)s and its file is deleted.", day=until)


def throttled(refusal: Refused) -> str:
    """Return why no more files may be sent, and from when on they may."""
    values = {name: _time(value) if isinstance(value, dt.datetime) else value for name, value in refusal.values.items()}
    return sentence(Refused(refusal.code, None, **values))


def allowance(found: Allowance) -> dict[str, Any]:
    """Return what is said on the page before somebody has sent too many files: nothing as long as there are enough left."""
    if not found.left:
        return {"left": 0, "text": throttled(Refused("import_throttled", number=found.taken, at=found.next_at))}
    if not found.few:
        return {"left": found.left, "text": ""}
    at = _time(found.next_at)
    told = ngettext("You can send %(num)d more file before %(at)s.", "You can send %(num)d more files before %(at)s.", found.left, at=at)
    return {"left": found.left, "text": told}


def _time(instant: dt.datetime | None) -> str:
    return written_datetime(instant).rpartition(" ")[2]


# the rows of a plan


def outlook(counts: Mapping[str, int]) -> dict[str, Any]:
    """Return in one sentence what applying would do, and whether it would do anything."""
    writes = bool(counts["new"] + counts["changed"])
    if not writes and counts["same"] == sum(counts[code] for code in ("same", "refused", "ambiguous")):
        same = ngettext(
            "Nothing to import: the %(num)d row is already in the directory.",
            "Nothing to import: the %(num)d rows are already in the directory.",
            counts["same"],
        )
        return {"text": same, "writes": False}
    text = counted(counts)
    return {"text": text if writes else _("Nothing can be written as things stand. %(counted)s", counted=text), "writes": writes}


def planned(row: Mapping[str, Any], main: str | None) -> dict[str, Any]:
    """Return a row of a kept plan about `main` records as the preview shows it."""
    label, ids = _whole(row), {part["entity"]: part["id"] for part in row["parts"] if part["id"] is not None}
    changes = [change for part in row["parts"] for change in _changes(part, label)]
    return {
        "row": row["row"],
        "verdict": row["verdict"],
        "label": label,
        "first": changes[:FIRST_CHANGES],
        "more": changes[FIRST_CHANGES:],
        "notes": [said(note) for note in row["notes"]],
        "matched": [
            said((f"{part['how']}", {"row": part["group"]}))
            for part in row["parts"]
            if part["how"] and part["entity"].partition(".")[0] in fields.MAIN
        ],
        "questions": [_question(part) for part in row["parts"] if part["candidates"]],
        "main": main if main in ids else None,
        "ids": ids,
    }


def _whole(row: Mapping[str, Any]) -> str:
    """A plan keeps the beginning of a long name: the rest is in what the row writes, or is said to be missing."""
    label = str(row["label"])
    if len(label) < LABEL:
        return label
    written = (new for part in row["parts"] for name, _old, new, _extra in part["changes"] if name == NAME)
    return next((str(new) for new in written if str(new).startswith(label)), label + "…")


def _changes(part: Mapping[str, Any], label: str) -> Iterable[dict[str, Any]]:
    """The changes of a part, without what the row says already: that it is new here, and the name it is called by."""
    nth = part["entity"].partition(".")[2]
    for name, old, new, extra in part["changes"]:
        if part["fresh"] and (name == JOINED or name == NAME and new == label):
            continue
        told = _("Extra: %(header)s", header=name) if extra else _label(name)
        yield {"label": f"{told} ({nth})" if nth else told, "old": value(name, old), "new": value(name, new)}


def _label(name: str) -> str:
    return _("Takes part in this study") if name == JOINED else fields.label_of(name)


def value(name: str, kept: Any) -> str:
    """Return a field's value, as JSON kept it, as a person reads it."""
    if kept is None or kept == "":
        return ""
    spec = fields.by_name().get(name)
    if isinstance(kept, list):
        return ", ".join(value(name, each) for each in kept)
    if isinstance(kept, bool):
        return _("yes") if kept else _("no")
    if spec and spec.spec.kind == "phone":
        return written_phone(str(kept))
    if spec and spec.members:
        return spec.members(kept).label(lang())
    if spec and spec.spec.kind == "date":
        return written_date(dt.date.fromisoformat(str(kept)[:10]))
    return str(kept)


def _question(part: Mapping[str, Any]) -> dict[str, Any]:
    candidates = []
    for each in part["candidates"]:
        answer = f"use:{each['id']}" if each["id"] is not None else f"line:{each['row']}"
        reasons = ", ".join(said(reason) for reason in each["reasons"])
        candidates.append({"answer": answer, "label": each["label"], "hint": each["hint"], "reasons": reasons, "id": each["id"]})
    return {"entity": part["entity"], "candidates": candidates}


# the rows of an applied batch


def outcomes(rows: Iterable[Mapping[str, Any]], main: str | None, there: Mapping[str, Mapping[int, str]]) -> list[dict[str, Any]]:
    """Return rows of an applied batch about `main` records with what became of them; `there` names those that can still be opened."""
    return [_outcome(row, main or ORGANISATION, there) for row in rows]


def _outcome(row: Mapping[str, Any], main: str, there: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:
    ids = {kind: number for kind, number in (row["entity_ids"] or {}).items() if number in there.get(kind, ())}
    kept = str(row["label"] or "")
    return {
        "row": row["row"],
        "verdict": row["verdict"].value,
        "label": there[main][ids[main]] if there.get(main, {}).get(ids.get(main, 0)) else kept if len(kept) < LABEL else kept + "…",
        "notes": [said(note) for note in row["notes"]],
        "undone": row["undone"],
        "main": main if main in ids else None,
        "ids": ids,
    }


def reconciliation(cells: Mapping[str, int] | None) -> str | None:
    """Return where every cell went, in one sentence."""
    if not cells:
        return None
    return _(
        "%(read)s cells read = %(fields)s in fields + %(extra)s in extra + %(refused)s in rows not taken + %(ignored)s ignored by choice",
        **cells,
    )
