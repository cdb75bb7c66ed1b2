"""The report workbook for partners: figures with definitions and date, coverage with a native chart, lists, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from consult.excel import BarChart, Column, Properties, Sheet, Workbook
from consult.reports.partners import Content
from consult.reports.sentences import headline
from consult.web.i18n import _, force_locale, ngettext, written_date, written_datetime


def workbook_for_partners(content: Content, language: str) -> BytesIO:
    """Write the report in a language ("fr" or "en") and return it, ready to be read from its beginning."""
    with force_locale(language):
        properties = Properties(
            title=content.study.title, subject=_("Report for partners"), created=content.as_of, long_texts=_("Long texts")
        )
        book = Workbook(properties)
        for sheet in (_figures, _coverage, _organisations, _interviews, _left_out):
            book.sheet(sheet(content, language))
        made = BytesIO()
        book.save(made)
    made.seek(0)
    return made


def _figures(content: Content, language: str) -> Sheet:
    columns = [
        Column(_("Figure"), width=46),
        Column(_("Value"), "number", 12),
        Column(_("Definition"), "note", 70),
        Column(_("Code"), width=24),
    ]
    rows = [[f.rule.label(language), f.value, f.rule.definition(language), f.code] for f in content.figures]
    return Sheet(_("Figures"), columns, rows, above=[*_heading(content), headline(content.figures, language)], filter=False)


def _heading(content: Content) -> list[str]:
    study = content.study
    period = " → ".join(written_date(day) for day in (study.starts_on, study.ends_on) if day)
    about = " · ".join(part for part in (study.ref, study.client, study.provider, study.territory_name, period) if part)
    return [study.title, about, _("As of %(when)s. Made for partners.", when=written_datetime(content.as_of))]


def _coverage(content: Content, language: str) -> Sheet:
    columns = [
        Column(_("Segment"), width=34), Column(_("Heard"), "integer"), Column(_("Quota"), "integer"), Column(_("Upper quota"), "integer"),
        Column(_("Target list"), "integer"), Column(_("Share of the quota"), "percent", 18),
    ]  # fmt: skip
    rows = [[row.label, row.heard, row.goal_min, row.goal_max, row.in_frame, row.rate] for row in content.coverage]
    chart = BarChart(_("Organisations heard against the quota"), series=[2, 3], categories=1, height=9, width=18)
    above = [
        _("Coverage by segment"),
        _("Distinct organisations with at least one validated interview or consultation, against the quota of their segment."),
    ]
    return Sheet(_("Coverage"), columns, rows, above=above, charts=[chart] if rows else [], filter=False)


def _organisations(content: Content, language: str) -> Sheet:
    columns = [
        Column(_("Reference"), width=12), Column(_("Name"), width=40), Column(_("Kind"), width=24), Column(_("Segment"), width=26),
        Column(_("Commune"), width=24), Column(_("Postcode"), width=11), Column(_("Workforce"), width=18), Column(_("NAF"), width=10),
        Column(_("Website"), width=34),
    ]  # fmt: skip
    rows = ([_written(cell, language) for cell in row] for row in content.organisations)
    return Sheet(_("Organisations"), columns, rows, above=[_("Organisations of the target list")])


def _interviews(content: Content, language: str) -> Sheet:
    columns = [
        Column(_("Interview"), width=12), Column(_("Date"), "date"), Column(_("Reference"), width=12), Column(_("Organisation"), width=40),
        Column(_("Kind"), width=24), Column(_("Mode"), width=16),
    ]  # fmt: skip
    rows = ([_written(cell, language) for cell in row] for row in content.interviews)
    above = [
        _("Validated interviews and consultations"),
        _("One line per organisation; an interview with several organisations has as many lines."),
    ]
    return Sheet(_("Interviews"), columns, rows, above=above)


def _left_out(content: Content, language: str) -> Sheet:
    rows = [[line] for line in _what_is_left_out(content)]
    return Sheet(_("Left out"), [Column(_("What this workbook leaves out"), "note", 110)], rows, above=[_("Left out")], filter=False)


def _what_is_left_out(content: Content) -> Iterator[str]:
    yield _("What was said: notes and summaries of interviews.")
    yield _("People: names, e-mail addresses, phone numbers; also the phone and e-mail address of organisations.")
    yield _("Internal steering: owner, priority, disposition and its reason, influence, interest, stance, effort per interview.")
    yield _("Organisations that take part in the study without being in its target list.")
    yield ngettext(
        "%(num)s strict interview: counted in the figures, not listed.",
        "%(num)s strict interviews: counted in the figures, not listed.",
        content.strict,
    )
    yield ngettext(
        "%(num)s interview not validated yet: neither counted nor listed.",
        "%(num)s interviews not validated yet: neither counted nor listed.",
        content.unvalidated,
    )


def _written(cell: Any, language: str) -> Any:
    return cell.label(language) if hasattr(cell, "label") else cell
