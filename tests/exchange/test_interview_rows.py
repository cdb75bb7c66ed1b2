"""Interviews out of a file, through the whole engine: new, changed, unchanged, refused or to be decided; and back again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from consult.accounts.models import User
from consult.exchange.planning import Plan
from consult.interviews import review, service
from consult.interviews.models import Interview, Review
from consult.kernel import scope
from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.organisations import search_text
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.organisations.people_models import Person
from consult.studies.models import Role, Study
from tests.exchange.conftest import Importer, fingerprint, total
from tests.exchange.test_matching import rows, verdicts
from tests.factories import Make

Csv = Callable[..., Path]
HEAD = "Organisation;Date;Type;Mode;Lieu;Durée;Intervieweurs;Personnes rencontrées;Résumé;Compte rendu;Jours-homme;Confidentialité;État"
FIRST = "Alpha;12/01/2023;Entretien individuel;Présentiel;Morteau;1h30;Jeanne Morel;Paul Roy;Ravi;Dit en entretien;1,5;Équipe;Brouillon"


@pytest.fixture
def jeanne(make: Make, study: Study) -> User:
    """A consultant of the study."""
    return make.member(study, "consultant", name="Jeanne Morel", email="jeanne@example.org")


@pytest.fixture
def alpha(make: Make, study: Study, jeanne: User) -> Organisation:
    """An organisation of the target list."""
    made: Organisation = make.organisation(study, "Alpha", commune="25411", participation={"disposition": "scheduled"})
    with make.inside(study):
        search_text.refresh([made.id])
    return made


@pytest.fixture
def by_jeanne(app: Flask, study: Study, jeanne: User) -> Importer:
    """The consultant's way to import."""
    return As(app, study, jeanne, "consultant")


class As(Importer):
    """Imports as a member of the study with a role."""

    def __init__(self, app: Flask, study: Study, member: User, role: str) -> None:
        super().__init__(app, study, member)
        self.role = role

    def inside(self) -> Any:
        return scope.within(scope.Scope(self.study.id, self.lead.id, self.role, Role(self.role).rank), db.session())


def held() -> list[Interview]:
    """Every interview, as the database holds it."""
    with unscoped("tests read back"):
        db.session.rollback()
        db.session.expunge_all()
        return list(db.session.scalars(sa.select(Interview).order_by(Interview.id)))


def disposition(organisation: Organisation) -> str | None:
    """Where an organisation stands in the target list."""
    return dict(rows(Participation.organisation_id, Participation.disposition))[organisation.id]


def notes(plan: Plan) -> list[str]:
    """The codes of what is said of a plan's rows."""
    return [note.code for row in plan.rows for note in row.notes]


def test_a_row_is_an_interview_with_all_it_says(importer: Importer, csv: Csv, alpha: Organisation) -> None:
    before, path = fingerprint(), csv(HEAD, FIRST)
    table, plan = importer.plan(path)
    assert (table.entity, verdicts(plan)) == ("interview", "n")
    assert [use.field for use in table.uses if use.field is None] == []
    ref, plan = importer.apply(path)
    (made,) = held()
    with unscoped("tests read back"):
        assert (made.kind, made.mode, made.place, made.duration_min) == ("individual", "on_site", "Morteau", 90)
        assert (made.date, made.summary, made.note) == (dt.date(2023, 1, 12), "Ravi", "Dit en entretien")
        assert (made.effort_days, made.confidentiality, made.state) == (Decimal("1.50"), "team", "draft")
        assert [link.organisation_id for link in made.organisation_links] == [alpha.id]
        assert [link.user.name for link in made.interviewer_links] == ["Jeanne Morel"]
        assert [link.person.full_name for link in made.interviewee_links] == ["Paul Roy"]
        assert "dit en entretien" in made.search_key
    assert plan.cells.read == plan.cells.fields == 13
    assert verdicts(importer.plan(path)[1]) == "s"
    report = importer.undo(ref)
    assert (report.reversed, report.kept, report.failed) == (1, [], [])
    assert fingerprint() == before


def test_a_date_and_an_organisation_are_enough_and_one_nobody_knows_is_made(importer: Importer, csv: Csv, alpha: Organisation) -> None:
    path = csv("Entreprise;Date de l'entretien", "Alpha;12/01/2023", "Nouvelle SARL;13/01/2023", "Nouvelle SARL;14/01/2023")
    ref, plan = importer.apply(path)
    assert verdicts(plan) == "nnn"
    assert (total("interview"), total("organisation")) == (3, 2)
    told = {change.field for part in plan.rows[0].parts if part.entity == "interview" for change in part.changes}
    assert told == {"interview.date", "interview.kind", "interview.state", "interview.confidentiality"}
    assert verdicts(importer.plan(path)[1]) == "sss"
    importer.undo(ref)
    assert (total("interview"), total("organisation")) == (0, 1)


