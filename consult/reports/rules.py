"""The counting rules: the one place that says what each figure counts, for the page, the workbook, the sentence and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from consult.studies.models import SegmentKind

WHY = "figures count every organisation met, whatever the reader may read of what was said"
"""Why counting lifts the study filter and the levels of confidentiality."""


@dataclass(frozen=True)
class Rule:
    """What a figure is: its code, its label and definition in both languages, and the rows it counts.

    `counts` is "organisations", "interviews", "people" or "days"; `kinds` restricts to segments, `individual` to individual interviews.
    """

    code: str
    fr: str
    en: str
    definition_fr: str
    definition_en: str
    counts: str
    kinds: frozenset[SegmentKind] | None = None
    individual: bool | None = None
    headline: bool = False

    def label(self, lang: str) -> str:
        """Return the figure's name."""
        return self.fr if lang == "fr" else self.en

    def definition(self, lang: str) -> str:
        """Return what the figure counts, in one sentence."""
        return self.definition_fr if lang == "fr" else self.definition_en


BRANDS, SUBCONTRACTORS = frozenset({SegmentKind.BRAND}), frozenset({SegmentKind.SUBCONTRACTOR})
COMPANIES = BRANDS | SUBCONTRACTORS

RULES: tuple[Rule, ...] = (
    Rule(
        "met_individually", "Entreprises rencontrées en entretien individuel", "Companies met individually",
        "Organisations distinctes des segments Marque ou Sous-traitant ayant au moins un entretien individuel validé.",
        "Distinct organisations of the Brand or Subcontractor segments with at least one validated individual interview.",
        "organisations", COMPANIES, True, True,
    ),
    Rule(
        "met_brands", "dont marques", "of which brands",
        "Organisations distinctes du segment Marque ayant au moins un entretien individuel validé.",
        "Distinct organisations of the Brand segment with at least one validated individual interview.",
        "organisations", BRANDS, True, True,
    ),
    Rule(
        "met_subcontractors", "dont sous-traitants", "of which subcontractors",
        "Organisations distinctes du segment Sous-traitant ayant au moins un entretien individuel validé.",
        "Distinct organisations of the Subcontractor segment with at least one validated individual interview.",
        "organisations", SUBCONTRACTORS, True, True,
    ),
    Rule(
        "outside", "Entreprises hors du territoire", "Companies outside the territory",
        "Organisations distinctes du segment Hors territoire ayant au moins un entretien ou une consultation validés.",
        "Distinct organisations of the Outside the territory segment with at least one validated interview or consultation.",
        "organisations", frozenset({SegmentKind.OUTSIDE}), None, True,
    ),
    Rule(
        "institutions", "Acteurs institutionnels", "Institutional stakeholders",
        "Organisations distinctes du segment Acteur institutionnel ayant au moins un entretien ou une consultation validés.",
        "Distinct organisations of the Institutional stakeholder segment with at least one validated interview or consultation.",
        "organisations", frozenset({SegmentKind.INSTITUTION}), None, True,
    ),
    Rule(
        "organisations_heard", "Organisations entendues", "Organisations heard",
        "Organisations distinctes ayant au moins un entretien ou une consultation validés, tous segments confondus, comptées une fois.",
        "Distinct organisations with at least one validated interview or consultation, whatever the segment; each counts once.",
        "organisations",
    ),
    Rule(
        "individual_interviews", "Entretiens individuels validés", "Validated individual interviews",
        "Entretiens individuels validés ; un entretien avec plusieurs organisations compte une fois.",
        "Validated individual interviews; one with several organisations counts once.",
        "interviews", None, True,
    ),
    Rule(
        "consultations", "Consultations validées", "Validated consultations",
        "Consultations validées (appel, courriel ou réponse écrite) ; une consultation avec plusieurs organisations compte une fois.",
        "Validated consultations (call, e-mail or written reply); one with several organisations counts once.",
        "interviews", None, False,
    ),
    Rule(
        "people_met", "Personnes rencontrées", "People met",
        "Personnes distinctes ayant pris part à au moins un entretien ou une consultation validés.",
        "Distinct people who took part in at least one validated interview or consultation.",
        "people",
    ),
    Rule(
        "effort_days", "Jours-homme passés en entretiens", "Man-days spent on interviews",
        "Somme des jours-homme saisis sur les entretiens et consultations validés.",
        "Sum of the man-days entered on validated interviews and consultations.",
        "days",
    ),
)  # fmt: skip
BY_CODE = {rule.code: rule for rule in RULES}
PARTS = ("met_brands", "met_subcontractors")
"""The figures of which another is the whole: they are masked together."""
