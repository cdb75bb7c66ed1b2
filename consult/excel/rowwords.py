"""The words by which rows that are no records give themselves away: totals, legends, instructions, examples."""

from __future__ import annotations

import re

from consult.excel.cells import Row
from consult.excel.text import is_blank

TOTAL = re.compile(
    r"\W*(sous[\s-]*tota(l|ux)|tota(l|ux)|grand[\s-]+total|sub[\s-]*total|somme|sum|moyennes?|average|mean|m[ée]diane?)\b"
    r"(\s+(g[ée]n[ée]ra(l|ux)|global|cumul[ée]|partiel|ht|ttc|des?|du|of|for|par|per|hors|\d).*|\s*[:=(€%].*|\s+\w+)?\s*$",
    re.I,
)
TOTAL_LETTERS = "TtSsMmGgAa*=-— "
LEGEND = re.compile(
    r"\s*(l[ée]gendes?\s*(:|$)|source\b|sources\s*[:–-]|notes?\s*(:|$|\(|\d|sur\b)|nb\b|n\.b\.|nota\b|remarques?\s*(:|$)|attention\b|"
    r"avertissement|\*|\(\*|\(?\d\)|mise? [àa] jour|maj\b|derni[èe]re mise|date d.extraction|extraction|export[ée]*|[ée]dit[ée] le|"
    r"imprim[ée] le|©|copyright|legend\s*(:|$)|key\s*(:|$)|last update|updated|generated|disclaimer|champ\s?:|lecture\s?:|"
    r"pour information|fait [àa]\s|page \d|fin (du|de)|end of|document|fichier|contact\s?:|rappel|confidentiel)",
    re.I,
)
HELP = re.compile(
    r"^\s*\([^()]{1,12}\)\s*$|^\s*(open-ended )?response\s*$|^\s*réponse( ouverte| libre)?\s*$|"
    r"\b(champs?|saisi\w*|saisissez|indique[rz]|choisi\w*|choisissez|re[n]?seigne[rz]|s[ée]lectionne[rz]|obligatoire|"
    r"facultati\w+|"
    r"optionnel\w*|texte (libre|court|long)|"
    r"liste d[ée]roulante|format|jj/mm|dd/mm|yyyy|aaaa|num[ée]rique|nombre entier|caract[èe]res|pr[ée]cise[rz]|d[ée]cri\w+|"
    r"pr[ée]sente[rz]|utilise[rz]|cr[ée]e[rz] sous|"
    r"enter|select|choose|required|optional|mandatory|free text|drop-?down|fill in|specify|describe|importid|s[ée]parateur|ne sera "
    r"pas|si (oui|non)|ex\s?[.:]|exemple|e\.g\.|"
    r"[àa] (compl[ée]ter|remplir|renseigner)|chiffres|max(imum)?|text field|number|string|varchar|integer)\b",
    re.I,
)
COUNTED = re.compile(
    r"\(?\s*\d+\s+(entreprises?|soci[ée]t[ée]s?|structures?|organis(mes?|ations?)|[ée]tablissements?|associations?|institutions?|membres?|"
    r"adh[ée]rents?|acteurs?|partenaires?|contacts?|personnes?|fiches?|lignes?|enregistrements?|r[ée]sultats?|fournisseurs?|clients?|exposants?|"
    r"compan(y|ies)|organi[sz]ations?|records?|rows?|results?|members?|people|suppliers?|customers?)\b.{0,40}",
    re.I,
)
"""*14 entreprises*: how many there are."""
COUNTED_OFF = re.compile(r"\s*(\d{1,2}|[A-H]|[IVX]{1,4})\s?[.)–—-]\s+[^\W\d]")
"""*A – Donneurs d'ordres*: a heading counted off."""
COUNT_LABEL = re.compile(r"(nombre|nb|nbre|count|number)\b.{0,40}", re.I)
EXAMPLE = re.compile(
    r"^\W*((exemples?|examples?|sample|mod[èe]le)\b|ex\s?[.:]|e\.g\.)|\((exemple|example|ex\.?|fictif)\)|\[(exemple|example)\]|^xxx+|"
    r"\bexemple$",
    re.I,
)


def is_help(row: Row) -> bool:
    """Whether the filled cells of a row are mostly instructions for those who fill the table in."""
    texts = [value for value in row if not is_blank(value)]
    helping = sum(1 for value in texts if isinstance(value, str) and HELP.search(value))
    return len(texts) >= 2 and helping >= 0.6 * len(texts) or len(texts) == 1 and helping == 1 and len(str(texts[0])) > 25
