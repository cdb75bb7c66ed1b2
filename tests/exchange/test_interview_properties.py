"""Interviews out of any file: every cell has its place, a second import changes nothing, undoing is the way back."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.organisations.models import Organisation
from tests.exchange.conftest import Importer, fingerprint
from tests.exchange.test_interview_rows import alpha, jeanne

__all__ = ["alpha", "jeanne"]

DAYS = st.sampled_from(["12/01/2023", "12/01/2023", "13/01/2023", "", "bientôt", "12/01/2023 14:30"])
WHOM = st.sampled_from(["Alpha", "Beta", "Gamma; Alpha", "ALPHA", "", "Nouvelle SARL"])
ASKED = st.sampled_from(["", "Jeanne Morel", "MOREL Jeanne; Inconnue", "JM"])
SAID = st.sampled_from(["", "Paul Roy", "ROY Paul; Mme Zoé Vuez (gérante)", "standard"])
STATES = st.sampled_from(["", "Brouillon", "Soumis", "Validé", "À compléter", "n'importe"])
FREE = st.sampled_from(["", "x", "y"])
TALK = st.tuples(WHOM, DAYS, ASKED, SAID, STATES, FREE, FREE, FREE).map("|".join)
HEADERS = "Organisation|Date|Intervieweurs|Personnes rencontrées|État|Compte rendu|Segment|Colonne libre"


@settings(
    max_examples=20,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=dt.timedelta(seconds=20),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seeds=st.lists(TALK, max_size=4), talks=st.lists(TALK, min_size=1, max_size=7))
def test_undo_after_apply_is_the_identity_and_a_second_import_changes_nothing(
    importer: Importer, alpha: Organisation, seeds: list[str], talks: list[str]
) -> None:
    _emptied()
    with tempfile.TemporaryDirectory() as folder:
        seed, file = Path(folder) / "seed.csv", Path(folder) / "file.csv"
        for path, lines in ((seed, seeds), (file, talks)):
            path.write_text("\n".join([HEADERS, *lines, "Alpha|01/01/2022||||||"]) + "\n", encoding="utf-8")
        columns = {"1": "interview.organisation", "2": "interview.date", "3": "interview.interviewers", "4": "interview.interviewees",
                   "5": "interview.state", "6": "interview.note", "7": "organisation.segment", "8": "extra"}  # fmt: skip
        chosen = {"entity": "interview", "header_row": 1, "columns": columns}
        importer.apply(seed, **chosen)
        before = fingerprint()
        ref, plan = importer.apply(file, **chosen)
        cells = plan.cells
        assert cells.read == cells.fields + cells.extra + cells.refused + cells.ignored
        after = fingerprint()
        second, again = importer.apply(file, **chosen)
        if all(row.verdict.value in ("new", "changed", "same") for row in plan.rows):
            assert again.counts["same"] == len(plan.rows), [(r.verdict.value, r.notes, [p.changes for p in r.parts]) for r in again.rows]
            assert fingerprint() == after
        importer.undo(second)
        assert fingerprint() == after
        report = importer.undo(ref)
        assert (report.kept, report.failed) == ([], [])
        assert fingerprint() == before


def _emptied() -> None:
    """Take away what an example before left, but for Alpha."""
    with unscoped("tests begin anew"):
        for name in (
            "import_row import_batch audit_entry interview_review interviewee interviewer interview_organisation interview "
            "person_phone person_email affiliation person"
        ).split():
            db.session.execute(sa.delete(db.metadata.tables[name]))
        for name, column in (
            ("alias", "organisation_id"),
            ("participation", "organisation_id"),
            ("site", "organisation_id"),
            ("organisation", "id"),
        ):
            table = db.metadata.tables[name]
            db.session.execute(sa.delete(table).where(table.c[column] != 1))
        db.session.commit()
