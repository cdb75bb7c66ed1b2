"""Two records of the directory side by side: which of their values differ, which one is kept unless somebody says otherwise.

A value that is not kept is not lost: a name becomes another name, anything else is kept in the record's `extra` under a label that says
where it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from consult.kernel.text import fold
from consult.organisations import identifiers
from consult.organisations.merge_models import Kind
from consult.organisations.participation import Disposition
from consult.organisations.references import Row

Group = tuple[str, ...]
"""Columns that are kept together, named by the first."""

FIELDS: dict[Kind, tuple[Group, ...]] = {
    Kind.ORGANISATION: (
        ("name",), ("short_name",), ("legal_name",), ("kind",), ("status",), ("siren", "unchecked_siren"), ("vat_number",), ("foreign_id",),
        ("naf_code", "naf_edition"), ("workforce_band", "workforce", "workforce_year"), ("turnover_band",), ("created_year",),
        ("website",), ("phone",), ("email",), ("description",), ("notes",), ("source",), ("verified_on",),
    ),
    Kind.PERSON: (
        ("civility",), ("first_name",), ("last_name",), ("lang",), ("do_not_contact",), ("notes",), ("source",), ("verified_on",),
    ),
}  # fmt: skip
OF_THE_STUDY: tuple[Group, ...] = (
    ("segment_id",), ("disposition", "disposition_cause", "disposition_reason"), ("channel",), ("next_on", "next_time"), ("owner_id",),
    ("priority",), ("influence",), ("interest",), ("stance",), ("engagement",), ("perimeter_override", "perimeter_reason"),
)  # fmt: skip
NAMES = ("name", "short_name", "legal_name")
"""The fields of an organisation by which it stays findable when they are not kept."""

_UNDECIDED = (None, Disposition.TO_QUALIFY, Disposition.TO_CONTACT)
_LAST = (Disposition.PARTIAL, Disposition.DONE)
KEPT, GONE = "kept", "gone"
Choices = Mapping[str, str]
"""Which record's value is kept, by name of the group: KEPT (of the record that stays) or GONE."""


@dataclass(frozen=True)
class Words:
    """How values are written where they are kept beside: what a field is called, and how a value of it reads."""

    label: Callable[[str], str] = str
    text: Callable[[str, Any], str] = lambda name, value: str(value)


@dataclass(frozen=True)
class Compared:
    """A group of columns of two records, with the values of each and whose are kept."""

    group: Group
    kept: tuple[Any, ...]
    gone: tuple[Any, ...]
    chosen: str

    @property
    def name(self) -> str:
        """What the group is called."""
        return self.group[0]

    @property
    def differs(self) -> bool:
        """Whether there is something to choose: both are filled, and not the same."""
        return is_filled(self.kept) and is_filled(self.gone) and self.kept != self.gone

    @property
    def values(self) -> dict[str, Any]:
        """The values kept."""
        return dict(zip(self.group, self.kept if self.chosen == KEPT else self.gone, strict=True))

    @property
    def lost(self) -> tuple[Any, ...]:
        """The values not kept."""
        return self.gone if self.chosen == KEPT else self.kept


@dataclass
class Outcome:
    """What the record that stays becomes: its new values, the names it is to be found by too, and the values that were not kept."""

    values: dict[str, Any] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    lost: dict[str, list[Any]] = field(default_factory=dict)


def is_filled(values: tuple[Any, ...]) -> bool:
    """Whether a group says anything."""
    return any(value not in (None, "", False) for value in values) or (len(values) > 1 and values[0] is False)


def compare(groups: tuple[Group, ...], kept: Row, gone: Row, choices: Choices) -> list[Compared]:
    """Set two records side by side. The filled value is kept; where both are, the choice made, or the one of the record that stays."""
    found = []
    for group in groups:
        here, there = (tuple(row[name] for name in group) for row in (kept, gone))
        chosen = KEPT if is_filled(here) or not is_filled(there) else GONE
        if is_filled(here) and is_filled(there):
            chosen = choices.get(group[0]) or (GONE if group[0] == "disposition" and _is_further(there[0], here[0]) else KEPT)
        found.append(Compared(group, here, there, chosen))
    return found


def _is_further(one: Any, other: Any) -> bool:
    """Whether a disposition says more than another: met before anything else, and anything before not yet called."""

    def rank(value: Any) -> int:
        return 0 if value in _UNDECIDED else 2 + _LAST.index(value) if value in _LAST else 1

    return rank(one) > rank(other)


def outcome(kind: Kind, kept: Row, gone: Row, choices: Choices, words: Words) -> Outcome:
    """Say what the record that stays becomes."""
    made, extra = Outcome(), {**(gone["extra"] or {}), **(kept["extra"] or {})}
    for header, text in (gone["extra"] or {}).items():
        if extra[header] != text:
            _keep_beside(extra, header, gone["ref"], text)
    for each in compare(FIELDS[kind], kept, gone, choices):
        made.values |= {name: value for name, value in each.values.items() if value != kept[name]}
        if not each.differs:
            continue
        made.lost[each.name] = [each.lost[0], each.values[each.name]]
        if kind is Kind.ORGANISATION and each.name in NAMES:
            made.names.append(each.lost[0])
            continue
        source = gone if each.chosen == KEPT else kept
        for name, value in zip(each.group, each.lost, strict=True):
            if value not in (None, ""):
                _keep_beside(extra, words.label(name), source["ref"], words.text(name, value))
    if extra != (kept["extra"] or {}):
        made.values["extra"] = extra
    if kind is Kind.ORGANISATION:
        _domain(made, kept)
    return made


def _keep_beside(extra: dict[str, Any], label: str, ref: str, text: str) -> None:
    """Keep a value under a label of its own."""
    name, number = f"{label} ({ref})", 1
    while extra.get(name, text) != text:
        number += 1
        name = f"{label} ({ref}, {number})"
    extra[name] = text


def _domain(made: Outcome, kept: Row) -> None:
    whole = {**kept, **made.values}
    domain = identifiers.domain(whole["website"], whole["email"])
    if domain != kept["domain"]:
        made.values["domain"] = domain


def further_names(names: list[str], name: str, known: set[str]) -> list[str]:
    """Return which of the names an organisation called `name` is not yet found by; `known` are folded."""
    wanted = {key: each for each in names if (key := fold(each)) and key not in known and key != fold(name)}
    return list(wanted.values())
