"""What the project says of itself stays true: commands, pins, layers, licence."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
INSTALL_AND_SERVE = "python3 -m venv .venv && .venv/bin/pip install -q -r requirements/run.txt && .venv/bin/python -m consult serve --demo"
TEST = "python3 -m venv .venv && .venv/bin/pip install -q -r requirements/test.txt && .venv/bin/python -m pytest"
LARGEST_MODULE = 24_000


def shipped(*patterns: str) -> list[Path]:
    """The files that git knows or would take, so that what lies about in a checkout is not judged."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *(f":(glob){each}" for each in patterns)]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_the_readme_gives_the_commands_that_are_run() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"\n{INSTALL_AND_SERVE}\n" in readme
    assert f"\n{TEST}\n" in readme
    assert f"\n{TEST}\n" in (ROOT / ".ci/run").read_text("utf-8")


@pytest.mark.parametrize("document", [path.name for path in ROOT.glob("*.md")])
def test_links_between_documents_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in target]
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("name", ["run", "test", "bench"])
def test_every_requirement_is_pinned_with_hashes_and_names_no_index(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
    assert "://" not in text
    assert "index" not in text
    pins = [entry for entry in re.split(r"\n(?=[A-Za-z0-9])", text) if "==" in entry]
    assert len(pins) > 20
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize("name", ["run", "test", "bench"])
def test_every_range_has_its_pin(name: str) -> None:
    wanted = re.findall(r"^([A-Za-z][\w.-]*)", (ROOT / f"requirements/{name}.in").read_text("utf-8"), re.MULTILINE)
    pinned = re.findall(r"^([A-Za-z][\w.-]*)==", (ROOT / f"requirements/{name}.txt").read_text("utf-8"), re.MULTILINE)
    assert {normal(each) for each in wanted} <= {normal(each) for each in pinned}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_no_registry_or_address_of_a_package_index_is_named() -> None:
    places = [ROOT / ".ci/run", ROOT / ".ci/checks", ROOT / "Makefile", ROOT / "pyproject.toml", *ROOT.glob("requirements/*")]
    named = [place.name for place in places if re.search(r"https?://|--index-url|--extra-index|find-links", strip_flags(place))]
    assert named == []


def strip_flags(place: Path) -> str:
    return place.read_text("utf-8").replace("--no-emit-index-url", "")


def test_every_package_has_its_place_in_the_order_of_the_rooms() -> None:
    contract = PYPROJECT["tool"]["importlinter"]["contracts"][0]
    assert contract["exhaustive"] is True
    placed = {name.strip(" ()") for layer in contract["layers"] for name in re.split(r"[|:]", layer)}
    packages = {path.parent.name for path in shipped("consult/*/__init__.py")}
    assert packages == placed


def test_a_slice_in_several_modules_keeps_the_rules_of_each_kind() -> None:
    web = {"flask", "flask_login", "flask_wtf", "wtforms"}
    workbooks = {"openpyxl", "python_calamine"}
    barred = {"_views": {"sqlalchemy", "flask_sqlalchemy", *workbooks}, "_service": web | workbooks, "_models": web | workbooks}
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in shipped("consult/*/*.py")
        for ending, names in barred.items()
        if path.stem.endswith(ending) and path.stem != "saved_views"  # those are kept searches, not conversations
        for name in names & imported(path)
    }
    assert found == set()


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name.split(".")[0] for name in plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}}


def test_no_module_is_too_long_to_read_in_one_go() -> None:
    sources = shipped("consult/**/*.py", "tools/*.py", "tests/**/*.py", "templates/**/*.html")
    assert {str(path.relative_to(ROOT)) for path in sources if path.stat().st_size > LARGEST_MODULE} == set()


def test_nothing_is_left_unfinished() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError|(?i:lorem ipsum|coming soon)")
    sources = shipped("consult/**/*.py", "templates/**", "consult/static/css/**", "consult/static/js/**")
    assert [str(path.relative_to(ROOT)) for path in sources if marks.search(path.read_text("utf-8", errors="ignore"))] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
    assert [str(path.relative_to(ROOT)) for path in shipped("consult/**/*.py") if path.stem in vague or path.parent.name in vague] == []
