"""The communes, inter-municipal bodies and activities of France, as shipped with the product.

Read once, at the first question, into two strings of about 2 MB together: a row becomes an object only when it
is asked for, so that a web worker does not carry 35,000 of them. Where the data come from: reference/NOTICE.md.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from consult.studies.place_names import bare, commune_key, department_of, epci_key, fold_place, postcode_key

REFERENCE = Path(__file__).with_name("reference")


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today; `department` and `region` are official codes, `epci` a SIREN or empty."""

    code: str
    name: str
    postcodes: tuple[str, ...]
    department: str
    region: str
    epci: str
    population: int | None


@dataclass(frozen=True, slots=True)
class Epci:
    """An inter-municipal body with its own tax; its main department comes first in `departments`."""

    siren: str
    name: str
    kind: str
    departments: tuple[str, ...]
    communes: int
    population: int


@dataclass(frozen=True, slots=True)
class Department:
    code: str
    name: str
    region: str
    region_name: str


def _read(name: str) -> str:
    return gzip.decompress((REFERENCE / f"{name}.tsv.gz").read_bytes()).decode()


@cache
def departments() -> dict[str, Department]:
    """Departments and overseas collectivities by code."""
    rows = (line.split("\t") for line in _read("departments").splitlines())
    return {row[0]: Department(*row) for row in rows}


@cache
def _communes() -> dict[str, str]:
    """The lines of the commune file, one block of text a department."""
    text = "\n" + _read("communes")
    starts = sorted((text.index(f"\n{code}"), code) for code in departments())
    ends = [start for start, _ in starts[1:]] + [len(text) - 1]
    return {code: text[start : end + 1] for (start, code), end in zip(starts, ends, strict=True)}


@cache
def _former() -> dict[str, tuple[str, str]]:
    rows = (line.split("\t") for line in _read("former").splitlines())
    return {code: (name, today) for code, name, today in rows}


@cache
def _names() -> str:
    """One line a commune, « code folded name », for searches over the whole country."""
    blocks = (fold_place("\n".join(_code_and_name(row) for row in block.split("\n") if row)) for block in _communes().values())
    return "\n" + "\n".join(blocks) + "\n"


def _code_and_name(row: str) -> str:
    code, name, _ = row.split("\t", 2)
    return f"{code} {name}"


def _commune(line: str) -> Commune:
    code, name, postcodes, epci_siren, population = line.split("\t")
    department = departments()[department_of(code)]
    codes = tuple(postcodes.split("|")) if postcodes else ()
    return Commune(code, name, codes, department.code, department.region, epci_siren, int(population) if population else None)


def _line(code: str) -> str | None:
    block = _communes().get(department_of(code), "")
    start = block.find(f"\n{code}\t") + 1
    return block[start : block.index("\n", start)] if start else None


def commune(code: str) -> Commune | None:
    """The commune with this INSEE code; a code given up by a merger answers with the commune of today."""
    code = code.strip().upper()
    line = _line(code)
    if line is None and code in _former():
        line = _line(_former()[code][1])
    return _commune(line) if line else None


def communes_in(department: str) -> Iterator[Commune]:
    """The communes of a department, by code."""
    return (_commune(line) for line in _communes().get(department, "").split("\n") if line)


@cache
def _epci() -> dict[str, Epci]:
    rows = (line.split("\t") for line in _read("epci").splitlines())
    return {r[0]: Epci(r[0], r[1], r[2], tuple(r[3].split("|")), int(r[4]), int(r[5])) for r in rows}


def epci(siren: str) -> Epci | None:
    """The inter-municipal body with this SIREN (spaces allowed)."""
    return _epci().get("".join(siren.split()))


def communes_of(siren: str) -> tuple[Commune, ...]:
    """The communes of an inter-municipal body, by code; empty when it is unknown."""
    group = epci(siren)
    if group is None:
        return ()
    return tuple(sorted((c for d in group.departments for c in communes_in(d) if c.epci == group.siren), key=lambda c: c.code))


@cache
def _epci_keys() -> tuple[tuple[str, Epci], ...]:
    ranked = sorted(_epci().values(), key=lambda group: -group.population)
    return tuple((f" {epci_key(group.name)} ", group) for group in ranked)


def search_epci(text: str, limit: int = 10) -> list[Epci]:
    """Inter-municipal bodies whose name holds words beginning with those typed, nearest name first; or by SIREN."""
    digits = "".join(text.split())
    if digits.isdecimal():
        return [group for siren, group in _epci().items() if siren.startswith(digits)][:limit]
    words = epci_key(text).split()
    hits = [pair for pair in _epci_keys() if words and all(f" {word}" in pair[0] for word in words)]
    hits.sort(key=lambda pair: _rank(pair[0].strip(), " ".join(words)))
    return [group for _, group in hits[:limit]]


