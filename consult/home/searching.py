"""The search page: what is found of each kind that the reader may read, and the addresses that narrow it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import url_for

from consult.kernel import search_hits
from consult.kernel.passages import Piece, passage
from consult.kernel.search import sources
from consult.kernel.search_words import LONGEST, Asked, parse
from consult.studies.gate import reader_may
from consult.web.slots import Searched, slots

FEW = 5
"""How many hits of each kind are shown when all kinds are."""


@dataclass(frozen=True)
class Question:
    """What the address of the page asks: text, one kind or all of them, the page of that kind, newest or best first."""

    text: str = ""
    kind: str = ""
    page: int = 1
    best: bool = False

    @classmethod
    def read(cls, args: Any) -> Question:
        """Read the address; a kind that the reader may not read is as if it were not named."""
        kind = args.get("kind", "")
        page = min(max(1, args.get("page", 1, int)), search_hits.MOST // search_hits.PAGE)
        return cls(args.get("q", "").strip()[:LONGEST], kind if kind in readable() else "", page, args.get("sort") == "best")

    def url(self, **changed: Any) -> str:
        """Return the address of the same question with something changed; another kind begins at its first page."""
        asked = {"q": self.text, "kind": self.kind, "sort": "best" if self.best else "", "page": self.page, **changed}
        if "page" not in changed:
            asked["page"] = 1
        told = {name: value for name, value in asked.items() if value and (name, value) != ("page", 1)}
        return url_for("home.search", **cast(Any, told))


@dataclass(frozen=True)
class Group:
    """What is found of one kind, and how it is shown."""

    kind: str
    label: str
    icon: str
    found: search_hits.Found
    hits: list[dict[str, Any]]
    url: str

    @property
    def count(self) -> str:
        return f"{self.found.count}+" if self.found.more else str(self.found.count)

    @property
    def pages(self) -> int:
        return -(-self.found.count // search_hits.PAGE)


def readable() -> dict[str, Searched]:
    """Return the kinds that the reader may read."""
    return {kind: shown for kind, shown in slots().searched.items() if reader_may(shown.capability)}


def asked(question: Question) -> Asked:
    """Return the words that a question asks for."""
    return parse(question.text)


def groups(question: Question) -> list[Group]:
    """Return what is found of each kind: a page of the one that is named and the numbers of the others, or a few of each."""
    words = asked(question)
    return [_group(question, words, kind, shown) for kind, shown in readable().items()] if words else []


def _group(question: Question, words: Asked, kind: str, shown: Searched) -> Group:
    if question.kind and kind != question.kind:
        found = search_hits.Found(kind, *search_hits.count(kind, words), [])
    elif question.kind:
        found = search_hits.find(kind, words, question.page, question.best)
    else:
        found = search_hits.find(kind, words, best_first=question.best, size=FEW)
    hits = [_shown(hit, words, shown) for hit in found.hits]
    return Group(kind, str(shown.label), shown.icon, found, hits, question.url(kind=kind))


def _shown(hit: search_hits.Hit, words: Asked, shown: Searched) -> dict[str, Any]:
    title: list[Piece] = passage(hit.title, words)
    return {"title": title, "hint": hit.hint, "day": hit.day, "passage": hit.passage, "url": shown.url(hit)}


def can_be_ranked(kind: str) -> bool:
    """Tell whether a kind is read newest first or best first, rather than by name."""
    return not kind or not sources()[kind].names
