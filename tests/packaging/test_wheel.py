"""What is installed is what was written: the wheel is built, installed into an empty environment, and served."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
NOT_SHIPPED = re.compile(r"\.po$|\.pyc$|__pycache__|\.sqlite|/instance/|secret_key|\.DS_Store|~$|\.orig$|\.rej$")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what git would ship, so that what lies about in the checkout cannot enter."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT).split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/")):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    (source / "consult/__pycache__").mkdir()
    (source / "consult/__pycache__/left.pyc").write_bytes(b"left")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built)], source)
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin directory of a new environment that holds the wheel and, from the pinned requirements alone, what it needs."""
    environment = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", "--without-pip", str(environment)], ROOT)
    python = environment / "bin/python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--disable-pip-version-check", "--no-compile"]
    run([*pip, "-r", str(ROOT / "requirements/run.txt")], ROOT)
    run([*pip, "--no-deps", "--no-index", str(wheel)], ROOT)
    return environment / "bin"


@pytest.fixture(scope="module")
def served(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real installation served by the installed command, far from the source tree."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    port = free_port()
    environment = {"PATH": str(installed), "HOME": str(elsewhere), "CONSULT_INSTANCE": str(elsewhere / "data"), "LANG": "C.UTF-8"}
    command = [str(installed / "consult"), "serve", "--port", str(port), "--workers", "1", "--lang", "en"]
    with (elsewhere / "said").open("w+") as said:
        process = subprocess.Popen(command, cwd=elsewhere, env=environment, stdout=said, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, process, elsewhere / "said")
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(SECONDS) == 0


def test_the_wheel_holds_all_that_is_shipped_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.split("/")[0] for name in names} == {"consult", next(name.split("/")[0] for name in names if ".dist-info/" in name)}
    assert sorted(name for name in names if NOT_SHIPPED.search(name)) == []
    listed = filter(None, run(["git", "ls-files", "-z", "consult", "templates", "migrations"], ROOT).split("\0"))
    expected = {re.sub(r"^(templates|migrations)/", r"consult/\1/", name) for name in listed if (ROOT / name).is_file()}
    assert {name for name in expected if not name.endswith(".po")} <= names
    assert "consult/translations/fr/LC_MESSAGES/messages.mo" in names


def test_the_wheel_says_what_it_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(next(name for name in archive.namelist() if name.endswith("/METADATA"))).decode()
    ranges = [line for line in (ROOT / "requirements/run.in").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert len(re.findall(r"^Requires-Dist: ", metadata, re.MULTILINE)) == len(ranges)
    assert "License-Expression: Apache-2.0" in metadata


def test_an_installed_consult_answers(served: str) -> None:
    assert fetch(f"{served}/healthz")[0] == 200


def test_its_sign_in_page_comes_with_its_style_and_its_french(served: str) -> None:
    status, page = fetch(f"{served}/sign-in", language="fr")
    assert status == 200
    assert 'lang="fr"' in page
    (stylesheet, *_others) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert "Mot de passe" in page
    _status, style = fetch(served + stylesheet)
    parts = [fetch(urljoin(served + stylesheet, part)) for part in re.findall(r'@import url\("([^"]+)"\)', style)]
    assert {status for status, _text in parts} == {200}
    assert any("--" in text for _status, text in parts)


def run(command: list[str], directory: Path) -> str:
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(address: str, language: str = "en") -> tuple[int, str]:
    request = urllib.request.Request(address, headers={"Accept-Language": language})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status, answer.read().decode()


def wait_for(address: str, process: subprocess.Popen[bytes], said: Path) -> None:
    for _attempt in range(SECONDS * 5):
        assert process.poll() is None, said.read_text("utf-8")
        try:
            fetch(f"{address}/healthz")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(said.read_text("utf-8"))
