"""The messages of the field work: the study's own text of each, or the one shipped; their placeholders named, checked and filled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.fieldwork.letter_texts import LANGUAGES, shipped
from consult.fieldwork.models import MessageTemplate, TemplateKind
from consult.kernel import actor
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import now
from consult.kernel.scope import current

NOTICE = "notice"
PLACEHOLDERS = (
    "salutation", "name", "organisation", "consultant", "consultant_email", "study", "client", "provider", "territory", "date", "time",
    "duration", "place", "mode", NOTICE,
)  # fmt: skip
"""What may stand in braces in a message; each is filled when the message is opened."""
INFORMING = (TemplateKind.APPROACH,)
"""The messages that must carry the privacy notice: those by which somebody is first written to."""
LONGEST_LINK = 1_900
"""Characters of a link that every mail program takes (Outlook stops at some 2,000)."""
_PLACE = re.compile(r"\{([^{}\n]{0,60})\}")


@dataclass(frozen=True)
class Text:
    """The text of a message in one language. `version` 0 is the one shipped; `row` is the study's own, if it has one."""

    kind: TemplateKind
    lang: str
    subject: str
    body: str
    version: int
    row: MessageTemplate | None = None

    @property
    def informs(self) -> bool:
        """Whether the message carries the privacy notice."""
        return f"{{{NOTICE}}}" in self.body


def texts() -> dict[tuple[TemplateKind, str], Text]:
    """Return every message of the study in scope, in both languages."""
    own = {(row.kind, row.lang): row for row in db.session.scalars(sa.select(MessageTemplate).order_by(MessageTemplate.id))}
    return {key: _text(key, own.get(key)) for key in shipped()}


def text_of(kind: TemplateKind, lang: str) -> Text:
    """Return one message of the study in scope; French where there is no such language."""
    return texts()[kind, lang if lang in LANGUAGES else "fr"]


def _text(key: tuple[TemplateKind, str], row: MessageTemplate | None) -> Text:
    if row is None:
        return Text(*key, *shipped()[key], version=0)
    return Text(*key, row.subject, row.body, row.version, row)


def write(kind: TemplateKind, lang: str, values: Mapping[str, Any], seen: int | None) -> Text:
    """Keep a text of the study's own. Raises Conflict; Refused for a placeholder that there is not, or an approach without the notice."""
    subject, body = values["subject"] or "", values["body"] or ""
    check(kind, subject, body)
    present = text_of(kind, lang).row
    if present is None:
        present = MessageTemplate(study_id=current().study_id, kind=kind, lang=lang)
        db.session.add(present)
    else:
        expect_version(present, seen)
    present.subject, present.body = subject, body
    db.session.flush()
    return _text((kind, lang), present)


def check(kind: TemplateKind, subject: str, body: str) -> None:
    """Raise Refused unless every placeholder of a message is known, and the privacy notice stands where it must."""
    for field, text in (("subject", subject), ("body", body)):
        unknown = [name for name in _PLACE.findall(text) if name not in PLACEHOLDERS]
        if unknown:
            raise Refused("placeholder_unknown", field=field, name=unknown[0] or "{}")
    if kind in INFORMING and f"{{{NOTICE}}}" not in body:
        raise Refused("notice_missing", field="body")


def ship(kind: TemplateKind, lang: str) -> MessageTemplate | None:
    """Go back to the text that is shipped; returns the study's own, which can be brought back."""
    row = text_of(kind, lang).row
    if row is not None:
        row.deleted_at, row.deleted_by_id = now(), actor.current().user_id
        db.session.flush()
    return row


def bring_back(template_id: int) -> MessageTemplate | None:
    """Bring a text of the study's own back, unless there is another one meanwhile."""
    row = db.session.scalar(sa.select(MessageTemplate).where(MessageTemplate.id == template_id).execution_options(include_deleted=True))
    if row is not None and text_of(row.kind, row.lang).row is None:
        row.deleted_at = row.deleted_by_id = None
        db.session.flush()
    return row


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill the placeholders of a message; one for which nothing is known stays in its braces, to be seen before the message is sent."""
    return _PLACE.sub(lambda found: values.get(found.group(1)) or found.group(0), text)


def unfilled(text: str) -> Sequence[str]:
    """Return the placeholders that are still in a message."""
    return list(dict.fromkeys(name for name in _PLACE.findall(text) if name in PLACEHOLDERS))
