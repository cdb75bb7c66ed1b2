"""The command line speaks the language asked for, and ends with one line."""

from __future__ import annotations

from pathlib import Path

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


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["figures"], "Option manquante '--study'."),
        (["user", "add", "x@example.org", "--language", "de"], "'de' ne fait pas partie de\u00a0: 'fr', 'en'."),
    ],
)
def test_what_the_library_of_commands_says_is_in_french(consult: Consult, arguments: list[str], told: str) -> None:
    assert told in consult(*arguments, "--lang", "fr").err


def test_without_a_command_the_help_is_shown(consult: Consult) -> None:
    for arguments in ([], ["user"]):
        shown = consult(*arguments)
        assert (shown.code, shown.err) == (0, "")
        assert "Commands:" in shown.out


def test_a_command_before_any_preparation_says_what_to_do(consult: Consult) -> None:
    told = consult("user", "list")
    assert (told.code, "consult init" in told.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("UPLOAD_MIB", "5000", "upload_mib vaut « 5000 » : un nombre entier de 1 à 50 est attendu"),
        ("DATABASE_URL", "nonsense", "database_url n’est pas une adresse utilisable : elle commence par postgresql://"),
        ("DATABASE_URL", "postgresql://me:secret@host:port/x", "database_url n’est pas une adresse utilisable"),
        ("DATABASE_URL", "mysql://me:secret@host/x", "database_url n’est pas une adresse utilisable"),
        ("REDIS_URL", "localhost:6379", "redis_url n’est pas une adresse utilisable : elle commence par redis://"),
        ("PUBLIC_URL", "consult.example.org", "public_url n’est pas une adresse utilisable : elle commence par http://"),
        ("MAIL_BACKEND", "pigeon", "mail_backend vaut « pigeon »"),
        ("INSTANCE", "/proc/nowhere", "/proc/nowhere"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_no_password_told(
    consult: Consult, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"CONSULT_{name}", value)
    said = consult("init", "--lang", "fr")
    plain = said.err.replace("\u00a0", " ")
    assert (said.code, plain.count("\n"), told in plain) == (2, 1, True), said.err
    assert "secret" not in said.err


def test_a_file_of_settings_that_cannot_be_read_is_named(consult: Consult, prepared: Path) -> None:
    (prepared / "config.toml").write_text("smtp_host = [")
    told = consult("init", "--lang", "en")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert told.err.startswith(f"consult: {prepared}/config.toml cannot be read: ")
