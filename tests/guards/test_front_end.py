"""The front end keeps its rules: one place for colours and sizes, nothing inline, files as they were fetched, light pages."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "consult" / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))

KIB = 1024


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.S)


def test_the_vendored_files_are_those_that_were_fetched() -> None:
    outcome = subprocess.run([sys.executable, "tools/vendor.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("path", [p for p in STYLES if p.name != "tokens.css"], ids=lambda p: p.name)
def test_only_the_tokens_set_colours_and_sizes(path: Path) -> None:
    rules = re.sub(r"@(?:media|container)[^{]*\{", "{", without_comments(path.read_text(encoding="utf-8")))
    found = re.findall(r"#[0-9a-fA-F]{3,8}\b|(?<![\w-])[0-9.]+(?:px|rem)\b|rgba?\(|hsla?\(", rules)
    assert not found, f"{path.name} sets {found}"


def test_every_custom_property_that_is_used_is_a_token() -> None:
    tokens = set(re.findall(r"(--[\w-]+):", (STATIC / "css/tokens.css").read_text(encoding="utf-8")))
    used = {name for path in STYLES for name in re.findall(r"var\((--[\w-]+)", path.read_text(encoding="utf-8"))}
    assert used <= tokens, used - tokens


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", text)


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    named = {name for path in TEMPLATES for name in re.findall(r'icon(?:_of)?\("([a-z0-9-]+)"', path.read_text(encoding="utf-8"))}
    named |= {name for path in SCRIPTS for name in re.findall(r'icon\("([a-z0-9-]+)"\)', path.read_text(encoding="utf-8"))}
    assert named <= drawn, named - drawn


def test_scripts_say_only_words_that_templates_give_them() -> None:
    given = set(re.findall(r'^  "([a-z_]+)":', (ROOT / "templates/macros/words.html").read_text(encoding="utf-8"), re.M))
    said = {key for path in SCRIPTS for key in re.findall(r'(?:word|later)\("([a-z_]+)"', path.read_text(encoding="utf-8"))}
    assert said == given


def test_scripts_neither_evaluate_text_nor_set_style_attributes() -> None:
    for path in SCRIPTS:
        assert not re.search(r"\beval\(|new Function|\.style\b|setAttribute\(\"style\"", path.read_text(encoding="utf-8")), path.name


def test_a_page_stays_within_its_budget() -> None:
    pages = [*STYLES, STATIC / "consult.css", *SCRIPTS, *(p for p in (STATIC / "vendor").glob("*") if p.suffix in (".js", ".css"))]
    compressed = sum(len(gzip.compress(path.read_bytes())) for path in pages)
    assert compressed <= 120 * KIB
    assert sum(path.stat().st_size for path in (STATIC / "fonts").iterdir()) <= 100 * KIB
