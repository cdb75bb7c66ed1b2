"""One record of everything that is captured beside an interview, for the study that the guards walk through."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import current_app

from consult.attachments.models import Attachment
from consult.interviews.files_models import InterviewAttachment
from consult.interviews.follow_ups_models import FollowUp
from consult.interviews.models import Interview, QuoteRight
from consult.interviews.quotes_models import Quote
from consult.kernel import refs
from consult.kernel.db import db
from consult.kernel.model import now
from consult.organisations.consents_models import ConsentRecord, Purpose
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person
from consult.sourcing.models import Capability, Need
from consult.studies.models import Study
from consult.terms.models import Term, TermList
from tests.factories import Make

CONTENT = b"%PDF-1.4 a signed sheet"


def capture(make: Make, study: Study, interview: Interview, organisation: Organisation, person: Person) -> dict[str, int]:
    """Make the records and return their ids by the name that an address gives them."""
    digest = hashlib.sha256(CONTENT).hexdigest()
    place = Path(current_app.config["SETTINGS"].instance) / "attachments" / digest[:2]
    place.mkdir(parents=True, exist_ok=True)
    (place / digest).write_bytes(CONTENT)
    with make.inside(study):
        term = Term(list=TermList.COMPONENT, key=f"hands {study.id}", label_fr=f"Aiguilles {study.id}")
        file = Attachment(name="sheet.pdf", mime="application/pdf", size=len(CONTENT), sha256=digest)
        db.session.add_all([term, file])
        db.session.flush()
        told = {"organisation_id": organisation.id, "interview_id": interview.id}
        made: dict[str, Any] = {
            "attachment_id": file,
            "quote_id": Quote(
                ref=refs.take("QUO")[0], interview_id=interview.id, speaker_id=person.id, text="Oui.", right=QuoteRight.QUOTABLE
            ),
            "follow_up_id": FollowUp(ref=refs.take("FUP")[0], title="Envoyer la synthèse", **told),
            "need_id": Need(ref=refs.take("NEED")[0], component_id=term.id, **told),
            "capability_id": Capability(ref=refs.take("CAP")[0], component_id=term.id, **told),
            "consent_id": ConsentRecord(person_id=person.id, purpose=Purpose.NOTICE, notice_version=1, given_at=now(), proof_id=file.id),
        }
        db.session.add_all(made.values())
        db.session.add(InterviewAttachment(interview_id=interview.id, attachment_id=file.id))
        db.session.flush()
        return {name: row.id for name, row in made.items()}
