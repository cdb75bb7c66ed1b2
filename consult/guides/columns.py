"""The sheets of a guide's workbook and their columns: what each is called in both languages, and what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consult.guides.conditions import Test
from consult.guides.models import CODE, QuestionKind, TaxBasis
from consult.guides.wording import CURRENCIES
from consult.kernel.model import LABEL, NAME, NOTE, Choice, Confidentiality
from consult.terms.models import TermList


class YesNo(Choice):
    YES = "yes", "oui", "yes"
    NO = "no", "non", "no"


class ManagedTerms(Choice):
    """The lists that an answer can come from."""

    COMPONENT = TermList.COMPONENT.value, "Composants", "Components"
    PROCESS = TermList.PROCESS.value, "Procédés", "Processes"


@dataclass(frozen=True)
class Field:
    """A column: the value it holds, its header, the longest text or the closed list; `number`: a whole number, `note`: several lines."""

    name: str
    fr: str
    en: str
    longest: int = LABEL
    members: type[Choice] | None = None
    codes: Sequence[str] = ()
    number: bool = False
    note: bool = False
    required: bool = False
    help_fr: str = ""
    help_en: str = ""

    def header(self, lang: str) -> str:
        """Return the header in a language."""
        return self.fr if lang == "fr" else self.en

    def choices(self, lang: str) -> list[str]:
        """Return what the drop-down of the column offers."""
        return [member.label(lang) for member in self.members] if self.members else list(self.codes)


def _both(name: str, fr: str, en: str, longest: int = LABEL, note: bool = False, required: bool = False) -> tuple[Field, Field]:
    french = Field(f"{name}_fr", f"{fr} (fr)", f"{en} (fr)", longest, note=note, required=required)
    return french, Field(f"{name}_en", f"{fr} (en)", f"{en} (en)", longest, note=note)


CONDITION = (
    Field("condition_question", "Posée si : clé", "Asked if: key", CODE),
    Field("condition_test", "Posée si : critère", "Asked if: test", members=Test),
    Field("condition_value", "Posée si : valeur", "Asked if: value"),
)
SECTIONS = (
    Field("number", "N°", "No.", number=True, required=True),
    *_both("title", "Section", "Section", NAME, required=True),
    *_both("help_why", "Pourquoi", "Why", NOTE, note=True),
    *_both("help_how", "Comment", "How", NOTE, note=True),
    *CONDITION,
)
QUESTIONS = (
    Field("section", "Section n°", "Section no.", number=True, required=True),
    Field(
        "key", "Clé", "Key", CODE, required=True,
        help_fr="Les réponses se lisent ensemble par cette clé.", help_en="Answers are read together by this key.",
    ),
    Field("kind", "Type", "Kind", members=QuestionKind, required=True),
    *_both("label", "Question", "Question", LABEL, required=True),
    Field("unit", "Unité", "Unit", CODE),
    Field("currency", "Devise", "Currency", codes=CURRENCIES),
    Field("tax_basis", "Taxe", "Tax", members=TaxBasis),
    Field("scale_min", "Échelle de", "Scale from", number=True),
    Field("scale_max", "Échelle à", "Scale to", number=True),
    *_both("scale_min", "Sens du plus bas", "Meaning of the lowest", NAME),
    *_both("scale_max", "Sens du plus haut", "Meaning of the highest", NAME),
    Field("term_list", "Liste de termes", "List of terms", members=ManagedTerms),
    Field("required", "Obligatoire", "Required", members=YesNo),
    Field("sensitive", "Sensible", "Sensitive", members=YesNo),
    Field("confidentiality", "Confidentialité", "Confidentiality", members=Confidentiality),
    *_both("why", "Pourquoi", "Why", NOTE, note=True),
    *_both("how", "Comment", "How", NOTE, note=True),
    *CONDITION,
)  # fmt: skip
OPTIONS = (
    Field("key", "Clé de la question", "Key of the question", CODE, required=True),
    Field("code", "Code", "Code", CODE, required=True),
    *_both("label", "Libellé", "Label", LABEL, required=True),
)
SHEETS = {"Sections": SECTIONS, "Questions": QUESTIONS, "Options": OPTIONS}
LONG_TEXTS = "Textes longs"
"""The sheet that holds texts longer than a cell can."""
