"""Many people save one record at once: nobody's words are lost, and whoever comes late sees both texts."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.studies.models import Study
from tests.faults.amounts import amount
from tests.faults.discovery import forms_of
from tests.faults.installation import Installation
from tests.faults.kits import ENGINES, Kit, kit
from tests.faults.serving import Person, Server, serving


@pytest.fixture(scope="module", params=ENGINES)
def made(request: pytest.FixtureRequest) -> Iterator[Kit]:
    with kit(request.param) as each:
        yield each


class Editor:
    """Somebody who adds words of their own to a text that all the others add to."""

    def __init__(self, server: Server, installation: Installation, path: str, number: int) -> None:
        self._person, self._path, self._number = Person(server, installation, "lead"), path, number
        self.conflicts = 0

    def work(self, saves: int) -> int:
        """Save so many additions; return how many conflicts were seen on the way."""
        for turn in range(saves):
            self._add(f"[{self._number}.{turn}]")
        return self.conflicts

    def _add(self, words: str) -> None:
        form = self._person.form(self._path)
        fields = dict(form.filled())
        for _attempt in range(2000):
            fields["objectives"] = f"{fields['objectives'].strip()} {words}".strip()
            status, text = self._person.post(self._path, list(fields.items()))
            if status == 303:
                return
            if status == 503:  # so many wait for the row that some wait too long: told so, and tried again
                fields["objectives"] = fields["objectives"].removesuffix(words).strip()
                continue
            assert status == 409, (status, text[-2000:])
            self.conflicts += 1
            fields = self._choose(text, fields["objectives"])
        raise AssertionError("never saved")

    def _choose(self, text: str, mine: str) -> dict[str, str]:
        """Read the page that shows both texts, and go on from theirs."""
        form = next(form for form in forms_of(self._path, text) if "objectives" in form.kinds)
        fields = dict(form.fields)
        assert fields["objectives"].strip() == mine, "what I had typed is gone"
        theirs = text.partition('class="theirs-value">')[2].partition("</q>")[0]
        assert "[" in theirs, "what was saved meanwhile is not shown"
        return {**fields, "objectives": theirs}


def test_nobody_s_words_are_lost_however_many_save_at_once(made: Kit) -> None:
    editors, saves = amount(8, 16), amount(5, 20)
    installation = made.fresh()
    path = f"/studies/{installation.here.study.id}/edit"
    with serving(made) as server, ThreadPoolExecutor(editors) as threads:
        people = [Editor(server, installation, path, number) for number in range(editors)]
        conflicts = sum(threads.map(lambda editor: editor.work(saves), people))
    with made.app.app_context(), unscoped("tests read"):
        text = db.session.scalar(sa.select(Study.objectives).where(Study.id == installation.here.study.id)) or ""
    lost = [f"[{e}.{s}]" for e in range(editors) for s in range(saves) if f"[{e}.{s}]" not in text]
    assert lost == [], f"{len(lost)} of {editors * saves} lost"
    assert conflicts > 0
