"""Every change is written down with who, what and why, and can be taken back; two people on one record lose nothing."""

from __future__ import annotations

import pytest

from consult.kernel import actor, audit
from consult.kernel.audit import AuditEntry, Deed
from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import Conflict, Refused
from consult.kernel.locking import expect_version, merge
from consult.organisations.models import Organisation, OrganisationKind
from tests.factories import Make, count


def _change(make: Make, organisation_id: int, by: int | None = None, why: str | None = None, **values: object) -> None:
    with make.inside(None), actor.acting(actor.Actor(by, actor.Via.WEB, why)):
        row = db.session.get_one(Organisation, organisation_id)
        for name, value in values.items():
            setattr(row, name, value)
        db.session.flush()


def _history(organisation_id: int) -> list[AuditEntry]:
    return list(audit.history("organisation", organisation_id))


def test_a_change_is_written_with_its_author_its_way_and_former_and_new_value(make: Make) -> None:
    user, organisation = make.user(), make.organisation(name="Ateliers de la Combe", phone="0381000000")
    _change(make, organisation.id, user.id, "typo", phone="0381000001")
    latest, first = _history(organisation.id)
    assert latest.changes == {"phone": ["0381000000", "0381000001"]}
    assert (latest.actor_id, latest.via, latest.reason, latest.deed) == (user.id, actor.Via.WEB, "typo", Deed.CHANGED)
    assert (first.deed, first.changes["name"]) == (Deed.CREATED, [None, "Ateliers de la Combe"])


def test_saving_without_a_change_writes_nothing(make: Make) -> None:
    organisation = make.organisation(phone="0381000000")
    before = count(AuditEntry)
    _change(make, organisation.id, phone="0381000000")
    assert count(AuditEntry) == before


def test_a_former_value_comes_back_with_its_type_and_that_is_written_too(make: Make) -> None:
    organisation = make.organisation(kind=OrganisationKind.COMPANY)
    _change(make, organisation.id, kind=OrganisationKind.TRAINING)
    entry = _history(organisation.id)[0]
    with make.inside(None):
        audit.restore(db.session.get_one(Organisation, organisation.id), entry.id, "kind")
    with make.inside(None):
        assert db.session.get_one(Organisation, organisation.id).kind is OrganisationKind.COMPANY
        assert _history(organisation.id)[0].changes == {"kind": ["training", "company"]}


def test_an_entry_about_another_record_restores_nothing(make: Make) -> None:
    one, other = make.organisation(), make.organisation()
    _change(make, other.id, phone="1")
    entry = _history(other.id)[0]
    with make.inside(None), pytest.raises(Refused):
        audit.restore(db.session.get_one(Organisation, one.id), entry.id, "phone")


def test_changes_of_different_fields_merge_and_of_the_same_field_are_disputed(make: Make) -> None:
    organisation = make.organisation(phone="1", email="a@example.org")
    _change(make, organisation.id, phone="2")
    with make.inside(None):
        row = db.session.get_one(Organisation, organisation.id)
        with pytest.raises(Conflict):
            expect_version(row, 1)
        other_field = merge(row, 1, {"phone": "1", "email": "b@example.org"})
        assert (other_field.values, other_field.disputed) == ({"email": "b@example.org"}, {})
        same_field = merge(row, 1, {"phone": "3", "email": "a@example.org"})
        assert (same_field.values, same_field.disputed) == ({}, {"phone": ("3", "2")})


def test_a_stale_write_that_slipped_past_the_check_is_still_refused_by_the_database(make: Make) -> None:
    from sqlalchemy.orm.exc import StaleDataError

    organisation = make.organisation()
    with pytest.raises(StaleDataError), make.inside(None):
        row = db.session.get_one(Organisation, organisation.id)
        db.session.connection().exec_driver_sql(f"UPDATE organisation SET version = 7 WHERE id = {organisation.id}")
        row.phone = "9"
        db.session.flush()


def test_soft_deletion_and_its_undoing_are_said_as_such(make: Make) -> None:
    from consult.kernel.model import now

    organisation = make.organisation()
    _change(make, organisation.id, deleted_at=now())
    with unit_of_work():
        assert db.session.get(Organisation, organisation.id) is None
    with make.inside(None):
        row = db.session.get(Organisation, organisation.id, execution_options={"include_deleted": True})
        assert row is not None
        row.deleted_at = None
    assert [entry.deed for entry in _history(organisation.id)] == [Deed.RESTORED, Deed.DELETED, Deed.CREATED]
