"""Templates are kept compiled in the instance, where that is safe; a page never depends on it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from consult import create_app
from consult.cli.archives import instance_files
from consult.kernel.settings import load
from consult.web.templating import COMPILED


def _opened(instance: Path) -> int:
    """Draw a page that asks no database in a new application on the instance."""
    app = create_app(load(instance, environ={}, testing=True))
    return app.test_client().get("/no-such-page").status_code


def _kept(instance: Path) -> list[Path]:
    return sorted((instance / COMPILED).glob("*"))


def test_templates_are_compiled_once_for_their_owner_alone(tmp_path: Path) -> None:
    assert _opened(tmp_path) == 404
    made = {path: path.stat().st_mtime_ns for path in _kept(tmp_path)}
    assert made
    assert (tmp_path / COMPILED).stat().st_mode & 0o077 == 0
    assert _opened(tmp_path) == 404
    assert {path: path.stat().st_mtime_ns for path in _kept(tmp_path)} == made


def test_what_others_may_have_written_is_not_run(tmp_path: Path) -> None:
    (tmp_path / COMPILED).mkdir()
    (tmp_path / COMPILED).chmod(0o777)
    assert _opened(tmp_path) == 404
    assert _kept(tmp_path) == []


def test_a_directory_that_leads_elsewhere_is_not_used(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    (tmp_path / COMPILED).symlink_to(elsewhere)
    assert _opened(tmp_path) == 404
    assert list(elsewhere.iterdir()) == []


def test_a_full_disk_costs_the_compiled_templates_and_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("tempfile.NamedTemporaryFile", full)
    assert _opened(tmp_path) == 404
    assert _kept(tmp_path) == []


def test_a_file_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    _opened(tmp_path)
    whole = {path: path.stat().st_size for path in _kept(tmp_path)}
    for path in whole:
        os.truncate(path, 60)
    assert _opened(tmp_path) == 404
    assert {path: path.stat().st_size for path in _kept(tmp_path)} == whole


def test_no_backup_holds_compiled_templates(tmp_path: Path) -> None:
    _opened(tmp_path)
    assert _kept(tmp_path)
    assert not [path for path in instance_files(tmp_path) if COMPILED in path.parts]
