"""From nothing to the first page, beside the bare import of the libraries; what a worker weighs; what an installation weighs."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from tests.benchmarks.measuring import Ratio, at_most, in_turn

BARE = "import flask, flask_sqlalchemy, wtforms, flask_login, openpyxl"
AS_INSTALLED = "import sys; sys.modules['rich'] = None; "
"""What an installation does not have is not found: rich comes with the tests, and structlog loads it where it is."""
FIRST_PAGE = AS_INSTALLED + "from consult import create_app; assert create_app().test_client().get('/sign-in').status_code == 200"
MEMORY = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
DOCUMENTS_AND_TESTS = 140


def run(rounds: int = 7) -> list[Ratio]:
    """Measure start, a worker's memory and the installed size."""
    with tempfile.TemporaryDirectory() as instance:
        compiled = {"PYTHONPYCACHEPREFIX": f"{instance}/compiled", "PYTHONDONTWRITEBYTECODE": ""}  # as an installation has its modules
        environment = {**os.environ, **compiled, "CONSULT_INSTANCE": instance}
        subprocess.run([sys.executable, "-m", "consult", "init"], env=environment, check=True, capture_output=True)

        def python(code: str) -> str:
            return subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True).stdout

        ours, theirs = in_turn(lambda: python(FIRST_PAGE), lambda: python(BARE), rounds)
        worker, nothing = float(python(f"{FIRST_PAGE}; {MEMORY}")), float(python(MEMORY))
    own = worker - nothing
    return [
        at_most("start to first page / import of the libraries", ours, theirs, 1.5),
        Ratio("a worker's own memory, MB", own, "≤ 75 MB", own <= 75, f"{worker:.0f} MB in all"),
        _installed(),
    ]


def _installed() -> Ratio:
    """Weigh what run.txt installs, as found in this environment."""
    names = {
        line.split("==")[0].lower()
        for line in Path("requirements/run.txt").read_text().splitlines()
        if "==" in line and not line.startswith(" ")
    }
    site = Path(sysconfig.get_paths()["purelib"])
    total = sum(_size(site, name) for name in names) / 2**20
    return Ratio("installed without documents, MB", total, "≤ 140 MB", total <= DOCUMENTS_AND_TESTS, f"{len(names)} packages")


def _size(site: Path, name: str) -> int:
    total = 0
    for record in site.glob("*.dist-info/RECORD"):
        if record.parent.name.rsplit("-", 1)[0].split("-")[0].lower().replace("_", "-") == name.replace("_", "-"):
            for line in record.read_text().splitlines():
                path = site / line.split(",")[0]
                total += path.stat().st_size if path.is_file() and not path.name.endswith(".pyc") else 0
    return total
