"""Files that cannot be read: a sentence that names the problem and the way out, and nothing in the directory."""

from __future__ import annotations

import gc
import io
import re
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.exchange.models import BatchState, ImportBatch
from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.studies.models import Study
from tests.exchange.conftest import fingerprint, send

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
OLE_ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 120_000_000)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("image.xlsx", PNG),
        ("empty.xlsx", b""),
        ("cut.xlsx", b"PK\x03\x04" + b"\x00" * 50),
        ("old.xls", OLE_ENCRYPTED),
        ("page.xls", b"<html><body><table></table></body></html>"),
        ("report.pdf", b"%PDF-1.4 ..."),
        ("nothing.csv", b"\n\n\n"),
        ("bomb.xlsx", _bomb()),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence_and_changes_nothing(
    browser: FlaskClient, study: Study, tmp_path: Path, name: str, content: bytes
) -> None:
    before, path = fingerprint(), tmp_path / name
    path.write_bytes(content)
    answer = send(browser, study, path)
    assert answer.status_code in (413, 422)
    assert 'class="err"' in answer.text
    assert fingerprint() == before
    with unscoped("tests read"):
        rows = db.session.execute(sa.select(ImportBatch.state, ImportBatch.problem, ImportBatch.file_name)).all()
    assert [(state, file) for state, _problem, file in rows] == [(BatchState.REJECTED, name)]
    db.session.rollback()
    assert browser.get(f"/studies/{study.id}/imports/").status_code == 200
    assert browser.get(f"/studies/{study.id}/imports/1").status_code == 200


@pytest.mark.parametrize(("size", "weight"), [(10 * 2**20 + 1, "10,1"), (12 * 2**20, "12,0")])
def test_a_file_over_the_limit_is_told_its_size_and_the_limit(
    browser: FlaskClient, study: Study, tmp_path: Path, size: int, weight: str
) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(b"x" * size)
    answer = send(browser, study, path)
    status, told = answer.status_code, answer.text.replace("\xa0", " ")
    del answer
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()  # the test client leaves the temporary file of its own large body to the collector
    assert status == 413
    assert re.search(rf"Le fichier pèse {weight} Mio ; la limite est de 10 Mio", told)
    assert f"/studies/{study.id}/imports/new" in told


def test_a_name_full_of_tricks_is_only_a_name(browser: FlaskClient, study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Entreprise,Ville\nAlpha,Morteau\n")
    for name in ("../../etc/passwd.csv", 'x"><img src=x onerror=alert(1)>.csv', "é" * 300 + ".csv", "..csv"):
        answer = send(browser, study, path, name)
        assert answer.status_code in (303, 422), name
    page = browser.get(f"/studies/{study.id}/imports/").text
    assert "<img src=x" not in page


@pytest.mark.parametrize("value", ["-1", "999999999999", "x", "0", "50000"])
def test_odd_rows_asked_for_are_answered(browser: FlaskClient, study: Study, csv: Callable[..., Path], value: str) -> None:
    number = send(browser, study, csv("Entreprise,Ville", "Alpha,Morteau")).location.rsplit("/", 2)[1]
    address = f"/studies/{study.id}/imports/{number}"
    for field in ("header_row", "last_row", "records", "not_records", "sheet", "encoding", "delimiter"):
        for method in (browser.get, browser.post):
            answer: Any = method(f"{address}/table", **{"query_string" if method == browser.get else "data": {field: value}})
            assert answer.status_code < 500, (field, value)
    for query in ("?page=0", "?page=99999999", "?verdict=x", "?page=-1"):
        assert browser.get(f"{address}/preview{query}").status_code < 500


def test_a_formula_stays_a_text(browser: FlaskClient, study: Study, csv: Callable[..., Path]) -> None:
    answer = send(browser, study, csv("Entreprise,Ville,SIREN", '"=HYPERLINK(""http://x"")",Morteau,'))
    assert answer.status_code == 303
