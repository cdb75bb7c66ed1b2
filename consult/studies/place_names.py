"""How place names are compared: spellings of communes and inter-municipal bodies brought to one form."""

import re
import unicodedata

CITIES = {"paris", "lyon", "marseille"}
KINDS = re.compile(r"^(communaute (de communes|d agglomeration|urbaine)|metropole|cc|ca|cu)\b|\b(d|de|du|des|l|la|le|les|et)\b")


def fold_place(text: str) -> str:
    """Lower case without accents, hyphens or apostrophes; « Saint », « lez » and « s/ » in their one short form."""
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    text = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode().lower()
    text = re.sub(r"\bs/ ?", "sur ", text)
    text = re.sub(r"[^a-z0-9\n]+", " ", text)
    return re.sub(r"\bsaint(e?)\b", r"st\1", text).replace(" lez ", " les ").strip(" ")


def bare(name: str) -> str:
    return re.sub(r"^(l|la|le|les) ", "", name)


def commune_key(name: str) -> str:
    name = re.sub(r"^(.*\S)\s*\((l'|la|le|les)\)$", r"\2 \1", name.strip(), flags=re.IGNORECASE)
    key = re.sub(r" cedex( \d+)?$", "", fold_place(name))
    city = re.sub(r" \d{1,2} ?(er|eme|ieme|e)?( arr\w*)?$", "", key)
    return city if city in CITIES else key


def postcode_key(text: str) -> str:
    digits = "".join(ch for ch in text if ch.isdecimal())
    return digits.zfill(5) if len(digits) == 4 else digits


def department_of(code: str) -> str:
    """The department of a commune code or, but for some communes on a border, of a postcode."""
    code = code.upper()
    if code.startswith("20") and len(code) == 5:
        return "2B" if code >= "20200" else "2A"
    return code[:3] if code[:2] in {"97", "98"} else code[:2]


def epci_key(text: str) -> str:
    return " ".join(KINDS.sub(" ", fold_place(text)).split())
