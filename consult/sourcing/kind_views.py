"""Needs and capabilities one at a time: captured, added, read, changed, deleted and brought back; their lists, cells and files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.interviews import service as interviews
from consult.kernel.errors import NotFound
from consult.kernel.listing import whole_numbers
from consult.sourcing import countries, forms, service
from consult.sourcing.blueprint import bp
from consult.sourcing.capturing import PANELS
from consult.sourcing.lists import TINTS, mark
from consult.sourcing.showing import facts, told
from consult.studies.gate import requires
from consult.studies.handing_out import hand_out
from consult.web.forms import EntityForm
from consult.web.i18n import _, written_label, written_number
from consult.web.lists import ListView
from consult.web.pages import page, safe_next, see


@dataclass(frozen=True)
class Kind:
    """One of the two: its table, its list, the fields that can be corrected in place, and what is said."""

    model: type[Any]
    listing: ListView
    many: str
    cells: tuple[str, ...]
    titles: tuple[Any, Any]
    said: tuple[Any, Any, Any]
    file: Any

    @property
    def name(self) -> str:
        """The name of one, as addresses and forms have it."""
        return str(self.model.__tablename__)

    def register(self) -> None:
        """Put the views on the blueprint: `needs`, `add_need`, `show_need`, and so on."""
        one = f"/{self.many}/<int:{self.name}_id>"
        asked, told = ["GET", "POST"], ["POST"]
        self._rule("/" if self.many == "needs" else f"/{self.many}/", self.many, "read_sourcing", self.index, ["GET"])
        self._rule(f"/{self.many}/export.<format>", f"export_{self.many}", "read_sourcing", self.export, ["GET"])
        self._rule(f"/{self.many}/new", f"add_{self.name}", "log_interviews", self.add, asked)
        self._rule(f"/interviews/<int:interview_id>/{self.many}/new", f"capture_{self.name}", "log_interviews", self.capture, asked)
        self._rule(one, f"show_{self.name}", "read_sourcing", self.show, ["GET"])
        self._rule(f"{one}/edit", f"edit_{self.name}", "log_interviews", self.edit, asked)
        self._rule(f"{one}/cells/<field>", f"{self.name}_cell", "log_interviews", self.cell, asked)
        self._rule(f"{one}/delete", f"delete_{self.name}", "log_interviews", self.delete, told)
        self._rule(f"{one}/bring-back", f"bring_{self.name}_back", "log_interviews", self.bring_back, told)
        self._rule(f"{one}/restore/<int:entry_id>/<field>", f"restore_{self.name}", "log_interviews", self.restore, told)

    def _rule(self, address: str, endpoint: str, capability: str, view: Callable[..., Any], methods: list[str]) -> None:
        bp.add_url_rule(address, endpoint, requires(capability)(view), methods=methods)

    def index(self, study_id: int) -> ResponseReturnValue:
        """Show what is noted and the reader may know of."""
        return page("sourcing/index.html", listing=self.listing.show(request.args), kind=self, add_url=url_for(f".add_{self.name}"))

    def export(self, study_id: int, format: str) -> ResponseReturnValue:
        """Hand out exactly what the list shows."""
        return hand_out(self.listing, request.args, format, str(self.file))

    def add(self, study_id: int) -> ResponseReturnValue:
        """Note one, apart from any interview."""
        came_from = whole_numbers(request.args.getlist("organisation"))
        form = forms.whole(self.model, organisation_id=came_from[0] if came_from else None)
        if form.validate_on_submit() and form.saved_by(lambda values, _seen: service.add(self.model, values)):
            return see(self._back(), str(self.said[0]))
        return page("sourcing/form.html", form=form, title=str(self.titles[0]), back=self._back(), kind=self)

    def capture(self, study_id: int, interview_id: int) -> ResponseReturnValue:
        """Note one beside the questions of an interview."""
        interview = interviews.get(interview_id)
        form = forms.captured(self.model, interview)
        return PANELS[self.model].answer(interview, form, lambda values: service.add(self.model, values, interview), str(self.said[0]))

    def show(self, study_id: int, **which: int) -> ResponseReturnValue:
        """Show one, with what happened to it."""
        record = self._one(which)
        return page(
            "sourcing/show.html", record=record, facts=facts(record), entries=told(record, self), kind=self, title=self._titled(record)
        )

    def edit(self, study_id: int, **which: int) -> ResponseReturnValue:
        """Change one."""
        record = self._one(which)
        form, back = forms.whole(self.model, record), self.url(f"show_{self.name}", record)
        if form.validate_on_submit() and form.saved_by(lambda values, seen: service.update(record, values, seen)):
            return see(back, _("Saved."))
        return page("sourcing/form.html", form=form, title=str(self.titles[1]), back=back, kind=self)

    def cell(self, study_id: int, field: str, **which: int) -> ResponseReturnValue:
        """Correct one field in place: GET answers the form, POST the new content of the cell, or the form again."""
        if field not in self.cells:
            raise NotFound
        record = self._one(which)
        form = _cell_form(self.model, field)(obj=record)
        if field == "source_country":
            form.source_country.choices = [("", ""), *countries.choices()]
        if form.validate_on_submit() and form.saved_by(lambda values, seen: service.update(record, values, seen)):
            return render_template("interviews/_cell_shown.html", shown=_shown(record, field))
        status = (409 if form.conflict else 422) if form.is_submitted() else 200
        return render_template("interviews/_capture_cell.html", form=form, field=form[field], url=request.path), status

    def delete(self, study_id: int, **which: int) -> ResponseReturnValue:
        """Put one away, with a way back."""
        record = self._one(which)
        service.delete(record)
        return see(self.listing.url({}), str(self.said[1]), undo_url=self.url(f"bring_{self.name}_back", record))

    def bring_back(self, study_id: int, **which: int) -> ResponseReturnValue:
        """Bring a deleted one back."""
        record = self._one(which, deleted=True)
        service.bring_back(record)
        return see(self.url(f"show_{self.name}", record), str(self.said[2]))

    def restore(self, study_id: int, entry_id: int, field: str, **which: int) -> ResponseReturnValue:
        """Give a field its former value back."""
        record = self._one(which)
        service.restore(record, entry_id, field)
        return see(self.url(f"show_{self.name}", record), _("The former value is back."))

    def url(self, endpoint: str, record: Any, **more: Any) -> str:
        """Return one of the addresses of a record."""
        return url_for(f"sourcing.{endpoint}", **cast(Any, {f"{self.name}_id": record.id, **more}))

    def _one(self, which: dict[str, int], **more: bool) -> Any:
        return service.get(self.model, which[f"{self.name}_id"], **more)

    def _titled(self, record: Any) -> str:
        return " · ".join(written_label(term) for term in (record.component, record.process) if term is not None)

    def _back(self) -> str:
        return safe_next(request.args.get("next"), self.listing.url({}))


def _cell_form(model: type[Any], field: str) -> Any:
    key = (model, field)
    if key not in _CELL_FORMS:
        _CELL_FORMS[key] = type(f"{model.__name__}_{field}", (EntityForm,), {field: getattr(forms.WHOLE[model], field)})
    return _CELL_FORMS[key]


_CELL_FORMS: dict[tuple[type[Any], str], type[EntityForm]] = {}


def _shown(record: Any, field: str) -> Any:
    value = getattr(record, field)
    if field == "source_country":
        return countries.name(value)
    if value in TINTS:
        return mark(value)
    return written_number(value) if isinstance(value, int) else written_label(value)
