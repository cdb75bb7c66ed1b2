"""Figures and the report from the command line: the figures of the pages, and one line when something is wrong."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from consult.accounts import service as accounts
from consult.cli.frame import new_application
from consult.kernel.db import unit_of_work
from consult.reports.rules import RULES
from consult.studies.models import Membership, Role, Study
from tests.cli.conftest import Consult, add_user

KEYS = ["code", "label", "definition", "value"]


@pytest.fixture
def study(prepared: Path) -> str:
    """The reference of a study with a guest."""
    add_user("guest@example.org")
    with new_application("en"), unit_of_work() as session:
        study = Study(ref="STU-0001", title="Filière horlogère")
        session.add(study)
        session.flush()
        guest = accounts.by_email("guest@example.org")
        assert guest is not None
        session.add(Membership(study_id=study.id, user_id=guest.id, role=Role.GUEST))
    return "STU-0001"


def test_every_figure_is_printed_with_its_definition(consult: Consult, study: str) -> None:
    told = consult("figures", "--study", "stu-0001", "--json", "--lang", "en")
    figures = json.loads(told.out)
    assert (told.code, told.err) == (0, "")
    assert [figure["code"] for figure in figures] == [rule.code for rule in RULES]
    assert all(list(figure) == KEYS for figure in figures)
    assert "Sum of the man-days" in consult("figures", "--study", study, "--lang", "en").out


def test_the_report_is_written_whole_under_the_name_given(consult: Consult, study: str, tmp_path: Path) -> None:
    out = tmp_path / "report.xlsx"
    out.write_text("an older one")
    told = consult("report", "--study", study, "--out", out)
    assert (told.code, told.out.strip(), told.err) == (0, str(out), "")
    with zipfile.ZipFile(out) as book:
        assert book.testzip() is None
    assert [path for path in tmp_path.iterdir() if path.suffix == ".tmp"] == []


def test_a_report_that_cannot_be_written_is_one_line_and_leaves_nothing(
    consult: Consult, study: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "nowhere" / "report.xlsx"
    told = consult("report", "--study", study, "--out", missing, "--lang", "en")
    assert (told.code, told.err) == (2, f"consult: {missing}: there is no such file or directory.\n")

    out = tmp_path / "report.xlsx"
    out.write_text("an older one")
    monkeypatch.setattr(Path, "replace", _full)
    told = consult("report", "--study", study, "--out", out, "--lang", "en")
    assert (told.code, told.err) == (2, f"consult: {out}: the disk is full.\n")
    assert out.read_text() == "an older one"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["report.xlsx"]


def _full(_self: Path, target: Path) -> Path:
    raise OSError(28, "No space left on device", str(target))


@pytest.mark.usefixtures("study")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("figures", "--study", "STU-0009"), "There is no study STU-0009."),
        (("figures", "--study", "STU-0001", "--as", "first@example.org"), "There is no study STU-0001."),
        (("figures", "--study", "STU-0001", "--as", "guest@example.org"), "Your role in STU-0001 does not open its figures."),
        (("figures", "--study", "STU-0001", "--as", "nobody@example.org"), "No user has the address nobody@example.org."),
        (("figures",), "--study"),
        (("report", "--study", "STU-0001"), "--out"),
        (("report", "--study", "STU-0001", "--out", "."), "it is a directory"),
        (("studies", "--xml"), "--xml"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(consult: Consult, arguments: tuple[str, ...], said: str) -> None:
    told = consult(*arguments, "--lang", "en")
    assert (told.code, told.out) == (2, "")
    assert said in told.err
    assert told.err.count("\n") == 1
