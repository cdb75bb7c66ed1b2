"""Opens a Word document that somebody gave us, in a limited process as workbooks are: its paragraphs come back, or one refusal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from consult.excel.errors import ImportRejected, Reason
from consult.excel.limits import Limits

_CHILD = Path(__file__).with_name("word_child.py")
CPU, WALL = 10, 20


class Paragraph(NamedTuple):
    """A paragraph: `level` is 1 to 6 for a heading, 0 for text."""

    level: int
    text: str


def paragraphs(path: Path, limits: Limits | None = None) -> list[Paragraph]:
    """Return what a document (.docx) says, without what was struck out of it. Raises ImportRejected."""
    request = {"path": str(path.resolve()), "limits": (limits or Limits()).as_json(), "cpu": CPU}
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", str(_CHILD), json.dumps(request)],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=WALL, env={"PATH": os.defpath}, start_new_session=True, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ImportRejected(Reason.TOO_SLOW) from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise ImportRejected(Reason.DAMAGED) from error
    if not answer["ok"]:
        raise ImportRejected(answer["reason"])
    return [Paragraph(*each) for each in answer["paragraphs"]]
