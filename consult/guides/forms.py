"""What people may type about guides, and the sentences for what is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms.fields.choices import SelectChoice

from consult.guides import wording
from consult.guides.columns import ManagedTerms
from consult.guides.conditions import WITHOUT_VALUE, Test, condition
from consult.guides.copying import SECTION_FIELDS
from consult.guides.models import CODE, GuideSection, QuestionKind, QuestionOption, QuestionVersion, TaxBasis
from consult.guides.outline import Asked
from consult.kernel.errors import Refused
from consult.kernel.model import NOTE, Confidentiality
from consult.kernel.text import fold
from consult.web.forms import CheckField, ChoiceField, EntityForm, InputRequired, NoteField, TextField, WholeNumberField
from consult.web.i18n import _l, lang
from consult.web.refusals import sentences

sentences(
    {
        "guide_code_taken": _l("This study has a guide with the code “%(taken)s” already."),
        "guide_was_published": _l(
            "“%(title)s” was published, and interviews may follow it. Archive it: it is no longer offered, and its answers are kept."
        ),
        "draft_there_already": _l("This guide has a draft already. Go on with that one, or discard it."),
        "only_version": _l("This is the guide’s only version. Delete the guide instead."),
        "version_published": _l(
            "This version was published and never changes. Edit the guide: what you change goes into its next version."
        ),
        "version_not_published": _l("Only a published version can be retired."),
        "version_not_retired": _l("Only a retired version can be offered again."),
        "nothing_asked": _l("Nothing is asked in this version yet. Add a question before you publish it."),
        "question_key_taken": _l("This study has a question with the key “%(key)s” already. Add that one, or choose another key."),
        "condition_not_earlier": _l("A condition can only be about a question that this guide asks earlier."),
        "condition_test": _l("This cannot be asked of the answer to “%(label)s”. Choose another test."),
        "condition_option": _l("Choose the code of one of that question’s options: %(codes)s."),
        "condition_number": _l("This is not a number. Type it like this: 1 234,50."),
        "section_asked_already": _l("This guide asks a question of that section elsewhere by now. Take it out there first."),
        "sheet_missing": _l("The workbook has no sheet “%(sheet)s”. Export the guide to see how it is laid out."),
        "column_missing": _l("There is no column “%(column)s”. Its header stands on the first row that is filled."),
        "cell_empty": _l("This cell is empty. Fill it in."),
        "cell_number": _l("“%(text)s” is not a whole number."),
        "cell_amount": _l("“%(text)s” is not a number. Type it like this: 1 234,50."),
        "cell_date": _l("“%(text)s” is not a date. Type it as day/month/year, for example 09/12/2022."),
        "cell_scale": _l("Type a whole number from %(low)s to %(high)s."),
        "cell_long": _l("This text is too long: at most %(most)s characters."),
        "cell_choice": _l("“%(text)s” is not one of: %(choices)s."),
        "cell_file": _l("A file cannot be given in a sheet. Leave the cell empty and add the file in Consult."),
        "answer_and_reason": _l("There is an answer, so there is no reason for none. Empty one of the two cells."),
        "sheet_other_guide": _l("This row is about a question that the guide of this interview does not ask."),
        "no_field_sheet": _l("This is not a field sheet: its hidden column “question_id” is missing. Export one and fill it in."),
        "section_twice": _l("Section %(value)s stands twice."),
        "key_twice": _l("The key “%(value)s” stands twice. A guide asks each question once."),
        "no_such_section": _l("There is no section of this number on the sheet Sections."),
        "no_such_key": _l("No question has the key “%(key)s”."),
        "option_twice_in_sheet": _l("The code “%(option)s” stands twice for this question."),
        "too_many_questions": _l("A guide asks at most %(most)s questions."),
        "condition_half": _l("Say what is asked of that answer, and which value it is to have."),
        "condition_broken": _l(
            "The condition of %(number)s no longer works: the question it is about is not asked earlier, or has no such answer."
        ),
        "too_few_options": _l("Give at least two options to choose from, one on each line."),
        "too_many_options": _l("At most %(most)s options."),
        "option_empty": _l("Line %(line)s has no French label. Write it like this: code = Label | English label."),
        "option_long": _l("The label on line %(line)s is longer than %(most)s characters."),
        "option_twice": _l("The code “%(option)s” on line %(line)s stands twice. Give this option another code."),
        "which_list": _l("Choose from which list the answer comes."),
        "scale_upside_down": _l("A scale goes up, by at most %(span)s steps."),
        "question_key_shape": _l("A key begins with a letter and has only small letters without accents, figures and underscores."),
        "question_was_published": _l(
            "“%(key)s” was asked in a published version, and answers to it may exist. Take it out of the next version of the guide "
            "instead: the answers given so far are kept."
        ),
        "question_in_draft": _l("A draft asks “%(key)s”. Take it out there first."),
        "question_asked_already": _l("This guide asks “%(label)s” already."),
    }
)


class GuideForm(EntityForm):
    """What a guide is called."""

    title_fr = TextField(_l("French title"), [InputRequired()])
    title_en = TextField(_l("English title"), description=_l("Left empty, the French title stands in both languages."))
    code = TextField(_l("Code"), [InputRequired()], longest=CODE, description=_l("Short, for lists and workbooks: MARQUE."))


class PublishForm(EntityForm):
    """What is said of a version when it is published."""

    note = TextField(_l("What is new"), longest=500, description=_l("One sentence for the team; it stays with the version."))


class ConditionForm(EntityForm):
    """When something is asked."""

    condition_question = ChoiceField(_l("Only if the answer to"), choices=[])
    condition_test = ChoiceField(_l("Test"), Test)
    condition_value = TextField(_l("Value"), longest=500, description=_l("A number, or an option: its code or its label."))

    def offer(self, earlier: Sequence[Asked], present: Mapping[str, Any] | None) -> None:
        """Let the condition be about the questions asked earlier, and show the present one unless something was typed."""
        self.earlier = {asked.key: asked for asked in earlier}
        labels = [SelectChoice(asked.key, f"{asked.number} {asked.wording.label(lang())}") for asked in earlier]
        self.condition_question.choices = [SelectChoice("", ""), *labels]  # type: ignore[assignment]
        if present and not self.is_submitted():
            self.condition_question.data, self.condition_test.data = present["question"], Test(present["is"])
            self.condition_value.data = present.get("value")

    @property
    def condition(self) -> dict[str, Any] | None:
        """What was chosen, as it is kept; an option that was named by its label by its code. Raises Refused when half of it is missing."""
        question, test, value = self.condition_question.data, self.condition_test.data, self.condition_value.data
        if not question:
            return None
        if test is None or (value is None and test not in WITHOUT_VALUE):
            raise Refused("condition_half", "condition_test" if test is None else "condition_value")
        return condition(question, test, self._code(question, value))

    def _code(self, question: str, value: str | None) -> str | None:
        asked = self.earlier.get(question)
        for option in asked.options if asked else ():
            if fold(value) in (fold(option.label_fr), fold(option.label_en)) and asked.option(value or "") is None:  # type: ignore[union-attr]
                return option.code
        return value


class SectionForm(ConditionForm):
    """A section of a guide."""

    title_fr = TextField(_l("French title"), [InputRequired()])
    title_en = TextField(_l("English title"))
    help_why_fr = NoteField(_l("Why we ask, in French"))
    help_why_en = NoteField(_l("Why we ask, in English"), more=True)
    help_how_fr = NoteField(_l("How to ask, in French"))
    help_how_en = NoteField(_l("How to ask, in English"), more=True)

    def section(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what `sections.add` and `update` take."""
        return {name: self.condition if name == "condition" else values[name] for name in SECTION_FIELDS}


