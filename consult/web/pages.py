"""How a view answers: a page with the right status, a redirect, a refusal that lets the person go on."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import IntegerConverter

from consult.kernel.errors import NotFound
from consult.web.forms import EntityForm


class DatabaseId(IntegerConverter):
    """The URL converter `int`, bounded to what a database id can be, so that no number in an address reaches the database to fail there."""

    def __init__(self, map: Any, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", 2**31 - 1)
        super().__init__(map, *args, **kwargs)


def page(template: str, status: int = 200, **context: Any) -> ResponseReturnValue:
    """Render a page. With a `form` that was submitted and is shown again: 409 when two versions are to be chosen from, else 422."""
    form = context.get("form")
    if status == 200 and form is not None and request.method == "POST":
        status = 409 if isinstance(form, EntityForm) and form.conflict else 422
    return make_response(render_template(template, **context), status)


def see(url: str, text: str | None = None, undo_url: str | None = None, kind: str = "ok") -> ResponseReturnValue:
    """Redirect after a change with 303, telling what was done, with a way to undo it where there is one."""
    if text:
        flash({"text": text, "undo_url": undo_url, "kind": kind}, kind)  # type: ignore[arg-type]
    return redirect(url, 303)


def found(record: Any | None) -> Any:
    """Return the record, or answer 404 when there is none."""
    if record is None:
        raise NotFound
    return record


def safe_next(target: str | None, otherwise: str) -> str:
    """Return a path of this site to go on to; `otherwise` when the target names another site or nothing."""
    if target and target.startswith("/") and not target.startswith("//") and target.isprintable() and "\\" not in target:
        return target  # controls count: `/<tab>/host` becomes `//host` on its way
    return otherwise


__all__ = ["DatabaseId", "abort", "found", "page", "safe_next", "see"]
