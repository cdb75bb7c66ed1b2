"""Views of lists kept under a name: who saved, deleted and brought one back is in the audit."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.kernel.audit import AuditEntry
from consult.kernel.db import db
from tests.factories import Make


def test_a_view_saved_deleted_and_brought_back_is_in_the_audit(make: Make, sign_in: Callable[..., FlaskClient]) -> None:
    study = make.study()
    lead = make.member(study, "lead")
    browser, at = sign_in(lead), f"/studies/{study.id}/lists/organisations/views"
    browser.post(at, data={"name": "Those of Morteau", "query": "q=morteau", "shared": "1"})
    browser.post(f"{at}/1/delete")
    browser.post(f"{at}/1/restore")
    query = sa.select(AuditEntry.deed, AuditEntry.actor_id, AuditEntry.study_id).where(AuditEntry.entity == "saved_view")
    told = [tuple(row) for row in db.session.execute(query.order_by(AuditEntry.id))]
    assert told == [("created", lead.id, study.id), ("deleted", lead.id, study.id), ("restored", lead.id, study.id)]
