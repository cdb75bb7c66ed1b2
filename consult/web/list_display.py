"""How a list is displayed: its filters and their chips, and what is remembered of a person's columns and density in a cookie."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import after_this_request, current_app, request
from werkzeug.wrappers import Response

from consult.web.i18n import _
from consult.web.list_parts import DISPLAY, Asked, Filter

Url = Callable[[Mapping[str, Sequence[str]]], str]
_A_YEAR = 31_536_000


def filtering(filters: Sequence[Filter], asked: Asked, url: Url) -> dict[str, Any]:
    """Return what the toolbar shows of the filters: those offered (a function, as drawing them is kept), a chip for each in force, and
    what the form must carry besides."""
    chosen = [_filter(f, asked) for f in filters if f.key in asked.params]
    chips = [chip for f in chosen if (chip := _chip(f, asked, url))]
    hidden = [(name, v) for name in ("sort", "dir") for v in asked.params.get(name, ())]
    hidden += [(f["key"], v) for f in chosen if not f["listed"] for v in f["values"]]
    display = {k: v for k, v in asked.params.items() if k in (*DISPLAY, "sort", "dir")}
    return {
        "filters": lambda: [_filter(f, asked) for f in filters if f.listed],
        "filters_key": tuple((f["key"], *f["values"]) for f in chosen),
        "has_filters": any(f.listed for f in filters),
        "chips": chips, "hidden_params": hidden, "clear_url": url(display) if chips or asked.query.text else None,
    }  # fmt: skip


def _filter(each: Filter, asked: Asked) -> dict[str, Any]:
    values = list(asked.params.get(each.key, ()))
    options = [(value, label, value in values) for value, label in (each.choices() if each.choices else ())]
    return {"key": each.key, "label": str(each.label), "kind": each.kind, "options": options, "values": values, "listed": each.listed}


def _chip(shown: dict[str, Any], asked: Asked, url: Url) -> dict[str, Any] | None:
    if not any(shown["values"]):
        return None
    labels = {value: label for value, label, _selected in shown["options"]}
    text = ", ".join(str(labels.get(v, v)) for v in shown["values"] if v)
    if shown["kind"] == "bool":
        text = _("yes")
    elif shown["kind"] == "date":
        text = " → ".join(v or "…" for v in (*shown["values"], "")[:2])
    rest = {k: v for k, v in asked.params.items() if k != shown["key"]}
    return {"label": shown["label"], "value": text, "remove_url": url(rest)}


def remembered(name: str) -> dict[str, list[str]]:
    """Return the columns and the density that this person last chose for a list."""
    parts = (part.partition("=") for part in request.cookies.get(f"list-{name}", "")[:1000].split("&"))
    return {key: [v for v in values.split(".") if v] for key, _sep, values in parts if key in DISPLAY}


def remember(name: str, chosen: Mapping[str, Sequence[str]], known: set[str]) -> None:
    """Have the answer's cookie keep the columns and the density chosen now."""
    kept = {**remembered(name), **chosen}
    value = "&".join(f"{key}={'.'.join(v for v in values if v in known)}" for key, values in kept.items())

    @after_this_request
    def _set(response: Response) -> Response:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(f"list-{name}", value, max_age=_A_YEAR, secure=secure, httponly=True, samesite="Lax")
        return response