def search_communes(text: str, limit: int = 10) -> list[Commune]:
    """Communes whose name holds words beginning with those typed, nearest then largest first; or by INSEE code or postcode."""
    words = fold_place(text)
    if re.fullmatch(r"\d[\dab]\d{0,3}", words):
        return _by_code(words.upper(), limit)
    tokens = words.split()
    if not tokens or len(words) > 100:
        return []
    hits = [(_rank(name, words), -(place.population or 0), place.code, place) for name, place in _named(tokens)]
    return [place for *_, place in sorted(hits, key=lambda hit: hit[:3])[:limit]]


def _rank(name: str, query: str) -> int:
    """Whole name, then whole first words (« st » is Saint before it is Strasbourg), then beginning, then inside."""
    return 0 if name == query else 1 if name.startswith(query + " ") else 2 if name.startswith(query) else 3


def _named(tokens: list[str]) -> Iterator[tuple[str, Commune]]:
    blob, token = _names(), " " + max(tokens, key=len)
    at = blob.find(token)
    while at >= 0:
        start, end = blob.rindex("\n", 0, at) + 1, blob.index("\n", at)
        line = blob[start:end]
        code, _, name = line.partition(" ")
        found = commune(code) if all(f" {t}" in line for t in tokens) else None
        if found:
            yield name, found
        at = blob.find(token, end)


def _by_code(prefix: str, limit: int) -> list[Commune]:
    inside = [c for d in _departments_like(prefix) for c in communes_in(d)]
    hits = [c for c in inside if c.code.startswith(prefix) or any(p.startswith(prefix) for p in c.postcodes)]
    return sorted(hits, key=lambda c: (c.code != prefix, -(c.population or 0), c.code))[:limit]


def _departments_like(prefix: str) -> list[str]:
    wanted = {department_of(prefix)} if len(prefix) > 2 else set()
    return [d for d in departments() if d in wanted or d.startswith(prefix[:2]) or (prefix[:2] == "20" and d in {"2A", "2B"})]


@cache
def _by_name(department: str) -> dict[str, tuple[str, ...]]:
    """Folded names of a department, former ones too, and names without their article where that leaves no doubt."""
    names: dict[str, list[str]] = {}
    for place in communes_in(department):
        names.setdefault(fold_place(place.name), []).append(place.code)
    for code, (name, today) in _former().items():
        if name and department_of(code) == department and today not in names.setdefault(fold_place(name), []):
            names[fold_place(name)].append(today)
    for name, codes in list(names.items()):
        names.setdefault(bare(name), codes)
    return {name: tuple(codes) for name, codes in names.items()}


@lru_cache(maxsize=8_192)
def commune_by_name_and_postcode(name: str, postcode: str = "") -> Commune | None:
    """The one commune an address means, or None where there is doubt.

    Takes « BESANCON CEDEX 9 », « Lyon 3e », « FINS (LES) », former and delegated communes, a postcode that lost its zero.
    """
    key, postcode = commune_key(name), postcode_key(postcode)
    if not key or len(key) > 100:
        return None
    found = _by_name(department_of(postcode)) if len(postcode) == 5 else {}
    places = _distinct(found.get(key) or found.get(bare(key)) or ())
    served = [place for place in places if postcode in place.postcodes]
    if len(served) == 1 or len(places) == 1:
        return (served or places)[0]
    return None if places else _elsewhere(key, postcode)


def _elsewhere(key: str, postcode: str) -> Commune | None:
    """A postcode may serve a commune of the next department; without postcode a name must be the only one in the country."""
    same = [place for name, place in _named(key.split()) if name == key]
    fit = [place for place in same if postcode in place.postcodes] if postcode else same
    return fit[0] if len(fit) == 1 else None


def _distinct(codes: tuple[str, ...]) -> list[Commune]:
    return [place for code in dict.fromkeys(codes) if (place := commune(code))]


@cache
def _naf() -> dict[str, str]:
    return dict(line.split("\t") for line in _read("naf_rev2").splitlines())


def naf_label(code: str) -> str | None:
    """The official French label of a NAF rév. 2 code of any level; « 2652z » and « 26.52Z » are the same."""
    code = "".join(code.split()).upper()
    if re.fullmatch(r"\d{3,4}[A-Z]?", code):
        code = f"{code[:2]}.{code[2:]}"
    return _naf().get(code)


def search_naf(text: str, limit: int = 10) -> list[tuple[str, str]]:
    """NAF rév. 2 sub-classes (code, label) whose code or label holds the words typed."""
    words = fold_place(text).split()
    leaves = ((code, label) for code, label in _naf().items() if len(code) == 6)
    return [(code, label) for code, label in leaves if words and all(f" {w}" in f" {fold_place(code)} {fold_place(label)}" for w in words)][
        :limit
    ]
