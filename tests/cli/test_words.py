"""The command line speaks the language asked for, and ends with one line."""

from __future__ import annotations

import pytest

from consult.cli.words import language_of
from tests.cli.conftest import Consult


@pytest.mark.parametrize(
    ("arguments", "environ", "language"),
    [
        ([], {}, "fr"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "en_GB.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, "fr"),
        (["figures", "--lang", "en"], {}, "en"),
        (["--lang=fr", "figures"], {"LANG": "en_GB.UTF-8"}, "fr"),
        (["--lang", "de"], {}, "fr"),
    ],
)
def test_the_language_is_the_one_asked_for_else_english_machines_read_english(
    arguments: list[str], environ: dict[str, str], language: str
) -> None:
    assert language_of(arguments, environ) == language


def test_help_is_told_in_both_languages(consult: Consult) -> None:
    assert "Serve the demonstration" in consult("serve", "--help", "--lang", "en").out
    french = consult("--lang", "fr", "serve", "--help").out
    assert "Servir la démonstration" in french
    assert french.startswith("Usage\u00a0: consult serve")


@pytest.mark.parametrize("arguments", [["nonsense"], ["serve", "--port", "x"], ["restore"], ["restore", "/nowhere"], ["user", "add"]])
def test_a_mistake_ends_with_one_line_and_code_two(consult: Consult, arguments: list[str]) -> None:
    told = consult(*arguments)
    assert (told.code, told.out, told.err.count("\n")) == (2, "", 1)
    assert told.err.startswith("consult: ")


def test_a_mistake_is_told_in_french_too(consult: Consult) -> None:
    told = consult("serve", "--port", "x", "--lang", "fr").err
    assert told == "consult: Valeur incorrecte pour '--port'\u00a0: 'x' n’est pas de la forme attendue (integer range).\n"
    assert consult("restore", "/nowhere", "--lang", "fr").err == "consult: /nowhere\u00a0: ce fichier ou ce répertoire n’existe pas.\n"


def test_a_command_before_any_preparation_says_what_to_do(consult: Consult) -> None:
    told = consult("user", "list")
    assert (told.code, "consult init" in told.err) == (2, True)


def test_a_setting_out_of_bounds_is_named(consult: Consult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULT_UPLOAD_MIB", "5000")
    told = consult("init")
    assert (told.code, "upload_mib" in told.err) == (2, True)
