"""Tables made column by column, with the field that a person would give each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from consult.excel import Layout, locate

FIRMS = [
    "Décolletage Morel", "Horlo Précision", "Cadrans du Haut-Doubs", "Bracelets Lamy", "Outillage Girardot", "Microméca",
    "Aiguilles Boillat",
    "Traitement de surface Faivre", "Gravure & Fils", "Usinage du Jura",
]  # fmt: skip
FIRST = ["Claire", "Jean", "Paul", "Sophie", "Luc", "Anne", "Éric", "Julie", "Bruno", "Nathalie"]
LAST = ["Morel", "Girard", "Faivre", "Lamy", "Boillat", "Roy", "Prétot", "Vuez", "Mougin", "Cuenot"]
SIRENS = "732829320 775670417 542107651 552100554 445206269 552081317 493376008 380129866 428785042 562082909".split()
TOWNS = ["Morteau", "Maîche", "Besançon", "Villers-le-Lac", "Charquemont", "Damprichard", "Le Russey", "Ornans", "Dole", "Pontarlier"]

MAKERS: dict[str, Callable[[int], Any]] = {
    "firm": lambda i: FIRMS[i],
    "first": lambda i: FIRST[i],
    "last": lambda i: LAST[i].upper(),
    "full": lambda i: f"{FIRST[i]} {LAST[i]}",
    "other": lambda i: f"{FIRST[-i - 1]} {LAST[i]}",
    "town": lambda i: TOWNS[i],
    "street": lambda i: f"{i + 2} rue de la Gare",
    "postcode": lambda i: f"25{i}00",
    "canadian": lambda i: f"H{i}P 1A{i}",
    "british": lambda i: f"CT{i + 1} 1A{'ABDEFGHJLN'[i]}",
    "swiss": lambda i: 2300 + i,
    "phone": lambda i: f"03 81 1{i} 22 33",
    "mobile": lambda i: f"06 12 34 5{i} 10",
    "house": lambda i: f"contact@ex{i}.fr",
    "mail": lambda i: f"{FIRST[i][0].lower()}.{'abcdefghij'[i]}oy@ex{i}.fr",
    "private": lambda i: f"{'abcdefghij'[i]}.roy@poste.fr",
    "web": lambda i: f"https://www.ex{i}.fr",
    "profile": lambda i: f"https://www.linkedin.com/in/ex{i}",
    "siret": lambda i: "73282932000074",
    "siren": lambda i: "732829320",
    "sirens": lambda i: SIRENS[i],
    "naf": lambda i: "26.52Z",
    "job": lambda i: ["Directeur", "Gérante", "Responsable achats"][i % 3],
    "staff": lambda i: 12 + 31 * i,
    "euros": lambda i: 120_000 + 31_000 * i,
    "extension": lambda i: 2200 + i,
    "day": lambda i: f"{i + 10}/03/2023",
    "moment": lambda i: f"2023-03-{i + 10} 10:4{i}",
    "founded": lambda i: f"{i + 10}/03/{1950 + 5 * i}",
    "yes": lambda i: "oui" if i % 2 else "non",
    "note": lambda i: ["RAS", "À rappeler en mai", "Intéressée par l'atelier"][i % 3],
    "number": lambda i: i + 1,
    "employer": lambda i: FIRMS[i // 5],
    "funder": lambda i: ["Bpifrance", "ADEME", "Région"][i % 3],
    "mark": lambda i: "PEA"[i % 3],
    "bandcode": lambda i: ["11", "12", "21", "22", "NN", "03"][i % 6],
    "kindword": lambda i: ["PME", "Laboratoire", "Grand groupe"][i % 3],
    "blank": lambda i: "",
}


@dataclass
class Made:
    """A table: its columns as (header, field or None, what its values are), and the rows around and between its records. `levels` stand
    over the headers, `before` are rows that come before a record (counted from 0), `about` is what file, sheet and title call it."""

    columns: Sequence[tuple[str, str | None, str]]
    entity: str | None = "organisation"
    above: Sequence[Sequence[Any]] = ()
    levels: Sequence[Sequence[Any]] = ()
    before: dict[int, Sequence[Sequence[Any]]] = field(default_factory=dict)
    below: Sequence[Sequence[Any]] = ()
    beside: Sequence[Sequence[Any]] = ()
    merged: Sequence[tuple[int, int, int, int]] = ()
    records: int = 10
    about: str = ""
    only_names: int = 0

    def rows(self) -> tuple[list[list[Any]], int, list[int]]:
        """The grid, the row of the headers and those of the records, both from 1."""
        grid = [list(row) for row in (*self.above, *self.levels)]
        grid.append([header for header, _field, _maker in self.columns])
        header, records = len(grid), []
        for i in range(self.records):
            grid.extend(list(row) for row in self.before.get(i, ()))
            values = [MAKERS[maker](i) for _header, _field, maker in self.columns]
            named = i < self.records - self.only_names
            grid.append(values if named else [values[0], *[""] * (len(values) - 1)])
            records.append(len(grid))
        grid.extend(list(row) for row in self.below)
        for number, row in enumerate(self.beside):
            grid[header - 1 + number].extend(["", *row])
        return grid, header, records

    def located(self) -> Layout:
        """The table as it is found in the grid."""
        return locate([row if any(value != "" for value in row) else [] for row in self.rows()[0]], merged=self.merged)

    def fields(self) -> dict[int, str | None]:
        """Column from 1 → the field that a person would give it."""
        entities = {"o": "organisation", "p": "person", "i": "interview"}
        return {place: name and f"{entities[name[0]]}{name[1:]}" for place, (_header, name, _maker) in enumerate(self.columns, 1)}