def test_an_organisation_is_told_by_its_siren_and_keeps_its_name(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.organisation(study, "Établissements Gamma", siren="552100554", extra={"Ancien": "x"})
    path = csv(
        "Entreprise;SIREN;Date de l'entretien;Compte rendu", "Beta;732829320;12/01/2023;x", "Autre nom;552100554;12/01/2023;y",
        "GAMMA;552100554;13/01/2023;z",
    )  # fmt: skip
    _ref, plan = importer.apply(path, entity="interview")
    assert verdicts(plan) == "nnn"
    assert rows(Organisation.name, Organisation.siren) == [("Beta", "732829320"), ("Établissements Gamma", "552100554")]
    assert rows(Organisation.extra)[0][0] == {"Ancien": "x", "Entreprise": "Autre nom"}
    with unscoped("tests read back"):
        assert [each.organisation_links[0].organisation.siren for each in held()] == ["732829320", "552100554", "552100554"]
    assert verdicts(importer.plan(path, entity="interview")[1]) == "sss"


def test_what_changed_is_shown_and_goes_back_and_a_blank_cell_erases_nothing(importer: Importer, csv: Csv, alpha: Organisation) -> None:
    importer.apply(csv(HEAD, FIRST))
    before = fingerprint()
    ref, plan = importer.apply(
        csv("Organisation;Date;Compte rendu;Résumé;Personnes rencontrées", "Alpha;12/01/2023;Autre;;Roy Paul, Luc Petit")
    )
    assert verdicts(plan) == "c"
    told = {c.field: (c.old, c.new) for part in plan.rows[0].parts if part.entity == "interview" for c in part.changes}
    assert told == {
        "interview.note": ("Dit en entretien", "Autre"),
        "interview.interviewees": (("Paul Roy",), ("Paul Roy", "Luc Petit")),
    }
    assert (held()[0].note, held()[0].summary) == ("Autre", "Ravi")
    importer.undo(ref)
    assert fingerprint() == before


def test_a_validated_interview_is_read_only(importer: Importer, csv: Csv, make: Make, study: Study, alpha: Organisation) -> None:
    importer.apply(csv(HEAD, FIRST))
    with make.inside(study):
        review.validate(service.get(held()[0].id))
    present = fingerprint()
    assert verdicts(importer.plan(csv(HEAD, FIRST))[1]) == "s"
    _ref, plan = importer.apply(csv(HEAD, FIRST.replace("Ravi", "Autre")))
    assert (verdicts(plan), notes(plan)) == ("r", ["interview_is_validated"])
    assert fingerprint() == present


def test_rows_that_could_be_one_or_two_interviews_ask(importer: Importer, csv: Csv, alpha: Organisation) -> None:
    path = csv("Entreprise;Date de l'entretien;Compte rendu", "Alpha;12/01/2023;Matin", "Alpha;12/01/2023;Soir", "Alpha;12/01/2023;Matin")
    plan = importer.plan(path)[1]
    assert verdicts(plan) == "nas"
    assert [c.row for part in plan.rows[1].parts for c in part.target.candidates] == [2]
    importer.apply(path, decisions={"3": {"interview": {"new": True}}})
    assert total("interview") == 2
    assert verdicts(importer.plan(path)[1]) == "sss"
    third = csv("Entreprise;Date de l'entretien;Compte rendu", "Alpha;12/01/2023;Midi")
    plan = importer.plan(third)[1]
    assert verdicts(plan) == "a"
    one = held()[1].id
    importer.apply(third, decisions={"2": {"interview": {"use": one}}})
    assert [each.note for each in held()] == ["Matin", "Midi"]
    assert verdicts(importer.plan(third, decisions={"2": {"interview": {"skip": True}}})[1]) == "r"


def test_a_row_without_a_date_or_an_organisation_is_refused_in_words(importer: Importer, csv: Csv, alpha: Organisation) -> None:
    plan = importer.plan(csv("Entreprise;Date de l'entretien;Compte rendu", "Alpha;;x", ";12/01/2023;y", "Alpha;12/01/2023;z"))[1]
    assert (verdicts(plan), notes(plan)) == ("rrn", ["no_date", "no_organisation_met"])
    assert plan.cells.refused == 4


def test_a_joint_meeting_has_several_organisations(importer: Importer, csv: Csv, make: Make, study: Study, alpha: Organisation) -> None:
    make.organisation(study, "Dupont, Martin & Cie")
    path = csv("Entreprise|Date de l'entretien|Compte rendu", "Alpha; Dupont, Martin & Cie; Gamma|12/01/2023|x")
    ref, plan = importer.apply(path)
    assert verdicts(plan) == "n"
    with unscoped("tests read back"):
        assert [link.organisation.name for link in held()[0].organisation_links] == ["Alpha", "Dupont, Martin & Cie", "Gamma"]
    assert total("organisation") == 3
    assert verdicts(importer.plan(path)[1]) == "s"
    more = csv("Entreprise|Date de l'entretien|Lieu de l'entretien", "Alpha / Omega|12/01/2023|Morteau", "Alpha; Delta|12/01/2023|Morteau")
    assert verdicts(importer.plan(more)[1])[0] == "n"  # a slash may stand in a name: nobody knows an Omega
    importer.undo(ref)
    assert (total("interview"), total("organisation")) == (0, 2)


def test_an_organisation_joins_an_interview_that_names_it(importer: Importer, csv: Csv, alpha: Organisation) -> None:
    importer.apply(csv("Entreprise|Date de l'entretien|Compte rendu", "Alpha|12/01/2023|x"))
    before = fingerprint()
    ref, plan = importer.apply(csv("Entreprise|Date de l'entretien|Compte rendu", "Alpha; Delta|12/01/2023|x"))
    assert verdicts(plan) == "c"
    with unscoped("tests read back"):
        assert [link.organisation.name for link in held()[0].organisation_links] == ["Alpha", "Delta"]
    importer.undo(ref)
    assert fingerprint() == before


# states


@pytest.mark.parametrize(
    ("role", "cell", "state", "code"),
    [
        ("consultant", "Soumis", "submitted", None),
        ("consultant", "Validé", "submitted", "may_not_validate"),
        ("consultant", "À compléter", "draft", "begins_as_draft"),
        ("lead", "Validé", "validated", None),
        ("lead", "", "draft", None),
    ],
)
def test_nothing_is_validated_but_by_who_may_and_where_the_column_says_so(
    app: Flask, study: Study, lead: User, jeanne: User, csv: Csv, alpha: Organisation, role: str, cell: str, state: str, code: str | None
) -> None:
    importer, before = As(app, study, lead if role == "lead" else jeanne, role), fingerprint()
    path = csv("Entreprise;Date de l'entretien;État", "Beta;11/01/2023;Brouillon", f"Alpha;12/01/2023;{cell}")
    ref, plan = importer.apply(path)
    made = held()[1]
    stands = made.state, made.validated_by_id is not None
    assert (made.state, [note.code for note in plan.rows[1].notes]) == (state, [code] if code else [])
    assert disposition(alpha) == ("done" if state == "validated" else "scheduled")
    assert stands[1] == (state == "validated")
    assert total("interview_review") == (0 if state == "draft" else 1)
    assert verdicts(importer.plan(path)[1]) == "ss"
    importer.undo(ref)
    assert (fingerprint(), total("interview_review")) == (before, 0)


def test_a_lead_validates_in_bulk_and_reopening_gives_the_target_back(
    importer: Importer, csv: Csv, make: Make, study: Study, alpha: Organisation
) -> None:
    path = "Entreprise;Date de l'entretien;État"
    importer.apply(csv(path, "Alpha;12/01/2023;Soumis"))
    importer.apply(csv(path, "Alpha;12/01/2023;Validé"))
    made = held()[0]
    number = made.id
    assert (made.state, disposition(alpha)) == ("validated", "done")
    assert [(r[0].value, r[1].value) for r in rows(Review.was, Review.became)] == [("draft", "submitted"), ("submitted", "validated")]
    assert notes(importer.plan(csv(path, "Alpha;12/01/2023;Soumis"))[1]) == ["state_stays"]
    with make.inside(study):
        review.reopen(service.get(number), "à revoir")
    assert disposition(alpha) == "scheduled"


def test_a_disposition_that_the_file_gives_and_a_validation_go_back_together(importer: Importer, csv: Csv, alpha: Organisation) -> None:
    before = fingerprint()
    path = csv("Entreprise;Date de l'entretien;État;Priorité", "Alpha;12/01/2023;Validé;Haute", "Alpha;13/01/2023;Validé;Haute")
    ref, _plan = importer.apply(path, entity="interview")
    assert disposition(alpha) == "done"
    importer.undo(ref)
    assert fingerprint() == before


def test_what_was_edited_since_is_kept_and_named(importer: Importer, csv: Csv, make: Make, study: Study, alpha: Organisation) -> None:
    path = csv("Entreprise;Date de l'entretien;Personnes rencontrées", "Alpha;12/01/2023;Paul Roy", "Alpha;13/01/2023;Luc Petit")
    ref, _plan = importer.apply(path)
    with make.inside(study):
        service.update(service.get(held()[0].id), {"summary": "Ajouté depuis"}, None)
    report = importer.undo(ref)
    assert (report.reversed, [row for row, _label in report.kept]) == (1, [2])
    assert [each.summary for each in held()] == ["Ajouté depuis"]
    assert rows(Person.last_name) == [("Roy",)]


# confidentiality


def test_an_interview_one_may_not_read_is_neither_told_nor_changed(
    importer: Importer, by_jeanne: Importer, csv: Csv, make: Make, study: Study, alpha: Organisation, lead: User
) -> None:
    secret = make.interview(study, alpha, by=lead, confidentiality="strict", note="secret")
    path = csv("Entreprise;Date de l'entretien;Compte rendu;Référence", f"Alpha;12/01/2023;Autre;{secret.ref}")
    assert verdicts(importer.plan(path)[1]) == "c"
    plan = by_jeanne.plan(path)[1]
    assert verdicts(plan) == "n"
    assert "secret" not in str(plan.rows)
    by_jeanne.apply(path)
    assert [each.note for each in held()] == ["secret", "Autre"]
    assert held()[1].extra == {"Référence": secret.ref}


def test_who_may_not_read_a_level_does_not_hide_from_themselves_what_is_not_theirs(
    importer: Importer, by_jeanne: Importer, csv: Csv, make: Make, study: Study, alpha: Organisation, lead: User
) -> None:
    make.interview(study, alpha, by=lead)
    path = csv("Entreprise;Date de l'entretien;Confidentialité", "Alpha;12/01/2023;Strict", "Beta;12/01/2023;Strict")
    plan = by_jeanne.plan(path)[1]
    assert (verdicts(plan), notes(plan)) == ("rn", ["hides_from_oneself"])
    assert verdicts(importer.plan(path)[1]) == "cn"


# people


def test_strangers_among_the_interviewers_are_kept_and_said(importer: Importer, csv: Csv, alpha: Organisation) -> None:
    path = csv(
        "Entreprise;Date de l'entretien;Intervieweurs", "Alpha;12/01/2023;jeanne@example.org", 'Alpha;13/01/2023;"Jeanne Morel, Zoé Vuez"'
    )
    _ref, plan = importer.apply(path)
    assert notes(plan) == ["unknown_asker"]
    assert [each.extra for each in held()] == [{}, {"Intervieweurs": "Zoé Vuez"}]
    assert verdicts(importer.plan(path)[1]) == "ss"


def test_those_who_answered_are_people_of_the_organisation(importer: Importer, csv: Csv, make: Make, alpha: Organisation) -> None:
    known = make.person(alpha, "Roy", first_name="Paul")
    importer.apply(csv("Entreprise;Date de l'entretien;Personnes rencontrées", 'Alpha;12/01/2023;"M. ROY Paul; Mme Zoé Vuez (gérante)"'))
    with unscoped("tests read back"):
        links = sorted(held()[0].interviewee_links, key=lambda link: link.id)
        assert links[0].person_id == known.id
        assert (links[1].person.full_name, links[1].person.civility, links[1].job_title) == ("Zoé Vuez", "ms", "gérante")
    assert total("person") == 2


# the list's own export


@pytest.fixture
def exported(browser: FlaskClient, study: Study, tmp_path: Path) -> Callable[..., Path]:
    """What the list of interviews hands out, with every column."""
    columns = "organisations date state segment kind mode place interviewers interviewees effort confidentiality duration ref".split()

    def made(ending: str, lang: str, but: tuple[str, ...] = ()) -> Path:
        asked = "&".join(f"cols={each}" for each in columns if each not in but)
        answer = browser.get(f"/studies/{study.id}/interviews/export.{ending}?{asked}", headers={"Accept-Language": lang})
        assert answer.status_code == 200
        path = tmp_path / f"out-{lang}-{len(but)}.{ending}"
        path.write_bytes(answer.data)
        return path

    return made


@pytest.fixture
def lead_speaks(lead: User) -> Callable[[str], None]:
    """Change the language in which the lead reads."""

    def speaks(lang: str) -> None:
        with unscoped("tests set a language"):
            db.session.execute(sa.update(User).where(User.id == lead.id).values(lang=lang))
            db.session.commit()

    return speaks


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_the_list_of_interviews_exports_comes_back_unchanged(
    exported: Callable[..., Path], lead_speaks: Callable[[str], None], importer: Importer, make: Make, study: Study, jeanne: User,
    alpha: Organisation, ending: str, lang: str,
) -> None:  # fmt: skip
    segments = [make.segment(study, "brand", label="Marques"), make.segment(study, "subcontractor", label="Sous-traitants")]
    beta = make.organisation(study, "Beta, Fils & Cie", participation={"segment_id": segments[0].id})
    gamma = make.organisation(study, "Gamma", participation={"segment_id": segments[1].id})
    joint = make.interview(study, beta, gamma, by=jeanne, kind="consultation", mode="phone", effort_days=Decimal("0.25"), duration_min=45)
    make.interview(study, alpha, by=jeanne, state="validated", place="Morteau", confidentiality="strict")
    make.interview(study, alpha, state="returned", date=dt.date(2023, 2, 1))
    make.interview(study, gamma, state="submitted", date=dt.date(2023, 2, 1), mode="video")
    make.interview(study, gamma, state="submitted", date=dt.date(2023, 2, 1), mode="video")
    with make.inside(study):
        service.update(service.get(joint.id), {"interviewees": [("Paul Roy", None), ("Anne-Marie Petit", None)]}, None)
    lead_speaks(lang)
    before = fingerprint()
    for but in ((), ("ref", "interviewees", "duration", "place"), ("state", "segment", "ref")):
        table, plan = importer.plan(exported(ending, lang, but))
        assert table.entity == "interview"
        assert [(use.header, use.field) for use in table.uses if use.field is None] == []
        assert verdicts(plan) == "sssss", [(r.verdict, r.notes, [p.changes for p in r.parts]) for r in plan.rows]
    assert fingerprint() == before


def test_a_file_of_interviews_is_for_who_sent_it_and_for_those_who_read_every_level(
    by_jeanne: Importer, importer: Importer, csv: Csv, make: Make, sign_in: Callable[[User], FlaskClient], study: Study, jeanne: User,
    lead: User, alpha: Organisation,
) -> None:  # fmt: skip
    path = csv("Entreprise;Date de l'entretien;Confidentialité;Compte rendu", "Alpha;12/01/2023;Strict;secret")
    importer.apply(path)
    by_jeanne.apply(csv("Entreprise;Ville", "Gamma;Morteau"))
    theirs = make.member(study, "consultant")
    for reader, seen in ((lead, True), (jeanne, False), (theirs, False)):
        browser = sign_in(reader)
        assert (path.name in browser.get(f"/studies/{study.id}/imports/").text) is seen
        for step in ("", "/file", "/refused.xlsx"):
            with browser.get(f"/studies/{study.id}/imports/1{step}") as answer:
                assert (answer.status_code == 200) is seen, step
        assert browser.get(f"/studies/{study.id}/imports/2").status_code == 200


def test_a_column_of_interviews_in_another_file_is_for_somebody_to_choose(importer: Importer, csv: Csv, alpha: Organisation) -> None:
    path = csv("Entreprise;SIREN;Ville;CP;Date de rencontre", "Alpha;732829320;Morteau;25500;12/01/2023", "Beta;552100554;Maîche;25120;")
    table, plan = importer.plan(path)
    assert (table.entity, table.uses[4].field, table.uses[4].proposed.closest) == ("organisation", None, "interview.date")
    chosen = {"columns": {"5": "interview.date"}}
    _ref, plan = importer.apply(path, **chosen)
    assert [each.date for each in held()] == [dt.date(2023, 1, 12)]
    assert plan.cells.read == plan.cells.fields == 9
    assert verdicts(importer.plan(path, **chosen)[1]) == "ss"


def test_the_people_met_beside_a_contact_are_those_who_answered(importer: Importer, csv: Csv, alpha: Organisation) -> None:
    path = csv(
        "Organisation;Date de l'entretien;Contact;Personnes rencontrées",
        "Alpha;12/01/2023;Jeanne Morel;Paul Roy",
        "Alpha;13/01/2023;;Luc Petit",
    )
    table, _plan = importer.plan(path)
    assert [use.field for use in table.uses][2:] == ["person.full_name", "interview.interviewees"]
