"""A note written elsewhere, filed: what stands under a heading goes to the question or section it means, the rest to the notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from consult.excel.word import Paragraph
from consult.guides.models import QuestionKind
from consult.guides.outline import Outline
from consult.interviews import answers, service
from consult.interviews.answer_models import Answer
from consult.interviews.models import Interview
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import LABEL, NOTE
from consult.kernel.text import clean, fold

ALIKE = 78
"""From how alike a heading and a label are, of 100, the one is taken for the other."""
NOTES = 0
"""Stands for the notes of the interview, where a question's id stands for the question."""
NOWHERE = -1
"""Stands for no place at all: what is left out."""
FREE = (QuestionKind.LONG_TEXT, QuestionKind.TEXT)


@dataclass
class Passage:
    """What stands under one heading of a document, and where it is filed: the id of a question, or NOTES."""

    heading: str
    lines: list[str] = field(default_factory=list)
    question_id: int = NOTES

    @property
    def text(self) -> str:
        """The text as Markdown, paragraphs apart and lists together."""
        joined = ""
        for line in self.lines:
            both_listed = line.startswith("- ") and joined.rpartition("\n")[2].startswith("- ")
            joined += ("\n" if both_listed else "\n\n" if joined else "") + line
        return joined


def passages(paragraphs: Sequence[Paragraph], outline: Outline | None) -> list[Passage]:
    """Cut a document at its headings and propose where each passage goes: to the question it is called like, else to the first free
    question of the section it is called like, else to the notes."""
    found = [Passage("")]
    for level, text in paragraphs:
        if level:
            found.append(Passage(text))
        else:
            found[-1].lines.append(text)
    wanted = _places(outline) if outline else []
    taken: set[int] = set()
    for passage in found:
        passage.question_id = _place(passage.heading, wanted, taken)
        taken.add(passage.question_id)
    return [passage for passage in found if passage.lines]


def apply(interview: Interview, filed: Sequence[tuple[int, str, str]]) -> int:
    """File passages, as (question id or NOTES, heading, text): added below what is there, never in its place. Returns how many answers
    changed. Raises Refused for what is too long as a whole, and NotFound for a question that is not answered in free text."""
    notes: list[str] = []
    changed = 0
    for question_id, heading, text in filed:
        if question_id == NOTES:
            notes.append(f"### {heading}\n\n{text}" if heading else text)
            continue
        _add(interview, question_id, answers.of(interview.id).get(question_id), clean(text))
        changed += 1
    if notes:
        whole = "\n\n".join(part for part in (interview.note or "", *notes) if part)
        if len(whole) > NOTE:
            raise Refused("answer_too_long", longest=NOTE)
        service.update(interview, {"note": clean(whole)}, None)
    return changed


def _add(interview: Interview, question_id: int, held: Answer | None, text: str) -> None:
    before = held.value_text if held is not None else None
    if before and text in before:
        return
    place = answers.place(interview.id, question_id)
    if place.worded.kind not in FREE:
        raise NotFound
    whole = f"{before}\n\n{text}" if before else text
    longest = NOTE if place.worded.kind == QuestionKind.LONG_TEXT else LABEL
    if len(whole) > longest:
        raise Refused("answer_too_long", longest=longest)
    answers.put(interview.id, question_id, whole, comment=held.comment if held is not None else None, at=place)


def _places(outline: Outline) -> list[tuple[str, int, bool]]:
    """Return what headings are compared with: words, the question meant, and whether a whole section is."""
    found = []
    for part in outline.parts:
        free = [asked for asked in part.items if asked.wording.kind in FREE]
        labels = [(label, asked.question_id, False) for asked in free for label in (asked.wording.label_fr, asked.wording.label_en)]
        first = [(title, free[0].question_id, True) for title in (part.section.title_fr, part.section.title_en)] if free else []
        found += [(fold(label), number, whole) for label, number, whole in labels + first if label]
    return found


def _place(heading: str, wanted: Sequence[tuple[str, int, bool]], taken: set[int]) -> int:
    words = fold(heading)
    scores = [(fuzz.token_set_ratio(words, label) - 5 * whole, number) for label, number, whole in wanted if number not in taken]
    best = max(scores, default=(0, NOTES))
    return best[1] if words and best[0] >= ALIKE else NOTES
