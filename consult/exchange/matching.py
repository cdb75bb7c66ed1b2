"""Which organisation each row of a file is about.

In this order: the row was imported before; SIRET; SIREN; name and town. Then, where something resembles it, somebody is asked; else it is
new. Neither a telephone number nor a name alone ever decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz

from consult.exchange.marks import Mark, agree
from consult.kernel.bulk import chunks
from consult.kernel.changes import Candidate, Note, Place, Target
from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.organisations import duplicates, redirects
from consult.organisations.models import Organisation, Site
from consult.organisations.name_keys import name_key

MOST = 5
Decision = Mapping[str, Any]
"""What somebody answered about a row: {"use": id}, {"line": row}, {"new": true} or {"skip": true}."""


@dataclass
class _Seen:
    """What earlier rows of the file settled on, by each of their marks."""

    by_siret: dict[str, Target] = field(default_factory=dict)
    by_siren: dict[str, Target] = field(default_factory=dict)
    by_name_and_place: dict[tuple[str, str], list[tuple[Target, frozenset[str]]]] = field(default_factory=dict)
    by_cells: dict[tuple[Any, ...], Target] = field(default_factory=dict)
    by_name: dict[str, list[tuple[int, Target, frozenset[str]]]] = field(default_factory=dict)
    sirens: dict[Place, str] = field(default_factory=dict)


class Organisations:
    """Matches the rows of a file with the organisations of the directory. Read once, then asked row by row in the order of the file."""

    def __init__(
        self, marks: Iterable[Mark], before: Mapping[str, int], decisions: Mapping[tuple[int, int], Decision], by_reference: bool = False,
        by_name: bool = False,
    ) -> None:  # fmt: skip
        listed = list(marks)
        self._known = duplicates.directory()
        self.by_siren, self.by_siret = _bearers(listed)
        self._sirens = {bearer: siren for siren, bearer in {**self._known.by_siren, **self.by_siren}.items()}
        self._before = before
        self._decisions = decisions
        self._by_reference, self._by_name_alone = by_reference, by_name
        self._seen = _Seen()
        self._settled: dict[int, Target] = {}
        self._places: dict[int, set[str]] = {}
        self._near: dict[tuple[str, str], list[int]] = {}
        for (key, where), ids in self._known.by_name_and_place.items():
            for each in ids:
                self._places.setdefault(each, set()).add(where)
                for token in _tokens(key):
                    self._near.setdefault((where, token), []).append(each)
        self._claimed = {ids[0] for mark in listed if len(ids := self._exact(mark)) == 1}

    @property
    def here(self) -> set[int]:
        """The organisations that take part in the study."""
        return set(self._known.names)

    def target(self, row: int, mark: Mark, key: str, nth: int = 1) -> Target:
        """Say which organisation a row is about, or the `nth` that it names."""
        found = self._decided(row, nth) or self._told(row, mark, key)
        if found.group == row and found.how in ("", "by_choice"):
            found = replace(found, nth=nth)
        if found.settled:
            self._remember(row, mark, found)
        return found

    def _decided(self, row: int, nth: int) -> Target | None:
        decision = self._decisions.get((row, nth))
        if not decision:
            return None
        if decision.get("skip"):
            return Target(refusal=Note("set_aside_by_choice"))
        if decision.get("new"):
            return Target(group=row, how="by_choice")
        if decision.get("use") in self._known.names:
            return Target(id=decision["use"], how="by_choice")
        earlier = self._settled.get(decision.get("line") or 0)
        return replace(earlier, how="by_choice") if earlier else None

    def _told(self, row: int, mark: Mark, key: str) -> Target:
        if key in self._before and self._before[key] in self._known.names:
            return Target(id=self._before[key], how="by_before")
        return self._by_identifier(mark) or self._by_name(row, mark) or self._asked(row, mark)

    def _by_identifier(self, mark: Mark) -> Target | None:
        one = self.by_siret.get(mark.siret or "")
        other = self.by_siren.get(mark.siren or "")
        if one is not None and other is not None and one != other:
            return Target(refusal=Note("identifiers_disagree", {"one": self._label(one), "other": self._label(other)}))
        if one is not None:
            return Target(id=one, how="by_siret")
        if other is not None:
            return Target(id=other, how="by_siren")
        seen = self._seen.by_siret.get(mark.siret or "") or self._seen.by_siren.get(mark.siren or "")
        return _again(seen) if seen else None

    def _exact(self, mark: Mark) -> list[int]:
        """Organisations of the study with this name in this town, and no other SIREN."""
        ids = dict.fromkeys(each for where in mark.places for each in self._known.by_name_and_place.get((mark.key, where), ()))
        fit = [each for each in ids if not self._contrary(mark, each) and agree(mark.places, self._places.get(each, set()))]
        return fit if mark.key else []

    def _contrary(self, mark: Mark, organisation_id: int) -> bool:
        known = self._sirens.get(organisation_id)
        return bool(mark.siren and known and known != mark.siren)

    def _by_name(self, row: int, mark: Mark) -> Target | None:
        exact = self._exact(mark)
        if len(exact) == 1:
            return Target(id=exact[0], how="by_name")
        if exact:
            return Target(candidates=tuple(self._candidate(each, mark, "by_name") for each in exact[:MOST]))
        alone = self._named_alone(mark)
        if alone:
            return alone
        for where in sorted(mark.places) if mark.key else ():
            for earlier, places in self._seen.by_name_and_place.get((mark.key, where), ()):
                if agree(mark.places, places) and not self._contrary_line(mark, earlier):
                    return _again(earlier)
        seen = self._seen.by_cells.get(mark.cells) if len(mark.cells) > 1 else None
        return _again(seen) if seen is not None else self._named_again(mark)

    def _named_alone(self, mark: Mark) -> Target | None:
        """A row that only says with whom something was means the one organisation of the study that is called so; of several, it asks."""
        bearers = [each for each in self._known.by_name.get(mark.key, ()) if not self._contrary(mark, each)] if mark.key else []
        if not self._by_name_alone or mark.places or not bearers:
            return None
        if len(bearers) == 1:
            return Target(id=bearers[0], how="by_only_name")
        return Target(candidates=tuple(self._candidate(each, mark, "same_name_no_town") for each in bearers[:MOST]))

    def _named_again(self, mark: Mark) -> Target | None:
        """Rows that only refer to an organisation by its name mean the one that the file named before."""
        if not self._by_reference or mark.places:
            return None
        lines = self._seen.by_name.get(mark.key, [])
        targets = {target.place: target for _row, target, _places in lines}
        return _again(next(iter(targets.values()))) if len(targets) == 1 and mark.key else None

    def _contrary_line(self, mark: Mark, target: Target) -> bool:
        known = self._seen.sirens.get(target.place)
        return bool(mark.siren and known and known != mark.siren)

    def _asked(self, row: int, mark: Mark) -> Target:
        """A new organisation, unless something resembles it enough to ask."""
        if not mark.key:
            return Target(refusal=Note("no_name"))
        found = [*self._namesakes(mark), *self._similar(mark), *self._lines(mark)]
        kept = list({(each.id, each.row): each for each in reversed(found)}.values())[::-1]
        return Target(candidates=tuple(kept[:MOST])) if kept else Target(group=row)

    def _namesakes(self, mark: Mark) -> Iterable[Candidate]:
        for each in self._known.by_name.get(mark.key, ()):
            places = self._places.get(each, set())
            if not (places and mark.places) and not self._contrary(mark, each):
                yield self._candidate(each, mark, "same_name_no_town")

    def _similar(self, mark: Mark) -> Iterable[Candidate]:
        near = dict.fromkeys(each for where in mark.places for token in _tokens(mark.key) for each in self._near.get((where, token), ()))
        for each in near:
            if self._is_close(mark, each):
                yield self._candidate(each, mark, "similar_name")
        for each in self._known.by_domain.get(mark.domain or "", ()):
            if self._is_close(mark, each):
                yield self._candidate(each, mark, "same_domain")

    def _is_close(self, mark: Mark, organisation_id: int) -> bool:
        if organisation_id in self._claimed or self._contrary(mark, organisation_id):
            return False
        return bool(fuzz.token_sort_ratio(mark.key, name_key(self._known.names[organisation_id]), score_cutoff=duplicates.CLOSE))

    def _lines(self, mark: Mark) -> Iterable[Candidate]:
        for row, target, places in self._seen.by_name.get(mark.key, ()):
            if places and mark.places:
                continue
            reasons = (Note("earlier_line", {"row": row}), Note("same_name_no_town"))
            if target.id is not None:
                yield Candidate(target.id, self._label(target.id), self._hint(target.id), reasons)
            else:
                yield Candidate(None, mark.name, "", reasons, row)

    def _candidate(self, organisation_id: int, mark: Mark, why: str) -> Candidate:
        reasons = [Note(why)]
        if mark.domain and organisation_id in self._known.by_domain.get(mark.domain, ()) and why != "same_domain":
            reasons.append(Note("same_domain"))
        return Candidate(organisation_id, self._label(organisation_id), self._hint(organisation_id), tuple(reasons))

    def _label(self, organisation_id: int) -> str:
        return self._known.names.get(organisation_id, f"#{organisation_id}")

    def _hint(self, organisation_id: int) -> str:
        return " · ".join(self._known.told_apart.get(organisation_id, ()))

    def _remember(self, row: int, mark: Mark, target: Target) -> None:
        seen, self._settled[row] = self._seen, target
        if mark.siret:
            seen.by_siret.setdefault(mark.siret, target)
        if mark.siren:
            seen.by_siren.setdefault(mark.siren, target)
            seen.sirens.setdefault(target.place, mark.siren)
        if mark.key:
            for where in mark.places:
                seen.by_name_and_place.setdefault((mark.key, where), []).append((target, mark.places))
            seen.by_cells.setdefault(mark.cells, target)
            lines = seen.by_name.setdefault(mark.key, [])
            if all(target.place != other.place for _row, other, _places in lines):
                lines.append((row, target, mark.places))


def _again(target: Target) -> Target:
    return replace(target, how="by_other" if target.id is not None else "by_line")


def _tokens(key: str) -> set[str]:
    """What two similar names surely share: a long word, or how the first one begins."""
    words = key.split()
    return {word for word in words if len(word) > 4} | {words[0][:3]} if words else set()


def _bearers(marks: Sequence[Mark]) -> tuple[dict[str, int], dict[str, int]]:
    """The organisations of the whole installation that bear the identifiers of the file."""
    by_siren: dict[str, int] = {}
    by_siret: dict[str, int] = {}
    with unscoped("official identifiers are looked up in the whole installation; a hit reveals identity and sites only"):
        for some in chunks({mark.siren for mark in marks if mark.siren}):
            by_siren.update(redirects.bearers(some))
            by_siren.update(db.session.execute(sa.select(Organisation.siren, Organisation.id).where(Organisation.siren.in_(some))).all())  # type: ignore[arg-type]
        for some in chunks({mark.siret for mark in marks if mark.siret}):
            query = sa.select(Site.siret, Site.organisation_id).join(Organisation, Organisation.id == Site.organisation_id)
            by_siret.update(db.session.execute(query.where(Site.siret.in_(some))).all())  # type: ignore[arg-type]
    return by_siren, by_siret
