"""Text as it is kept and searched; settings within their bounds; the secret key."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.kernel.paths import PACKAGE
from consult.kernel.secrets import secret_keys
from consult.kernel.settings import BadSetting, load
from consult.kernel.text import clean, compact, fold, squeeze


@pytest.mark.parametrize(("text", "folded"), [
    ("Émail & Cie", "email cie"), ("ŒUVRE  d’Été", "oeuvre d ete"), ("L'Isle-sur-le-Doubs", "l isle sur le doubs"), (None, ""),
    ("ﬁn", "fin"),
])  # fmt: skip
def test_folding_ignores_case_accents_and_punctuation(text: str | None, folded: str) -> None:
    assert fold(text) == folded


def test_compact_compares_identifiers_whatever_their_spaces() -> None:
    assert compact("999 000 018") == compact("999.000.018") == "999000018"


@given(st.text())
def test_kept_text_has_no_control_characters_and_cleaning_twice_changes_nothing(text: str) -> None:
    kept = clean(text)
    assert not any(ord(c) < 32 and c not in "\t\n" for c in kept)
    assert clean(kept) == kept
    kept.encode("utf-8")


@given(st.text())
def test_a_name_is_one_line_without_bidirectional_overrides(text: str) -> None:
    kept = squeeze(text)
    assert kept is None or (kept == kept.strip() and "\n" not in kept and "\u202e" not in kept)


def test_zero_width_joiners_and_narrow_spaces_survive_in_notes() -> None:
    assert clean("10\u202f% \u200d") == "10\u202f% \u200d"


def test_a_setting_comes_from_the_environment_then_the_file_then_the_default(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("upload_mib = 20\nsession_idle = 30\n", encoding="utf-8")
    settings = load(tmp_path, environ={"CONSULT_UPLOAD_MIB": "5"})
    assert (settings.upload_mib, settings.session_idle, settings.post_mib) == (5, 30, 2)


@pytest.mark.parametrize("value", ["0", "51", "many", "-3"])
def test_a_setting_out_of_bounds_is_refused_by_name(tmp_path: Path, value: str) -> None:
    with pytest.raises(BadSetting, match="upload_mib"):
        load(tmp_path, environ={"CONSULT_UPLOAD_MIB": value})


def test_the_demo_has_a_database_of_its_own(tmp_path: Path) -> None:
    assert load(tmp_path, environ={"CONSULT_DEMO": "1"}).sqlalchemy_url.endswith("demo.sqlite")
    assert load(tmp_path, environ={}).sqlalchemy_url.endswith("consult.sqlite")


def test_the_secret_key_is_made_once_and_refused_when_others_can_read_it(tmp_path: Path) -> None:
    assert secret_keys(tmp_path) == secret_keys(tmp_path)
    (tmp_path / "secret_key").chmod(0o644)
    with pytest.raises(BadSetting, match="chmod 600"):
        secret_keys(tmp_path)


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    gate = threading.Barrier(8)

    def read(_number: int) -> list[str]:
        gate.wait()
        return secret_keys(tmp_path)

    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(read, range(8)))
    assert len(keys[0]) == 1
    assert keys == [keys[0]] * 8
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("made_before", [False, True])
def test_whoever_starts_the_application_the_data_are_for_their_owner_alone(tmp_path: Path, made_before: bool) -> None:
    instance = tmp_path / "new" / "instance"
    if made_before:
        instance.mkdir(parents=True, mode=0o755)
    code = "import os; os.umask(0); from consult import create_app; create_app()"
    started = {**os.environ, "CONSULT_INSTANCE": str(instance), "CONSULT_DATABASE_URL": "", "PYTHONPATH": str(PACKAGE.parent)}
    subprocess.run([sys.executable, "-c", code], env=started, check=True)
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) == 0o600
