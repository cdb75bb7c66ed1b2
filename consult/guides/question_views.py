"""The questions of a draft: written, reworded, moved, taken out, added from the library."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consult.guides import conditions, library, questions, sections, service
from consult.guides.blueprint import bp
from consult.guides.forms import QuestionForm, question_form
from consult.guides.models import GuideItem, GuideSection
from consult.guides.section_views import STEPS
from consult.kernel.errors import NotFound
from consult.kernel.listing import whole_numbers
from consult.studies.gate import requires
from consult.web.i18n import _, lang, ngettext
from consult.web.pages import page, see

MOST_ADDED = 200


def place(item: GuideItem) -> str:
    """Return the address of a question on the page of its guide."""
    return url_for(".show", guide_id=item.guide_id, version=item.version_id, _anchor=f"q-{item.id}")


@bp.route("/sections/<int:section_id>/questions/new", methods=["GET", "POST"])
@requires("build_guides")
def new_question(study_id: int, section_id: int) -> ResponseReturnValue:
    """Write a question that the study has not asked yet."""
    section = sections.get(section_id)
    whole, form, made = service.outline(section.version_id), question_form(None), []
    form.offer(_before_the_end_of(whole, section), None)
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: made.append(_make(form, section, values))):
        return page("guides/question_form.html", form=form, whole=whole, section=section, asked=None)
    return see(place(made[0]), _("The question was added."))


def _make(form: QuestionForm, section: GuideSection, values: dict[str, Any]) -> GuideItem:
    item = questions.add(section, questions.create(values, form.chosen()))
    if form.condition:
        questions.set_condition(item, form.condition)
    return item


def _before_the_end_of(whole: service.Outline, section: GuideSection) -> list[Any]:
    parts = [part for part in whole.parts if part.section.position <= section.position]
    return [asked for part in parts for asked in part.items]


@bp.route("/items/<int:item_id>/edit", methods=["GET", "POST"])
@requires("build_guides")
def edit_question(study_id: int, item_id: int) -> ResponseReturnValue:
    """Change how a draft asks a question."""
    item = questions.get(item_id)
    whole = service.outline(item.version_id)
    asked = whole.by_question[item.question_id]
    form = question_form(asked.wording, asked.options)
    form.offer(conditions.earlier_than(whole, asked), item.condition)
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: _change(form, item, values, seen)):
        where = questions.asked_by(asked.wording, item)
        return page("guides/question_form.html", form=form, whole=whole, section=whole.part_of(asked).section, asked=asked, where=where)
    return see(place(item), _("Saved."))


def _change(form: QuestionForm, item: GuideItem, values: dict[str, Any], seen: int | None) -> None:
    questions.reword(item, {name: values[name] for name in questions.WORDING}, seen, form.chosen())
    questions.set_condition(item, form.condition)


@bp.post("/items/<int:item_id>/move/<direction>")
@requires("build_guides")
def move_question(study_id: int, item_id: int, direction: str) -> ResponseReturnValue:
    """Move a question one place, into the next section from the end of its own."""
    if direction not in STEPS:
        raise NotFound
    item = questions.get(item_id)
    questions.move(item, STEPS[direction])
    return see(place(item))


@bp.post("/items/<int:item_id>/move-to/<int:section_id>")
@requires("build_guides")
def move_question_to(study_id: int, item_id: int, section_id: int) -> ResponseReturnValue:
    """Move a question to the end of another section."""
    item = questions.get(item_id)
    questions.move_into(item, sections.get(section_id))
    return see(place(item))


@bp.post("/items/<int:item_id>/take-newer")
@requires("build_guides")
def take_newer(study_id: int, item_id: int) -> ResponseReturnValue:
    """Ask a question in its latest words."""
    item = questions.get(item_id)
    questions.take_newer(item)
    return see(place(item), _("The question is asked in its latest words."))


@bp.post("/items/<int:item_id>/delete")
@requires("build_guides")
def delete_question(study_id: int, item_id: int) -> ResponseReturnValue:
    """Take a question out of a draft."""
    item = questions.get(item_id)
    questions.take_out(item)
    text = _("“%(label)s” was taken out of this version. Answers given so far are kept.", label=questions.worded(item).label(lang()))
    back = url_for(".show", guide_id=item.guide_id, version=item.version_id, _anchor=f"s-{item.section_id}")
    return see(back, text, undo_url=url_for(".restore_question", item_id=item_id))


@bp.post("/items/<int:item_id>/restore")
@requires("build_guides")
def restore_question(study_id: int, item_id: int) -> ResponseReturnValue:
    """Put a question back."""
    item = questions.get(item_id, deleted=True)
    questions.put_back(item)
    return see(place(item), _("The question is back."))


@bp.route("/sections/<int:section_id>/questions/add", methods=["GET", "POST"])
@requires("build_guides")
def add_questions(study_id: int, section_id: int) -> ResponseReturnValue:
    """Choose questions that the study has already, to ask them here too."""
    section = sections.get(section_id)
    whole = service.outline(section.version_id)
    known = [each for each in library.every() if each.question.id not in whole.by_question]
    chosen = list(dict.fromkeys(whole_numbers(request.form.getlist("question")[:MOST_ADDED])))
    if not chosen:
        return page("guides/add.html", whole=whole, section=section, known=known, nothing_chosen=request.method == "POST")
    added = questions.add_known(section, chosen)
    text = ngettext("%(num)s question was added.", "%(num)s questions were added.", len(added))
    return see(url_for(".show", guide_id=section.guide_id, version=section.version_id, _anchor=f"s-{section.id}"), text)
