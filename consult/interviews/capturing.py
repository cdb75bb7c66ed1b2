"""What is captured beside the questions of an interview: a panel that a script swaps, and a page of its own for whoever has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.interviews.captured_shown import forget
from consult.interviews.models import Interview
from consult.interviews.showing import address, title
from consult.web.forms import EntityForm
from consult.web.pages import page, see


def swapped() -> bool:
    """Tell whether a script asked for a part of a page to put in place."""
    return "HX-Request" in request.headers


@dataclass(frozen=True)
class Panel:
    """One panel: the part of the page that it is, its title on a page of its own, its form, and where it stands on the interview's page.

    `form` takes an interview and what a form is to read, `content` makes what the part draws besides `form`, `opened` (whether the form
    stands open) and `said` (what was just done)."""

    part: str
    heading: Any
    anchor: str
    form: Callable[..., EntityForm]
    content: Callable[[Interview], dict[str, Any]]

    def filling(self, interview: Interview) -> dict[str, Any]:
        """Return what the panel draws when the page is opened."""
        return {"form": self.form(interview, formdata=None), "opened": False, "said": "", **self.content(interview)}

    def answer(self, interview: Interview, form: EntityForm, save: Callable[[dict[str, Any]], Any], said: str) -> ResponseReturnValue:
        """Save what was typed and show the panel again; or show the form, with what is to be mended."""
        if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: save(values)):
            return self._again(interview, form)
        return self.kept(interview, said)

    def kept(self, interview: Interview, said: str) -> ResponseReturnValue:
        """Show the panel as it is now, saying what was done; without a script, the interview's page."""
        if not swapped():
            return see(address(interview, _anchor=self.anchor), said)
        forget(interview)
        return self._drawn(interview, form=self.form(interview, formdata=None), opened=False, said=said)

    def _again(self, interview: Interview, form: EntityForm) -> ResponseReturnValue:
        if swapped():
            return self._drawn(interview, form=form, opened=True, said=""), 409 if form.conflict else 422
        return page(
            "interviews/capture.html",
            form=form,
            title=str(self.heading),
            trail=trail(interview),
            back=address(interview, _anchor=self.anchor),
        )

    def _drawn(self, interview: Interview, **more: Any) -> str:
        return render_template(self.part, rows={**self.content(interview), **more}, about=(interview,))


def trail(interview: Interview) -> list[tuple[str, str]]:
    """Return the way from the list of interviews to this one."""
    return [(title(interview), address(interview))]
