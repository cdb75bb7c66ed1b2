"""What was captured beside the interviews of the demo study: quotes, follow-ups, needs, capabilities, and who was told about their data.

Quotes are the words that the notes of fictional companies put between quotation marks: nothing is put into a real body's mouth.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from consult.demo.content import Content, Facts
from consult.demo.frame import Frame
from consult.interviews.anchoring import anchor, sha
from consult.interviews.follow_ups_models import FollowUp
from consult.interviews.models import Interview, QuoteRight
from consult.interviews.quotes_models import Quote
from consult.kernel import refs
from consult.kernel.db import db
from consult.kernel.model import Confidentiality, now
from consult.organisations.consents_models import Channel, ConsentRecord, LegalBasis, Purpose
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person
from consult.sourcing.models import Capability, Criticality, Horizon, Maturity, Need, Relocatable
from consult.studies import notices
from consult.terms.models import TermList

SAID = re.compile(r"«\s*([^«»\s][^«»]{24,}?)\s*»")
PROMISED = re.compile(r"(?:## Suites\n|\*\*Suites\.?\*\*\s*[.:]?\s*|Suites\s*:\s*)(.+)", re.DOTALL)
TOLD_BEFORE = dt.timedelta(days=8)
DUE_IN = dt.timedelta(days=21)
STILL_OPEN = 7
"""One follow-up in so many is still to be done."""
Held = list[tuple[Interview, Facts]]


def consent_of(facts: Facts) -> QuoteRight | None:
    """Return what was agreed about quoting in the interview of an organisation; nothing was asked of real bodies."""
    if not facts["fictional"]:
        return None
    if "Ne pas citer" in facts["interview"]["note"] or facts["interview"]["level"] == "strict":
        return QuoteRight.INTERNAL
    return list(QuoteRight)[sum(facts["key"].encode()) % 3]


def add_captures(
    content: Content, frame: Frame, made: Mapping[str, Interview], organisations: Mapping[str, Organisation], people: Mapping[str, Person]
) -> None:
    """Add what was captured in the interviews, given by key in the order in which they were held."""
    facts_of = {facts["key"]: facts for facts in content.organisations}
    held: Held = [(interview, facts_of[key]) for key, interview in made.items()]
    quotes = [quote for interview, facts in held for quote in _quotes(interview, facts, people)]
    promised = [follow_up for number, (interview, facts) in enumerate(held) for follow_up in _follow_ups(number, interview, facts, frame)]
    _number(quotes, Quote.ref_prefix)
    _number(promised, FollowUp.ref_prefix)
    db.session.add_all([*quotes, *promised, *_told(held, people)])
    _add_sourcing(content, frame, made, organisations)
    db.session.flush()


def _number(rows: Sequence[Any], prefix: str) -> None:
    for row, ref in zip(rows, refs.take(prefix, len(rows)), strict=True):
        row.ref = ref


def _quotes(interview: Interview, facts: Facts, people: Mapping[str, Person]) -> Iterator[Quote]:
    if not facts["fictional"]:
        return
    speaker, note = people[facts["interview"]["with"][0]], interview.note or ""
    right = interview.quote_consent or QuoteRight.INTERNAL
    for said in (each for each in SAID.findall(note) if "/an" not in each):
        start, end = anchor(note, said) or (None, None)
        yield Quote(
            study_id=interview.study_id, interview_id=interview.id, text=said, start=start, end=end, speaker_id=speaker.id, right=right,
            text_sha=sha(note[start:end]), oral_consent=True, created_by_id=interview.created_by_id,
            confidentiality=min(interview.confidentiality, Confidentiality.TEAM, key=lambda level: level.rank),
        )  # fmt: skip


def _follow_ups(number: int, interview: Interview, facts: Facts, frame: Frame) -> Iterator[FollowUp]:
    found = PROMISED.search(interview.note or "")
    sentence = found.group(1).strip().split("\n")[0] if found else ""
    for place, part in enumerate(re.split(r"\s*[;.]\s+", sentence)):
        title = part.strip(" .;*")
        if not 12 < len(title) <= 200 or title.startswith("Ne pas"):
            continue
        is_open = (number + place) % STILL_OPEN == 0
        due = now().date() + dt.timedelta(days=number % 24 - 6) if is_open else interview.date + DUE_IN
        yield FollowUp(
            study_id=interview.study_id, interview_id=interview.id, organisation_id=interview.organisation_links[0].organisation_id,
            title=title[:1].upper() + title[1:], owner_id=frame.users[facts["interview"]["by"][-1]].id, due=due,
            done_at=None if is_open else _noon(due - dt.timedelta(days=number % 9)), created_by_id=interview.created_by_id,
        )  # fmt: skip


def _told(held: Held, people: Mapping[str, Person]) -> Iterator[ConsentRecord]:
    """Everybody who answered was told beforehand what becomes of their data; those who agreed to be quoted are noted so."""
    number = notices.keep().number
    for interview, facts in held:
        for key in facts["interview"]["with"]:
            same: dict[str, Any] = {
                "study_id": interview.study_id, "person_id": people[key].id, "notice_version": number,
                "created_by_id": interview.created_by_id,
            }  # fmt: skip
            at = _noon(interview.date - TOLD_BEFORE)
            yield ConsentRecord(purpose=Purpose.NOTICE, basis=LegalBasis.LEGITIMATE_INTEREST, channel=Channel.EMAIL, given_at=at, **same)
            if interview.quote_consent not in (None, QuoteRight.INTERNAL):
                yield ConsentRecord(purpose=Purpose.QUOTE, channel=Channel.SPOKEN, given_at=_noon(interview.date), **same)


def _add_sourcing(content: Content, frame: Frame, told: Mapping[str, Interview], organisations: Mapping[str, Organisation]) -> None:
    for model, written, own in ((Need, content.needs, _need), (Capability, content.capabilities, _capability)):
        for ref, facts in zip(refs.take(model.ref_prefix, len(written)), written, strict=True):
            interview = told[facts["of"]]
            db.session.add(
                model(
                    ref=ref, study_id=frame.study.id, organisation_id=organisations[facts["of"]].id, interview_id=interview.id,
                    component_id=_term(frame, TermList.COMPONENT, facts), process_id=_term(frame, TermList.PROCESS, facts),
                    unit=facts.get("unit"), note=facts.get("note"), confidentiality=Confidentiality(facts.get("level", "team")),
                    created_by_id=interview.created_by_id, **own(facts, interview),
                )
            )  # fmt: skip


def _term(frame: Frame, kind: TermList, facts: Facts) -> int | None:
    key = facts.get(kind.value)
    return frame.terms[kind, key].id if key else None


def _need(facts: Facts, _interview: Interview) -> dict[str, Any]:
    return {
        "volume_per_year": facts["volume"], "quality": facts.get("quality"), "horizon": Horizon(facts["horizon"]),
        "source_country": facts["country"], "criticality": Criticality(facts["critical"]), "relocatable": Relocatable(facts["relocatable"]),
    }  # fmt: skip


def _capability(facts: Facts, interview: Interview) -> dict[str, Any]:
    seen = {"verified_on": interview.date, "source": "Visite de l’atelier"} if facts.get("spare", 0) >= 30 else {}
    return {
        "capacity_per_year": facts.get("capacity"), "spare_percent": facts.get("spare"), "certifications": facts.get("certifications"),
        "maturity": Maturity(facts["maturity"]), **seen,
    }  # fmt: skip


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)
