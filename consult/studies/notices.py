"""What people are told about their data: the study's privacy notice, in both languages and in numbered versions.

The text that is shipped is version 1 of every study; it is kept with the study as soon as somebody is told it, or another text is written.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import first_come
from consult.kernel.scope import current
from consult.kernel.text import clean
from consult.studies.models import PrivacyNotice, Study

SHIPPED = {
    "fr": """Dans le cadre de l’étude « %(title)s », menée par %(provider)s pour %(client)s, nous recueillons votre nom, votre fonction, \
vos coordonnées professionnelles et ce que vous nous dites lors de l’entretien.

Ces informations servent à l’étude seule : comprendre la filière et son territoire, et préparer des actions communes. Elles \
reposent sur l’intérêt légitime de ses commanditaires (RGPD, \
article 6) ; vos propos ne sont cités qu’avec votre accord, comme vous le souhaitez : \
avec votre nom, sans votre nom, ou pas du tout.

Elles ne sont lues que par l’équipe de l’étude, et conservées jusqu’à deux ans après sa clôture. Vous pouvez à tout moment \
demander à les lire, à les corriger ou à les effacer, vous opposer à leur emploi ou retirer un accord, en répondant à ce \
message. Vous pouvez aussi saisir la CNIL (www.cnil.fr).""",
    "en": """For the study “%(title)s”, carried out by %(provider)s for %(client)s, we collect your name, your position, your professional \
contact details and what you tell us in the interview.

This information serves the study alone: to understand the sector and its territory, and to prepare joint actions. It rests on \
the legitimate interest of those who commission it (GDPR, \
article 6); your words are quoted only with your consent, as you wish: with your name, \
without it, or not at all.

It is read by the team of the study only, and kept until two years after its closing. You may at any time ask to read, correct \
or erase it, object to its use or withdraw a consent, by answering this message. You may also turn to the supervisory authority \
(in France the CNIL, www.cnil.fr).""",
}
NOT_SAID = {
    "fr": {"provider": "l’équipe de l’étude", "client": "ses commanditaires"},
    "en": {"provider": "the team of the study", "client": "its clients"},
}


@dataclass(frozen=True)
class Notice:
    """A version of the notice: its number, and its text by language."""

    number: int
    texts: dict[str, str]


def present() -> Notice:
    """Return the notice in force in the study in scope."""
    latest = db.session.scalar(sa.select(PrivacyNotice).order_by(PrivacyNotice.number.desc()).limit(1))
    return _as_notice(latest) if latest is not None else Notice(1, _shipped())


def version(number: int) -> Notice:
    """Return a version of the notice. Raises NotFound for one that never was."""
    found = db.session.scalar(sa.select(PrivacyNotice).where(PrivacyNotice.number == number))
    if found is not None:
        return _as_notice(found)
    if number != 1:
        raise NotFound
    return Notice(1, _shipped())


def versions() -> list[Any]:
    """Return the versions that the study keeps, the newest first, as (number, created_at)."""
    query = sa.select(PrivacyNotice.number, PrivacyNotice.created_at).order_by(PrivacyNotice.number.desc())
    return list(db.session.execute(query))


def _as_notice(row: PrivacyNotice) -> Notice:
    return Notice(row.number, {"fr": row.text_fr, "en": row.text_en})


def _shipped() -> dict[str, str]:
    study = db.session.get_one(Study, current().study_id)
    return {
        lang: text % {"title": study.title, **{name: getattr(study, name) or other for name, other in NOT_SAID[lang].items()}}
        for lang, text in SHIPPED.items()
    }


def keep() -> Notice:
    """Keep the notice in force with the study, so that what somebody is told now can be read for ever; return it."""
    there = db.session.scalar(sa.select(sa.func.max(PrivacyNotice.number)))
    notice = present()
    if there is None:
        with contextlib.suppress(Refused):  # somebody else was told it at the same moment: the same text is kept
            _add(notice)
    return notice


def rewrite(texts: dict[str, str | None], seen: int | None) -> Notice:
    """Write another text over version `seen`; it is the next one. Raises Refused when a language is missing, or somebody was quicker."""
    for lang in ("fr", "en"):
        if not (texts.get(lang) or "").strip():
            raise Refused("notice_in_both_languages", field=f"text_{lang}")
    before = keep()
    if seen is not None and seen != before.number:
        raise Refused("notice_changed", number=before.number)
    wanted = {lang: clean(text or "").strip() for lang, text in texts.items()}
    if wanted == before.texts:
        return before
    return _add(Notice(before.number + 1, wanted))


def _add(notice: Notice) -> Notice:
    with first_come("notice_changed", number=notice.number):
        db.session.add(
            PrivacyNotice(study_id=current().study_id, number=notice.number, text_fr=notice.texts["fr"], text_en=notice.texts["en"])
        )
    return notice
