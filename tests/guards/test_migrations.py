"""What autogenerate does not compare between the tables of the models and those that the migrations make."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from consult.kernel.model import Audited, Base

VERSIONS = Path(__file__).resolve().parent.parent.parent / "migrations" / "versions"


def test_the_id_of_an_audited_row_is_never_given_twice_on_sqlite(app: Flask) -> None:
    audited = {str(m.local_table.description) for m in Base.registry.mappers if issubclass(m.class_, Audited)}
    told = {name for name in audited if Base.metadata.tables[name].dialect_options["sqlite"]["autoincrement"]}
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(VERSIONS.glob("*.py")))
    made = {
        name for name, block in re.findall(r'create_table\(\s+"(\w+)",(.*?)\n    \)\n', text, re.S) if "sqlite_autoincrement=True" in block
    }
    assert len(audited) > 20
    assert told == audited
    assert made == audited