class QuestionForm(ConditionForm):
    """A question: its words, what may be answered, and when it is asked."""

    kind = ChoiceField(_l("Kind of answer"), QuestionKind, [InputRequired()], default=QuestionKind.TEXT)
    label_fr = TextField(_l("Question, in French"), [InputRequired()], longest=500)
    label_en = TextField(_l("Question, in English"), longest=500)
    options = NoteField(
        _l("Options"),
        longest=NOTE,
        description=_l("One on each line: code = French label | English label. The code may be left out; answers are counted by it."),
    )
    unit = TextField(_l("Unit"), longest=CODE, description=_l("For example: employees, m², weeks."))
    currency = ChoiceField(_l("Currency"), choices=[SelectChoice("", ""), *(SelectChoice(code, code) for code in wording.CURRENCIES)])
    tax_basis = ChoiceField(_l("Tax"), TaxBasis)
    scale_min = WholeNumberField(_l("Lowest step"), high=100)
    scale_max = WholeNumberField(_l("Highest step"), high=100)
    scale_min_fr = TextField(_l("What the lowest means, in French"))
    scale_min_en = TextField(_l("What the lowest means, in English"))
    scale_max_fr = TextField(_l("What the highest means, in French"))
    scale_max_en = TextField(_l("What the highest means, in English"))
    term_list = ChoiceField(_l("Answer from the list"), ManagedTerms)
    why_fr = NoteField(_l("Why we ask, in French"))
    why_en = NoteField(_l("Why we ask, in English"))
    how_fr = NoteField(_l("How to ask, in French"))
    how_en = NoteField(_l("How to ask, in English"))
    required = CheckField(_l("An answer is required"), description=_l("Or a reason why there is none."))
    sensitive = CheckField(_l("Sensitive: to be asked with tact, and never quoted alone"))
    confidentiality = ChoiceField(
        _l("Confidentiality of the answers"), Confidentiality, [InputRequired()], default=Confidentiality.TEAM,
        description=_l("Each answer can be made stricter."),
    )  # fmt: skip

    def chosen(self) -> list[wording.Option]:
        """Return the options that were typed. Raises Refused that names the line."""
        return wording.options_of(self.options.data) if self.kind.data in wording.CHOSEN else []


class NewQuestionForm(QuestionForm):
    """A question that is not in the study yet."""

    key = TextField(
        _l("Analysis key"), longest=CODE,
        description=_l(
            "Answers are read together by it, across versions and guides. Left empty, it is made of the question’s words; it never changes."
        ),
    )  # fmt: skip


def question_form(row: QuestionVersion | None, options: Sequence[QuestionOption] = ()) -> QuestionForm:
    """Return the form of a question, a new one without `row`."""
    if row is None:
        return NewQuestionForm()
    text = wording.written([(each.code, each.label_fr, each.label_en) for each in options])
    return QuestionForm(obj=row, data={"options": text})


def section_form(section: GuideSection | None, earlier: Sequence[Asked]) -> SectionForm:
    """Return the form of a section."""
    form = SectionForm(obj=section)
    form.offer(earlier, section.condition if section else None)
    return form


def shown_for(kind: str) -> str:
    """Return the kinds for which a field is shown, as an attribute of the page has them; empty for all."""
    return " ".join(sorted(wording.FIELDS_OF.get(kind, ())))
